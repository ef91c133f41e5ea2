"""The ``collection outbox`` commands: deliver, look at what was given up, try it again."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Annotated

import typer

from collection.cli_shared import Group, read_settings, running_services, stderr
from collection.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Iterator

app = typer.Typer(cls=Group, no_args_is_help=True, help="Messages to customers and webhooks.")

_STOP_SECONDS = 15.0


@app.command()
def deliver(
    once: Annotated[bool, typer.Option("--once", help="Stop when nothing is due.")] = False,
    until_eof: Annotated[
        bool, typer.Option("--until-eof", hidden=True, help="Stop when standard input ends.")
    ] = False,
) -> None:
    """Send what is due; `serve` and `worker` do so too, start more as you like."""
    from collection.messaging import build_deliverer  # noqa: PLC0415
    from collection.wiring import with_secret  # noqa: PLC0415

    with running_services(with_secret(read_settings())) as services:
        deliverer = build_deliverer(services)
        if once:
            typer.echo(f"{deliverer.once()} deliveries are over")
            return
        stop = threading.Event()
        if until_eof:
            threading.Thread(target=_wait_for_eof, args=(stop,), daemon=True).start()
        with suppress(KeyboardInterrupt), deliverer.running():
            stop.wait()


@app.command()
def dead() -> None:
    """List what was given up, oldest first: id, attempts, when, why."""
    with running_services(read_settings()) as services:
        letters = [
            letter
            for territory in sorted(services.catalogue.territories)
            for letter in services.outbox.dead(territory)
        ]
        for letter in letters:
            typer.echo(f"{letter.id}\t{letter.attempts}\t{letter.at.isoformat()}\t{letter.reason}")
        stderr.print(f"{len(letters)} dead letters")


@app.command()
def replay(
    letter: Annotated[str | None, typer.Argument(metavar="ID", help="As `dead` lists it.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All of them.")] = False,
) -> None:
    """Try dead letters anew, under the ids that they had."""
    if (letter is not None) == every:
        raise InvalidRequest("give either the ID of a dead letter or --all")
    with running_services(read_settings()) as services:
        now, count = services.clock.now(), 0
        for territory in services.catalogue.territories:
            ids = [one.id for one in services.outbox.dead(territory)] if every else [str(letter)]
            count += sum(services.outbox.replay(territory, one, at=now) for one in ids)
        if letter is not None and not count:
            raise InvalidRequest(
                f"there is no dead letter {letter!r}; see `collection outbox dead`"
            )
        typer.echo(f"{count} to be tried again")


@app.command()
def preview(
    language: Annotated[str, typer.Argument(help="fr, de, es or en.")],
    territory: Annotated[str, typer.Option(help="Whose clock counts.")] = "monaco",
) -> None:
    """Print every message in a language."""
    from collection.catalogue import load_catalogue  # noqa: PLC0415
    from collection.languages import LANGUAGES  # noqa: PLC0415
    from collection.scheduling.notify.preview import preview as show  # noqa: PLC0415

    if language not in LANGUAGES:
        raise InvalidRequest(f"no texts in {language!r}; there are {', '.join(LANGUAGES)}")
    typer.echo(show(load_catalogue(read_settings().data_dir).territory(territory), language))


@contextmanager
def delivering_beside(redis_url: str) -> Iterator[None]:
    """Deliver in a process of its own while the block runs.

    A worker forks a process for each night, and a thread that sends could hold a lock at that
    moment, which nobody in the new process would ever open.
    """
    child = subprocess.Popen(
        [sys.executable, "-m", "collection", "outbox", "deliver", "--until-eof"],
        env={**os.environ, "COLLECTION_REDIS_URL": redis_url},
        # Ends with this process, however that ends; Ctrl-C is for this process alone.
        stdin=subprocess.PIPE,
        process_group=0,
    )
    try:
        yield
    finally:
        if child.stdin is not None:
            child.stdin.close()
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _wait_for_eof(stop: threading.Event) -> None:
    sys.stdin.read()
    stop.set()
