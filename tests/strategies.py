"""Hypothesis strategies for the model's objects and for whole days to plan."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from hypothesis import strategies as st

from collection.model import (
    Address,
    Battery,
    Customer,
    Depot,
    Device,
    Load,
    PickupRequest,
    Position,
    RequestState,
    Shift,
    Territory,
    TimeWindow,
    Vehicle,
)
from collection.ports import UNREACHABLE, TravelMatrix
from collection.routing.problem import Problem
from collection.units import HOUR, to_utc
from tests.places import DEVICES, TERRITORY

DAY = date(2026, 3, 4)
CREATED = datetime(2026, 3, 1, 9, tzinfo=UTC)
CUSTOMER = Customer(
    name="Camille Roux", phone="+37799991234", email="camille@example.org", language="fr"
)


def make_request(
    name="1", *, hours=((8, 20),), lon=7.42, lat=43.73, devices=None, day=DAY, **changes
):
    """A request of `tests.places.TERRITORY`; `hours` are its windows on the local clock."""
    zone = ZoneInfo(TERRITORY.timezone)
    fields = {
        "id": f"{TERRITORY.id}.{name}",
        "territory": TERRITORY.id,
        "day": day,
        "reference": f"ref-{name}",
        "code": "KX7P2M",
        "customer": CUSTOMER,
        "address": Address(
            line1="1 Rue Grimaldi",
            postcode="98000",
            city="Monaco",
            country="mc",
            position=Position(lon=lon, lat=lat),
        ),
        "devices": devices or (Device(type="phone", battery=Battery.OK),),
        "windows": tuple(
            TimeWindow(
                start=to_utc(day, round(start * HOUR), zone),
                end=to_utc(day, round(end * HOUR), zone),
            )
            for start, end in hours
        ),
        "slot_id": None,
        "cancel_by": CREATED + timedelta(days=2),
        "created_at": CREATED,
        "state": RequestState.CONFIRMED,
    }
    return PickupRequest(**{**fields, **changes})


@dataclass(frozen=True)
class Day:
    """All that `Problem.build` and `check` ask for."""

    requests: tuple[PickupRequest, ...]
    territory: Territory
    matrix: TravelMatrix

    def problem(self, **options) -> Problem:
        return Problem.build(
            self.requests, self.territory, DEVICES, self.matrix, day=DAY, **options
        )


def devices():
    return st.builds(
        Device, type=st.sampled_from(sorted(DEVICES)), battery=st.sampled_from(Battery)
    )


def hours():
    return st.tuples(st.floats(5, 22), st.floats(0, 4)).map(lambda span: (span[0], sum(span)))


@st.composite
def requests(draw, name="1"):
    return make_request(
        name,
        hours=draw(st.lists(hours(), max_size=3)),
        lon=draw(st.floats(7.39, 7.46)),
        lat=draw(st.floats(43.70, 43.77)),
        devices=tuple(draw(st.lists(devices(), min_size=1, max_size=4))),
        priority=draw(st.integers(0, 3)),
    )


@st.composite
def vehicles(draw, name="van-1", depots=("hub",)):
    start = draw(st.integers(6, 18)) * HOUR
    return Vehicle(
        id=name,
        name=name,
        shift=Shift(start=start, end=start + draw(st.integers(1, 9)) * HOUR),
        capacity=Load(
            units=draw(st.integers(1, 9)),
            litres=draw(st.integers(2, 90)),
            grams=draw(st.integers(300, 20_000)),
        ),
        start_depot=draw(st.sampled_from(depots)),
        end_depot=draw(st.sampled_from(depots)),
        skills=draw(st.sampled_from([frozenset(), frozenset({"battery_trained"})])),
        fixed_cost=draw(st.integers(0, 5_000)),
        cost_per_hour=draw(st.integers(0, 3_000)),
        cost_per_km=draw(st.integers(0, 60)),
    )


@st.composite
def territories(draw, max_vehicles=3):
    names = ("hub", "annex")[: draw(st.integers(1, 2))]
    count = draw(st.integers(0, max_vehicles))
    return replace(
        TERRITORY,
        depots=tuple(Depot(id=n, name=n, position=Position(lon=7.417, lat=43.729)) for n in names),
        vehicles=tuple(draw(vehicles(f"van-{i}", names)) for i in range(count)),
        area=draw(st.sampled_from([(), TERRITORY.area])),
    )


@st.composite
def matrices(draw, size):
    """Asymmetric, with short and long legs and here and there none; no triangle rule."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    seconds = rng.integers(0, draw(st.sampled_from([300, 3_000, 20_000])), (size, size))
    metres = seconds * rng.integers(1, 20)
    none = rng.random((size, size)) < draw(st.sampled_from([0.0, 0.0, 0.2]))
    seconds[none] = metres[none] = UNREACHABLE
    np.fill_diagonal(seconds, 0)
    np.fill_diagonal(metres, 0)
    return TravelMatrix(
        seconds=seconds.astype(np.int32),
        metres=np.minimum(metres, UNREACHABLE).astype(np.int32),
        snap_metres=np.zeros(size, dtype=np.int32),
    )


@st.composite
def days(draw, max_requests=8):
    territory = draw(territories())
    count = draw(st.integers(0, max_requests))
    return Day(
        requests=tuple(draw(requests(str(i))) for i in range(count)),
        territory=territory,
        matrix=draw(matrices(len(territory.depots) + count)),
    )
