"""Requests, events and plans to what Redis keeps, and back.

What a script has to read or change is a field of its own beside the JSON ``body``, and never
inside it: nothing is stored twice.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from pydantic import TypeAdapter

from collection.model import TOLD, Event, PickupRequest, Plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from collection.model import Device, RequestState

Fields: TypeAlias = dict[str, str]
"""Field names to values, of a hash or of a stream entry."""

_REQUEST = TypeAdapter(PickupRequest)
_EVENT = TypeAdapter(Event)
OF_DEVICE = {
    "label": "label",
    "seen": "seen",
    "left": "left",
    "scanned": "scanned_at",
    "for": "scanned_for",
    "received": "received_at",
}
"""Fields of a hash that tell of one device, with its number behind a dot."""
_SEPARATE: Any = {
    **dict.fromkeys(("day", "slot_id", "state", "reason", "version"), True),
    "devices": {"__all__": set(OF_DEVICE.values())},
}
_PLAN = TypeAdapter(Plan)


def fields_of(flat: Iterable[str]) -> Fields:
    """Pair up the reply of HGETALL inside a script.

    Parameters
    ----------
    flat : Iterable of str
        Name, value, name, value, ...

    Returns
    -------
    dict of str to str
        Values by name.
    """
    items = iter(flat)
    return dict(zip(items, items, strict=True))


def dump_states(states: Iterable[RequestState]) -> str:
    """Write states as the one argument that scripts search.

    Parameters
    ----------
    states : Iterable of RequestState
        Any states.

    Returns
    -------
    str
        Comma-separated.
    """
    return ",".join(sorted(states))


def dump_request(request: PickupRequest) -> Fields:
    """Write a request as the fields of its hash.

    Parameters
    ----------
    request : PickupRequest
        The request.

    Returns
    -------
    dict of str to str
        ``body`` and the fields that scripts read or change.
    """
    separate = {
        "day": request.day.isoformat(),
        "slot_id": request.slot_id or "",
        "state": str(request.state),
        "reason": request.reason,
        "version": str(request.version),
    }
    body = _REQUEST.dump_json(request, exclude=_SEPARATE).decode()
    return {"body": body, **separate, **dump_devices(request.devices)}


def load_request(fields: Mapping[str, str]) -> PickupRequest:
    """Read a request from the fields of its hash.

    Parameters
    ----------
    fields : Mapping of str to str
        As `dump_request` wrote them.

    Returns
    -------
    PickupRequest
        The request.
    """
    values: dict[str, Any] = {**json.loads(fields["body"]), **fields}
    del values["body"]
    load_devices(values["devices"], fields)
    return _REQUEST.validate_python({**values, "slot_id": values["slot_id"] or None})


def dump_devices(devices: Iterable[Device]) -> Fields:
    """Write what happened to devices as fields of the hash that holds them.

    Parameters
    ----------
    devices : Iterable of Device
        The devices.

    Returns
    -------
    dict of str to str
        Name, a dot and the device's number to what is known of it.
    """
    written: Fields = {}
    for number, device in enumerate(devices):
        known = {
            "label": device.label,
            "seen": device.seen or None,
            "left": device.left or None,
            "scanned": device.scanned_at.isoformat() if device.scanned_at else None,
            "for": device.scanned_for.isoformat() if device.scanned_for else None,
            "received": device.received_at.isoformat() if device.received_at else None,
        }
        written |= {f"{name}.{number}": text for name, text in known.items() if text is not None}
    return written


def load_devices(devices: Iterable[dict[str, Any]], fields: Mapping[str, str]) -> None:
    """Put what happened to devices back to what was booked of them.

    Parameters
    ----------
    devices : Iterable of dict
        As the body holds them; changed in place.
    fields : Mapping of str to str
        Of the hash.
    """
    for number, device in enumerate(devices):
        for name, attribute in OF_DEVICE.items():
            if (text := fields.get(f"{name}.{number}")) is not None:
                device[attribute] = text


def dump_event(event: Event) -> str:
    """Write an event; its id, territory and day are its place in the store.

    Parameters
    ----------
    event : Event
        The event.

    Returns
    -------
    str
        JSON.
    """
    place = {"id", "territory", "day"}
    return _EVENT.dump_json(event, exclude=place, exclude_defaults=True).decode()


def told_day(event: Event) -> str:
    """Day of an event as scripts want it that put it into the outbox too.

    Parameters
    ----------
    event : Event
        The event.

    Returns
    -------
    str
        Its local date; empty where nobody is told of such events.
    """
    return event.day.isoformat() if event.type in TOLD else ""


def load_event(territory: str, day: date, entry: tuple[str, Mapping[str, str]]) -> Event:
    """Read an event from an entry of a day's stream.

    Parameters
    ----------
    territory : str
        Id of the territory.
    day : date
        Local date.
    entry : tuple of str and Mapping
        Id and fields of the entry.

    Returns
    -------
    Event
        The event with its id.
    """
    event_id, fields = entry
    values: dict[str, Any] = {**json.loads(fields["body"]), **fields}
    del values["body"]
    return _EVENT.validate_python(
        {**values, "id": event_id, "territory": territory, "day": day},
    )


def dump_plan(plan: Plan) -> str:
    """Write a plan; what follows from its place in the store is given on loading.

    Parameters
    ----------
    plan : Plan
        The plan.

    Returns
    -------
    str
        JSON.
    """
    return _PLAN.dump_json(plan).decode()


def load_plan(body: str, version: int) -> Plan:
    """Read a plan and give it the ids of its version.

    Parameters
    ----------
    body : str
        As `dump_plan` wrote it.
    version : int
        Its place among the day's plans, from 1.

    Returns
    -------
    Plan
        The plan.
    """
    return numbered(_PLAN.validate_json(body), version)


def plan_prefix(territory: str, day: date) -> str:
    """Id of a day's plans up to the version.

    Parameters
    ----------
    territory : str
        Id of the territory.
    day : date
        Local date.

    Returns
    -------
    str
        ``<territory>.<date>.v``.
    """
    return f"{territory}.{day.isoformat()}.v"


def split_plan_id(plan_id: str) -> tuple[str, date, int] | None:
    """Take the id of a plan apart.

    Parameters
    ----------
    plan_id : str
        ``<territory>.<date>.v<version>``.

    Returns
    -------
    tuple of str, date and int, or None
        Territory, date and version; None where it is no such id.
    """
    territory, _, rest = plan_id.partition(".")
    text, _, version = rest.partition(".v")
    try:
        parts = territory, date.fromisoformat(text), int(version)
    except ValueError:
        return None
    return parts if f"{plan_prefix(*parts[:2])}{parts[2]}" == plan_id else None


def numbered(plan: Plan, version: int) -> Plan:
    """Give a plan and its routes the ids of a version.

    Parameters
    ----------
    plan : Plan
        A plan with any ids.
    version : int
        From 1.

    Returns
    -------
    Plan
        The same with ``<territory>.<date>.v<version>`` and ``<plan>.<vehicle>``.
    """
    plan_id = f"{plan_prefix(plan.territory, plan.day)}{version}"
    routes = tuple(replace(route, id=f"{plan_id}.{route.vehicle_id}") for route in plan.routes)
    return replace(plan, id=plan_id, version=version, routes=routes)
