"""What a run of the demo shows in the end, to people and to programs."""

from __future__ import annotations

import io
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

import segno
from rich.table import Table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rich.console import Console


Asked: TypeAlias = "tuple[list[dict[str, Any]], dict[str, Any] | None]"
"""The slots that a customer was told, and the one that was booked."""


def told_slots(asked: Sequence[Asked]) -> str:
    """Say what customers were offered, and what they took.

    Parameters
    ----------
    asked : Sequence of tuple
        For each customer the slots, and the one that was booked or None.

    Returns
    -------
    str
        One sentence.
    """
    told = [slot for slots, _ in asked for slot in slots]
    taken = [slot for _, slot in asked if slot is not None]
    green = sum(slot["green"] for slot in taken)
    kept = len(told) - sum(slot["offered"] for slot in told)
    return (
        f"{len(taken)} of {len(asked)} booked, {green} where a van passes anyway; each of "
        f"{len(told)} slots was tried in the day's plan, in {kept} no van had room"
    )


def summary_of(plan: dict[str, Any], seconds: Mapping[str, float]) -> dict[str, Any]:
    """Sum a plan up.

    Parameters
    ----------
    plan : dict of str to Any
        As the API gives it.
    seconds : Mapping of str to float
        What each phase took.

    Returns
    -------
    dict of str to Any
        Ready for JSON.
    """
    routes = plan["routes"]
    planned = sum(len(route["stops"]) for route in routes)
    return {
        "requests": planned + len(plan["unassigned"]),
        "planned": planned,
        "unassigned": dict(Counter(item["reason"] for item in plan["unassigned"])),
        "routes": len(routes),
        "km": round(sum(route["metres"] for route in routes) / 1_000, 1),
        "hours": round(sum(route["duration_seconds"] for route in routes) / 3_600, 2),
        "seconds": dict(seconds),
        "violations": len(plan["violations"]),
    }


def show(
    console: Console, plan: dict[str, Any], base_url: str, *, name: str, password: str
) -> None:
    """Print the routes of a plan, and where people look at it.

    Parameters
    ----------
    console : Console
        Where; codes for phones are drawn only on a terminal.
    plan : dict of str to Any
        As the API gives it.
    base_url : str
        Address of the pages.
    name : str
        Of the dispatcher.
    password : str
        The dispatcher's.
    """
    table = Table(title=f"Plan {plan['id']}, published", title_justify="left")
    for heading in ("Route", "Stops", "Leaves", "Returns", "km", "Devices", "Cost"):
        table.add_column(heading, justify="left" if heading == "Route" else "right")
    for route in plan["routes"]:
        table.add_row(
            route["vehicle_name"],
            str(len(route["stops"])),
            route["start"],
            route["end"],
            f"{route['metres'] / 1_000:.1f}",
            str(route["load"]["units"]),
            f"{route['cost'] / 100:.2f}",
        )
    console.print(table)
    for route in plan["routes"]:
        console.print(f"\n[bold]{route['vehicle_name']}[/]  {route['driver_url']}", soft_wrap=True)
        if console.is_terminal:
            code = io.StringIO()
            segno.make(route["driver_url"], error="l").terminal(out=code, compact=True)
            console.file.write(code.getvalue())
    console.print(f"\nBook a pickup    {base_url}/book", soft_wrap=True)
    console.print(
        f"Dispatcher's day {base_url}/dispatch/{plan['territory']}/{plan['date']}", soft_wrap=True
    )
    console.print(f"                 log in as [bold]{name}[/] with [bold]{password}[/]")
