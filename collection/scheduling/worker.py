"""The process that plans nights, and the clockwork that finds those that are due."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import structlog
from redis.exceptions import RedisError
from rq import Worker
from rq.cron import CronScheduler
from rq.serializers import JSONSerializer

from collection.scheduling.jobs import QUEUE, install, run_due

if TYPE_CHECKING:
    from collections.abc import Callable

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


def make_worker(connection: redis.Redis, ports: Callable[[], NightPorts]) -> NightWorker:
    """Build a worker that plans nights.

    Parameters
    ----------
    connection : redis.Redis
        Where the queue lives.
    ports : callable
        Makes what its jobs work with.

    Returns
    -------
    NightWorker
        To be started with ``work()``.
    """
    install(ports)
    return NightWorker(
        [QUEUE],
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
