"""The queues of nights, scenarios and improvements over rq: each once, retried, with progress."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from rq import Queue, Retry, get_current_job
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job
from rq.job import JobStatus as RqStatus
from rq.serializers import JSONSerializer

from collection.availability import available
from collection.errors import Conflict, NotFound
from collection.model import Progress
from collection.ports import JobStatus
from collection.scheduling.eta_learning import due_lessons
from collection.scheduling.fingerprint import digest
from collection.scheduling.instructions import dump_instructions
from collection.scheduling.late import tell_due_late
from collection.scheduling.nightly import due_improvements, due_nights
from collection.scheduling.work import (
    dump_scenario,
    installed,
    run_improvement,
    run_lesson,
    run_night,
    run_scenario,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    import redis

    from collection.model import Instructions, Scenario
    from collection.scheduling.nightly import NightPorts

QUEUE, SPARE_QUEUE = "nights", "spare"
"""What is due goes first; in the second one what uses the time that is left."""

_DAY = 86_400
_OPEN = frozenset(
    {RqStatus.QUEUED, RqStatus.STARTED, RqStatus.SCHEDULED, RqStatus.DEFERRED, RqStatus.CREATED}
)
_log = structlog.get_logger(__name__)


class RqJobs:
    """Jobs port over rq.

    Parameters
    ----------
    connection : redis.Redis
        Where the queue lives.
    """

    def __init__(self, connection: redis.Redis) -> None:
        self._connection = connection
        self._queue, self._spare = (
            Queue(name, connection=connection, default_timeout=-1, serializer=JSONSerializer)
            for name in (QUEUE, SPARE_QUEUE)
        )

    @available()
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
            As for `collection.scheduling.nightly.plan_night`.

        Returns
        -------
        str
            Id of the job.

        Raises
        ------
        Conflict
            If the day waits or runs with other instructions than those that are given.
        StoreUnavailable
            If the queue does not answer.
        """
        job_id = f"night_{territory}_{day.isoformat()}"
        asked = None if instructions is None else dump_instructions(instructions)
        wish = {"territory": territory, "day": day.isoformat(), "seed": seed, "instructions": asked}
        waiting = self._enqueue(job_id, run_night, wish, f"plan {territory} {day}")
        if asked is not None and waiting.get("instructions") != asked:
            # The key of this answer is spent: it would get the same one for good.
            message = (
                f"{territory} on {day} is being planned with other instructions; "
                "ask again with another Idempotency-Key once it is planned"
            )
            raise Conflict(message, field="instructions")
        return job_id

    @available()
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

        Raises
        ------
        StoreUnavailable
            If the queue does not answer.
        """
        job_id = f"scenario_{territory}_{day.isoformat()}_{digest((scenario, seed))}"
        wish = {
            "territory": territory,
            "day": day.isoformat(),
            "seed": seed,
            "scenario": dump_scenario(scenario),
        }
        self._enqueue(job_id, run_scenario, wish, f"try {scenario.name} in {territory} on {day}")
        return job_id

    def _enqueue(
        self,
        job_id: str,
        work: Callable[..., dict[str, Any]],
        wish: dict[str, Any],
        description: str,
        *,
        queue: Queue | None = None,
    ) -> dict[str, Any]:
        """Enqueue a job unless it waits or runs, and tell what it was asked for."""
        try:
            job = Job.fetch(job_id, connection=self._connection, serializer=JSONSerializer)
            if job.get_status() in _OPEN:
                return dict(job.kwargs)
            job.delete()
        except NoSuchJobError:
            pass
        try:
            (queue or self._queue).enqueue(
                work,
                kwargs=wish,
                job_id=job_id,
                unique=True,
                retry=Retry(max=5),
                result_ttl=_DAY,
                failure_ttl=7 * _DAY,
                description=description,
            )
        except DuplicateJobError:
            _log.info("job_already_enqueued", job=job_id)
            first = Job.fetch(job_id, connection=self._connection, serializer=JSONSerializer)
            return dict(first.kwargs)
        return wish

    @available()
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
        StoreUnavailable
            If the queue does not answer.
        """
        try:
            job = Job.fetch(job_id, connection=self._connection, serializer=JSONSerializer)
        except (NoSuchJobError, ValueError):
            raise NotFound(f"there is no job {job_id!r}; they are kept for a day") from None
        status = job.get_status()
        result = job.latest_result() if status in {RqStatus.FINISHED, RqStatus.FAILED} else None
        done = result is not None and result.type == result.Type.SUCCESSFUL
        value: dict[str, Any] = result.return_value if result is not None and done else {}
        progress = job.get_meta().get("progress")
        return JobStatus(
            id=job_id,
            status=_PLAIN_STATUS.get(status, "queued"),
            progress=Progress(**progress) if progress else None,
            plan_id=value.get("plan_id"),
            error=_last_line(result.exc_string) if result is not None and not done else "",
            phases=value.get("phases", {}),
            comparison=value.get("comparison"),
        )

    @available()
    def enqueue_spare(self, kind: str, territory: str, day: date) -> str:
        """Ask for what uses spare time; twice while it waits or runs is once.

        Parameters
        ----------
        kind : str
            ``improve``: a better tentative plan of a day; ``learn``: what a finished day has
            shown of its predictions.
        territory : str
            Which territory.
        day : date
            Local date.

        Returns
        -------
        str
            Id of the job.

        Raises
        ------
        StoreUnavailable
            If the queue does not answer.
        """
        job_id = f"{kind}_{territory}_{day.isoformat()}"
        wish = {"territory": territory, "day": day.isoformat()}
        what = f"{kind} {territory} on {day}"
        self._enqueue(job_id, _SPARE_WORK[kind], wish, what, queue=self._spare)
        return job_id

    def enqueue_due(self, ports: NightPorts, now: datetime) -> list[str]:
        """Enqueue every night that is due and has no plan.

        Parameters
        ----------
        ports : NightPorts
            What to look through.
        now : datetime
            Aware present.

        Returns
        -------
        list of str
            Ids of the jobs.
        """
        return [self.enqueue_night(territory, day) for territory, day in due_nights(ports, now)]


_SPARE_WORK = {"improve": run_improvement, "learn": run_lesson}

_PLAIN_STATUS = {
    RqStatus.STARTED: "started",
    RqStatus.FINISHED: "finished",
    RqStatus.FAILED: "failed",
    RqStatus.STOPPED: "failed",
    RqStatus.CANCELED: "failed",
}


def _last_line(trace: str | None) -> str:
    return trace.strip().splitlines()[-1] if trace else ""


def run_due() -> list[str]:
    """Job: enqueue what is due now, tell who and what is late; rq's cron starts it every minute.

    Returns
    -------
    list of str
        Ids of the enqueued jobs.
    """
    job = get_current_job()
    ports = installed()
    if job is None or job.connection is None:
        raise RuntimeError("run_due is a job; call RqJobs.enqueue_due instead")
    jobs, now = RqJobs(job.connection), ports.clock.now()
    nights = jobs.enqueue_due(ports, now)
    spare = [jobs.enqueue_spare("improve", *one) for one in due_improvements(ports, now)]
    lessons = [jobs.enqueue_spare("learn", *one) for one in due_lessons(ports, now)]
    # At once and here: who waits for a van cannot wait for a worker.
    tell_due_late(ports, now)
    if ports.rounds is not None:
        ports.rounds.run()
    return nights + spare + lessons
