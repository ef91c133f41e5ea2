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
_ACCESS: tuple[dict[str, Any], ...] = (
    *({}, {}, {}),
    {"access_notes": "2nd floor, no lift", "floor": 2, "lift": False},
    {"access_notes": "concierge at the left"},
    {"access_notes": "code 24A6", "floor": 4},
    {"access_notes": "ring twice"},
)


def make_wishes(
    addresses: Sequence[AddressMatch],
    slots: Sequence[dict[str, Any]],
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
    slots : Sequence of dict
        As ``GET /v1/slots`` gives them; none gets more than is left in it.
    day : str
        ISO date, part of the seed.
    count : int
        How many.
    seed : int
        The same gives the same wishes.

    Returns
    -------
    list of tuple
        Body of ``POST /v1/pickup-requests`` by words, and where the house really is.

    Raises
    ------
    CollectionError
        If there is no address, or fewer free places than `count`.
    """
    draw = random.Random(f"{seed} {day}")
    if not addresses:
        raise CollectionError("the address index is empty; build it: collection network build")
    picked = draw.sample(addresses, k=min(count, len(addresses)))
    picked += draw.choices(addresses, k=count - len(picked))
    places = [slot["id"] for slot in slots for _ in range(slot["left"])]
    if len(places) < count:
        raise CollectionError(f"{day} has {len(places)} free places; ask for at most as many")
    chosen = draw.sample(places, k=count)
    return [
        (_body(draw, address, slot_id, number), address.position)
        for number, (address, slot_id) in enumerate(zip(picked, chosen, strict=True), start=1)
    ]


def _body(draw: random.Random, address: AddressMatch, slot_id: str, number: int) -> dict[str, Any]:
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
        "slot_id": slot_id,
    }
