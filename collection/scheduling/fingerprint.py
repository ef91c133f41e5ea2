"""What a night's plan depends on, as one word: the same input gives the same plan."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, is_dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from collection.model import Instructions
from collection.scheduling.instructions import dump_instructions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collection.model import DeviceType, PickupRequest, Territory

# Who may book, when and how it is written changes no plan; emission classes are in the mark of
# the streets.
_NOT_PLANNED = (
    *("languages", "phones", "postcodes", "emission_schemes", "holidays"),
    *("time_zone", "other_time_zones", "not_served"),
)


def night_fingerprint(
    territory: Territory,
    requests: tuple[PickupRequest, ...],
    devices: Mapping[str, DeviceType],
    *,
    network: str,
    seed: int,
    instructions: Instructions,
) -> str:
    """Hash what a plan depends on, and nothing else.

    Parameters
    ----------
    territory : Territory
        With its fleet, country and weights.
    requests : tuple of PickupRequest
        The frozen day. A state changes when its plan is published, and that must not make
        the same input look new.
    devices : Mapping of str to DeviceType
        By id.
    network : str
        Fingerprint of the streets.
    seed : int
        Of the solve.
    instructions : Instructions
        What was asked for.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    content = {
        "territory": _planned(territory),
        "requests": [
            {
                "id": request.id,
                "position": asdict(request.address.position),
                "building": request.address.building,
                "floor": request.address.floor,
                "lift": request.address.lift,
                "devices": [(d.type, d.battery, d.seen) for d in request.devices],
                "windows": [(str(w.start), str(w.end)) for w in request.windows],
                "priority": request.priority,
            }
            for request in requests
        ],
        "devices": {key: asdict(device) for key, device in devices.items()},
        "network": network,
        "seed": seed,
        # A day of which nothing is asked keeps the mark that it had before.
        "instructions": dump_instructions(instructions) if instructions != Instructions() else None,
    }
    return digest(content)


def _planned(territory: Territory) -> dict[str, Any]:
    fields = asdict(territory)
    for name in _NOT_PLANNED:
        fields["country"].pop(name)
    del fields["holidays"]
    return fields


def fleet_mark(territory: Territory) -> str:
    """Hash what the vans of a territory are.

    Parameters
    ----------
    territory : Territory
        With its vehicles, depots and sites.

    Returns
    -------
    str
        32 hexadecimal digits: others where a van came, went or works otherwise.
    """
    return digest((territory.vehicles, territory.depots, territory.sites))


def digest(content: object) -> str:
    """Hash what JSON, dataclasses, dates and sets can say.

    Parameters
    ----------
    content : object
        Any of these, in each other; the order of keys and of sets does not count.

    Returns
    -------
    str
        32 hexadecimal digits.
    """
    text = json.dumps(content, sort_keys=True, default=_plain)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _plain(value: object) -> object:
    if isinstance(value, frozenset):
        return sorted(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(value)
