"""Customers take what suits them, and say when they would have liked us to come."""

import random
from datetime import UTC, datetime, timedelta

from collection.model import Customer
from collection.scheduling.calendar import make_slot
from collection.scheduling.locating import AddressWish
from collection.scheduling.slots import SlotOffer
from collection.simulate.customers import HOURS, Person, choose, suiting, takes, wished
from tests.places import DAY, TERRITORY

NOBODY = Customer(name="N", phone="", email="", language="fr")


def person(*, hours="any", green=False):
    return Person(
        number=1,
        asks_at=datetime(2026, 3, 1, 9, tzinfo=UTC),
        customer=NOBODY,
        address=AddressWish(),
        devices=(),
        first_day=DAY,
        hours=HOURS[hours],
        green=green,
    )


def offers(*, day=DAY, reason="", metres=2_000):
    return [
        SlotOffer(slot=make_slot(TERRITORY, day, row), reason=reason, metres=metres)
        for row in TERRITORY.slots
    ]


def test_slots_before_the_first_day_and_long_after_it_do_not_suit():
    all_days = [
        offer for ahead in range(-1, 6) for offer in offers(day=DAY + timedelta(days=ahead))
    ]
    days = {offer.slot.day for offer in suiting(person(), TERRITORY, all_days)}
    assert days == {DAY + timedelta(days=ahead) for ahead in range(4)}


def test_the_time_of_the_day_counts():
    suits = suiting(person(hours="evening"), TERRITORY, offers())
    assert [offer.slot.id[-4:] for offer in suits] == ["1600", "1800"]


def test_a_slot_of_the_first_day_that_is_offered_is_chosen():
    suits = [*offers(reason="no_room"), *offers(day=DAY + timedelta(days=1))]
    chosen = choose(person(), suits, random.Random(1))
    assert chosen.slot.day == DAY + timedelta(days=1)
    assert choose(person(), offers(reason="no_room"), random.Random(1)) is None


def test_who_minds_takes_the_greenest_even_later():
    greener = offers(day=DAY + timedelta(days=1), metres=100)[2]
    suits = [*offers(), *offers(metres=400)[:1], greener]
    assert choose(person(green=True), suits, random.Random(1)) is greener
    assert choose(person(), suits, random.Random(1)).slot.day == DAY


def test_who_finds_none_would_have_liked_every_day_that_suits():
    later = DAY + timedelta(days=1)
    suits = [*offers(reason="no_room"), *offers(day=later, reason="no_room")[:1]]
    days = wished(suits)
    assert {day: len(windows) for day, windows in days.items()} == {
        DAY: len(TERRITORY.slots),
        later: 1,
    }
    assert wished([]) == {}


def test_somebody_takes_the_same_windows_whether_they_were_offered_or_not():
    for hours in HOURS:
        someone = person(hours=hours)
        suits = suiting(someone, TERRITORY, offers())
        assert takes(someone, TERRITORY, DAY) == tuple(offer.slot.window for offer in suits)
