"""A promise is a place in the day's plan: asked, booked, moved, cancelled, planned at night."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest

from collection.errors import NoRoom, SlotUnavailable, TentativeChanged
from collection.model import Battery, ClockBreak, Device, Instructions, TimeWindow
from collection.scheduling.calendar import slot_id, slot_window
from collection.scheduling.fingerprint import fleet_mark
from collection.scheduling.improving import improve
from collection.scheduling.nightly import NightPorts, plan_night
from collection.scheduling.tentative import TentativeDays
from collection.scheduling.tentative_plans import STOP
from collection.units import HOUR
from tests.fakes import FakeClock, FakeEventLog, FakePlanStore, FakeRequestStore, GridMatrix
from tests.places import DAY, DEVICES, TERRITORY, make_request, make_vehicle

# Two vans for four hours each, with a break that must fit in.
SMALL = replace(
    TERRITORY,
    vehicles=(make_vehicle("van-1", start=8, end=12), make_vehicle("van-2", start=8, end=12)),
    service=replace(TERRITORY.service, at_door=1_200),
)
STREETS = GridMatrix(traffic={0: 1.0, 9 * HOUR: 1.4})
EIGHT, TEN = TERRITORY.slots[:2]
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
def store():
    return FakeRequestStore(FakeEventLog())


def days_of(store):
    return TentativeDays(
        devices=DEVICES, requests=store, source=lambda _: STREETS, clock=FakeClock(NOW)
    )


@pytest.fixture
def days(store):
    return days_of(store)


def wish(number, *, row=EIGHT, territory=SMALL, **changes):
    return make_request(
        str(number),
        lon=7.405 + 0.004 * (number % 9),
        lat=43.72 + 0.003 * (number % 11),
        code=f"CODE{number}",
        **{
            "windows": (slot_window(territory, DAY, row),),
            "slot_id": slot_id(territory, DAY, row),
            **changes,
        },
    )


def book(store, days, request, territory=SMALL):
    return days.place(
        request,
        territory,
        lambda plan: store.book(request, tentative=plan),
    )


def ask(days, request, territory, rows):
    windows = [slot_window(territory, DAY, row) for row in rows]
    return days.ask(request, territory, {DAY: windows})[DAY]


def fill(store, days, territory=SMALL, *, most=40):
    """Book until nobody has room any more; give who was promised a slot."""
    promised = []
    for number in range(most):
        for row in (EIGHT, TEN):
            try:
                promised.append(book(store, days, wish(number, row=row), territory).id)
                break
            except SlotUnavailable:
                continue
    return promised


def in_routes(plan):
    return Counter(n for route in plan.routes.values() for n in route if not n.startswith(STOP))


def night(store, territory=SMALL, **options):
    quick = replace(territory, solve_seconds=1)
    ports = NightPorts(
        territories={quick.id: quick},
        devices=DEVICES,
        requests=store,
        plans=FakePlanStore(store),
        source=lambda _: STREETS,
        clock=FakeClock(datetime(2026, 3, 3, 20, tzinfo=UTC)),
        workers=1,
    )
    return plan_night(quick.id, DAY, ports, **options).plan


def test_a_question_promises_nothing(store, days):
    asked = ask(days, wish(1), SMALL, SMALL.slots)

    assert [quote is not None for quote in asked.quotes] == [True, True, False, False, False, False]
    assert asked.quotes[0].cost > 0
    assert in_routes(days.routes(SMALL, DAY)) == {}
    assert store.day("monaco", DAY) == ()


def test_a_question_twice_is_answered_the_same(store, days):
    fill(store, days, most=4)

    assert ask(days, wish(7), SMALL, SMALL.slots) == ask(days, wish(7), SMALL, SMALL.slots)


def test_what_no_van_may_carry_has_a_reason(days):
    untrained = replace(SMALL, vehicles=(make_vehicle("van-1", skills=()),))
    swollen = wish(1, devices=(Device(type="phone", battery=Battery.SWOLLEN),))
    asked = ask(days, swollen, untrained, [EIGHT])

    assert (asked.quotes, asked.reason) == ((None,), "no_skill")
    with pytest.raises(NoRoom, match="nobody can come then"):
        days.place(swollen, untrained, lambda _: pytest.fail("it was stored"))


def test_each_day_is_asked_by_the_rules_that_then_hold(days):
    swollen = next(rule for rule in SMALL.triage if Battery.SWOLLEN in rule.answers)
    others = tuple(rule for rule in SMALL.triage if rule is not swollen)
    free, until = replace(swollen, skill=""), DAY + timedelta(days=1)
    changing = replace(
        SMALL,
        vehicles=(make_vehicle("van-1", skills=()),),
        triage=(*others, free, replace(swollen, skill="trained", valid_from=until)),
    )
    asked = days.ask(
        wish(1, devices=(Device(type="phone", battery=Battery.SWOLLEN),)),
        changing,
        {day: [slot_window(changing, day, EIGHT)] for day in (DAY, until)},
    )

    assert asked[DAY].quotes[0] is not None
    assert (asked[until].quotes, asked[until].reason) == ((None,), "no_skill")


def test_everybody_who_was_promised_a_slot_is_in_the_nights_plan(store, days):
    promised = fill(store, days)
    assert 8 < len(promised) < 30
    assert in_routes(days.routes(SMALL, DAY)) == dict.fromkeys(promised, 1)

    plan = night(store)
    assert plan.violations == ()
    assert plan.unassigned == ()
    assert {stop.request_id for route in plan.routes for stop in route.stops} == set(promised)


def test_a_restart_loses_nothing(store, days):
    fill(store, days, most=6)
    before = days.routes(SMALL, DAY)

    assert days_of(store).routes(SMALL, DAY) == before
    assert store.tentative("monaco", DAY).routes == before.routes


def test_who_cancels_makes_room(store, days):
    promised = fill(store, days)
    late = wish(99, row=EIGHT)
    with pytest.raises(SlotUnavailable, match="no van has room"):
        book(store, days, late)
    for name in promised[:2]:
        store.cancel(name, at=NOW)
    book(store, days, late)

    assert in_routes(days.routes(SMALL, DAY)) == dict.fromkeys([*promised[2:], late.id], 1)


def test_a_refusal_writes_nothing(store, days):
    fill(store, days)
    before, version = store.day("monaco", DAY), store.tentative_versions("monaco", [DAY])
    with pytest.raises(SlotUnavailable):
        book(store, days, wish(99))

    assert store.day("monaco", DAY) == before
    assert store.tentative_versions("monaco", [DAY]) == version


def test_the_same_booking_twice_takes_one_place(store, days):
    first = book(store, days, wish(1))
    again = book(store, days, replace(wish(1), code="OTHER"))

    assert again == first
    assert in_routes(days.routes(SMALL, DAY)) == {first.id: 1}


def test_who_moves_within_a_day_does_not_stand_in_its_own_way(store, days):
    one = replace(SMALL, vehicles=SMALL.vehicles[:1])
    for number in range(9):
        try:
            stored = book(store, days, wish(number, row=EIGHT), one)
        except SlotUnavailable:
            break
    moved = replace(stored, windows=(slot_window(one, DAY, TEN),), slot_id=slot_id(one, DAY, TEN))
    days.place(
        moved,
        one,
        lambda plan: store.reschedule(moved, at=NOW, tentative=plan),
    )

    assert in_routes(days.routes(one, DAY))[stored.id] == 1
    assert night(store, one).unassigned == ()


def test_two_processes_see_each_others_bookings(store):
    here, there = days_of(store), days_of(store)
    for number in range(10):
        book(store, (here, there)[number % 2], wish(number, row=(EIGHT, TEN)[number % 2]))

    assert here.routes(SMALL, DAY) == there.routes(SMALL, DAY)
    assert sum(in_routes(here.routes(SMALL, DAY)).values()) == 10


def test_who_loses_a_race_tries_again(store):
    here, there = days_of(store), days_of(store)
    here.routes(SMALL, DAY)
    raced = []

    def late(plan):
        if not raced:
            raced.append(book(store, there, wish(1)))
        return store.book(wish(2), tentative=plan)

    here.place(wish(2), SMALL, late)
    assert in_routes(here.routes(SMALL, DAY)) == {"monaco.1": 1, "monaco.2": 1}


def test_who_always_loses_is_told(store, days):
    def never(_):
        raise TentativeChanged("another change came first")

    with pytest.raises(TentativeChanged, match="try again"):
        days.place(wish(1), SMALL, never)


def test_many_at_once_are_all_in_once(store, days):
    with ThreadPoolExecutor(8) as pool:
        rows = [(EIGHT, TEN)[n % 2] for n in range(12)]
        list(pool.map(lambda n: book(store, days, wish(n, row=rows[n])), range(12)))

    assert in_routes(days.routes(SMALL, DAY)) == {f"monaco.{n}": 1 for n in range(12)}


def test_a_van_less_leaves_out_only_whom_nobody_can_take_over(store, days):
    promised = fill(store, days, most=6)
    one = replace(SMALL, vehicles=SMALL.vehicles[1:])

    assert in_routes(days_of(store).routes(one, DAY)) <= Counter(promised)
    assert night(store, one).violations == ()


def test_more_bookings_than_seats(store, days):
    wide = replace(TERRITORY, vehicles=tuple(make_vehicle(f"van-{n}") for n in range(8)))
    for number in range(70):
        book(store, days, wish(number, row=wide.slots[number % 6]), wide)

    assert sum(in_routes(days.routes(wide, DAY)).values()) == 70


@pytest.mark.parametrize("others", [63, 64, 65])
def test_as_many_bookings_by_others_as_there_are_seats(store, others):
    wide = replace(TERRITORY, vehicles=tuple(make_vehicle(f"van-{n}") for n in range(8)))
    here, there = days_of(store), days_of(store)
    here.routes(wide, DAY)
    for number in range(others):
        book(store, there, wish(number, row=wide.slots[number % 6]), wide)

    assert any(ask(here, wish(99), wide, wide.slots).quotes)


def test_free_windows_are_tried_one_by_one(store, days):
    start = slot_window(SMALL, DAY, EIGHT).start
    spans = (
        TimeWindow(start=start - timedelta(hours=3), end=start - timedelta(hours=2)),
        TimeWindow(start=start + timedelta(hours=1), end=start + timedelta(hours=2)),
    )
    book(store, days, wish(1, windows=spans))

    assert night(store).unassigned == ()


def test_improving_keeps_every_promise(store, days):
    promised = fill(store, days)
    assert store.unimproved("monaco", [DAY], fleet=fleet_mark(SMALL)) == (DAY,)
    before = days.routes(SMALL, DAY)

    assert improve(SMALL, DAY, store, DEVICES, STREETS, now=NOW, seconds=1)
    after = days.routes(SMALL, DAY)
    assert in_routes(after) == in_routes(before) == dict.fromkeys(promised, 1)
    assert after.version > before.version
    assert store.unimproved("monaco", [DAY], fleet=fleet_mark(SMALL)) == ()


class Changing(GridMatrix):
    """Streets whose reading takes so long that something happens meanwhile."""

    def __init__(self, *happens):
        super().__init__(traffic={0: 1.0, 9 * HOUR: 1.4})
        self.happens = list(happens)

    def travel(self, *args, **kwargs):
        if self.happens:
            self.happens.pop(0)()
        return super().travel(*args, **kwargs)


def test_who_books_while_a_day_is_improved_joins_the_better_routes(store, days):
    promised = fill(store, days, most=4)
    late = wish(50, row=TEN)
    changing = Changing(lambda: book(store, days, late), lambda: store.cancel(promised[0], at=NOW))

    assert improve(SMALL, DAY, store, DEVICES, changing, now=NOW, seconds=0.2)
    assert in_routes(days.routes(SMALL, DAY)) == dict.fromkeys([*promised[1:], late.id], 1)
    # Who came was put where there was room: a solver had no time for them yet.
    assert store.unimproved("monaco", [DAY], fleet=fleet_mark(SMALL)) == (DAY,)


def test_an_improvement_is_dropped_where_others_come_again_and_again(store, days):
    fill(store, days, most=4)
    changing = Changing(*(partial(store.book, wish(50 + number)) for number in range(9)))
    before = store.tentative("monaco", DAY).routes

    assert not improve(SMALL, DAY, store, DEVICES, changing, now=NOW, seconds=0.2)
    assert store.tentative("monaco", DAY).routes == before


@pytest.fixture
def tiny():
    """A van that takes two phones at a time, and may be emptied at the hub."""
    room = replace(make_vehicle().capacity, units=2)
    return replace(SMALL, vehicles=(make_vehicle("van-1", capacity=room),), reload_at_depots=True)


def test_a_full_van_is_emptied_on_its_way(store, days, tiny):
    for number in range(5):
        book(store, days, wish(number), tiny)

    assert in_routes(days.routes(tiny, DAY)) == {f"monaco.{n}": 1 for n in range(5)}
    plan = night(store, tiny)
    assert (plan.unassigned, plan.violations) == ((), ())


def test_nobody_is_emptied_for_who_cancelled(store, days, tiny):
    for number in range(5):
        book(store, days, wish(number), tiny)
    assert any(name.startswith(STOP) for name in days.routes(tiny, DAY).routes["van-1"])
    for number in range(5):
        store.cancel(f"monaco.{number}", at=NOW)
        left = {f"monaco.{n}": 1 for n in range(number + 1, 5)}
        assert in_routes(days.routes(tiny, DAY)) == left

    assert days.routes(tiny, DAY).routes == {}
    assert ask(days, wish(7), tiny, [EIGHT]).quotes[0] is not None


def test_a_break_that_stood_behind_who_cancels_goes_elsewhere(store, days):
    lunch = ClockBreak(earliest=9 * HOUR, latest=10 * HOUR, seconds=1_800)
    one = replace(SMALL, vehicles=(make_vehicle("van-1", end=12, breaks=(lunch,)),))
    names = fill(store, days, one, most=12)
    assert any(n.startswith(STOP) for n in days.routes(one, DAY).routes["van-1"])
    for gone, name in enumerate(names[:-1], start=1):
        store.cancel(name, at=NOW)
        assert in_routes(days.routes(one, DAY)) == dict.fromkeys(names[gone:], 1)


def test_who_is_idle_today_may_have_a_prefix_tomorrow(store, days):
    # What the night is asked for need not fit the tentative plan: then it begins anew.
    promised = fill(store, days, most=3)
    (used,) = days.routes(SMALL, DAY).routes
    other = next(v.id for v in SMALL.vehicles if v.id != used)
    plan = night(store, instructions=Instructions(prefixes={other: (promised[0],)}))

    assert (plan.unassigned, plan.violations) == ((), ())
    assert {route.vehicle_id for route in plan.routes} >= {other}


def test_a_store_that_is_put_back_to_an_earlier_day_is_followed(store, days):
    (alone, _) = ask(days, wish(5), SMALL, (EIGHT, TEN)).quotes
    book(store, days, wish(5))
    assert ask(days, wish(5), SMALL, (EIGHT, TEN)).quotes[0].metres == 0
    store.requests.clear()
    store.tentatives.clear()
    assert ask(days, wish(5), SMALL, (EIGHT, TEN)).quotes[0].metres == alone.metres > 0
