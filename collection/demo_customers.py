"""Customers of the demo: who they are, what is broken, when it suits them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from stdnum import luhn

from collection.errors import CollectionError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collection.model import AddressMatch, Position

NAMES = (
    *("Camille Laurent", "Lukas Weber", "Lucía Romero", "Emma Rossi", "Noah Schneider"),
    *("Inès Fabre", "Hugo Marchetti", "Sofía Navarro", "Jonas Keller", "Chloé Vidal"),
    *("Marta Iglesias", "Paul Becker", "Giulia Ferrero", "Louis Martin", "Anna Hoffmann"),
)
DEVICES = ("phone", "laptop", "tablet", "smartwatch", "headphones", "console", "e_reader")
DEVICE_WEIGHTS = (52, 26, 9, 5, 4, 2, 2)
BATTERIES = ("ok", "unknown", "removed", "swollen")
BATTERY_WEIGHTS = (82, 11, 4, 3)
_DEFECTS = ("screen broken", "does not charge", "battery empties fast", "fell into water", "")
_LIKES_GREEN = 0.4
_ACCESS: tuple[dict[str, Any], ...] = (
    *({}, {}, {}),
    {"access_notes": "2nd floor, no lift", "floor": 2, "lift": False},
    {"access_notes": "concierge at the left"},
    {"access_notes": "code 24A6", "floor": 4},
    {"access_notes": "ring twice"},
)


def make_wishes(
    addresses: Sequence[AddressMatch],
    day: str,
    *,
    count: int,
    seed: int,
) -> list[tuple[dict[str, Any], Position]]:
    """Draw pickup requests from real addresses.

    Parameters
    ----------
    addresses : Sequence of AddressMatch
        Houses to choose from; each once as long as there are enough.
    day : str
        ISO date, part of the seed.
    count : int
        How many.
    seed : int
        The same gives the same wishes.

    Returns
    -------
    list of tuple
        Body of ``POST /v1/pickup-requests`` but for its slot, and where the house really is.

    Raises
    ------
    CollectionError
        If there is no address.
    """
    draw = random.Random(f"{seed} {day}")
    if not addresses:
        raise CollectionError("the address index is empty; build it: collection network build")
    picked = draw.sample(addresses, k=min(count, len(addresses)))
    picked += draw.choices(addresses, k=count - len(picked))
    return [
        (_body(draw, address, number), address.position)
        for number, address in enumerate(picked, start=1)
    ]


def choose_slot(
    offers: Sequence[dict[str, Any]], reference: str, *, seed: int
) -> dict[str, Any] | None:
    """Choose as a customer does: some take a green slot, others what suits them.

    Parameters
    ----------
    offers : Sequence of dict
        As ``GET /v1/slots`` gives them for the customer's address.
    reference : str
        Of the request, part of the seed.
    seed : int
        The same gives the same choice among the same offers.

    Returns
    -------
    dict or None
        One that is offered; None where none is.
    """
    draw = random.Random(f"{seed} {reference}")
    offered = [slot for slot in offers if slot["offered"]]
    green = [slot for slot in offered if slot["green"]]
    if green and draw.random() < _LIKES_GREEN:
        return draw.choice(green)
    return draw.choice(offered) if offered else None


def _body(draw: random.Random, address: AddressMatch, number: int) -> dict[str, Any]:
    devices = []
    for _ in range(draw.choices((1, 2, 3), weights=(78, 17, 5))[0]):
        device: dict[str, Any] = {
            "type": draw.choices(DEVICES, weights=DEVICE_WEIGHTS)[0],
            "battery": draw.choices(BATTERIES, weights=BATTERY_WEIGHTS)[0],
            "defect": draw.choice(_DEFECTS),
        }
        if device["type"] == "phone":
            stem = f"35{draw.randrange(10**12):012d}"
            device["imei"] = stem + luhn.calc_check_digit(stem)
        devices.append(device)
    return {
        "reference": f"DEMO-{number:04d}",
        "customer": {
            "name": draw.choice(NAMES),
            # 06 39 98 xx xx is kept free for fiction by the French regulator.
            "phone": f"+336399800{draw.randrange(100):02d}",
            "email": f"customer{number}@example.org",
            "language": draw.choice(("fr", "fr", "fr", "en", "de", "es")),
        },
        "address": {
            "line1": address.line1,
            "postcode": address.postcode,
            "city": address.city,
            "country": "mc",
            "building": draw.choices(("apartment", "house", "office"), weights=(80, 14, 6))[0],
            **draw.choice(_ACCESS),
        },
        "devices": devices,
    }
