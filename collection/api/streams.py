"""Who follows a day by server-sent events: one look at it for all who do, and not too many.

Each day that is followed has one task, which looks at it every second. A follower holds
nothing but the snapshot that it was sent last: who is slow misses those between, and who is
gone costs a comment every quarter of a minute until the connection breaks.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

import anyio.to_thread
import structlog

from collection.api.problems import ProblemError
from collection.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from collection.scheduling.live_day import LiveDay, Snapshot

_log = structlog.get_logger(__name__)

POLL_SECONDS = 1.0
LONGEST_SECONDS = 3_600.0
"""After which a stream ends; a page that is still open comes back by itself."""


class _Poller:
    """Looks at a day as long as anybody follows it."""

    def __init__(self, day: LiveDay) -> None:
        self.day = day
        self.followers = 0
        self.snapshot: Snapshot | None = None
        self.changed = asyncio.Event()
        self.task: asyncio.Task[None] | None = None
        self.ended = False

    async def run(self, stopping: asyncio.Event) -> None:
        try:
            while self.followers and not stopping.is_set():
                # A store that is away comes back by itself.
                with suppress(StoreUnavailable):
                    snapshot = await anyio.to_thread.run_sync(self.day.look)
                    if snapshot is not self.snapshot:
                        self.snapshot = snapshot
                        self._tell()
                with suppress(TimeoutError):
                    await asyncio.wait_for(stopping.wait(), POLL_SECONDS)
        finally:
            # Whatever happened to it: nobody waits for it for ever.
            self.ended = True
            self._tell()

    def _tell(self) -> None:
        changed, self.changed = self.changed, asyncio.Event()
        changed.set()


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("day_not_followed", exc_info=task.exception())


class Streams:
    """All streams of this process.

    Parameters
    ----------
    stopping : asyncio.Event
        Set when the server stops.
    most : int
        How many there may be at a time.
    """

    def __init__(self, stopping: asyncio.Event, *, most: int) -> None:
        self._stopping = stopping
        self._most = most
        self._pollers: dict[LiveDay, _Poller] = {}

    @property
    def open(self) -> int:
        """How many there are."""
        return sum(poller.followers for poller in self._pollers.values())

    def require_room(self) -> None:
        """Refuse one more than there may be.

        Raises
        ------
        ProblemError
            503 with Retry-After.
        """
        if self.open >= self._most:
            raise ProblemError(
                503,
                "too-many-streams",
                "too many pages are open; ask again in a minute",
                {"Retry-After": "60"},
            )

    async def follow(self, day: LiveDay) -> AsyncIterator[Snapshot]:
        """Follow a day.

        Parameters
        ----------
        day : LiveDay
            Which.

        Yields
        ------
        Snapshot
            The present one, then each that is there when the last one has been sent, until
            the server stops or an hour has passed.
        """
        poller = self._pollers.get(day)
        if poller is None or poller.ended:
            poller = self._pollers[day] = _Poller(day)
        poller.followers += 1
        if poller.task is None:
            poller.task = asyncio.create_task(poller.run(self._stopping))
            poller.task.add_done_callback(_log_failure)
        ends = asyncio.get_running_loop().time() + LONGEST_SECONDS
        sent = None
        try:
            while not poller.ended:
                changed = poller.changed
                if poller.snapshot is not None and poller.snapshot is not sent:
                    sent = poller.snapshot
                    yield sent
                    continue
                left = ends - asyncio.get_running_loop().time()
                try:
                    await asyncio.wait_for(changed.wait(), left)
                except TimeoutError:
                    return
        finally:
            poller.followers -= 1
            if not poller.followers and self._pollers.get(day) is poller:
                del self._pollers[day]
