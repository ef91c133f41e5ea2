"""``collection solve``, and the files that ``check`` and ``plan`` read."""

from __future__ import annotations

import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from collection.cli_shared import read_settings, shown_progress, stderr
from collection.errors import InvalidRequest
from collection.routing.formats.options import Objective, Rounding

if TYPE_CHECKING:
    from collection.model import Instructions, Violation
    from collection.routing.formats.vroom_places import Travel
    from collection.routing.instances import Instance
    from collection.routing.solution import Solution

_ROUNDING = typer.Option(help="How the numbers of a benchmark become integers.")
_OBJECTIVE = typer.Option(help="What to minimize.")

MadeWithRounding = Annotated[Rounding | None, _ROUNDING]
MadeWithObjective = Annotated[Objective | None, _OBJECTIVE]
NetworkOption = Annotated[
    str | None, typer.Option(help="Street network for VROOM JSON without matrices.")
]


def solve(
    file: Annotated[Path, typer.Argument(help="Solomon text, VRPLIB or VROOM JSON.")],
    time_limit: Annotated[float, typer.Option(min=0.1, max=86_400, help="Seconds.")] = 10.0,
    seed: Annotated[int, typer.Option(min=0, help="Varies the search.")] = 0,
    workers: Annotated[int, typer.Option(min=0, max=256, help="0: one per core.")] = 0,
    rounding: Annotated[Rounding, _ROUNDING] = Rounding.EXACT,
    objective: Annotated[Objective, _OBJECTIVE] = Objective.COST,
    network: NetworkOption = None,
    as_json: Annotated[bool, typer.Option("--json", help="VROOM JSON instead of a table.")] = False,
) -> None:
    """Solve an instance FILE and print routes, times and cost."""
    from collection.routing.formats.vroom_answer import answer  # noqa: PLC0415 - a fast `--help`
    from collection.routing.instances import read  # noqa: PLC0415
    from collection.routing.solve import solve as search  # noqa: PLC0415

    started = time.monotonic()
    instance = read(file, rounding=rounding, objective=objective, travel=_streets(network))
    for name in instance.ignored:
        stderr.print(f"ignored: {name}", markup=False, soft_wrap=True)
    loaded = time.monotonic()
    with shown_progress() as tell:
        solution = search(
            instance.problem,
            time_limit=time_limit,
            seed=seed,
            workers=workers or os.cpu_count() or 1,
            # Its text is in the problem's units, which are not the file's.
            on_progress=lambda progress: tell(replace(progress, text="")),
        )
    solving = time.monotonic() - loaded
    found = answer(instance, solution, loading=loaded - started, solving=solving)
    if as_json:
        typer.echo(json.dumps(found))
    else:
        _print(file.name, instance, solution, found)


def check_file(
    file: Path,
    solution: Path,
    rounding: Rounding | None,
    objective: Objective | None,
    network: str | None,
) -> tuple[Violation, ...]:
    """Verify a solution of an instance.

    Parameters
    ----------
    file : Path
        The instance.
    solution : Path
        JSON or .sol.
    rounding : Rounding, optional
        With which it was made, where it does not say so itself.
    objective : Objective, optional
        Likewise.
    network : str, optional
        Street network for coordinates.

    Returns
    -------
    tuple of Violation
        Empty where everything is kept.
    """
    from collection.routing.instances import check_files  # noqa: PLC0415

    instance, finding = check_files(
        file, solution, rounding=rounding, objective=objective, travel=_streets(network)
    )
    unit = f" ({instance.rounding})" if instance.rounding else ""
    typer.echo(
        f"{finding.routes} routes, {finding.unassigned} unassigned, "
        f"cost {_figure(finding.cost)}{unit}"
    )
    return finding.violations


def read_instructions(file: Path | None, *, none: bool) -> Instructions | None:
    """Read what is asked of a plan, as ``POST /v1/plans`` takes it.

    Parameters
    ----------
    file : Path, optional
        JSON.
    none : bool
        Whether nothing is asked.

    Returns
    -------
    Instructions or None
        None where those of the published plan are kept.

    Raises
    ------
    InvalidRequest
        If both are given, or the file is wrong; names file and JSON path.
    """
    from pydantic import ValidationError  # noqa: PLC0415 - a fast `--help`

    from collection.api.schemas.instructions import InstructionsIn  # noqa: PLC0415
    from collection.model import Instructions  # noqa: PLC0415

    if file is None:
        return Instructions() if none else None
    if none:
        raise InvalidRequest("give either --instructions or --no-instructions")
    try:
        return InstructionsIn.model_validate_json(file.read_bytes()).instructions()
    except OSError as error:
        raise InvalidRequest(f"{file}: cannot be read ({error.strerror})") from error
    except ValidationError as error:
        first = error.errors()[0]
        path = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in first["loc"])
        raise InvalidRequest(f"{file}: ${path}: {first['msg']}") from error


def _streets(name: str | None) -> Travel | None:
    """Travel on a street network that was built before."""
    if name is None:
        return None
    from collection.routing.matrix import StreetMatrix  # noqa: PLC0415
    from collection.routing.streets import Network, network_folder  # noqa: PLC0415

    folder = network_folder(read_settings().network_dir, name)
    return StreetMatrix(Network.load(folder), cache=folder).matrix


def _print(name: str, instance: Instance, solution: Solution, found: dict[str, Any]) -> None:
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415

    summary, routes = found["summary"], found["routes"]
    distance = ["distance"] if "distance" in summary else []
    columns = ["vehicle", "stops", "start", "end", "duration", "waiting", *distance, "cost"]
    table = Table(*columns, title=instance.name or name, title_justify="left")
    for column in table.columns:
        column.justify = "right"
    for route in routes:
        row = {
            **route,
            "stops": sum("id" in step and step["type"] != "break" for step in route["steps"]),
            "start": route["steps"][0]["arrival"],
            "end": route["steps"][-1]["arrival"],
            "waiting": route["waiting_time"],
        }
        table.add_row(*(_figure(row[column], digits=2) for column in columns))
    console = Console(highlight=False)
    if routes:
        console.print(table)
    for left in found["unassigned"]:
        console.print(
            f"unassigned {left['type']} {left['id']}: {left['reason']}. {left['detail']}",
            markup=False,
            soft_wrap=True,
        )
    served = len(instance.tasks) - summary["unassigned"]
    console.print(
        f"{served} of {len(instance.tasks)} in {summary['routes']} routes, cost "
        f"{_figure(summary['cost'])}, {summary['computing_times']['solving'] / 1_000:.1f} s "
        f"({solution.stopped})",
        markup=False,
    )


def _figure(value: int | float, *, digits: int = 4) -> str:
    if isinstance(value, int):
        return f"{value:,}"
    return f"{value:,.{digits}f}".rstrip("0").rstrip(".")
