"""Who asks for a pickup: where they live, what is broken, when it suits them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from collection.demo_customers import BATTERIES, BATTERY_WEIGHTS, DEVICE_WEIGHTS, DEVICES, NAMES
from collection.errors import CollectionError
from collection.model import Battery, Building, Customer, Device, Position
from collection.scheduling.areas import find_territory
from collection.scheduling.calendar import slot_window, zone_of
from collection.scheduling.locating import AddressWish
from collection.units import DAY, HOUR, to_seconds, to_utc

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable, Iterator, Sequence

    from collection.model import AddressMatch, Territory, TimeWindow
    from collection.routing.streets import Network
    from collection.scheduling.slots import SlotOffer
    from collection.simulate.draws import Draws
    from collection.units import Seconds

HOURS: dict[str, tuple[Seconds, Seconds]] = {
    "any": (0, DAY),
    "morning": (0, 12 * HOUR),
    "afternoon": (12 * HOUR, 17 * HOUR),
    "evening": (16 * HOUR, DAY),
}
"""When a slot may begin for somebody who is free at that time of the day."""

SHARES = (40, 20, 20, 20)
"""How many in a hundred are free when, in the order of `HOURS`. Our own guess."""

GREEN_MINDED = 0.3
"""Share of customers who take a slot that is marked green if one suits them. Our own guess."""

PATIENCE = 3
"""Calendar days after the first that suits, on which a customer would still take a slot."""

_OPENS, _CLOSES = 7 * HOUR, 23 * HOUR
_HOUSES = 0.5  # The rest lives beside streets: small extracts know few house numbers.


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A customer.

    Parameters
    ----------
    number : int
        From 1, in the order in which they ask.
    asks_at : datetime
        Aware UTC instant.
    customer : Customer
        Name, phone, mail and language.
    address : AddressWish
        Where, with its position.
    devices : tuple of Device
        What.
    first_day : date
        From when on a pickup suits.
    hours : tuple of (int, int)
        When on a day a slot may begin, in seconds of the local day.
    green : bool
        Whether a slot that is marked green is taken before an earlier one.
    """

    number: int
    asks_at: datetime
    customer: Customer
    address: AddressWish
    devices: tuple[Device, ...]
    first_day: date
    hours: tuple[Seconds, Seconds]
    green: bool


