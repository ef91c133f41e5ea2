"""What every command needs: settings, a store, progress on the terminal."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import structlog
from rich.console import Console
from typer.core import TyperGroup

from collection.errors import CollectionError, InvalidRequest
from collection.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collection.model import Progress
    from collection.routing.warm import WarmUp
    from collection.services import Services
    from collection.store import EmbeddedServer

stderr = Console(stderr=True, highlight=False)


class Group(TyperGroup):
    """Turns the package's own errors into one line and exit code 2."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except CollectionError as error:
            stderr.print(f"[bold red]error:[/] {error.message}", soft_wrap=True)
            ctx.exit(2)


def read_settings(**overrides: Any) -> Settings:
    from pydantic import ValidationError  # noqa: PLC0415 - a fast `--help`
    from pydantic_settings import SettingsError  # noqa: PLC0415

    unknown = {
        name
        for name in os.environ
        if name.startswith(prefix := "COLLECTION_")
        and name.removeprefix(prefix).lower() not in Settings.model_fields
    }
    if unknown:
        raise InvalidRequest(f"unknown setting {', '.join(sorted(unknown))}; see settings.py")
    try:
        settings = Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(part) for part in first["loc"])
        name = field if field.lower().startswith("collection_") else f"COLLECTION_{field.upper()}"
        raise InvalidRequest(f"setting {name}: {first['msg']}") from error
    except SettingsError as error:
        raise InvalidRequest(f"settings: {error}") from error
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.JSONRenderer()
            if settings.log_json
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    return settings


@contextmanager
def running_store(settings: Settings, folder: str = "store") -> Iterator[str]:
    """Address of the store: your own Redis, or the embedded server while the block runs."""
    from collection.store import EmbeddedServer  # noqa: PLC0415

    if settings.redis_url:
        yield settings.redis_url
        return
    with EmbeddedServer(settings.run_dir / folder) as server, _watched(server):
        yield server.url


@contextmanager
def _watched(server: EmbeddedServer) -> Iterator[None]:
    """Start the embedded server anew, should it die while the block runs."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(1.0):
            try:
                server.start()
            except CollectionError as error:
                structlog.get_logger(__name__).error("store_not_started", error=error.message)

    watcher = threading.Thread(target=watch, name="store-watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        over.set()
        watcher.join()


@contextmanager
def running_services(settings: Settings) -> Iterator[Services]:
    from collection.wiring import build_services  # noqa: PLC0415

    with running_store(settings) as url:
        yield build_services(settings, url)


def warm_kernels() -> WarmUp:
    """Have the planner's kernels ready before there is work to do."""
    from collection.routing.warm import is_cached, warm  # noqa: PLC0415 - a fast `--help`

    if not is_cached():
        stderr.print("compiling the planner's kernels: a minute or two, once")
    return warm()


@contextmanager
def shown_progress() -> Iterator[Any]:
    from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
    from rich.progress import Progress as Bars  # noqa: PLC0415

    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Bars(*columns, console=stderr) as bars:
        tasks: dict[str, Any] = {}

        def tell(progress: Progress) -> None:
            if progress.phase not in tasks:
                for task in tasks.values():
                    bars.update(task, completed=1.0)
                tasks[progress.phase] = bars.add_task(progress.phase, total=1.0)
            text = f"{progress.phase} {progress.text}".strip()
            bars.update(tasks[progress.phase], completed=progress.done, description=text)

        yield tell
        for task in tasks.values():
            bars.update(task, completed=1.0)
