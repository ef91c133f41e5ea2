"""``collection simulate``: days that are played."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

from collection.cli_shared import read_settings, stderr, warm_kernels


def simulate(
    territory: str,
    days: Annotated[int, typer.Option(min=1, max=60, help="Working days to drive.")] = 5,
    seed: Annotated[int, typer.Option(help="The same seed gives the same figures.")] = 1,
    requests_per_day: Annotated[
        int, typer.Option(min=0, help="Customers who ask on a day; 0: 14 for each van.")
    ] = 0,
    vans: Annotated[int, typer.Option(min=0, max=200, help="0: those of the territory.")] = 0,
    start: Annotated[
        datetime, typer.Option(formats=["%Y-%m-%d"], help="First day that may be driven.")
    ] = datetime(2026, 3, 2),  # noqa: DTZ001 - a local date, which Typer knows only so
    iterations: Annotated[
        int, typer.Option(min=1, help="Moves that the solver tries for a night.")
    ] = 4_000,
    breakdowns: Annotated[int, typer.Option(min=0, help="Vans that break down.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Draw the run to this file.")] = None,
) -> None:
    """Play customers, nights and days through the product's own code, and measure them."""
    from rich.console import Console  # noqa: PLC0415 - a fast `--help`

    from collection.catalogue import load_catalogue  # noqa: PLC0415
    from collection.simulate import Setting  # noqa: PLC0415
    from collection.simulate import simulate as run  # noqa: PLC0415
    from collection.simulate.plot import save_plot  # noqa: PLC0415
    from collection.simulate.report import show  # noqa: PLC0415

    settings = read_settings()
    warm_kernels()
    setting = Setting(
        territory=territory,
        days=days,
        seed=seed,
        start=start.date(),
        requests_per_day=requests_per_day,
        vans=vans,
        iterations=iterations,
        breakdowns=breakdowns,
    )
    began = perf_counter()
    with stderr.status("booking") as status:
        figures = run(setting, settings, tell=status.update)
    seconds = round(perf_counter() - began, 1)
    if plot is not None:
        save_plot(figures, plot)
    if as_json:
        typer.echo(json.dumps({**figures.summary(), "seconds": seconds}, separators=(",", ":")))
        return
    console = Console(highlight=False)
    show(console, figures, load_catalogue(settings.data_dir).emissions.sources)
    console.print(f"{seconds} s")
