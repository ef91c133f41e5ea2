"""What a dispatcher sees of a running day that is planned again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collection.api.web.views import FINISHED, vehicle_name
from collection.model import RequestState
from collection.routing.maps import clock_windows
from collection.scheduling.calendar import zone_of
from collection.units import MINUTE, format_clock

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from collection.model import PickupRequest, Plan, Territory
    from collection.scheduling.proposals import Change, Proposal, Side

_WAITS = frozenset({RequestState.UNASSIGNED, RequestState.CONFIRMED, RequestState.RESCHEDULED})


def panel_of(
    plan: Plan | None, territory: Territory, requests: Mapping[str, PickupRequest], now: datetime
) -> dict[str, Any] | None:
    """Tell what can be chosen before the rest of a day is planned again.

    Parameters
    ----------
    plan : Plan or None
        The published one, if it is the one that is shown.
    territory : Territory
        Whose day.
    requests : Mapping of str to PickupRequest
        Of the day, by id.
    now : datetime
        Aware present.

    Returns
    -------
    dict or None
        None on any other day than the one that runs.
    """
    if plan is None or now.astimezone(zone_of(territory)).date() != plan.day:
        return None
    states = {name: request.state.value for name, request in requests.items()}
    open_ = {
        route.vehicle_id: sum(states.get(s.request_id) not in FINISHED for s in route.stops)
        for route in plan.routes
    }
    return {
        "plan": plan.id,
        "vans": [
            {"id": van, "name": vehicle_name(territory, van), "open": count}
            for van, count in open_.items()
        ],
        "urgent": [
            {
                "id": request.id,
                "name": request.customer.name,
                "line1": request.address.line1,
                "window": clock_windows(request, zone_of(territory)),
            }
            for request in requests.values()
            if request.state in _WAITS
        ],
    }


def proposal_view(
    found: Proposal, territory: Territory, requests: Mapping[str, PickupRequest]
) -> dict[str, Any]:
    """Tell of a proposal in words.

    Parameters
    ----------
    found : Proposal
        The proposal.
    territory : Territory
        Whose day.
    requests : Mapping of str to PickupRequest
        Of the day, by id.

    Returns
    -------
    dict
        For the template.
    """
    return {
        "rows": _rows(found.before, found.after),
        "changes": [
            _change(change, territory, requests) for change in found.changes if change.affected
        ],
        "unserved": [
            {**_who(change.request_id, requests), "why": change.reason}
            for change in found.changes
            if change.start is None
        ],
        "stranded": [
            {
                "name": vehicle_name(territory, van.vehicle_id),
                "devices": van.load.units,
                "requests": [_who(name, requests)["name"] for name in van.requests],
                "open": len(van.open),
            }
            for van in found.stranded
        ],
    }


def _rows(before: Side, after: Side) -> list[tuple[str, str, str, str]]:
    """List the figures of both sides, and whether the new one is better."""
    figures: list[tuple[str, int, int, str]] = [
        ("Served", before.served, after.served, "count"),
        ("Not served", -len(before.unserved), -len(after.unserved), "count"),
        ("Late", -before.late, -after.late, "count"),
        ("Minutes late", -before.lateness, -after.lateness, "minutes"),
        ("Vans still needed", before.vehicles, after.vehicles, "same"),
        ("Kilometres of the day", -before.metres, -after.metres, "km"),
        ("Cost of the day", -before.cost, -after.cost, "euro"),
    ]
    return [
        (name, _words(abs(old), kind), _words(abs(new), kind), _tone(new - old, kind))
        for name, old, new, kind in figures
    ]


def _words(figure: int, kind: str) -> str:
    match kind:
        case "minutes":
            return f"{round(figure / MINUTE)}"
        case "km":
            return f"{figure / 1_000:.1f}"
        case "euro":
            return f"€ {figure / 100:,.2f}"
    return str(figure)


def _tone(gain: int, kind: str) -> str:
    if kind == "same" or not gain:
        return ""
    return "good" if gain > 0 else "bad"


def _change(
    change: Change, territory: Territory, requests: Mapping[str, PickupRequest]
) -> dict[str, Any]:
    before, after = (
        vehicle_name(territory, van) if van else "nobody"
        for van in (change.vehicle_before, change.vehicle_after)
    )
    request = requests.get(change.request_id)
    return {
        **_who(change.request_id, requests),
        "window": clock_windows(request, zone_of(territory)) if request else "",
        "before": before,
        "after": after,
        "other_van": before != after,
        "announced": _clock(change.announced),
        "expected": _clock(change.expected),
        "start": _clock(change.start),
        "late_before": _late(change.late_before),
        "late_after": _late(change.late_after),
        "told": change.told,
    }


def _who(request_id: str, requests: Mapping[str, PickupRequest]) -> dict[str, str]:
    request = requests.get(request_id)
    return {
        "id": request_id,
        "name": request.customer.name if request else request_id,
        "line1": request.address.line1 if request else "",
    }


def _clock(seconds: int | None) -> str:
    return "\u2013" if seconds is None else format_clock(seconds)


def _late(seconds: int) -> str:
    return f"{-(-seconds // MINUTE)} min late" if seconds else ""
