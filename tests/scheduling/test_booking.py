"""Accept, move and cancel: what is promised, and what is refused with which field."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from collection.errors import (
    AmbiguousAddress,
    Conflict,
    InvalidRequest,
    NotFound,
    SlotUnavailable,
)
from collection.model import (
    AddressMatch,
    Customer,
    Device,
    Event,
    EventType,
    FailureCode,
    Position,
    RequestState,
    TimeWindow,
)
from collection.scheduling.areas import find_territory
from collection.scheduling.booking import BookingDesk
from collection.scheduling.locating import AddressWish
from collection.scheduling.slots import offer
from collection.scheduling.tentative import TentativeDays
from collection.scheduling.tentative_plans import STOP
from collection.scheduling.wishes import MAX_DEVICES, BookingWish
from tests.fakes import FakeClock, FakeEventLog, FakeRequestStore, GridMatrix
from tests.places import DEVICES, FIVE_STOPS, TERRITORY

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
WEDNESDAY = date(2026, 11, 25)
SLOT = "monaco.2026-11-25.0800"
INSIDE = Position(lon=7.42, lat=43.73)
OUTSIDE = Position(lon=7.27, lat=43.70)
CUSTOMER = Customer(name="Ada", phone="+33639980001", email="ada@example.org", language="fr")


def match(label, *, score=1.0, exact=True, position=INSIDE):
    return AddressMatch(
        label=label,
        line1=label,
        postcode="98000",
        city="Monaco",
        country="mc",
        position=position,
        score=score,
        exact=exact,
    )


@pytest.fixture
def clock():
    return FakeClock(NOW)


@pytest.fixture
def store():
    return FakeRequestStore(FakeEventLog())


class Answers:
    def __init__(self, *matches):
        self.matches = matches
        self.asked = []

    def search(self, text, *, limit=5):
        self.asked.append(text)
        return self.matches[:limit]


@pytest.fixture
def territory():
    return TERRITORY


@pytest.fixture
def desk(store, clock, territory):
    return BookingDesk(
        territories={"monaco": territory},
        devices=DEVICES,
        requests=store,
        geocoder=Answers(match("1 Rue Grimaldi")),
        clock=clock,
        days=TentativeDays(
            devices=DEVICES, requests=store, source=lambda _: GridMatrix(), clock=clock
        ),
    )


def wish(**changes):
    fields = {
        "reference": "R-1",
        "customer": CUSTOMER,
        "address": AddressWish(position=INSIDE),
        "devices": (Device(type="phone"),),
        "slot_id": SLOT,
    }
    return BookingWish(**{**fields, **changes})


def window(day, start, end):
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return TimeWindow(start=at + timedelta(hours=start), end=at + timedelta(hours=end))


def in_routes(desk, day=WEDNESDAY):
    routes = desk.days.routes(desk.territories["monaco"], day).routes.values()
    return {name for route in routes for name in route if not name.startswith(STOP)}


def test_a_booked_slot_is_the_promise(desk, store):
    booked = desk.accept(wish())
    assert booked.state is RequestState.CONFIRMED
    assert booked.day == WEDNESDAY
    assert booked.windows == (window(WEDNESDAY, 7, 9),)
    assert booked.cancel_by == datetime(2026, 11, 24, 17, tzinfo=UTC)
    assert len(booked.code) == 6
    assert booked.slot_id == SLOT
    assert store.get(booked.id) == booked
    assert in_routes(desk) == {booked.id}


def test_the_same_key_books_once(desk, store):
    first = desk.accept(wish(), key="market k1")
    assert desk.accept(wish(), key="market k1") == first
    second = desk.accept(wish(), key="market k2")
    assert second.id != first.id
    assert in_routes(desk) == {first.id, second.id}
    assert len(store.day("monaco", WEDNESDAY)) == 2


def test_words_are_looked_up_and_filled_in(desk):
    address = AddressWish(line1="1 rue grimaldi", postcode="98000", floor=3, lift=False)
    booked = desk.accept(wish(address=address))
    assert (booked.address.floor, booked.address.lift) == (3, False)
    assert desk.geocoder.asked == ["1 rue grimaldi, 98000"]
    assert booked.address.position == INSIDE
    assert (booked.address.city, booked.address.country) == ("Monaco", "mc")
    assert booked.address.line1 == "1 rue grimaldi"


@pytest.mark.parametrize(
    "matches",
    [
        (match("1 Rue A"), match("1 Rue A bis")),
        (match("Rue Grimaldi", exact=False),),
        (match("1 Rue Grimaldo", score=0.6),),
    ],
)
def test_a_doubtful_address_is_asked_back(desk, matches):
    doubtful = replace(desk, geocoder=Answers(*matches))
    with pytest.raises(AmbiguousAddress) as caught:
        doubtful.accept(wish(address=AddressWish(line1="1 Rue A")))
    assert caught.value.candidates == tuple(m.label for m in matches)
    assert caught.value.field == "address.line1"


def test_a_clear_winner_is_taken(desk):
    geocoder = Answers(match("1 Rue A"), match("1 Rue B", score=0.7))
    booked = replace(desk, geocoder=geocoder).accept(wish(address=AddressWish(line1="1 Rue A")))
    assert booked.state is RequestState.CONFIRMED


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"address": AddressWish(position=OUTSIDE)}, "address"),
        ({"address": AddressWish()}, "address.line1"),
        ({"devices": ()}, "devices"),
        ({"devices": (Device(type="phone"),) * (MAX_DEVICES + 1)}, "devices"),
        ({"devices": (Device(type="phone"), Device(type="fax"))}, "devices.1.type"),
        ({"slot_id": None}, "slot_id"),
        ({"slot_id": None, "windows": (window(WEDNESDAY, 12, 10),)}, "windows.0"),
        ({"slot_id": None, "windows": (window(date(2026, 11, 23), 8, 10),)}, "windows.0"),
        (
            {
                "slot_id": None,
                "windows": (window(WEDNESDAY, 8, 9), window(date(2026, 11, 26), 8, 9)),
            },
            "windows",
        ),
        ({"slot_id": None, "windows": (window(WEDNESDAY, 1, 3),)}, "windows.0"),
    ],
)
def test_wrong_input_names_its_field_and_books_nothing(desk, store, changes, field):
    with pytest.raises(InvalidRequest) as caught:
        desk.accept(wish(**changes))
    assert caught.value.field == field
    assert store.day("monaco", WEDNESDAY) == ()


@pytest.mark.parametrize(
    ("slot_id", "why"),
    [
        ("monaco.2026-11-29.0800", "Sunday"),
        ("monaco.2026-12-08.0800", "holiday"),
        ("monaco.2026-11-24.0800", "closed"),
        ("monaco.2026-12-31.0800", "14 days"),
        ("monaco.2026-11-25.0900", "no slot"),
    ],
)
def test_slots_that_cannot_be_promised_say_why(desk, slot_id, why):
    with pytest.raises(SlotUnavailable, match=why) as caught:
        desk.accept(wish(slot_id=slot_id))
    assert caught.value.field == "slot_id"


@pytest.mark.parametrize("territory", [FIVE_STOPS])
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({}, "slot_id"),
        ({"slot_id": None, "windows": (window(WEDNESDAY, 7, 10),)}, "windows"),
    ],
)
def test_where_no_van_has_room_nothing_is_promised(desk, store, changes, field):
    booked = {desk.accept(wish()).id for _ in range(5)}
    with pytest.raises(SlotUnavailable, match="no van has room") as caught:
        desk.accept(wish(**changes))
    assert caught.value.field == field
    assert {request.id for request in store.day("monaco", WEDNESDAY)} == booked == in_routes(desk)


def test_several_windows_of_one_day_are_kept_in_order(desk):
    later, earlier = window(WEDNESDAY, 14, 15), window(WEDNESDAY, 7, 9)
    booked = desk.accept(wish(slot_id=None, windows=(later, earlier)))
    assert booked.windows == (earlier, later)


def test_free_windows_need_no_slot(desk):
    booked = desk.accept(wish(slot_id=None, windows=(window(WEDNESDAY, 7, 10),)))
    assert booked.slot_id is None
    assert in_routes(desk) == {booked.id}


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"postcode": "10115", "country": "de"},
        {"city": "Nice", "country": "fr"},
        {"city": "Nice"},
        {"postcode": "75001", "city": "Paris"},
        {"country": "de"},
    ],
)
def test_a_namesake_in_another_town_is_outside(desk, store, elsewhere):
    with pytest.raises(InvalidRequest, match="outside every territory") as caught:
        desk.accept(wish(address=AddressWish(line1="1 Rue Grimaldi", **elsewhere)))
    assert caught.value.field.startswith("address")
    assert store.day("monaco", WEDNESDAY) == ()


@pytest.mark.parametrize(
    "spelled",
    [
        {"postcode": "98000", "city": "Monte-Carlo"},
        {"city": "MONACO", "country": "MC"},
        {"postcode": "98 000"},
    ],
)
def test_other_spellings_of_the_town_are_fine(desk, spelled):
    assert desk.accept(wish(address=AddressWish(line1="1 Rue Grimaldi", **spelled)))


@pytest.mark.parametrize("territory", [FIVE_STOPS])
def test_cancel_frees_the_place_and_it_can_be_booked_again(desk):
    *others, booked = [desk.accept(wish()) for _ in range(5)]
    with pytest.raises(SlotUnavailable):
        desk.accept(wish())
    assert desk.cancel(booked.id).state is RequestState.CANCELLED
    again = desk.accept(wish())
    assert in_routes(desk) == {*(request.id for request in others), again.id}
    with pytest.raises(SlotUnavailable):
        desk.accept(wish())


def test_cancel_is_done_once(desk):
    booked = desk.accept(wish())
    desk.cancel(booked.id)
    with pytest.raises(Conflict, match="cancelled"):
        desk.cancel(booked.id)
    with pytest.raises(NotFound):
        desk.cancel("monaco.nobody")


def test_after_the_cut_off_nothing_moves(desk, clock):
    booked = desk.accept(wish())
    clock.advance(hours=8)
    with pytest.raises(Conflict, match="until"):
        desk.cancel(booked.id)
    with pytest.raises(Conflict, match="until"):
        desk.reschedule(booked.id, slot_id="monaco.2026-11-26.0800")


def test_reschedule_moves_the_place_to_another_day(desk, store):
    booked = desk.accept(wish())
    moved = desk.reschedule(booked.id, slot_id="monaco.2026-11-26.1000")
    assert moved.id == booked.id
    assert moved.state is RequestState.RESCHEDULED
    assert moved.day == date(2026, 11, 26)
    assert moved.cancel_by == datetime(2026, 11, 25, 17, tzinfo=UTC)
    assert moved.slot_id == "monaco.2026-11-26.1000"
    assert store.day("monaco", WEDNESDAY) == ()
    assert store.day("monaco", date(2026, 11, 26)) == (moved,)
    assert (in_routes(desk), in_routes(desk, date(2026, 11, 26))) == (set(), {booked.id})


@pytest.mark.parametrize("territory", [FIVE_STOPS])
def test_moving_to_where_no_van_has_room_keeps_the_old_place(desk, store):
    thursday = date(2026, 11, 26)
    full = {desk.accept(wish(slot_id="monaco.2026-11-26.0800")).id for _ in range(5)}
    booked = desk.accept(wish())
    for slot_id in ("monaco.2026-11-26.0800", "monaco.2026-11-26.1600"):
        with pytest.raises(SlotUnavailable, match="no van has room"):
            desk.reschedule(booked.id, slot_id=slot_id)
    assert store.get(booked.id) == booked
    assert (in_routes(desk), in_routes(desk, thursday)) == ({booked.id}, full)


@pytest.mark.parametrize("territory", [FIVE_STOPS])
def test_moving_within_a_full_day_needs_no_second_place(desk):
    booked = [desk.accept(wish()) for _ in range(5)]
    moved = desk.reschedule(booked[0].id, slot_id="monaco.2026-11-25.1600")
    assert moved.slot_id == "monaco.2026-11-25.1600"
    assert in_routes(desk) == {request.id for request in booked}


def test_who_was_not_served_may_choose_again_after_the_cut_off(desk, store, clock):
    booked = desk.accept(wish())
    clock.advance(hours=23)
    for target in (RequestState.PLANNED, RequestState.FAILED):
        event = Event(
            type=EventType.FAILED,
            territory="monaco",
            day=WEDNESDAY,
            at=clock.now(),
            request_id=booked.id,
            code=FailureCode.NOT_HOME,
        )
        store.transition(booked.id, target, event, reason="not_home")
    moved = desk.reschedule(booked.id, slot_id="monaco.2026-11-26.1000")
    assert moved.state is RequestState.RESCHEDULED


def test_offers_skip_frozen_days(desk, store):
    offers = [one.slot for one in offer(TERRITORY, store, NOW)]
    assert offers[0].id == SLOT
    assert {slot.day.weekday() for slot in offers} <= set(range(6))
    store.close_day("monaco", WEDNESDAY, at=NOW)
    assert all(one.slot.day != WEDNESDAY for one in offer(TERRITORY, store, NOW))
    assert offer(TERRITORY, store, NOW, day=date(2026, 11, 26))[0].slot.day == date(2026, 11, 26)


def test_a_point_in_two_areas_belongs_to_the_first():
    second = replace(TERRITORY, id="nice")
    assert find_territory((TERRITORY, second), INSIDE) is TERRITORY
    assert find_territory((second, TERRITORY), INSIDE) is second
    assert find_territory((), INSIDE) is None
