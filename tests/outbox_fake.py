"""The outbox in memory; the contract tests hold it to the real one."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collection.model import (
    TOLD,
    Channel,
    DeadLetter,
    Delivery,
    Event,
    OutboxEntry,
    Outcome,
    Pending,
    PickupRequest,
    Told,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime, timedelta


@dataclass
class _Kept:
    delivery: Delivery
    due: datetime
    attempts: int = 0
    error: str = ""


class FakeOutbox:
    """An `Outbox` in memory."""

    def __init__(self) -> None:
        self.waiting: list[OutboxEntry] = []
        self._count = 0
        self._told: dict[tuple[str, date], Told] = {}
        self._kept: dict[str, _Kept] = {}
        self._dead: dict[str, tuple[DeadLetter, OutboxEntry | None]] = {}
        self._counts: dict[str, dict[tuple[Channel, Outcome], int]] = {}
        self._journal: list[tuple[str, dict[str, str]]] = []
        self._lock = threading.RLock()

    def tell(self, event: Event, request: PickupRequest | None) -> None:
        """What the stores do when they append an event."""
        with self._lock:
            if event.type in TOLD:
                self._count += 1
                entry = OutboxEntry(id=f"{self._count}-0", event=event, request=request)
                self.waiting.append(entry)

    def busy(self, territories: Sequence[str], *, now: datetime) -> tuple[str, ...]:
        with self._lock:
            having = {entry.event.territory for entry in self.waiting}
            having |= {k.delivery.territory for k in self._kept.values() if k.due <= now}
            return tuple(territory for territory in territories if territory in having)

    def entries(
        self, territory: str, *, now: datetime, limit: int = 100
    ) -> tuple[OutboxEntry, ...]:
        found = [entry for entry in self.waiting if entry.event.territory == territory]
        return tuple(found[:limit])

    def told(self, territory: str, day: date, topics: Iterable[tuple[str, str]]) -> Told:
        known = self._told.get((territory, day), {})
        return {topic: known[topic] for topic in topics if topic in known}

    def settle(self, entry: OutboxEntry, deliveries: Sequence[Delivery], told: Told) -> bool:
        with self._lock:
            territory, day = entry.event.territory, entry.event.day
            if [one.id for one in self.entries(territory, now=entry.event.at)[:1]] != [entry.id]:
                return False
            self._told.setdefault((territory, day), {}).update(told)
            for delivery in deliveries:
                self._kept[delivery.id] = _Kept(delivery, delivery.due)
            self.waiting.remove(entry)
            return True

    def set_aside(self, entry: OutboxEntry, reason: str, *, at: datetime) -> None:
        with self._lock:
            if entry in self.waiting:
                self.waiting.remove(entry)
                letter = DeadLetter(
                    id=entry.id, territory=entry.event.territory, at=at, reason=reason, attempts=0
                )
                self._dead[entry.id] = (letter, entry)

    def claim(
        self, territory: str, channel: Channel, *, now: datetime, lease: timedelta
    ) -> tuple[Delivery, int] | None:
        with self._lock:
            queue = [k for k in self._queue(territory, channel) if k.due <= now]
            if not queue:
                return None
            queue[0].due = now + lease
            queue[0].attempts += 1
            return queue[0].delivery, queue[0].attempts

    def finish(self, delivery: Delivery, outcome: Outcome, *, at: datetime) -> None:
        with self._lock:
            if self._kept.pop(delivery.id, None):
                counts = self._counts.setdefault(delivery.territory, {})
                key = (delivery.channel, outcome)
                counts[key] = counts.get(key, 0) + 1
                entry = {
                    "id": delivery.id,
                    "request_id": delivery.request_id or "",
                    "kind": delivery.kind,
                    "channel": delivery.channel,
                    "outcome": outcome,
                    "at": at.isoformat(),
                }
                self._journal.append((delivery.territory, entry))

    def put_back(
        self, delivery: Delivery, *, due: datetime, error: str = "", counts: bool = True
    ) -> None:
        with self._lock:
            if kept := self._kept.get(delivery.id):
                kept.due = due
                kept.error = error or kept.error
                kept.attempts -= not counts

    def bury(self, delivery: Delivery, reason: str, *, at: datetime) -> None:
        with self._lock:
            if kept := self._kept.get(delivery.id):
                letter = DeadLetter(
                    id=delivery.id,
                    territory=delivery.territory,
                    at=at,
                    reason=reason,
                    attempts=kept.attempts,
                    delivery=delivery,
                )
                self._dead[delivery.id] = (letter, None)
                self.finish(delivery, Outcome.DEAD, at=at)

    def pending(
        self, territory: str, channel: Channel, *, limit: int = 1_000
    ) -> tuple[Pending, ...]:
        found = [
            Pending(delivery=k.delivery, attempts=k.attempts, due=k.due, error=k.error)
            for k in self._queue(territory, channel)
        ]
        return tuple(found[:limit])

    def dead(self, territory: str) -> tuple[DeadLetter, ...]:
        found = [letter for letter, _ in self._dead.values() if letter.territory == territory]
        return tuple(sorted(found, key=lambda letter: (letter.at, letter.id)))

    def replay(self, territory: str, letter_id: str, *, at: datetime) -> bool:
        with self._lock:
            letter, entry = self._dead.get(letter_id, (None, None))
            if letter is None or letter.territory != territory:
                return False
            del self._dead[letter_id]
            if entry:
                self._count += 1
                self.waiting.append(replace(entry, id=f"{self._count}-0"))
            else:
                self._kept[letter_id] = _Kept(letter.delivery, at)
            return True

    def counts(self, territory: str) -> Mapping[tuple[Channel, Outcome], int]:
        return dict(self._counts.get(territory, {}))

    def journal(self, territory: str, *, limit: int = 1_000) -> tuple[Mapping[str, str], ...]:
        found = [entry for place, entry in reversed(self._journal) if place == territory]
        return tuple(found[:limit])

    def _queue(self, territory: str, channel: Channel) -> list[_Kept]:
        found = [
            kept
            for kept in self._kept.values()
            if (kept.delivery.territory, kept.delivery.channel) == (territory, channel)
        ]
        return sorted(found, key=lambda kept: (kept.due, kept.delivery.id))
