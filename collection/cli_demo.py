"""``collection demo``: the main job on real input, and its day played."""

from __future__ import annotations

from typing import Annotated

import typer

from collection.cli_shared import read_settings, running_store, shown_progress


def demo(
    requests: Annotated[int, typer.Option(min=1, max=144, help="Pickup requests.")] = 120,
    seed: Annotated[int, typer.Option(help="Draws addresses, devices and slots.")] = 7,
    once: Annotated[bool, typer.Option("--once", help="Stop after the summary.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="One line of JSON.")] = False,
    play: Annotated[
        bool, typer.Option("--play", help="Then play the day: drivers tell what happens.")
    ] = False,
    speed: Annotated[
        float, typer.Option(min=1, max=10_000, help="How many times real speed it is played.")
    ] = 60.0,
) -> None:
    """Book 120 pickups in Monaco over HTTP, plan the night, publish, serve, play the day."""
    from collection.demo import run_demo  # noqa: PLC0415
    from collection.network_setup import build_named_network  # noqa: PLC0415
    from collection.routing.streets import network_exists  # noqa: PLC0415
    from collection.wiring import with_secret  # noqa: PLC0415

    settings = with_secret(read_settings())
    if not network_exists(settings.network_dir, "monaco"):
        with shown_progress() as tell:
            build_named_network(settings, "monaco", on_progress=tell)
    if not settings.redis_url:
        # What an earlier demo left would keep the next working day closed.
        from collection.store import EmbeddedServer  # noqa: PLC0415

        EmbeddedServer(settings.run_dir / "demo" / "store").clear()
    with running_store(settings, "demo/store") as url:
        run_demo(
            settings,
            url,
            requests=requests,
            seed=seed,
            once=once,
            as_json=as_json,
            speed=speed if play else 0.0,
        )
