"""Each constraint is honoured, at the least cost, where ignoring it would be cheaper."""

from itertools import permutations, product

import numpy as np
import pytest

from collection.model import BreakRule, Fairness
from collection.ports import UNREACHABLE
from collection.routing.check_solution import verdict
from collection.routing.day import day_of
from collection.routing.problem import NO_LIMIT
from collection.routing.solution import evaluate
from collection.routing.solve import solve
from tests.routing.line_day import CLOSING, HOUR, METRES, OPENING, SECONDS, both, line_day

ROW = ((0, 1, 2, 3), ())
ALL_DAY = ((OPENING, CLOSING),)


def closing(*seconds):
    """Windows that close so long after the opening."""
    return tuple(((OPENING, OPENING + last),) for last in seconds)


def twice(first, second):
    """Tables of two periods or profiles."""
    return np.stack([first, second])


def closed(tail, head):
    """Travel for two profiles, the first of which has no way between two points."""
    seconds, metres = twice(SECONDS, SECONDS), twice(METRES, METRES)
    for table in (seconds, metres):
        table[0, [tail, head], [head, tail]] = UNREACHABLE
    return {
        "seconds": seconds[:, None],
        "metres": metres[:, None],
        "profiles": np.array([0, 1]),
        "prefixes": ((), ()),
    }


def only(vehicle, request):
    """A table of requests and vehicles in which one vehicle alone serves a request."""
    table = np.ones((4, 2), dtype=bool)
    table[request] = False
    table[request, vehicle] = True
    return table


WORK = BreakRule(counts="work", over=HOUR, stretch=HOUR, pause=900, least=900)
DRIVING = BreakRule(counts="driving", over=HOUR, stretch=HOUR, pause=900, least=900)
REST = np.array([[-NO_LIMIT, NO_LIMIT, 900]])
HUB = {
    "reload_ids": ("hub",),
    "reload_points": np.array([0]),
    "reload_service": np.array([60]),
    "reload_windows": (ALL_DAY,),
    "fixed_costs": both(9_000),
}

# By name: what is asked for, and what the verifier says of the row that ignores it, if it is
# forbidden and not only dear.
CASES = {
    "time_window": ({"windows": closing(1_200, 1_500, 1_800, 2_400)}, "time_window"),
    "several_windows": (
        {"windows": (((OPENING, OPENING + 500), (OPENING + 4_000, CLOSING)), *(ALL_DAY,) * 3)},
        None,
    ),
    "capacity": ({"capacities": both(3)[:, None]}, "capacity"),
    "deliveries": (
        {
            "loads": np.array([[5], [5], [5], [-5]]),
            "initial": np.array([[0], [0], [0], [5]]),
            "capacities": both(15)[:, None],
        },
        "capacity",
    ),
    "skills": ({"skilled": only(1, 2), "allowed": only(1, 2)}, "fixed_vehicle"),
    "range": ({"max_metres": both(30_000)}, "range"),
    "max_stops": ({"max_stops": both(3)}, "max_stops"),
    "max_duration": ({"max_seconds": both(5_000)}, "max_duration"),
    "max_travel": ({"max_travel": both(4_000)}, "max_travel"),
    "shift": ({"shifts": np.array([[OPENING, OPENING + 5_500]] * 2)}, "shift"),
    "overtime": (
        {
            "shifts": np.array([[OPENING, OPENING + 3_000]] * 2),
            "latest_ends": both(CLOSING),
            "overtime_costs": both(20_000),
        },
        None,
    ),
    "drive_costs": ({"drive_costs": np.array([9_000, 0])}, None),
    "fixed_costs": ({"fixed_costs": np.array([9_000, 0])}, None),
    "depots": ({"starts": np.array([0, 0]), "ends": np.array([4, 0]), "km_costs": both(100)}, None),
    "reload": ({**HUB, "capacities": both(2)[:, None]}, "capacity"),
    "break_due": (
        {"pauses": np.array([[OPENING + 2_500, OPENING + 2_600, 600]]), "breaks": ((0,), (0,))},
        "break_due",
    ),
    "work_rule": ({"rules": ((WORK,), (WORK,)), "pauses": REST}, "work_stretch"),
    "driving_rule": ({"rules": ((DRIVING,), (DRIVING,)), "pauses": REST}, "driving_stretch"),
    "traffic": (
        {
            "seconds": twice(SECONDS, 4 * SECONDS)[None],
            "metres": twice(METRES, METRES)[None],
            "periods": np.array([0, OPENING + 3_000]),
        },
        None,
    ),
    "profiles": (closed(1, 2), "low_emission"),
    "preferences": ({"preferences": np.array([[700, 0]] * 4)}, None),
    "change_price": (
        {
            "announced": np.array([[OPENING + t, OPENING + t + 60] for t in (3_300, 1_200, 0, 0)]),
            "change_prices": np.array([900, 900, 0, 0]),
        },
        None,
    ),
    "partner": ({"partner": np.array([3, -1, -1, 0]), "prices": both(50_000).repeat(2)}, None),
    "partner_backwards": (
        {
            "partner": np.array([1, 0, -1, -1]),
            "windows": (((OPENING + 2_000, CLOSING),), *closing(1_200, 9_000, 9_000)),
        },
        "time_window",
    ),
    "prefix": ({"prefixes": ((), (2, 0))}, "prefix"),
    "apart": ({"apart": ((0, 1),)}, "apart"),
    "together": (
        {"together": np.array([0, -1, -1, 0]), "max_stops": np.array([2, 4])},
        "max_stops",
    ),
    "fairness_by_stops": (
        {"fairness": Fairness(measure="stops", price=9_000), "max_stops": both(3)},
        "max_stops",
    ),
    "fairness_by_time": (
        {"fairness": Fairness(measure="time", price=36_000), "max_stops": both(3)},
        "max_stops",
    ),
    "setup": ({"setup": np.full(4, 900), "addresses": np.array([5, 6, 7, 5])}, None),
}


def with_extra(problem, route):
    """A route as it is, and with a pause or a reload, or one of each, at every place."""
    extra = [*problem.reload_nodes, *problem.pause_nodes]
    found = {route}
    for node in extra:
        found |= {(*r[:i], node, *r[i:]) for r in found for i in range(len(r) + 1) if r}
    return found


def cheapest(problem):
    """The least cost of all that could be done."""
    arrays, best = day_of(problem), None
    for count in range(5):
        for order in permutations(range(4), count):
            for cut in range(count + 1):
                for routes in product(
                    with_extra(problem, order[:cut]), with_extra(problem, order[cut:])
                ):
                    solution = evaluate(problem, routes, day=arrays)
                    if solution is not None and (best is None or solution.parts < best):
                        best = solution.parts
    return best


@pytest.mark.parametrize("name", CASES)
def test_it_is_honoured_at_the_least_cost(name):
    changes, forbidden = CASES[name]
    problem = line_day(**changes)
    solution = solve(problem, time_limit=20, seed=1, workers=2, iteration_limit=150)
    found = verdict(problem, solution.routes, cost=solution.cost, soft=solution.soft)

    assert found.violations == ()
    assert (found.total, solution.parts) == (solution.total, cheapest(problem))
    for row in (ROW, ROW[::-1]):
        ignoring = verdict(problem, row)
        if forbidden and ignoring.violations:
            assert ignoring.violations[0].constraint == forbidden
        else:
            assert ignoring.total >= found.total
    if forbidden:
        assert verdict(problem, ROW).violations
