"""Slots that are held for somebody who still writes, on the fake and the real store alike."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from collection.errors import (
    CollectionError,
    Conflict,
    InvalidRequest,
    NotFound,
    SlotUnavailable,
    StoreUnavailable,
)
from collection.model import (
    Address,
    Battery,
    Building,
    Customer,
    Device,
    EventType,
    Position,
    RequestState,
)
from collection.scheduling.booking import HOLD, BookingDesk
from collection.scheduling.locating import AddressWish
from collection.scheduling.nightly import NightPorts, plan_night
from collection.scheduling.slots import NO_ROOM, offer_to
from collection.scheduling.tentative import TentativeDays
from collection.scheduling.tentative_plans import STOP
from collection.scheduling.wishes import BookingWish
from tests.fakes import (
    FakeClock,
    FakeGeocoder,
    GridMatrix,
)
from tests.places import DEVICES, FIVE_STOPS

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
DAY = date(2026, 11, 25)
CUT_OFF = datetime(2026, 11, 24, 17, tzinfo=UTC)
SLOT = "monaco.2026-11-25.0800"
HERE = AddressWish(position=Position(lon=7.42, lat=43.73))
ADA = Customer(name="Ada", phone="+33639980001", email="ada@example.org", language="fr")
EVE = replace(ADA, name="Eve", email="eve@example.org")
NOBODY = Customer(name="", phone="", email="", language="")
PHONE = Device(type="phone", battery=Battery.OK)


@pytest.fixture
def clock():
    return FakeClock(NOW)


def desk_of(store, clock, territory=FIVE_STOPS):
    """A desk of a process of its own."""
    streets = GridMatrix()
    return BookingDesk(
        territories={territory.id: territory},
        devices=DEVICES,
        requests=store,
        geocoder=FakeGeocoder(()),
        clock=clock,
        days=TentativeDays(devices=DEVICES, requests=store, source=lambda _: streets, clock=clock),
    )


@pytest.fixture
def desk(store, clock):
    return desk_of(store, clock)


def wish(**changes):
    fields = {
        "reference": "R-1",
        "customer": ADA,
        "address": HERE,
        "devices": (PHONE,),
        "slot_id": SLOT,
    }
    return BookingWish(**{**fields, **changes})


def hold(desk, **changes):
    return desk.hold(wish(**{"customer": NOBODY, "reference": "", **changes}))


def confirm(desk, held, **changes):
    return desk.accept(wish(**{"slot_id": None, "hold_id": held.id, **changes}))


def in_routes(desk, day=DAY):
    routes = desk.days.routes(FIVE_STOPS, day).routes.values()
    return {name for route in routes for name in route if not name.startswith(STOP)}


def first_offer(desk):
    offers = offer_to(
        FIVE_STOPS,
        desk.requests,
        desk.days,
        desk.clock.now(),
        address=Address(line1="", postcode="", city="", country="mc", position=HERE.position),
        devices=(PHONE,),
        day=DAY,
    )
    return offers[0]


def fill(desk, places):
    """Book all but some places of the day."""
    return {desk.accept(wish()).id for _ in range(5 - places)}


def gone(store, request_id):
    try:
        store.get(request_id)
    except NotFound:
        return request_id not in {request.id for request in store.day("monaco", DAY)}
    return False


class TestHold:
    def test_takes_a_place_for_ten_minutes_and_tells_nobody(self, desk, store, events):
        held = hold(desk)
        assert held.state is RequestState.REQUESTED
        assert (held.day, held.slot_id) == (DAY, SLOT)
        assert held.held_until == NOW + timedelta(minutes=10) == NOW + HOLD
        assert store.get(held.id) == held
        assert in_routes(desk) == {held.id}
        assert events.read("monaco", DAY) == ()

    def test_is_for_one_of_several_windows_like_a_booking(self, desk):
        window = desk.accept(wish()).windows[0]
        later = replace(window, start=window.end, end=window.end + timedelta(hours=1))
        held = hold(desk, slot_id=None, windows=(later, window))
        assert held.windows == (window, later)
        assert held.id in in_routes(desk)

    def test_does_not_outlive_the_cut_off(self, desk, clock):
        clock.instant = CUT_OFF - timedelta(minutes=4)
        held = hold(desk)
        assert held.held_until == CUT_OFF
        clock.instant = CUT_OFF
        with pytest.raises(SlotUnavailable, match="no longer held"):
            confirm(desk, held)

    def test_after_the_cut_off_is_refused(self, desk, clock, store):
        clock.instant = CUT_OFF
        with pytest.raises(SlotUnavailable, match="closed"):
            hold(desk)
        assert store.day("monaco", DAY) == ()

    def test_of_a_closed_day_is_refused(self, desk, store):
        store.close_day("monaco", DAY, at=NOW)
        with pytest.raises(SlotUnavailable, match="closed"):
            hold(desk)
        assert store.day("monaco", DAY) == ()
        assert in_routes(desk) == set()

    def test_the_same_key_holds_once(self, desk):
        asked = wish(customer=NOBODY, reference="")
        first = desk.hold(asked, key="k1")
        assert desk.hold(asked, key="k1") == first
        assert desk.hold(asked, key="k2").id != first.id
        assert len(in_routes(desk)) == 2

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"devices": ()}, "devices"),
            ({"devices": (Device(type="fax"),)}, "devices.0.type"),
            ({"address": AddressWish(position=Position(lon=2.35, lat=48.85))}, "address"),
            ({"slot_id": None}, "slot_id"),
        ],
    )
    def test_wrong_input_names_its_field_and_holds_nothing(self, desk, store, changes, field):
        with pytest.raises(InvalidRequest) as caught:
            hold(desk, **changes)
        assert caught.value.field == field
        assert store.day("monaco", DAY) == ()

    def test_cannot_be_moved(self, desk):
        held = hold(desk)
        with pytest.raises(Conflict, match="requested"):
            desk.reschedule(held.id, slot_id="monaco.2026-11-26.0800")
        assert in_routes(desk) == {held.id}


class TestTheLastPlace:
    def test_that_is_held_is_refused_to_others(self, desk):
        booked = fill(desk, 1)
        held = hold(desk)
        assert first_offer(desk).reason == NO_ROOM
        for other in (hold, desk.accept):
            with pytest.raises(SlotUnavailable, match="no van has room"):
                other(desk) if other is hold else other(wish(customer=EVE))
        assert in_routes(desk) == {*booked, held.id}

    def test_is_offered_again_after_ten_minutes(self, desk, clock, store):
        booked = fill(desk, 1)
        held = hold(desk)
        clock.instant = held.held_until - timedelta(seconds=1)
        assert first_offer(desk).reason == NO_ROOM
        clock.instant = held.held_until
        assert first_offer(desk).reason == ""
        assert gone(store, held.id)
        assert in_routes(desk) == booked
        other = desk.accept(wish(customer=EVE))
        assert in_routes(desk) == {*booked, other.id}
        with pytest.raises(SlotUnavailable, match="no longer held") as caught:
            confirm(desk, held)
        assert caught.value.field == "hold_id"
        assert in_routes(desk) == {*booked, other.id}

    def test_may_be_booked_after_ten_minutes_without_a_question(self, desk, clock):
        fill(desk, 1)
        held = hold(desk)
        clock.instant = held.held_until
        assert desk.accept(wish(customer=EVE)).id in in_routes(desk)

    def test_is_free_at_once_for_who_says_so(self, desk, store):
        booked = fill(desk, 1)
        held = hold(desk)
        desk.free(held.id)
        assert gone(store, held.id)
        assert in_routes(desk) == booked
        assert hold(desk).id in in_routes(desk)
        desk.free(held.id)
        desk.free("monaco.nothing")

    def test_that_was_confirmed_stays_taken(self, desk, clock, store):
        booked = fill(desk, 1)
        held = hold(desk)
        confirmed = confirm(desk, held)
        clock.instant = held.held_until + timedelta(hours=1)
        assert first_offer(desk).reason == NO_ROOM
        desk.free(held.id)
        assert in_routes(desk) == {*booked, held.id}
        assert store.get(held.id) == confirmed


class TestConfirm:
    def test_keeps_the_place_and_names_who_asks(self, desk, clock, store, events):
        held = hold(desk)
        routes = desk.days.routes(FIVE_STOPS, DAY)
        clock.advance(minutes=3)
        booked = confirm(desk, held)
        assert booked.state is RequestState.CONFIRMED
        assert (booked.id, booked.code, booked.windows) == (held.id, held.code, held.windows)
        assert (booked.customer, booked.reference, booked.slot_id) == (ADA, "R-1", SLOT)
        assert (booked.created_at, booked.held_until) == (clock.now(), None)
        assert store.day("monaco", DAY) == (booked,)
        assert desk.days.routes(FIVE_STOPS, DAY) == routes
        (event,) = events.read("monaco", DAY)
        assert (event.type, event.request_id, event.at) == (
            EventType.BOOKED,
            held.id,
            clock.now(),
        )

    def test_words_for_the_driver_may_still_change(self, desk):
        held = hold(desk)
        address = replace(HERE, access_notes="code 24A6")
        devices = (replace(PHONE, imei="490154203237518", defect="screen"),)
        booked = confirm(desk, held, address=address, devices=devices)
        assert booked.address.access_notes == "code 24A6"
        assert booked.devices == devices

    @pytest.mark.parametrize(
        "changes",
        [
            {"address": AddressWish(position=Position(lon=7.425, lat=43.731))},
            {"address": replace(HERE, floor=3)},
            {"address": replace(HERE, lift=False)},
            {"address": replace(HERE, building=Building.OFFICE)},
            {"devices": (PHONE, PHONE)},
            {"devices": (Device(type="laptop", battery=Battery.OK),)},
            {"devices": (replace(PHONE, battery=Battery.SWOLLEN),)},
        ],
    )
    def test_another_address_or_other_devices_are_refused(self, desk, store, changes):
        held = hold(desk)
        with pytest.raises(InvalidRequest, match="another address or other devices") as caught:
            confirm(desk, held, **changes)
        assert caught.value.field == "hold_id"
        assert store.get(held.id) == held
        assert confirm(desk, held).state is RequestState.CONFIRMED

    def test_twice_gives_the_same_booking(self, desk, clock, store, events):
        held = hold(desk)
        first = confirm(desk, held)
        clock.advance(minutes=20)
        assert confirm(desk, held) == first
        assert store.day("monaco", DAY) == (first,)
        assert len(events.read("monaco", DAY)) == 1

    @pytest.mark.parametrize("changes", [{"customer": EVE}, {"reference": "R-2"}])
    def test_by_somebody_else_meanwhile_is_a_conflict(self, desk, store, changes):
        held = hold(desk)
        first = confirm(desk, held)
        with pytest.raises(Conflict, match="booked already"):
            confirm(desk, held, **changes)
        assert store.get(held.id) == first

    def test_of_a_booking_that_was_never_held_is_a_conflict(self, desk, store):
        booked = desk.accept(wish())
        with pytest.raises(Conflict, match="booked already"):
            confirm(desk, booked, customer=EVE)
        assert store.get(booked.id) == booked

    def test_ten_minutes_later_is_refused_though_nobody_looked(self, desk, clock, store, events):
        held = hold(desk)
        clock.instant = held.held_until
        with pytest.raises(SlotUnavailable, match="no longer held") as caught:
            confirm(desk, held)
        assert caught.value.field == "hold_id"
        assert events.read("monaco", DAY) == ()
        assert in_routes(desk) == set()

    @pytest.mark.parametrize("hold_id", ["monaco.0123456789abcdef0123", "x", "a}b.c"])
    def test_of_nothing_is_refused(self, desk, store, hold_id):
        with pytest.raises(SlotUnavailable, match="no longer held"):
            desk.accept(wish(slot_id=None, hold_id=hold_id))
        assert store.day("monaco", DAY) == ()

    def test_of_a_closed_day_is_refused(self, desk, store):
        held = hold(desk)
        store.close_day("monaco", DAY, at=NOW)
        with pytest.raises(SlotUnavailable, match="closed"):
            confirm(desk, held)
        assert store.get(held.id) == held

    def test_then_it_is_moved_and_cancelled_like_any(self, desk):
        held = hold(desk)
        confirm(desk, held)
        moved = desk.reschedule(held.id, slot_id="monaco.2026-11-25.1600")
        assert (moved.id, moved.slot_id) == (held.id, "monaco.2026-11-25.1600")
        assert in_routes(desk) == {held.id}
        desk.cancel(held.id)
        assert in_routes(desk) == set()


class TestAnotherProcess:
    def test_keeps_what_is_held(self, desk, store, clock):
        booked = fill(desk, 1)
        held = hold(desk)
        restarted = desk_of(store, clock)
        assert first_offer(restarted).reason == NO_ROOM
        assert in_routes(restarted) == {*booked, held.id}
        assert confirm(restarted, held).state is RequestState.CONFIRMED
        assert in_routes(desk) == {*booked, held.id}

    def test_frees_what_ends_after_a_restart(self, desk, store, clock):
        fill(desk, 1)
        held = hold(desk)
        restarted = desk_of(store, clock)
        in_routes(restarted)
        clock.instant = held.held_until
        assert first_offer(restarted).reason == ""
        assert gone(store, held.id)

    def test_frees_what_ended_before_it_looked(self, desk, store, clock):
        fill(desk, 1)
        held = hold(desk)
        clock.instant = held.held_until
        restarted = desk_of(store, clock)
        assert first_offer(restarted).reason == ""
        assert gone(store, held.id)

    def test_sees_what_was_freed(self, desk, store, clock):
        other = desk_of(store, clock)
        booked = fill(desk, 1)
        held = hold(desk)
        assert in_routes(other) == {*booked, held.id}
        desk.free(held.id)
        assert first_offer(other).reason == ""
        assert in_routes(other) == booked

    @pytest.mark.parametrize("knows", [True, False])
    def test_whose_clock_is_ahead_gives_no_place_away_that_is_then_confirmed(
        self, desk, store, clock, knows
    ):
        # No two machines' clocks are the same; or the confirmation took its time.
        booked = fill(desk, 1)
        ahead = desk_of(store, FakeClock(NOW))
        if knows:
            in_routes(ahead)
        held = hold(desk)
        clock.instant = held.held_until - timedelta(seconds=1)
        ahead.clock.instant = held.held_until + timedelta(seconds=1)
        promised = {*booked, ahead.accept(wish(customer=EVE)).id}
        try:
            promised.add(confirm(desk, held).id)
        except SlotUnavailable:
            assert gone(store, held.id)
        assert len(promised) == 5
        assert in_routes(desk) == in_routes(ahead) == promised

    def test_that_lost_the_store_while_it_freed_does_so_later(
        self, desk, store, clock, monkeypatch
    ):
        fill(desk, 2)
        first, second = hold(desk), hold(desk)
        clock.instant = first.held_until
        free, down = store.free, [StoreUnavailable("gone")]

        def free_later(*args):
            if down:
                raise down.pop()
            return free(*args)

        monkeypatch.setattr(store, "free", free_later)
        with pytest.raises(StoreUnavailable):
            first_offer(desk)
        assert first_offer(desk).reason == ""
        assert gone(store, first.id)
        assert gone(store, second.id)

    def test_that_lost_the_store_while_it_followed_sees_the_next_change(
        self, desk, store, clock, monkeypatch
    ):
        other = desk_of(store, clock)
        known = desk.accept(wish())
        assert in_routes(other) == {known.id}
        # Of somebody who knew no plan: who follows has a place to add, and to keep.
        unplanned = store.book(replace(known, id="monaco.unplanned", code="NOPLAN"))
        down = [StoreUnavailable("gone")]
        keep = store.keep_tentative

        def keep_later(*args, **options):
            if down:
                raise down.pop()
            return keep(*args, **options)

        monkeypatch.setattr(store, "keep_tentative", keep_later)
        with pytest.raises(StoreUnavailable):
            in_routes(other)
        desk.cancel(known.id)
        assert in_routes(other) == {unplanned.id}
        assert in_routes(desk) == {unplanned.id}


@pytest.fixture
def night(store, plans):
    """Plan the night, an hour after the cut-off."""
    quick = replace(FIVE_STOPS, solve_seconds=1)
    ports = NightPorts(
        territories={quick.id: quick},
        devices=DEVICES,
        requests=store,
        plans=plans,
        source=lambda _: GridMatrix(),
        clock=FakeClock(CUT_OFF + timedelta(hours=1)),
        workers=1,
    )
    return lambda: plan_night(quick.id, DAY, ports).plan


def test_the_night_ignores_what_was_never_confirmed(desk, store, clock, night):
    booked = fill(desk, 3)
    clock.instant = CUT_OFF - timedelta(minutes=1)
    held, sure = hold(desk), hold(desk)
    confirm(desk, sure)
    plan = night()
    assert (plan.unassigned, plan.violations) == ((), ())
    stops = {stop.request_id for route in plan.routes for stop in route.stops}
    assert stops == {*booked, sure.id}
    assert gone(store, held.id)


def at_once(calls):
    """Call all of them at the same moment; refusals are answers, too."""

    def one(call):
        try:
            return call()
        except CollectionError as error:
            return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def test_200_bookings_at_once_for_the_last_5_places_by_4_processes(store, clock):
    desks = [desk_of(store, clock) for _ in range(4)]
    answers = at_once([lambda d=desks[n % 4]: d.accept(wish()) for n in range(200)])
    booked = [answer for answer in answers if not isinstance(answer, CollectionError)]
    assert len(booked) == 5
    assert {type(answer).__name__ for answer in answers} == {"PickupRequest", "NoRoom"}
    names = {request.id for request in booked}
    assert {request.id for request in store.day("monaco", DAY)} == names
    assert [in_routes(desk) for desk in desks] == [names] * 4


def test_50_who_hold_and_book_at_once_share_the_5_places(store, clock):
    desks = [desk_of(store, clock) for _ in range(2)]
    calls = [
        lambda d=desks[n % 2], n=n: hold(d) if n % 4 < 2 else d.accept(wish()) for n in range(50)
    ]
    answers = at_once(calls)
    placed = {answer.id for answer in answers if not isinstance(answer, CollectionError)}
    assert len(placed) == 5
    assert [in_routes(desk) for desk in desks] == [placed] * 2


@pytest.mark.parametrize("turn", range(2))
def test_50_who_confirm_and_free_the_same_at_once(store, clock, events, turn):
    desks = [desk_of(store, clock) for _ in range(2)]
    booked = fill(desks[0], 1)
    held = hold(desks[0])
    calls = [
        (
            (lambda d=desks[n // 2 % 2]: confirm(d, held)),
            (lambda d=desks[n // 2 % 2]: d.free(held.id)),
        )[(n + turn) % 2]
        for n in range(50)
    ]
    answers = at_once(calls)
    confirmed = [
        answer for answer in answers if answer is not None and not isinstance(answer, Exception)
    ]
    refused = {type(answer) for answer in answers if isinstance(answer, Exception)}
    told = [e for e in events.read("monaco", DAY) if e.request_id == held.id]
    if confirmed:
        # Who confirms the same once more has the same booking.
        assert set(confirmed) == {store.get(held.id)}
        assert refused <= {Conflict}
        assert len(told) == 1
        assert [in_routes(desk) for desk in desks] == [{*booked, held.id}] * 2
        assert first_offer(desks[0]).reason == NO_ROOM
    else:
        assert refused == {SlotUnavailable}
        assert told == []
        assert gone(store, held.id)
        assert [in_routes(desk) for desk in desks] == [booked] * 2
        assert first_offer(desks[0]).reason == ""
