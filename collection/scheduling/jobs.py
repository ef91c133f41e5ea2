"""Nights as rq jobs: one per (territory, date), never two at once, retried, with progress."""

from __future__ import annotations

import time
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import structlog
from redis.exceptions import RedisError
from rq import Queue, Retry, get_current_job
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job
from rq.job import JobStatus as RqStatus
from rq.serializers import JSONSerializer

from collection.availability import available
from collection.errors import Conflict, NotFound
from collection.model import Progress
from collection.ports import JobStatus
from collection.scheduling.memory import limited, peak_mb
from collection.scheduling.nightly import NightPorts, due_nights, plan_night

if TYPE_CHECKING:
    from collections.abc import Callable

    import redis

    from collection.scheduling.nightly import NightResult

QUEUE = "nights"
LOCK_PATIENCE = 60.0
"""Seconds that a retried night waits for the lock of a holder that died."""

_DAY = 86_400
_OPEN = frozenset(
    {RqStatus.QUEUED, RqStatus.STARTED, RqStatus.SCHEDULED, RqStatus.DEFERRED, RqStatus.CREATED}
)
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


def _installed() -> NightPorts:
    if _ports is None:
        raise RuntimeError("start this worker with `collection worker`")
    return _ports()


class RqJobs:
    """Jobs port over rq.

    Parameters
    ----------
    connection : redis.Redis
        Where the queue lives.
    """

    def __init__(self, connection: redis.Redis) -> None:
        self._connection = connection
        self._queue = Queue(
            QUEUE, connection=connection, default_timeout=-1, serializer=JSONSerializer
        )

    @available()
    def enqueue_night(self, territory: str, day: date, *, seed: int = 0) -> str:
        """Ask for the planning of a day; asking again while it waits or runs is the same job.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.
        seed : int
            Of the solve.

        Returns
        -------
        str
            Id of the job.

        Raises
        ------
        StoreUnavailable
            If the queue does not answer.
        """
        job_id = f"night_{territory}_{day.isoformat()}"
        try:
            job = Job.fetch(job_id, connection=self._connection, serializer=JSONSerializer)
            if job.get_status() in _OPEN:
                return job_id
            job.delete()
        except NoSuchJobError:
            pass
        try:
            self._queue.enqueue(
                run_night,
                kwargs={"territory": territory, "day": day.isoformat(), "seed": seed},
                job_id=job_id,
                unique=True,
                retry=Retry(max=5),
                result_ttl=_DAY,
                failure_ttl=7 * _DAY,
                description=f"plan {territory} {day}",
            )
        except DuplicateJobError:
            _log.info("night_already_enqueued", territory=territory, day=str(day))
        return job_id

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
        )

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


_PLAIN_STATUS = {
    RqStatus.STARTED: "started",
    RqStatus.FINISHED: "finished",
    RqStatus.FAILED: "failed",
    RqStatus.STOPPED: "failed",
    RqStatus.CANCELED: "failed",
}


def _last_line(trace: str | None) -> str:
    return trace.strip().splitlines()[-1] if trace else ""


def run_night(territory: str, day: str, seed: int = 0) -> dict[str, Any]:
    """Job: plan one night; waits for the lock of a holder that may have died.

    Parameters
    ----------
    territory : str
        Which territory.
    day : str
        ISO date.
    seed : int
        Of the solve.

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
    job = get_current_job()

    def tell(progress: Progress) -> None:
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

    with limited(_memory_mb, what=f"the night of {territory} on {day}"):
        result = _plan_when_free(territory, date.fromisoformat(day), seed, tell)
    done = {"plan_id": result.plan.id, "phases": result.phases, "peak_mb": peak_mb()}
    _log.info("night_planned", **done)
    return done


def _plan_when_free(
    territory: str, day: date, seed: int, tell: Callable[[Progress], None]
) -> NightResult:
    ports = _installed()
    deadline = time.monotonic() + LOCK_PATIENCE
    while True:
        try:
            return plan_night(territory, day, ports, seed=seed, on_progress=tell)
        except Conflict:
            if time.monotonic() >= deadline:
                raise
            tell(Progress(phase="lock", done=0.0, text="another worker holds this night"))
            time.sleep(1.0)


def run_due() -> list[str]:
    """Job: enqueue what is due now; rq's cron starts it every minute.

    Returns
    -------
    list of str
        Ids of the enqueued jobs.
    """
    job = get_current_job()
    ports = _installed()
    if job is None or job.connection is None:
        raise RuntimeError("run_due is a job; call RqJobs.enqueue_due instead")
    return RqJobs(job.connection).enqueue_due(ports, ports.clock.now())
