"""Two processes over one store: what the one changes, the other follows where it stands."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from collection.errors import CollectionError, SlotUnavailable
from collection.model import Battery, ClockBreak, Customer, Device, Position
from collection.routing.building import build, emission_classes, points
from collection.routing.day import day_of
from collection.routing.timing import schedule
from collection.scheduling import tentative
from collection.scheduling.booking import BookingDesk
from collection.scheduling.calendar import slot_id, slot_window
from collection.scheduling.improving import improve
from collection.scheduling.locating import AddressWish
from collection.scheduling.nightly import NightPorts, plan_night
from collection.scheduling.tentative import TentativeDays
from collection.scheduling.tentative_plans import STOP, kept_routes, named
from collection.scheduling.wishes import BookingWish
from collection.units import HOUR
from tests.fakes import FakeClock, FakeEventLog, FakeGeocoder, FakeRequestStore, GridMatrix
from tests.places import DEVICES, TERRITORY, make_request, make_vehicle

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY, NEXT_DAY = date(2026, 3, 4), date(2026, 3, 5)
STREETS = GridMatrix(traffic={0: 1.0, 9 * HOUR: 1.4})
NOBODY = Customer(name="", phone="", email="", language="")
ADA = Customer(name="Ada", phone="+33639980001", email="ada@example.org", language="fr")
PAUSE = ClockBreak(earliest=9 * HOUR, latest=10 * HOUR, seconds=1_800)
ROOM = replace(make_vehicle().capacity, units=3)
# Two vans for four hours: one pauses, the other is full after three phones.
SMALL = replace(
    TERRITORY,
    vehicles=(
        make_vehicle("van-1", end=12, breaks=(PAUSE,)),
        make_vehicle("van-2", end=12, capacity=ROOM, skills=()),
    ),
    service=replace(TERRITORY.service, at_door=1_200),
    reload_at_depots=True,
    solve_seconds=1,
)
EIGHT, TEN = SMALL.slots[:2]


def desk_of(store, clock):
    """A desk of a process of its own."""
    return BookingDesk(
        territories={SMALL.id: SMALL},
        devices=DEVICES,
        requests=store,
        geocoder=FakeGeocoder(()),
        clock=clock,
        days=TentativeDays(devices=DEVICES, requests=store, source=lambda _: STREETS, clock=clock),
    )


@pytest.fixture
def clock():
    return FakeClock(NOW)


@pytest.fixture
def here(store, clock):
    return desk_of(store, clock)


@pytest.fixture
def there(store, clock):
    return desk_of(store, clock)


def place_of(number):
    return Position(lon=7.405 + 0.004 * (number % 9), lat=43.72 + 0.003 * (number % 11))


def wish(number, *, row=EIGHT, day=DAY, **changes):
    swollen = Battery.SWOLLEN if number % 5 == 0 else Battery.OK
    fields = {
        "reference": f"R-{number}",
        "customer": ADA,
        "address": AddressWish(position=place_of(number)),
        "devices": (Device(type="phone", battery=swollen),),
        "slot_id": slot_id(SMALL, day, row),
    }
    return BookingWish(**{**fields, **changes})


def in_routes(desk, day=DAY):
    routes = desk.days.routes(SMALL, day).routes.values()
    return sorted(name for route in routes for name in route if not name.startswith(STOP))


def standing(store, day, now):
    return [request for request in store.day(SMALL.id, day) if request.standing(now)]


def prices(desk, day=DAY):
    """What one more request costs in each slot, by the plan that a process has laid out."""
    request = make_request("asked", lon=7.42, lat=43.735, day=day)
    windows = [slot_window(SMALL, day, row) for row in SMALL.slots]
    quotes = desk.days.ask(request, SMALL, {day: windows})[day].quotes
    return [quote and (quote.parts, quote.seconds, quote.metres) for quote in quotes]


def fill(desk, *, row=None):
    """Book until nobody has room any more; give who was promised a slot."""
    booked = []
    for number in range(30):
        try:
            booked.append(desk.accept(wish(number, row=row or (EIGHT, TEN)[number % 2])).id)
        except SlotUnavailable:
            continue
    return booked


def assert_sound(store, clock, *desks, days=(DAY, NEXT_DAY)):
    """Everybody who stands is in the routes once, in time, and for every process alike."""
    for day in days:
        for desk in desks:
            # Who looks may have to find a place for somebody, which the others then follow.
            desk.days.routes(SMALL, day)
        plans = [desk.days.routes(SMALL, day) for desk in desks]
        assert plans[1:] == plans[:-1]
        requests = standing(store, day, clock.now())
        assert in_routes(desks[0], day) == sorted(request.id for request in requests)
        travel = STREETS.travel(points(requests, SMALL), day=day, classes=emission_classes(SMALL))
        problem = build(requests, SMALL, DEVICES, travel, day=day)
        routes = kept_routes(problem, plans[0])
        # Nothing had to be mended: it is what was kept.
        assert named(problem, routes, dict(enumerate(problem.request_ids))) == plans[0].routes
        plain = day_of(problem)
        for van, route in enumerate(routes):
            assert schedule(plain, van, route).feasible
        if any(len(request.windows) > 1 for request in requests):
            # Who promised one of them plans with that one.
            continue
        # Who starts anew is told the same as who followed.
        fresh = prices(desk_of(store, clock), day)
        assert [prices(desk, day) for desk in desks] == [fresh] * len(desks)


@pytest.fixture
def laid_out(monkeypatch, here, there):
    """How often a day was laid out since both processes have it."""
    for desk in (here, there):
        for day in (DAY, NEXT_DAY):
            desk.days.routes(SMALL, day)
    read, calls = tentative.read_day, []

    def counted(*args, **options):
        calls.append(args[1])
        return read(*args, **options)

    monkeypatch.setattr(tentative, "read_day", counted)
    return calls


def test_bookings_are_followed(store, clock, here, there, laid_out):
    for number in range(8):
        booked = (here, there)[number % 2].accept(wish(number, row=(EIGHT, TEN)[number % 2]))
        assert booked.id in in_routes((there, here)[number % 2])
    assert laid_out == []
    assert_sound(store, clock, here, there)


def test_several_bookings_are_followed_at_once(store, clock, here, there, laid_out):
    booked = [here.accept(wish(number, row=(EIGHT, TEN)[number % 2])).id for number in range(8)]
    assert in_routes(there) == sorted(booked)
    assert laid_out == []
    assert_sound(store, clock, here, there)


def test_neighbours_at_one_door_are_followed(store, clock, here, there, laid_out):
    for number in range(3):
        here.accept(wish(7, reference=f"R-{number}"))
        in_routes(there)
    assert laid_out == []
    assert_sound(store, clock, here, there)


def test_cancellations_are_followed(store, clock, here, there, laid_out):
    booked = [here.accept(wish(number)).id for number in range(5)]
    in_routes(there)
    for gone in (2, 0):
        here.cancel(booked.pop(gone))
        assert in_routes(there) == sorted(booked)
    assert laid_out == []
    assert_sound(store, clock, here, there)


def test_who_moves_to_another_day_is_followed(store, clock, here, there, laid_out):
    booked = [here.accept(wish(number)).id for number in range(4)]
    in_routes(there)
    here.reschedule(booked[1], slot_id=slot_id(SMALL, NEXT_DAY, EIGHT))
    assert in_routes(there) == sorted({*booked} - {booked[1]})
    assert in_routes(there, NEXT_DAY) == [booked[1]]
    assert laid_out == []
    assert_sound(store, clock, here, there)


def test_who_moves_within_a_day_is_followed(store, clock, here, there, laid_out):
    booked = [here.accept(wish(number)).id for number in range(4)]
    in_routes(there)
    here.reschedule(booked[1], slot_id=slot_id(SMALL, DAY, TEN))
    assert in_routes(there) == sorted(booked)
    assert laid_out == []
    assert_sound(store, clock, here, there)


def test_who_moves_there_and_back_is_followed(store, clock, here, there, laid_out):
    booked = here.accept(wish(1)).id
    for day, row in ((DAY, TEN), (NEXT_DAY, EIGHT), (DAY, EIGHT)):
        in_routes(there)
        here.reschedule(booked, slot_id=slot_id(SMALL, day, row))
    assert (in_routes(there), in_routes(there, NEXT_DAY)) == ([booked], [])
    assert laid_out == []
    assert_sound(store, clock, here, there)


def test_better_routes_are_followed(store, clock, here, there, laid_out):
    for number in range(9):
        here.accept(wish(number, row=(EIGHT, TEN)[number % 2]))
    before = there.days.routes(SMALL, DAY)
    assert improve(SMALL, DAY, store, DEVICES, STREETS, now=NOW, seconds=1)
    better = store.tentative(SMALL.id, DAY)
    assert better.routes != before.routes
    assert there.days.routes(SMALL, DAY) == better
    assert laid_out == []
    assert_sound(store, clock, here, there)


def test_holds_their_end_and_their_confirmation_are_followed(store, clock, here, there, laid_out):
    sure, unsure, freed = (
        here.hold(wish(number, customer=NOBODY, reference="")) for number in range(1, 4)
    )
    assert in_routes(there) == sorted([sure.id, unsure.id, freed.id])
    there.accept(wish(1, slot_id=None, hold_id=sure.id))
    there.free(freed.id)
    assert in_routes(here) == sorted([sure.id, unsure.id])
    clock.advance(minutes=10)
    assert in_routes(there) == in_routes(here) == [sure.id]
    assert laid_out == []
    assert_sound(store, clock, here, there)


def test_who_was_booked_without_a_plan_is_given_a_place(store, clock, here, there, laid_out):
    booked = here.accept(wish(1))
    in_routes(there)
    stray = store.book(replace(booked, id="monaco.stray", code="STRAY"))
    assert in_routes(there) == sorted([booked.id, stray.id])
    assert in_routes(here) == sorted([booked.id, stray.id])
    assert laid_out == []
    assert_sound(store, clock, here, there)


def test_a_promise_of_several_windows_is_laid_out_anew(store, clock, here, there, laid_out):
    windows = tuple(slot_window(SMALL, DAY, row) for row in (EIGHT, TEN))
    booked = here.accept(wish(1, slot_id=None, windows=windows))
    assert in_routes(there) == [booked.id]
    assert laid_out == [DAY]
    assert_sound(store, clock, here, there)


def test_two_who_know_different_windows_of_a_promise_settle_for_one_plan(store, clock, here, there):
    # Who promised one of several windows plans with that one, who follows with all of them.
    windows = tuple(slot_window(SMALL, DAY, row) for row in (EIGHT, TEN))
    here.accept(wish(4, row=TEN))
    in_routes(there)
    there.accept(wish(0, slot_id=None, windows=windows))
    here.accept(wish(7, row=TEN))
    for _ in range(2):
        in_routes(here)
        in_routes(there)
    settled = store.tentative(SMALL.id, DAY)
    in_routes(here)
    in_routes(there)
    assert store.tentative(SMALL.id, DAY) == settled
    assert_sound(store, clock, here, there, days=(DAY,))


def test_pauses_and_visits_of_the_hub_are_followed(store, clock, here, there, laid_out):
    fill(here)
    stops = [n for route in there.days.routes(SMALL, DAY).routes.values() for n in route]
    assert {n for n in stops if n.startswith(STOP)} >= {STOP + "0", STOP + "1"}, stops
    for request in store.day(SMALL.id, DAY)[::2]:
        there.cancel(request.id)
        assert in_routes(here) == in_routes(there)
    assert laid_out == []
    assert_sound(store, clock, here, there)


def test_seats_are_given_back(store, clock, here, there, laid_out):
    for turn in range(40):
        for number in range(2):
            here.cancel(here.accept(wish(number, row=(EIGHT, TEN)[turn % 2])).id)
            in_routes(there)
    booked = here.accept(wish(1))
    assert in_routes(here) == in_routes(there) == [booked.id]
    assert laid_out == []
    assert_sound(store, clock, here, there)


def test_a_seat_that_was_left_tells_nothing_of_who_sat_there(store, clock, here, there):
    there.cancel(there.accept(wish(38)).id)
    assert in_routes(there) == []
    here.accept(wish(5))
    # Somebody else at another place: the way there is another, too.
    assert_sound(store, clock, here, there, days=(DAY,))


def test_a_booking_beside_a_seat_that_was_left_is_answered(store, clock, here, there):
    gone = there.accept(wish(36)).id
    here.cancel(gone)
    in_routes(there)
    booked = [here.accept(wish(10, row=TEN)).id, there.accept(wish(18, row=TEN)).id]
    assert in_routes(there) == in_routes(here) == sorted(booked)
    assert_sound(store, clock, here, there, days=(DAY,))


def test_who_lost_a_place_may_move_within_the_day(store, clock, here):
    # As after a van was taken away: a promise that is in nobody's route.
    booked = fill(here, row=EIGHT)
    lost = store.book(replace(store.get(booked[0]), id="monaco.lost", code="LOST"))
    assert lost.id not in in_routes(here)
    other = here.accept(wish(0, row=TEN))
    here.cancel(other.id)
    # So there is room at ten, at the very same door.
    moved = here.reschedule(lost.id, slot_id=slot_id(SMALL, DAY, TEN))
    assert in_routes(here) == sorted([*booked, moved.id])
    assert_sound(store, clock, here, days=(DAY,))


def test_who_lost_a_place_has_it_when_somebody_cancels(store, clock, here, there):
    booked = fill(here, row=EIGHT)
    lost = store.book(replace(store.get(booked[0]), id="monaco.lost", code="LOST"))
    assert lost.id not in in_routes(here)
    assert lost.id not in in_routes(there)
    here.cancel(booked[0])
    assert in_routes(there) == in_routes(here) == sorted([*booked[1:], lost.id])
    assert_sound(store, clock, here, there, days=(DAY,))


def test_what_is_promised_after_following_is_in_the_nights_plan(store, plans, clock, here, there):
    promised = set()
    for number in range(24):
        desk, row = (here, there)[number % 2], (EIGHT, TEN)[number // 2 % 2]
        try:
            promised.add(desk.accept(wish(number, row=row)).id)
        except SlotUnavailable:
            gone = min(promised)
            desk.cancel(gone)
            promised.remove(gone)
    assert len(promised) > 6
    ports = NightPorts(
        territories={SMALL.id: SMALL},
        devices=DEVICES,
        requests=store,
        plans=plans,
        source=lambda _: STREETS,
        clock=FakeClock(datetime(2026, 3, 3, 20, tzinfo=UTC)),
        workers=1,
    )
    plan = plan_night(SMALL.id, DAY, ports).plan
    assert (plan.unassigned, plan.violations) == ((), ())
    assert {stop.request_id for route in plan.routes for stop in route.stops} == promised


OTHERS = ("book_either", "confirm", "free", "cancel", "move", "wait", "improve", "look")
STEPS = st.tuples(
    st.sampled_from([*("book", "hold") * 2, *OTHERS]),
    st.integers(0, 1),
    st.integers(0, 60),
    st.sampled_from([EIGHT, TEN]),
    st.sampled_from([DAY, DAY, DAY, NEXT_DAY]),
)


def one_of(names, which):
    return sorted(names)[which % len(names) :][:1] if names else []


class Life:
    """What two processes do to two days, and what each was promised."""

    def __init__(self):
        self.clock = FakeClock(NOW)
        self.store = FakeRequestStore(FakeEventLog())
        self.desks = [desk_of(self.store, self.clock) for _ in range(2)]
        self.held = {}
        self.promised = set()

    def step(self, do, process, *what):
        getattr(self, do)(self.desks[process], *what)

    def book(self, desk, number, row, day):
        self.promised.add(desk.accept(wish(number, row=row, day=day)).id)

    def book_either(self, desk, number, row, day):
        windows = tuple(slot_window(SMALL, day, one) for one in (EIGHT, TEN))
        self.promised.add(desk.accept(wish(number, slot_id=None, windows=windows)).id)

    def hold(self, desk, number, row, day):
        asked = wish(number, row=row, day=day, customer=NOBODY, reference="")
        self.held[desk.hold(asked).id] = number

    def confirm(self, desk, which, row, day):
        for name in one_of(self.held, which):
            desk.accept(wish(self.held[name], slot_id=None, hold_id=name))
            self.promised.add(name)
            del self.held[name]

    def free(self, desk, which, row, day):
        for name in one_of(self.held, which):
            desk.free(name)
            del self.held[name]

    def cancel(self, desk, which, row, day):
        for name in one_of(self.promised, which):
            desk.cancel(name)
            self.promised.remove(name)

    def move(self, desk, which, row, day):
        for name in one_of(self.promised, which):
            desk.reschedule(name, slot_id=slot_id(SMALL, day, row))

    def wait(self, desk, minutes, row, day):
        self.clock.advance(minutes=minutes % 7)

    def improve(self, desk, which, row, day):
        at = {"now": self.clock.now(), "seconds": 5, "iteration_limit": 200}
        improve(SMALL, day, self.store, DEVICES, STREETS, **at)

    def look(self, desk, which, row, day):
        desk.days.routes(SMALL, day)


@given(steps=st.lists(STEPS, min_size=8, max_size=50))
@settings(
    max_examples=30,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
def test_whatever_two_processes_do_everybody_who_stands_has_a_place(steps):
    life = Life()
    for step in steps:
        try:
            life.step(*step)
        except CollectionError:
            # Refused: then nothing may have changed, which the end tells.
            continue
    now = life.clock.now()
    still = {
        request.id
        for day in (DAY, NEXT_DAY)
        for request in life.store.day(SMALL.id, day)
        if request.standing(now)
    }
    assert life.promised <= still
    assert still - life.promised <= life.held.keys()
    assert_sound(life.store, life.clock, *life.desks)
    # An hour later nothing is held any more, and what was promised still stands.
    life.clock.instant += timedelta(hours=1)
    assert_sound(life.store, life.clock, *life.desks)
    assert {*in_routes(life.desks[0]), *in_routes(life.desks[0], NEXT_DAY)} == life.promised
