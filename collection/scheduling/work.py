"""What a job does, in its own process: a night, a scenario, or a better tentative plan."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import structlog
from pydantic import TypeAdapter
from redis.exceptions import RedisError
from rq import get_current_job

from collection.errors import CollectionError, Conflict, RoutingUnavailable, StoreUnavailable
from collection.model import Progress, Scenario
from collection.scheduling.eta_learning import learn_day
from collection.scheduling.improving import improve
from collection.scheduling.inputs import known_territory
from collection.scheduling.instructions import load_instructions
from collection.scheduling.memory import limited, peak_mb
from collection.scheduling.nightly import plan_night
from collection.scheduling.scenarios import try_scenario

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collection.model import Instructions
    from collection.scheduling.nightly import NightPorts, NightResult

LOCK_PATIENCE = 60.0
"""Seconds that a retried night waits for the lock of a holder that died."""

IMPROVE_SECONDS = 10.0
"""Seconds that a tentative plan is improved at a time."""

PASSING = (Conflict, RoutingUnavailable, StoreUnavailable)
"""Errors that may be gone when a job is tried again; all others of ours would come again."""

_SCENARIO = TypeAdapter(Scenario)
_log = structlog.get_logger(__name__)
_ports: Callable[[], NightPorts] | None = None
_memory_mb = 0


def install(ports: Callable[[], NightPorts], *, memory_mb: int = 0) -> None:
    """Tell this process's jobs what to work with; rq passes them only plain arguments.

    Parameters
    ----------
    ports : callable
        Makes the ports; called once in each job's own process.
    memory_mb : int
        Megabytes that one night may take more than its worker has; 0 for no limit.
    """
    # An rq job is a bare function, found by its name: what it needs stands in the module.
    global _ports, _memory_mb
    _ports, _memory_mb = ports, memory_mb


def installed() -> NightPorts:
    """Make what this process's jobs work with.

    Returns
    -------
    NightPorts
        As `install` was told.

    Raises
    ------
    RuntimeError
        If nobody called it.
    """
    if _ports is None:
        raise RuntimeError("start this worker with `collection worker`")
    return _ports()


def run_night(
    territory: str, day: str, seed: int = 0, instructions: dict[str, Any] | None = None
) -> dict[str, Any]:
    """Job: plan one night; waits for the lock of a holder that may have died.

    Parameters
    ----------
    territory : str
        Which territory.
    day : str
        ISO date.
    seed : int
        Of the solve.
    instructions : dict, optional
        As `collection.scheduling.instructions.dump_instructions` wrote them.

    Returns
    -------
    dict
        ``plan_id``, ``phases`` (seconds by name) and ``peak_mb`` (megabytes that this process
        had in use at most).

    Raises
    ------
    Conflict
        If the lock is still held after `LOCK_PATIENCE` seconds.
    MemoryError
        If the night needs more than this worker may take.
    """
    with _tried_again(), limited(_memory_mb, what=f"the night of {territory} on {day}"):
        asked = None if instructions is None else load_instructions(instructions)
        result = _plan_when_free(territory, date.fromisoformat(day), seed, asked)
    done = {"plan_id": result.plan.id, "phases": result.phases, "peak_mb": peak_mb()}
    _log.info("night_planned", **done)
    return done


def run_scenario(
    territory: str, day: str, scenario: dict[str, Any], seed: int = 0
) -> dict[str, Any]:
    """Job: compare a day with what it would be under a scenario.

    Parameters
    ----------
    territory : str
        Which territory.
    day : str
        ISO date.
    scenario : dict
        As `dump_scenario` wrote it.
    seed : int
        Of the solves.

    Returns
    -------
    dict
        ``comparison``: the fields of a `collection.routing.compare.Comparison`.

    Raises
    ------
    MemoryError
        If it needs more than this worker may take.
    """
    tried = _SCENARIO.validate_python(scenario)
    what = f"the scenario {tried.name!r} of {territory} on {day}"
    with _tried_again(), limited(_memory_mb, what=what):
        told = try_scenario(
            territory,
            date.fromisoformat(day),
            tried,
            installed(),
            seed=seed,
            on_progress=_tell,
        )
    return {"comparison": asdict(told)}


def run_improvement(territory: str, day: str) -> dict[str, Any]:
    """Job: improve the tentative plan of a day, so that more can be promised in it.

    Parameters
    ----------
    territory : str
        Which territory.
    day : str
        ISO date.

    Returns
    -------
    dict
        ``kept``: whether nobody changed the day meanwhile.

    Raises
    ------
    MemoryError
        If it needs more than this worker may take.
    """
    what = f"the tentative plan of {territory} on {day}"
    with _tried_again(), limited(_memory_mb, what=what):
        ports = installed()
        known = known_territory(territory, ports)
        kept = improve(
            known,
            date.fromisoformat(day),
            ports.requests,
            ports.devices,
            ports.source(known),
            now=ports.clock.now(),
            seconds=min(IMPROVE_SECONDS, known.solve_seconds),
        )
    return {"kept": kept}


def run_lesson(territory: str, day: str) -> dict[str, Any]:
    """Job: learn from a finished day how true its predictions were.

    Parameters
    ----------
    territory : str
        Which territory.
    day : str
        ISO date.

    Returns
    -------
    dict
        ``predictions``: how many were compared with what happened.
    """
    with _tried_again():
        shown = learn_day(territory, date.fromisoformat(day), installed())
    return {"predictions": sum(sum(counts.values()) for counts in shown.errors.values())}


def dump_scenario(scenario: Scenario) -> dict[str, Any]:
    """Write a scenario as JSON knows it.

    Parameters
    ----------
    scenario : Scenario
        What would be otherwise.

    Returns
    -------
    dict
        Of objects, arrays, strings and numbers.
    """
    written: dict[str, Any] = _SCENARIO.dump_python(scenario, mode="json")
    return written


@contextmanager
def _tried_again() -> Iterator[None]:
    """Let the current job be tried again only over what may pass."""
    try:
        yield
    except CollectionError as error:
        job = get_current_job()
        if job is not None and not isinstance(error, PASSING):
            # rq asks this very object whether to try again.
            job.retries_left = 0
        raise


def _plan_when_free(
    territory: str, day: date, seed: int, instructions: Instructions | None
) -> NightResult:
    ports = installed()
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            return plan_night(
                territory, day, ports, seed=seed, instructions=instructions, on_progress=_tell
            )
        except Conflict:
            if time.monotonic() >= deadline:
                raise
            _tell(Progress(phase="lock", done=0.0, text="another worker holds this night"))
            time.sleep(1.0)


def _tell(progress: Progress) -> None:
    """Write how far the current job is where the queue shows it."""
    job = get_current_job()
    if job is None:
        return
    job.meta["progress"] = {
        "phase": progress.phase,
        "done": round(progress.done, 3),
        "text": progress.text,
    }
    try:
        job.save_meta()
    except RedisError as error:
        # A night is not lost because nobody could be told how far it is.
        _log.warning("progress_not_saved", error=str(error))
