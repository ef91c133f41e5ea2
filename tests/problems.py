"""Random days of bare integers, each with a random subset of all constraints.

How many there are of everything, and which constraints hold, is drawn by hypothesis and
shrinks; the figures come from one generator, so that an example costs microseconds.
"""

from datetime import date

import numpy as np
from hypothesis import strategies as st

from collection.model import BreakRule, Fairness, Position
from collection.ports import UNREACHABLE
from collection.routing.explain import classified
from collection.routing.problem import NO_LIMIT, Problem
from collection.routing.timing import schedule
from collection.units import HOUR, MINUTE

DAY = date(2026, 3, 4)
OPENING, CLOSING = 7 * HOUR, 19 * HOUR
NO_RULES = ()
RULES = (
    BreakRule(counts="work", over=2 * HOUR, stretch=2 * HOUR, pause=1_200, least=1_200),
    BreakRule(counts="work", over=3 * HOUR, stretch=7_200, pause=1_800, least=900),
    BreakRule(counts="driving", over=HOUR, stretch=HOUR, pause=2_700, least=2_700),
)


class _Maker:
    """Makes the fields of a problem, one method per constraint."""

    def __init__(self, rng, requests, vehicles):
        self.rng = rng
        self.requests = requests
        self.vehicles = vehicles
        self.depots = 1
        self.fields = {
            "territory": "random",
            "day": DAY,
            "request_ids": tuple(f"r{number}" for number in range(requests)),
            "vehicle_ids": tuple(f"v{number}" for number in range(vehicles)),
            "service": self.integers(0, 900, requests),
            "loads": self.integers(0, 4, (requests, 1)),
            "capacities": self.integers(8, 24, (vehicles, 1)),
            "windows": (((OPENING, CLOSING),),) * requests,
            "prices": self.integers(3, 10, requests) * 10_000,
            "shifts": np.tile([OPENING, CLOSING], (vehicles, 1)),
            "starts": np.zeros(vehicles, dtype=np.int64),
            "ends": np.zeros(vehicles, dtype=np.int64),
            "fixed_costs": np.full(vehicles, 2_000),
            "hour_costs": np.full(vehicles, 1_800),
            "km_costs": np.full(vehicles, 30),
        }

    def integers(self, low, high, size=None):
        return self.rng.integers(low, high, size, dtype=np.int64)

    def chance(self, share):
        return self.rng.random() < share

    def windows(self):
        """One, two or three short windows each."""
        spans = []
        for _ in range(self.requests):
            bounds = np.sort(self.integers(OPENING - HOUR, CLOSING, 2 * self.integers(1, 4)))
            bounds += np.arange(len(bounds)) * 2
            spans.append(tuple((int(a), int(b)) for a, b in bounds.reshape(-1, 2)))
        self.fields["windows"] = tuple(spans)

    def setup(self):
        self.fields["setup"] = self.integers(0, 600, self.requests)
        self.fields["addresses"] = self.integers(0, max(1, self.requests // 2), self.requests)

    def loads(self):
        """Several dimensions; some stops deliver what their trip has taken along."""
        size = (self.requests, int(self.integers(1, 4)))
        given = self.integers(0, 3, size) * (self.rng.random(self.requests) < 0.3)[:, None]
        self.fields["initial"] = given
        self.fields["loads"] = self.integers(0, 4, size) - given
        self.fields["capacities"] = self.integers(4, 20, (self.vehicles, size[1]))

    def shipments(self):
        """Pair some neighbours up; the price stands at the pickup."""
        partner = np.full(self.requests, -1)
        loads, prices = self.fields["loads"].copy(), self.fields["prices"].copy()
        initial = self.fields.get("initial", np.zeros_like(loads)).copy()
        for first in range(0, self.requests - 1, 2):
            if self.chance(0.4):
                partner[[first, first + 1]] = first + 1, first
                loads[first + 1] = -loads[first]
                initial[[first, first + 1]] = 0
                prices[first + 1] = 0
        self.fields |= {"partner": partner, "loads": loads, "prices": prices, "initial": initial}

    def skills(self):
        cold = self.rng.random(self.requests) < 0.3
        able = self.rng.random(self.vehicles) < 0.5
        self.fields["skills"] = tuple(frozenset({"cold"} if c else ()) for c in cold)
        self.fields["skilled"] = ~cold[:, None] | able[None]

    def costs(self):
        for name in ("fixed_costs", "hour_costs", "drive_costs", "km_costs"):
            self.fields[name] = self.integers(0, 3_000, self.vehicles)

    def range(self):
        self.fields["max_metres"] = self.integers(50_000, 400_000, self.vehicles)

    def limits(self):
        self.fields["max_stops"] = self.integers(2, 9, self.vehicles)
        self.fields["max_seconds"] = self.integers(2 * HOUR, 9 * HOUR, self.vehicles)
        self.fields["max_travel"] = self.integers(HOUR, 6 * HOUR, self.vehicles)

    def shifts(self):
        start = self.integers(OPENING, CLOSING - 5 * HOUR, self.vehicles)
        end = start + self.integers(3 * HOUR, 10 * HOUR, self.vehicles)
        self.fields["shifts"] = np.column_stack([start, end]).reshape(-1, 2)

    def overtime(self):
        extra = self.integers(0, 2 * HOUR, self.vehicles)
        self.fields["latest_ends"] = self.fields["shifts"][:, 1] + extra
        self.fields["overtime_costs"] = self.integers(0, 4_000, self.vehicles)

    def ends(self):
        """Depots that differ at start and end."""
        self.depots = 3
        self.fields["starts"] = self.integers(0, 3, self.vehicles)
        self.fields["ends"] = self.integers(0, 3, self.vehicles)

    def reloads(self):
        """Sites for vans that are full after a few stops."""
        self.fields["capacities"] = self.fields["capacities"] // 3
        count = int(self.integers(1, 3))
        opening = self.integers(OPENING, CLOSING - 8 * HOUR, count)
        self.fields["reload_ids"] = tuple(f"site{number}" for number in range(count))
        self.fields["reload_points"] = self.integers(0, self.depots, count)
        self.fields["reload_service"] = self.integers(0, 900, count)
        self.fields["reload_windows"] = tuple(
            ((int(start), int(start) + 6 * HOUR),) for start in opening
        )
        self.fields["reload_allowed"] = self.rng.random((self.vehicles, count)) < 0.8

    def breaks(self):
        """Some breaks by the clock per van, on a day that lasts into them."""
        self._long_day()
        count = int(self.integers(1, 4))
        earliest = self.integers(8 * HOUR, 11 * HOUR, count)
        latest = earliest + self.integers(0, HOUR, count)
        length = self.integers(10 * MINUTE, HOUR, count)
        self.fields["pauses"] = np.column_stack([earliest, latest, length])
        self.fields["breaks"] = tuple(
            tuple(np.flatnonzero(self.rng.random(count) < 0.7).tolist())
            for _ in range(self.vehicles)
        )

    def _long_day(self):
        self.fields["service"] = self.integers(900, 3_600, self.requests)

    def rules(self):
        """Rules by hours worked and driven, with a pause of each of their lengths."""
        self._long_day()
        own = [tuple(rule for rule in RULES if self.chance(0.6)) for _ in range(self.vehicles)]
        lengths = sorted({n for held in own for rule in held for n in (rule.pause, rule.least)})
        pauses = self.fields.get("pauses", np.zeros((0, 3), dtype=np.int64))
        anytime = np.array([(-NO_LIMIT, NO_LIMIT, n) for n in lengths], dtype=np.int64)
        self.fields["pauses"] = np.vstack([pauses, anytime.reshape(-1, 3)])
        self.fields["rules"] = tuple(own)

    def preferences(self):
        self.fields["preferences"] = self.integers(0, 500, (self.requests, self.vehicles))
        told = self.integers(OPENING, CLOSING, self.requests)
        self.fields["announced"] = np.column_stack([told, told + HOUR]).reshape(-1, 2)
        self.fields["change_prices"] = self.integers(0, 500, self.requests)

    def company(self):
        """Requests that must share a van, and some that must not."""
        self.fields["together"] = self.integers(-1, 2, self.requests)
        pairs = {
            tuple(sorted(self.rng.choice(self.requests, 2, replace=False).tolist()))
            for _ in range(self.requests // 3)
        }
        self.fields["apart"] = tuple(sorted(pairs))

    def fairness(self):
        measure = str(self.rng.choice(["time", "stops"]))
        self.fields["fairness"] = Fairness(measure=measure, price=int(self.integers(1, 1_000)))

    def travel(self, *, profiles, periods, gaps):
        """Asymmetric tables without a triangle rule; some ways are missing, some only at times."""
        points = self.depots + self.requests
        starts = self.integers(OPENING, CLOSING, self.integers(1, 4)) if periods else []
        self.fields["periods"] = np.unique([0, *starts])
        shape = (2 if profiles else 1, len(self.fields["periods"]), points, points)
        far = self.rng.choice([300, 1_500, 6_000])
        seconds = self.integers(0, far, shape[2:]) * np.ones(shape, dtype=np.int64)
        if profiles:
            self.fields["profiles"] = self.integers(0, 2, self.vehicles)
            seconds[1] = -(-100 * seconds[1] // 80)
        if periods:
            seconds = (seconds * self.rng.uniform(0.3, 3.0, shape)).astype(np.int64)
        metres = seconds * self.integers(1, 20, shape)
        if gaps:
            missing = self.rng.random(shape) < 0.1
            seconds[missing] = metres[missing] = UNREACHABLE
        for table in (seconds, metres):
            table[..., np.arange(points), np.arange(points)] = 0
        self.fields["seconds"], self.fields["metres"] = seconds, metres
        self.fields["positions"] = (Position(lon=0.0, lat=0.0),) * points
        self.fields["depots"] = self.depots

    def prefixes(self, problem):
        """Begin some routes with requests that their vans can serve first."""
        prefixes = [()] * self.vehicles
        skilled, taken = problem.skilled.copy(), set()
        for vehicle in range(self.vehicles):
            for request in self.rng.permutation(self.requests)[:3].tolist():
                longer = (*prefixes[vehicle], request)
                lone = problem.partner[request] < 0 and problem.together[request] < 0
                if request not in taken and lone and schedule(problem, vehicle, longer).feasible:
                    prefixes[vehicle] = longer
                    taken.add(request)
                    skilled[request, np.arange(self.vehicles) != vehicle] = False
        self.fields |= {"prefixes": tuple(prefixes), "skilled": skilled}


# `shifts` before `overtime`, and what changes the depots before what uses them.
PLAIN = (
    *("windows", "setup", "loads", "shipments", "skills", "costs", "range", "limits", "shifts"),
    *("overtime", "ends", "reloads", "breaks", "rules", "preferences", "company", "fairness"),
)
CONSTRAINTS = (*PLAIN, "profiles", "periods", "gaps", "prefixes")
"""Names of all that a random problem may have."""


@st.composite
def problems(draw, *, max_requests=14, max_vehicles=4, constraints=CONSTRAINTS, always=()):
    """A classified `Problem` with some constraints, and a random subset of others."""
    # A fifth of all at a time: with half of them hardly a request can be served.
    held = set(always) | {name for name in constraints if draw(st.integers(0, 4)) == 4}
    requests = draw(st.integers(0, max_requests))
    vehicles = draw(st.integers(0, max_vehicles))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return make_problem(rng, requests, vehicles, held)


def make_problem(rng, requests, vehicles, held):
    """A classified `Problem` with the named constraints."""
    maker = _Maker(rng, requests, vehicles)
    for name in PLAIN:
        if name in held and not (name == "company" and requests < 2):
            getattr(maker, name)()
    maker.travel(**{name: name in held for name in ("profiles", "periods", "gaps")})
    problem = classified(Problem(**maker.fields))
    if "prefixes" in held:
        maker.prefixes(problem)
        problem = classified(Problem(**maker.fields))
    return problem
