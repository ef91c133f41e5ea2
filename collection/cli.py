"""The ``collection`` command: the composition root."""

from __future__ import annotations

import getpass
import signal
import sys
import threading
from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from collection.cli_custody import device, gather
from collection.cli_demo import demo
from collection.cli_files import (
    MadeWithObjective,
    MadeWithRounding,
    NetworkOption,
    check_file,
    read_instructions,
    solve,
)
from collection.cli_outbox import app as outbox_app
from collection.cli_outbox import delivering_beside
from collection.cli_shared import (
    Group,
    read_settings,
    running_services,
    shown_progress,
    stderr,
    warm_kernels,
)
from collection.cli_simulate import simulate
from collection.cli_why import compare, explain
from collection.errors import InvalidRequest

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    pretty_exceptions_show_locals=False,
    help="Collects broken phones and laptops at people's homes: book, plan, drive.",
)
network_app = typer.Typer(cls=Group, no_args_is_help=True, help="Street networks.")
app.add_typer(network_app, name="network")
app.add_typer(outbox_app, name="outbox")


@app.callback()
def start() -> None:
    # Leave every `with` block in order: servers that were started are stopped.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda number, _: sys.exit(128 + number))


DayArgument = Annotated[str, typer.Argument(metavar="DATE", help="Local date, YYYY-MM-DD.")]


def parse_day(text: str) -> date:
    from datetime import date as date_type  # noqa: PLC0415

    try:
        return date_type.fromisoformat(text)
    except ValueError:
        raise InvalidRequest(f"{text!r} is no date; write YYYY-MM-DD", field="date") from None


app.command()(demo)


@app.command()
def serve() -> None:
    """Serve the API and the pages (starts the embedded store unless one is configured)."""
    from collection.api.app import create_app  # noqa: PLC0415
    from collection.api.server import make_server  # noqa: PLC0415
    from collection.messaging import build_deliverer  # noqa: PLC0415
    from collection.wiring import with_secret  # noqa: PLC0415

    settings = with_secret(read_settings())
    warm_kernels()
    with running_services(settings) as services:
        server = make_server(create_app(services), settings)
        with build_deliverer(services).running():
            server.run()


@app.command()
def worker(
    burst: Annotated[bool, typer.Option("--burst", help="Stop when the queue is empty.")] = False,
) -> None:
    """Plan nights from the queue; start as many as you like, on any machine."""
    from collection.messaging import build_deliverer  # noqa: PLC0415
    from collection.scheduling.jobs import RqJobs  # noqa: PLC0415
    from collection.scheduling.worker import make_worker  # noqa: PLC0415
    from collection.wiring import with_secret  # noqa: PLC0415

    settings = with_secret(read_settings())
    # Before the first fork: the process of each night shares what is loaded here.
    warm_kernels()
    with running_services(settings) as services:
        # Nights that were missed while no worker ran.
        RqJobs(services.queue).enqueue_due(services.night_ports(), services.clock.now())
        deliverer = build_deliverer(services)
        nights = make_worker(
            services.queue, services.night_ports, memory_mb=settings.worker_memory_mb
        )
        with nullcontext() if burst else delivering_beside(services.redis_url):
            nights.work(burst=burst, logging_level="WARNING")
        if burst:
            deliverer.once()


@app.command()
def nightly(
    cron: Annotated[bool, typer.Option("--cron", help="Stay and look every minute.")] = False,
) -> None:
    """Enqueue every night that is due in its territory's own time zone."""
    from collection.scheduling.jobs import RqJobs  # noqa: PLC0415
    from collection.scheduling.worker import run_cron  # noqa: PLC0415

    with running_services(read_settings()) as services:
        jobs = RqJobs(services.queue).enqueue_due(services.night_ports(), services.clock.now())
        for job_id in jobs:
            typer.echo(job_id)
        if not jobs:
            stderr.print("no night is due")
        if cron:
            run_cron(services.queue)


