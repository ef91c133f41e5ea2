"""``collection explain`` and ``collection compare``: why a stored plan is as it is."""

from __future__ import annotations

from typing import Annotated

import typer

from collection.cli_shared import read_settings, running_services

PlanArgument = Annotated[str, typer.Argument(metavar="PLAN_ID")]


def explain(
    plan_id: PlanArgument,
    seconds: Annotated[
        float, typer.Option(min=0.1, max=600, help="Time for the unassigned requests.")
    ] = 1.0,
) -> None:
    """Say what a plan's routes cost and why, and what would serve who is left out."""
    from collection.scheduling.explaining import explain_stored  # noqa: PLC0415

    with running_services(read_settings()) as services:
        told = explain_stored(services.plans.get(plan_id), services.night_ports(), seconds=seconds)
    for cost in told.costs:
        typer.echo(
            f"{cost.vehicle_id}: {_money(cost.cost)} = fixed {_money(cost.fixed)} + hours "
            f"{_money(cost.hours)} + overtime {_money(cost.overtime)} + driving "
            f"{_money(cost.driving)} + km {_money(cost.kilometres)}; soft {_money(cost.soft)}; "
            f"last stop {_money(cost.last_stop)}"
        )
        costly = [f"{name} {_money(cents)}" for name, cents in cost.constraints.items() if cents]
        if costly:
            typer.echo(f"  without it cheaper by: {', '.join(costly)}")
    reasons = {left.request_id: left.detail for left in told.plan.unassigned}
    for left in told.left:
        name = told.problem.request_ids[left.request]
        typer.echo(f"{name} is unassigned: {reasons.get(name, '')}")
        for unlock in left.unlocks:
            typer.echo(f"  {_money(unlock.cost)}: {unlock.detail}")
        if not left.complete:
            typer.echo("  not every change was tried; give more --seconds")


def compare(before: PlanArgument, after: PlanArgument) -> None:
    """Say what differs between two plans of a day."""
    from collection.scheduling.explaining import compare_stored  # noqa: PLC0415

    with running_services(read_settings()) as services:
        plans = services.plans.get(before), services.plans.get(after)
        told = compare_stored(*plans, services.night_ports())
    first, second = told.before, told.after
    rows = (
        ("cost", _money(first.cost), _money(second.cost)),
        ("soft", _money(first.soft), _money(second.soft)),
        ("km", f"{first.metres / 1_000:.1f}", f"{second.metres / 1_000:.1f}"),
        ("hours", f"{first.duration / 3_600:.1f}", f"{second.duration / 3_600:.1f}"),
        ("routes", str(first.routes), str(second.routes)),
        ("stops", str(first.stops), str(second.stops)),
        ("unassigned", str(first.unassigned), str(second.unassigned)),
        ("tight stops", f"{first.tight:.0%}", f"{second.tight:.0%}"),
        ("late if 10 % slower", str(first.late_if_slower), str(second.late_if_slower)),
    )
    for name, one, other in rows:
        typer.echo(f"{name:20} {one:>12} {other:>12}")
    for request, (one, other) in told.other_vehicle.items():
        typer.echo(f"{request}: {one} -> {other}")
    for request, seconds in told.other_time.items():
        typer.echo(f"{request}: {seconds / 60:+.0f} min")
    for word, requests in (
        ("newly served", told.newly_served),
        ("newly unassigned", told.newly_unassigned),
        ("gone", told.gone),
    ):
        for request in requests:
            typer.echo(f"{request}: {word}")


def _money(cents: int) -> str:
    return f"{cents / 100:.2f}"
