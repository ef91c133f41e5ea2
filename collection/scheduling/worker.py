"""The process that plans nights, and the clockwork that finds those that are due."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import structlog
from redis.exceptions import RedisError
from rq import Worker
from rq.cron import CronScheduler
from rq.serializers import JSONSerializer

from collection.scheduling.jobs import QUEUE, SPARE_QUEUE, run_due
from collection.scheduling.memory import peak_mb
from collection.scheduling.work import install

if TYPE_CHECKING:
    from collections.abc import Callable
    from resource import struct_rusage

    import redis
    from rq.job import Job

    from collection.scheduling.nightly import NightPorts

_HEARTBEAT = 3
_ABANDONED_AFTER = 10
_RETRY = 2.0
_log = structlog.get_logger(__name__)


class NightWorker(Worker):  # type: ignore[misc]
    """An rq worker whose death is noticed within a quarter of a minute.

    rq counts a started job as abandoned a minute after its last heartbeat and looks for such
    jobs every ten; a night has no such time to lose.

    Each night runs in a process of its own, forked: whatever it takes is given back at its end,
    and it shares the compiled kernels that the worker has loaded. No thread that searches is
    alive when it forks; searchers are threads of the night's own process.
    """

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:  # noqa: ARG002
        """Seconds after which a silent job counts as abandoned.

        Parameters
        ----------
        job : Job
            The running job.
        working_time : float
            Seconds it has been running.

        Returns
        -------
        int
            The same for every job.
        """
        return _ABANDONED_AFTER

    def handle_work_horse_killed(
        self, job: Job, retpid: int, ret_val: int, rusage: struct_rusage | None
    ) -> None:
        """Say how a night's process was ended from outside; rq then tries the night again.

        Parameters
        ----------
        job : Job
            The night.
        retpid : int
            The ended process.
        ret_val : int
            How it ended, as ``os.wait4`` tells it.
        rusage : resource.struct_rusage, optional
            What it took.
        """
        super().handle_work_horse_killed(job, retpid, ret_val, rusage)
        _log.error(
            "night_killed",
            job=job.id,
            # 9 that nobody sent: the machine had no memory left.
            exit_code=os.waitstatus_to_exitcode(ret_val),
            peak_mb=peak_mb(rusage),
        )


def make_worker(
    connection: redis.Redis, ports: Callable[[], NightPorts], *, memory_mb: int = 0
) -> NightWorker:
    """Build a worker that plans nights.

    Parameters
    ----------
    connection : redis.Redis
        Where the queue lives.
    ports : callable
        Makes what its jobs work with.
    memory_mb : int
        Megabytes that one night may take more than its worker has; 0 for no limit.

    Returns
    -------
    NightWorker
        To be started with ``work()``.
    """
    install(ports, memory_mb=memory_mb)
    return NightWorker(
        [QUEUE, SPARE_QUEUE],
        connection=connection,
        # rq waits this long less 15 seconds for a job, then looks for abandoned ones.
        worker_ttl=15 + _HEARTBEAT,
        job_monitoring_interval=_HEARTBEAT,
        maintenance_interval=_HEARTBEAT,
        # Never unpickle what a shared server may hold.
        serializer=JSONSerializer,
    )


def run_cron(connection: redis.Redis) -> None:
    """Run that clockwork until the process is told to stop, whatever the store does.

    Parameters
    ----------
    connection : redis.Redis
        Where the queue lives.
    """
    while True:
        try:
            make_cron(connection).start()
        except RedisError as error:
            _log.warning("cron_lost_the_store", error=str(error))
            time.sleep(_RETRY)
        else:
            return


def make_cron(connection: redis.Redis) -> CronScheduler:
    """Build the clockwork that looks for due nights every minute.

    Parameters
    ----------
    connection : redis.Redis
        Where the queue lives.

    Returns
    -------
    CronScheduler
        To be started with ``start()``.
    """
    scheduler = CronScheduler(connection=connection)
    scheduler.register(run_due, queue_name=QUEUE, cron="* * * * *", result_ttl=600)
    return scheduler
