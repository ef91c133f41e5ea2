"""The clock, and long work beside the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from datetime import date, datetime

    from collection.model import Instructions, Progress, Scenario


class Clock(Protocol):
    """The present, so that tests can choose it."""

    def now(self) -> datetime:
        """Present instant.

        Returns
        -------
        datetime
            Aware, in UTC.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class JobStatus:
    """How far a job is.

    Parameters
    ----------
    id : str
        Which.
    status : str
        ``queued``, ``started``, ``finished`` or ``failed``.
    progress : Progress, optional
        Of the running step.
    plan_id : str, optional
        The result, once finished.
    error : str
        Why it failed.
    phases : dict of str to float
        Seconds spent in each finished phase.
    comparison : dict of str to object, optional
        Of a scenario, once finished: what changes under it, as plain values.
    """

    id: str
    status: str
    progress: Progress | None
    plan_id: str | None
    error: str
    phases: dict[str, float]
    comparison: dict[str, Any] | None = None


class Jobs(Protocol):
    """Long work beside the API."""

    def enqueue_night(
        self,
        territory: str,
        day: date,
        *,
        seed: int = 0,
        instructions: Instructions | None = None,
    ) -> str:
        """Ask for the planning of a day; asking again while it waits or runs is the same job.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.
        seed : int
            Of the solve.
        instructions : Instructions, optional
            What a dispatcher asks for; empty ones for nothing. None keeps those of the plan
            that is published.

        Returns
        -------
        str
            Id of the job.

        Raises
        ------
        Conflict
            If the day waits or runs with other instructions than those that are given.
        """
        ...

    def enqueue_scenario(
        self, territory: str, day: date, scenario: Scenario, *, seed: int = 0
    ) -> str:
        """Ask for a comparison; asking again while it waits or runs is the same job.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.
        scenario : Scenario
            What would be otherwise.
        seed : int
            Of the solves.

        Returns
        -------
        str
            Id of the job.
        """
        ...

    def status(self, job_id: str) -> JobStatus:
        """How far a job is.

        Parameters
        ----------
        job_id : str
            Which.

        Returns
        -------
        JobStatus
            As last written by its worker.

        Raises
        ------
        NotFound
            If there is none.
        """
        ...