class Town:
    """Where customers live.

    Parameters
    ----------
    territory : Territory
        Whose area.
    network : Network
        Its streets.
    houses : Sequence of AddressMatch
        Known addresses.

    Raises
    ------
    CollectionError
        If nobody can live there.
    """

    def __init__(
        self, territory: Territory, network: Network, houses: Sequence[AddressMatch]
    ) -> None:
        self.territory = territory
        self._network = network
        self._houses = [house for house in houses if self._inside(house.position)]
        if not self._houses:
            raise CollectionError(f"the address index of {territory.id} knows no house in its area")

    def place(self, stream: random.Random) -> AddressWish:
        """Draw an address.

        Parameters
        ----------
        stream : random.Random
            Where from.

        Returns
        -------
        AddressWish
            With its position.
        """
        house = stream.choice(self._houses)
        line, position = house.line1, house.position
        while stream.random() >= _HOUSES:
            vertices = self._network.vertices(stream.randrange(self._network.edges))
            lon, lat = (float(value) for value in vertices[len(vertices) // 2])
            beside = Position(lon=round(lon, 6), lat=round(lat, 6))
            if self._inside(beside):
                line, position = f"{lat:.6f} {lon:.6f}", beside
                break
        return AddressWish(
            line1=line,
            postcode=house.postcode,
            city=house.city,
            country=self.territory.country.code,
            building=Building(
                stream.choices(("apartment", "house", "office"), weights=(65, 29, 6))[0]
            ),
            floor=stream.randrange(5),
            lift=stream.random() < 0.6,
            position=position,
        )

    def _inside(self, position: Position) -> bool:
        return find_territory((self.territory,), position) is not None


def people(town: Town, draws: Draws, days: Iterable[date], *, per_day: int) -> Iterator[Person]:
    """Draw who asks.

    Parameters
    ----------
    town : Town
        Where they live.
    draws : Draws
        Chance.
    days : Iterable of date
        On which they ask, in order.
    per_day : int
        How many, on average.

    Yields
    ------
    Person
        In the order in which they ask.
    """
    number = 0
    zone = zone_of(town.territory)
    for day in days:
        stream = draws.of("asks", day)
        clock = float(_OPENS)
        while (clock := clock + stream.expovariate(per_day / (_CLOSES - _OPENS))) < _CLOSES:
            number += 1
            yield _person(
                town, draws.of("person", number), number, day, to_utc(day, int(clock), zone)
            )


def _person(town: Town, stream: random.Random, number: int, day: date, asks_at: datetime) -> Person:
    ahead = 1
    while stream.random() < 0.5:
        ahead += 1
    devices = tuple(
        Device(
            type=stream.choices(DEVICES, weights=DEVICE_WEIGHTS)[0],
            battery=Battery(stream.choices(BATTERIES, weights=BATTERY_WEIGHTS)[0]),
        )
        for _ in range(stream.choices((1, 2, 3), weights=(78, 17, 5))[0])
    )
    return Person(
        number=number,
        asks_at=asks_at,
        customer=Customer(
            name=stream.choice(NAMES),
            phone=f"+336399800{stream.randrange(100):02d}",
            email=f"customer{number}@example.org",
            language=town.territory.country.language,
        ),
        address=town.place(stream),
        devices=devices,
        first_day=day + timedelta(days=min(ahead, 7)),
        hours=HOURS[stream.choices(tuple(HOURS), weights=SHARES)[0]],
        green=stream.random() < GREEN_MINDED,
    )


def suiting(person: Person, territory: Territory, offers: Iterable[SlotOffer]) -> list[SlotOffer]:
    """Find the slots that somebody would take, offered or not.

    Parameters
    ----------
    person : Person
        Who.
    territory : Territory
        Whose clock.
    offers : Iterable of SlotOffer
        What is there, by time.

    Returns
    -------
    list of SlotOffer
        By time.
    """
    zone = zone_of(territory)
    begins, ends = person.hours
    last = person.first_day + timedelta(days=PATIENCE)
    return [
        offer
        for offer in offers
        if person.first_day <= offer.slot.day <= last
        and begins <= to_seconds(offer.slot.window.start, offer.slot.day, zone) < ends
    ]


def choose(person: Person, suits: Sequence[SlotOffer], stream: random.Random) -> SlotOffer | None:
    """Choose a slot.

    Parameters
    ----------
    person : Person
        Who.
    suits : Sequence of SlotOffer
        What suits, by time.
    stream : random.Random
        Chance.

    Returns
    -------
    SlotOffer or None
        Of those on offer: who minds takes the greenest that is marked so, all others any of the
        first day; None where none is offered.
    """
    offered = [offer for offer in suits if not offer.reason]
    if not offered:
        return None
    green = [offer for offer in offered if offer.green]
    if person.green and green:
        return min(green, key=lambda offer: (offer.metres or 0, offer.slot.window.start))
    first = offered[0].slot.day
    return stream.choice([offer for offer in offered if offer.slot.day == first])


def wished(suits: Sequence[SlotOffer]) -> dict[date, tuple[TimeWindow, ...]]:
    """Tell when somebody would have liked the van to come who found no slot.

    Parameters
    ----------
    suits : Sequence of SlotOffer
        What would have suited, by time.

    Returns
    -------
    dict of date to tuple of TimeWindow
        All windows of each day; empty where nothing would have suited.
    """
    days = dict.fromkeys(offer.slot.day for offer in suits)
    return {day: tuple(o.slot.window for o in suits if o.slot.day == day) for day in days}


def takes(person: Person, territory: Territory, day: date) -> tuple[TimeWindow, ...]:
    """List the windows of a day that somebody would take, whatever was on offer.

    Parameters
    ----------
    person : Person
        Who.
    territory : Territory
        Whose grid and clock.
    day : date
        Local date, one that suits.

    Returns
    -------
    tuple of TimeWindow
        By time.
    """
    begins, ends = person.hours
    return tuple(
        slot_window(territory, day, row) for row in territory.slots if begins <= row.start < ends
    )