@app.command()
def plan(
    territory: str,
    day: DayArgument,
    seed: Annotated[int, typer.Option()] = 0,
    publish: Annotated[bool, typer.Option("--publish", help="Publish it if clean.")] = False,
    close_early: Annotated[
        bool, typer.Option("--close-early", help="Close it before its cut-off.")
    ] = False,
    instructions: Annotated[
        Path | None, typer.Option(help="JSON of what is asked; else what the published plan has.")
    ] = None,
    no_instructions: Annotated[
        bool, typer.Option("--no-instructions", help="Ask for nothing.")
    ] = False,
) -> None:
    """Close a day and plan it here and now, without the queue."""
    from collection.model import Instructions  # noqa: PLC0415
    from collection.scheduling.calendar import cut_off  # noqa: PLC0415
    from collection.scheduling.nightly import plan_night  # noqa: PLC0415
    from collection.scheduling.publishing import publish_night  # noqa: PLC0415

    local_day = parse_day(day)
    asked = read_instructions(instructions, none=no_instructions)
    with running_services(read_settings()) as services:
        closes = cut_off(services.catalogue.territory(territory), local_day)
        if services.clock.now() < closes and not close_early:
            raise InvalidRequest(
                f"{day} can be booked until {closes:%Y-%m-%d %H:%M} UTC, and planning closes "
                "it for good; say --close-early if you mean that",
                field="date",
            )
        with shown_progress() as tell:
            result = plan_night(
                territory,
                local_day,
                services.night_ports(),
                seed=seed,
                instructions=asked,
                on_progress=tell,
            )
        made = result.plan
        stops = sum(len(route.stops) for route in made.routes)
        typer.echo(
            f"{made.id}: {stops} stops in {len(made.routes)} routes, "
            f"{len(made.unassigned)} unassigned, {len(made.violations)} violations, "
            f"{made.cost / 100:.2f}"
        )
        if asked is None and made.instructions != Instructions():
            typer.echo("  with what was asked of the published plan; --no-instructions drops it")
        for violation in made.violations:
            typer.echo(f"  {violation.constraint}: {violation.detail}")
        if publish:
            publish_night(made.id, services.night_ports(), at=services.clock.now())
            typer.echo(f"{made.id} is published")


@app.command()
def warm() -> None:
    """Compile the planner's kernels, so that nobody waits for it later."""
    read_settings()
    done = warm_kernels()
    typer.echo(f"{done.compiled} kernels compiled, all ready in {done.seconds:.1f} s")


app.command()(solve)
app.command()(explain)
app.command()(compare)
app.command()(device)
app.command()(gather)
app.command()(simulate)


@app.command()
def check(
    what: Annotated[str, typer.Argument(metavar="PLAN_ID|FILE")],
    solution: Annotated[
        Path | None, typer.Argument(help="JSON of `solve` or VROOM, or a VRPLIB .sol.")
    ] = None,
    rounding: MadeWithRounding = None,
    objective: MadeWithObjective = None,
    network: NetworkOption = None,
) -> None:
    """Verify a stored plan, or a solution of an instance FILE; exit 1 on violations."""
    if solution is not None:
        violations = check_file(Path(what), solution, rounding, objective, network)
    else:
        from collection.scheduling.explaining import verify_stored  # noqa: PLC0415

        with running_services(read_settings()) as services:
            violations = tuple(verify_stored(services.plans.get(what), services.night_ports()))
    for violation in violations:
        where = " ".join(filter(None, (violation.vehicle_id, violation.request_id)))
        typer.echo(f"{violation.constraint}: {where and f'{where}: '}{violation.detail}")
    typer.echo(f"{len(violations)} violations")
    raise typer.Exit(1 if violations else 0)


@app.command()
def export(
    route_id: str,
    kind: Annotated[str, typer.Option("--format", help="geojson or gpx")] = "geojson",
) -> None:
    """Write a route as GeoJSON or GPX to standard output."""
    from collection.api.export import export_route  # noqa: PLC0415

    with running_services(read_settings()) as services:
        typer.echo(export_route(services, route_id, kind))


@app.command()
def password() -> None:
    """Ask for a dispatcher's password and print its hash for COLLECTION_DISPATCHERS."""
    from collection.api.security import hash_password  # noqa: PLC0415

    first = getpass.getpass("Password: ")
    if first != getpass.getpass("Again: "):
        raise InvalidRequest("the two differ")
    typer.echo(hash_password(first))


@network_app.command("build")
def network_build(
    name: Annotated[str, typer.Argument(help="Letters, digits and -.")],
    place: Annotated[str | None, typer.Option(help="A place, over Overpass.")] = None,
    osm: Annotated[Path | None, typer.Option(help="A .osm, .gz, .bz2 or .pbf file.")] = None,
    monaco: Annotated[bool, typer.Option("--monaco", help="The embedded example.")] = False,
) -> None:
    """Build a street network and its address index."""
    from collection.network_setup import build_named_network  # noqa: PLC0415

    if (place is not None) + (osm is not None) + monaco != 1:
        raise InvalidRequest("give exactly one of --place, --osm and --monaco")
    settings = read_settings()
    with shown_progress() as tell:
        summary = build_named_network(settings, name, place=place, osm=osm, on_progress=tell)
    typer.echo(
        f"{summary.name}: {summary.nodes:,} nodes, {summary.edges:,} edges, {summary.km:,.1f} km, "
        f"{summary.addresses:,} addresses, {summary.streets:,} streets, {summary.seconds:.1f} s"
    )
    for reason, count in summary.dropped.items():
        typer.echo(f"  left out: {count:,} {reason}")
