"""Hypothesis strategies for the model's objects and for whole days to plan."""

from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
from hypothesis import strategies as st

from collection.model import (
    Battery,
    BreakRule,
    Building,
    ClockBreak,
    DatedRule,
    Depot,
    Device,
    Fairness,
    HoursRule,
    Instructions,
    Load,
    PickupRequest,
    Plan,
    Position,
    Shift,
    Site,
    Territory,
    Vehicle,
    Weights,
)
from collection.ports import UNREACHABLE, TravelTable
from collection.routing.building import build, emission_classes, points
from collection.units import HOUR, MINUTE
from tests.fakes import GridMatrix
from tests.places import CREATED, CUSTOMER, DAY, DEVICES, TERRITORY, make_request
from tests.problems import problems

__all__ = ["CREATED", "CUSTOMER", "DAY", "Day", "days", "make_day", "make_request", "problems"]


@dataclass(frozen=True)
class Day:
    """All that `build` and `check` ask for."""

    requests: tuple[PickupRequest, ...]
    territory: Territory
    travel: TravelTable
    instructions: Instructions | None = None
    earlier: Plan | None = None

    def problem(self):
        return build(
            self.requests,
            self.territory,
            DEVICES,
            self.travel,
            day=DAY,
            instructions=self.instructions,
            earlier=self.earlier,
        )


def make_day(requests, territory=TERRITORY, *, streets=None, instructions=None):
    """A day on straight streets."""
    streets = streets or GridMatrix()
    where = points(requests, territory)
    travel = streets.travel(where, day=DAY, classes=emission_classes(territory))
    return Day(tuple(requests), territory, travel, instructions)


def devices():
    return st.builds(
        Device, type=st.sampled_from(sorted(DEVICES)), battery=st.sampled_from(Battery)
    )


def hours():
    return st.tuples(st.floats(6, 18), st.floats(0, 6)).map(lambda span: (span[0], sum(span)))


def positions():
    # Few points, so that some requests share an address.
    return st.builds(
        Position, lon=st.sampled_from([7.41, 7.42, 7.44]), lat=st.sampled_from([43.72, 43.74])
    ) | st.builds(Position, lon=st.floats(7.395, 7.455), lat=st.floats(43.71, 43.76))


@st.composite
def requests(draw, name="1"):
    request = make_request(
        name,
        hours=draw(st.lists(hours(), max_size=3) | st.just([(7, 20)])),
        devices=tuple(draw(st.lists(devices(), min_size=1, max_size=4))),
        priority=draw(st.integers(0, 3)),
    )
    address = replace(
        request.address,
        position=draw(positions()),
        building=draw(st.sampled_from(Building)),
        floor=draw(st.integers(-1, 5)),
        lift=draw(st.booleans()),
    )
    return replace(request, address=address)


def optional(values):
    return st.none() | values


def clock_breaks():
    return st.builds(
        lambda earliest, wide, seconds: ClockBreak(
            earliest=earliest, latest=earliest + wide, seconds=seconds
        ),
        st.integers(9 * HOUR, 16 * HOUR),
        st.integers(0, 2 * HOUR),
        st.integers(10 * MINUTE, HOUR),
    )


@st.composite
def vehicles(draw, name="van-1", depots=("hub",), places=("hub",)):
    start = draw(st.integers(6, 14)) * HOUR
    return Vehicle(
        id=name,
        name=name,
        shift=Shift(start=start, end=start + draw(st.integers(3, 10)) * HOUR),
        capacity=Load(
            units=draw(st.integers(2, 12)),
            litres=draw(st.integers(20, 200)),
            grams=draw(st.integers(3_000, 60_000)),
            hazards=draw(st.integers(0, 3)),
        ),
        start_depot=draw(st.sampled_from(depots)),
        end_depot=draw(st.sampled_from(depots)),
        skills=draw(st.sampled_from([frozenset(), frozenset({"battery_trained"})])),
        fixed_cost=draw(st.integers(0, 5_000)),
        cost_per_hour=draw(st.integers(0, 3_000)),
        cost_per_km=draw(st.integers(0, 60)),
        overtime=draw(st.sampled_from([0, 0, 1_800])),
        overtime_cost_per_hour=draw(st.integers(0, 3_000)),
        max_metres=draw(optional(st.integers(5_000, 200_000))),
        max_stops=draw(optional(st.integers(1, 4))),
        max_seconds=draw(optional(st.integers(HOUR, 8 * HOUR))),
        speed_percent=draw(st.sampled_from([100, 100, 70, 130])),
        emission_class=draw(st.sampled_from(["", "", "euro_5"])),
        breaks=tuple(draw(st.lists(clock_breaks(), max_size=2, unique=True))),
        eu_561=draw(st.booleans()),
        driver=draw(st.sampled_from(["", "ada", "noor"])),
        home=draw(optional(positions())),
        reload_sites=draw(optional(st.frozensets(st.sampled_from(places)))),
    )


