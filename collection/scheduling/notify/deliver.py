"""The loop that delivers: entries become messages, messages go out, failures come again."""

from __future__ import annotations

import threading
import traceback
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from collection.errors import DeliveryRefused, NotDelivered, ReceiverAway, StoreUnavailable
from collection.model import Channel, Outcome
from collection.scheduling.calendar import zone_of
from collection.scheduling.notify.backoff import MAX_ATTEMPTS, pause
from collection.scheduling.notify.quiet import earliest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

    from collection.model import Delivery, OutboxEntry, Territory
    from collection.ports import Clock, Outbox, Sender
    from collection.scheduling.notify.telling import Teller

LEASE = timedelta(seconds=120)
"""How long a message may take to go out before another deliverer tries it; senders give up
sooner."""
POLL = 1.0
"""Seconds between two looks at an outbox in which nothing is to be done."""

_GRACE = 5.0
_MACHINES = frozenset({Channel.WEBHOOK, Channel.DISPATCHER})
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliverer:
    """Delivers what is in the outbox; any number of them may, in any number of processes.

    Parameters
    ----------
    territories : Mapping of str to Territory
        Whose outboxes.
    outbox : Outbox
        What is to be told.
    teller : Teller
        Puts it into words.
    senders : Mapping of Channel to Sender
        A channel without one is not configured.
    clock : Clock
        The present.
    lease : timedelta
        As `LEASE`.
    """

    territories: Mapping[str, Territory]
    outbox: Outbox
    teller: Teller
    senders: Mapping[Channel, Sender]
    clock: Clock
    lease: timedelta = LEASE

    def once(self) -> int:
        """Deliver all that is due now.

        Returns
        -------
        int
            How many messages were taken, or needed no taking.
        """
        self.write()
        return sum(self.send(channel) for channel in Channel)

    def write(self) -> int:
        """Turn all entries into deliveries.

        Returns
        -------
        int
            How many entries.
        """
        count = 0
        for territory in self.outbox.busy(tuple(self.territories), now=self.clock.now()):
            while entries := self.outbox.entries(territory, now=self.clock.now()):
                if not all(self._write(entry) for entry in entries):
                    break
                count += len(entries)
        return count

    def _write(self, entry: OutboxEntry) -> bool:
        now = self.clock.now()
        try:
            deliveries, told = self.teller.write(entry, now=now)
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is
            # One entry that nothing can be made of must not hold up all that follow.
            _log.error(
                "outbox_entry_set_aside",
                territory=entry.event.territory,
                entry=entry.id,
                error=_place(error),
            )
            self.outbox.set_aside(entry, _told(error), at=now)
            return True
        # Not the oldest any more: another deliverer is at it.
        return self.outbox.settle(entry, deliveries, told)

    def send(self, channel: Channel) -> int:
        """Send what is due by one channel.

        Parameters
        ----------
        channel : Channel
            By which way.

        Returns
        -------
        int
            How many messages are over with.
        """
        count = 0
        for territory in self.outbox.busy(tuple(self.territories), now=self.clock.now()):
            while claimed := self.outbox.claim(
                territory, channel, now=self.clock.now(), lease=self.lease
            ):
                try:
                    count += self._deliver(*claimed)
                except ReceiverAway:
                    # It would take nothing else either: leave it alone till the next look.
                    return count
        return count

    def _deliver(self, delivery: Delivery, attempt: int) -> bool:
        now = self.clock.now()
        if attempt > MAX_ATTEMPTS:
            # Each time its sender died on it.
            reason = f"tried {attempt - 1} times, and never heard of"
            self._bury(delivery, reason, brief=reason)
            return True
        outcome = self._needless(delivery)
        if outcome is not None:
            self.outbox.finish(delivery, outcome, at=now)
            return True
        allowed = self._allowed(delivery, now)
        if allowed > now:
            self.outbox.put_back(delivery, due=allowed, counts=False)
            return False
        return self._try(delivery, attempt)

    def _try(self, delivery: Delivery, attempt: int) -> bool:
        try:
            self.senders[delivery.channel].send(delivery)
        except DeliveryRefused as error:
            self._bury(delivery, error.message, brief=error.brief)
            return True
        except NotDelivered as error:
            self._again(delivery, attempt, error)
            if isinstance(error, ReceiverAway):
                raise
            return False
        except Exception as error:  # noqa: BLE001 - a mistake of ours holds up no other message
            mistake = NotDelivered(_told(error), brief=_place(error))
            self._again(delivery, attempt, mistake)
            return False
        self.outbox.finish(delivery, Outcome.SENT, at=self.clock.now())
        return True

    def _needless(self, delivery: Delivery) -> Outcome | None:
        if delivery.channel not in self.senders:
            return Outcome.NOT_CONFIGURED
        if delivery.expires is not None and self.clock.now() >= delivery.expires:
            return Outcome.TOO_LATE
        if delivery.channel not in _MACHINES and not self.teller.is_news(delivery):
            return Outcome.SUPERSEDED
        return None

    def _again(self, delivery: Delivery, attempt: int, error: NotDelivered) -> None:
        now = self.clock.now()
        if attempt >= MAX_ATTEMPTS:
            tried = f"tried {attempt} times, last: "
            self._bury(delivery, tried + error.message, brief=tried + error.brief)
            return
        due = self._allowed(delivery, now + pause(attempt, retry_after=error.retry_after))
        self.outbox.put_back(delivery, due=due, error=error.message)
        _log.warning(
            "not_delivered",
            delivery=delivery.id,
            attempt=attempt,
            error=error.brief,
            next_attempt=due.isoformat(),
        )

    def _bury(self, delivery: Delivery, reason: str, *, brief: str) -> None:
        self.outbox.bury(delivery, reason, at=self.clock.now())
        # The store keeps what was answered, which may name a person; a log must not.
        _log.error("dead_letter", delivery=delivery.id, reason=brief)

    def _allowed(self, delivery: Delivery, instant: datetime) -> datetime:
        zone = zone_of(self.territories[delivery.territory])
        return earliest(delivery.kind, delivery.channel, instant, zone)

    def run(self, stop: threading.Event, *, poll: float = POLL) -> None:
        """Deliver until told to stop, whatever the store and the receivers do.

        Parameters
        ----------
        stop : threading.Event
            Set to end it.
        poll : float
            Seconds between two looks.

        Notes
        -----
        Entries and each channel have a thread of their own: a webhook that hangs delays no
        mail.
        """
        works: list[tuple[str, Callable[[], int]]] = [("write", self.write)]
        works += [(str(one), partial(self.send, one)) for one in Channel]
        threads = [
            threading.Thread(
                target=_keep, args=(work, stop, poll), name=f"outbox {name}", daemon=True
            )
            for name, work in works
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    @contextmanager
    def running(self) -> Iterator[None]:
        """Deliver in the background while the block runs.

        Yields
        ------
        None
            The block.
        """
        stop = threading.Event()
        thread = threading.Thread(target=self.run, args=(stop,), name="outbox", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            # A message on its way may end; a hanging one is sent again by somebody else.
            thread.join(_GRACE)


def _keep(work: Callable[[], int], stop: threading.Event, poll: float) -> None:
    while not stop.is_set():
        try:
            work()
        except StoreUnavailable as error:
            _log.warning("outbox_lost_the_store", error=error.message)
        except Exception as error:  # noqa: BLE001 - whatever it is
            # The thread is all that delivers by its channel.
            _log.error("outbox_failed", work=threading.current_thread().name, error=_place(error))
        stop.wait(poll)


def _told(error: Exception) -> str:
    return _place(error, words=f": {error}")


def _place(error: Exception, *, words: str = "") -> str:
    """Name a mistake and its place: its words and its trace may hold what people wrote."""
    place = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__}{words} ({Path(place.filename).name}:{place.lineno})"
