"""What a dispatcher's day shows of routes, stops and requests in no route."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import segno

from collection.api.sheet import place_names
from collection.api.web.views import FINISHED, between, tone, vehicle_name
from collection.model import NO_LOAD, RequestState, UnassignedReason
from collection.routing.maps import clock_windows, route_colours
from collection.scheduling.calendar import zone_of
from collection.units import HOUR, MINUTE, format_clock

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collection.api.links import LinkSigner
    from collection.model import Load, PickupRequest, Plan, Route, Territory, Unassigned

_REASONS = {
    UnassignedReason.UNREACHABLE: "No street leads there",
    UnassignedReason.OUTSIDE_TERRITORY: "Outside the territory",
    UnassignedReason.OUTSIDE_SHIFTS: "No van is out then",
    UnassignedReason.TOO_LARGE: "Too large for every van",
    UnassignedReason.NO_SKILL: "No van may carry it",
    UnassignedReason.TOO_FAR: "Too far for every van",
    UnassignedReason.WINDOW_TOO_TIGHT: "Window too tight",
    UnassignedReason.NO_CAPACITY: "No room left",
}

_PAUSE = "Break {start}\u2013{end}"
_RELOAD = "Emptied at {site}, {start}\u2013{end}"


def figures_of(plan: Plan | None, requests: int) -> list[tuple[str, str, bool]]:
    """List the figures above a day.

    Parameters
    ----------
    plan : Plan or None
        The version that is shown.
    requests : int
        How many were booked and not cancelled.

    Returns
    -------
    list of (str, str, bool)
        Name, figure, and whether it asks for attention.
    """
    figures = [("Requests", str(requests), False)]
    if plan is None:
        return figures
    seconds = sum(route.end - route.start for route in plan.routes)
    return [
        *figures,
        ("Planned", str(sum(len(route.stops) for route in plan.routes)), False),
        ("Unassigned", str(len(plan.unassigned)), bool(plan.unassigned)),
        ("Routes", str(len(plan.routes)), False),
        ("km", f"{sum(route.metres for route in plan.routes) / 1_000:.1f}", False),
        ("Hours", f"{seconds / HOUR:.1f}", False),
        ("Cost", f"€ {plan.cost / 100:,.2f}", False),
    ]


def route_row(
    route: Route,
    index: int,
    requests: Mapping[str, PickupRequest],
    territory: Territory,
    signer: LinkSigner | None,
) -> dict[str, Any]:
    """Turn a route into what the page shows.

    Parameters
    ----------
    route : Route
        The route.
    index : int
        Its place in the plan, which gives its colour.
    requests : Mapping of str to PickupRequest
        By id, as they stand now.
    territory : Territory
        With fleet and time zone.
    signer : LinkSigner or None
        For the driver's link; None while the plan is not published.

    Returns
    -------
    dict
        For the template.
    """
    stops = []
    for stop in route.stops:
        request = requests.get(stop.request_id)
        # One that is no longer in the day was moved to another.
        state = request.state if request else RequestState.RESCHEDULED
        stops.append(
            {
                **_who(stop.request_id, request, territory),
                "arrival": format_clock(stop.arrival),
                "wait": _minutes(stop.start - stop.arrival),
                "load": f"{stop.load.litres} l",
                "state": state.value,
                "tone": tone(state),
            }
        )
    link = signer.driver_url(route.id) if signer else ""
    names = place_names(territory)
    return {
        "vehicle_id": route.vehicle_id,
        "name": vehicle_name(territory, route.vehicle_id),
        "colour": route_colours(index)[0],
        "start": format_clock(route.start),
        "end": format_clock(route.end),
        "km": f"{route.metres / 1_000:.1f}",
        "load": _load_words(route, territory),
        "stops": stops,
        "between": [
            between(route, after, names, _PAUSE, _RELOAD) for after in range(len(stops) + 1)
        ],
        "done": sum(stop["state"] in FINISHED for stop in stops),
        "link": link,
        "qr": _qr(link) if link else "",
    }


def _load_words(route: Route, territory: Territory) -> str:
    """Tell how full the van is when it is fullest."""
    room = next((v.capacity for v in territory.vehicles if v.id == route.vehicle_id), NO_LOAD)
    if room == NO_LOAD:
        return f"{max(stop.load.litres for stop in route.stops)} l"
    return f"{max(_share(stop.load, room) for stop in route.stops)} % full"


def _share(load: Load, room: Load) -> int:
    pairs = zip(load.as_tuple(), room.as_tuple(), strict=True)
    return max(round(100 * used / most) for used, most in pairs if most)


def _minutes(seconds: int) -> str:
    return f"{round(seconds / MINUTE)} min" if seconds >= MINUTE else ""


def unassigned_row(
    row: Unassigned, request: PickupRequest | None, territory: Territory
) -> dict[str, Any]:
    """Turn an unassigned request into what the page shows.

    Parameters
    ----------
    row : Unassigned
        With its reason.
    request : PickupRequest or None
        None if it was moved to another day since.
    territory : Territory
        With the time zone.

    Returns
    -------
    dict
        For the template.
    """
    who = _who(row.request_id, request, territory)
    return {**who, "reason": _REASONS[row.reason], "detail": row.detail}


def _who(request_id: str, request: PickupRequest | None, territory: Territory) -> dict[str, str]:
    return {
        "id": request_id,
        "name": request.customer.name if request else request_id,
        "line1": request.address.line1 if request else "moved to another day",
        "window": clock_windows(request, zone_of(territory)) if request else "",
    }


def _qr(link: str) -> str:
    drawing = io.BytesIO()
    segno.make(link, error="m").save(
        drawing,
        kind="svg",
        xmldecl=False,
        svgns=False,
        nl=False,
        omitsize=True,
        border=2,
        title="QR code",
    )
    return drawing.getvalue().decode()