def break_rules():
    rule = st.builds(
        lambda counts, over, pause, parts: BreakRule(
            counts=counts, over=over, stretch=over, pause=pause, least=pause // parts
        ),
        st.sampled_from(["work", "driving"]),
        st.integers(HOUR, 5 * HOUR),
        st.sampled_from([900, 1_800, 2_700]),
        st.integers(1, 3),
    )
    return st.builds(
        DatedRule,
        rule=rule,
        applies_to=st.sampled_from(["everybody", "eu_561"]),
        valid_from=st.sampled_from([DAY, DAY - timedelta(days=1), DAY + timedelta(days=1)]),
        valid_until=optional(st.sampled_from([DAY, DAY - timedelta(days=1)])),
        source=st.just("a law"),
    )


def hours_rules():
    return st.builds(
        HoursRule,
        per=st.sampled_from(["day", "day", "week"]),
        limit=st.integers(HOUR, 6 * HOUR),
        valid_from=st.sampled_from([DAY, DAY + timedelta(days=1)]),
        valid_until=optional(st.just(DAY + timedelta(days=1))),
        source=st.just("a law"),
    )


def weights():
    price = st.integers(0, 500)
    return st.builds(
        Weights,
        unfamiliar_driver=price,
        change_of_driver=price,
        change_of_time=price,
        per_km_from_home=price,
        home_radius=st.integers(0, 2_000),
        fairness=optional(
            st.builds(Fairness, measure=st.sampled_from(["time", "stops"]), price=price)
        ),
    )


def sites(name):
    return st.builds(
        Site,
        id=st.just(name),
        name=st.just(name),
        position=positions(),
        service=st.integers(0, 900),
        opening=st.sampled_from(
            [((9 * HOUR, 19 * HOUR),), ((8 * HOUR, 9 * HOUR), (50_000, 60_000))]
        ),
        reload=st.booleans(),
    )


@st.composite
def territories(draw, max_vehicles=3):
    names = ("hub", "annex")[: draw(st.integers(1, 2))]
    shops = tuple(draw(sites(f"shop-{i}")) for i in range(draw(st.integers(0, 2))))
    places = (*names, *(shop.id for shop in shops))
    count = draw(st.integers(0, max_vehicles) | st.just(max_vehicles))
    rules = tuple(draw(st.lists(break_rules(), max_size=2)))
    return replace(
        TERRITORY,
        country=replace(
            TERRITORY.country,
            break_rules=rules,
            hours=tuple(draw(st.lists(hours_rules(), max_size=1))),
        ),
        depots=tuple(Depot(id=n, name=n, position=Position(lon=7.417, lat=43.729)) for n in names),
        vehicles=tuple(draw(vehicles(f"van-{i}", names, places)) for i in range(count)),
        area=draw(st.sampled_from([(), TERRITORY.area])),
        service=replace(
            TERRITORY.service,
            setup=draw(st.integers(0, 300)),
            per_floor=draw(st.integers(0, 30)),
        ),
        sites=shops,
        reload_at_depots=draw(st.booleans()),
        weights=draw(weights()),
    )


@st.composite
def tables(draw, size, classes=("",)):
    """Asymmetric, with short and long legs and here and there none; no triangle rule."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    periods = (0, *sorted(draw(st.sets(st.integers(6 * HOUR, 20 * HOUR), max_size=2))))
    shape = (len(classes), len(periods), size, size)
    seconds = rng.integers(0, draw(st.sampled_from([300, 3_000, 20_000])), shape)
    metres = seconds * rng.integers(1, 20)
    none = rng.random(shape) < draw(st.sampled_from([0.0, 0.0, 0.2]))
    seconds[none] = metres[none] = UNREACHABLE
    for table in (seconds, metres):
        table[..., np.arange(size), np.arange(size)] = 0
    return TravelTable(
        classes=classes,
        periods=periods,
        seconds=seconds.astype(np.int32),
        metres=np.minimum(metres, UNREACHABLE).astype(np.int32),
        snap_metres=np.zeros(size, dtype=np.int32),
    )


@st.composite
def instructions(draw, ids, vans):
    """Groups, fixed vehicles and known drivers; nothing that can be impossible."""
    if len(ids) < 2 or not vans:
        return None
    picked = draw(st.permutations(ids))
    return Instructions(
        vehicles={picked[0]: draw(st.sampled_from(vans))} if draw(st.booleans()) else {},
        together=draw(st.sampled_from([(), (frozenset(picked[-2:]),)])),
        apart=draw(st.sampled_from([(), (frozenset(picked[:2]),)])),
        familiar={picked[0]: draw(st.sampled_from(["ada", "noor", "kim"]))},
    )


@st.composite
def days(draw, max_requests=8):
    territory = draw(territories())
    asked = tuple(draw(requests(str(i))) for i in range(draw(st.integers(0, max_requests))))
    vans = [vehicle.id for vehicle in territory.vehicles]
    return Day(
        requests=asked,
        territory=territory,
        travel=draw(tables(len(points(asked, territory)), emission_classes(territory))),
        instructions=draw(instructions([request.id for request in asked], vans)),
    )
