"""What the house needs from outside, as Protocols.

The real sides are in `collection.store`, `collection.routing.matrix` and
`collection.geocode`; the fakes are in ``tests/fakes.py``. Only `collection.cli` and
`collection.api.app` put the real ones together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from numpy.typing import NDArray

    from collection.model import (
        AddressMatch,
        Event,
        Leg,
        PickupRequest,
        Plan,
        Position,
        Progress,
        RequestState,
    )

UNREACHABLE: int = np.iinfo(np.int32).max
"""Entry of a `TravelMatrix` where no way leads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TravelMatrix:
    """Travel times and distances between points, asymmetric.

    Parameters
    ----------
    seconds : ndarray of int32, shape (n, n)
        From row to column; zero on the diagonal; `UNREACHABLE` where no way leads.
    metres : ndarray of int32, shape (n, n)
        Length of the fastest way; `UNREACHABLE` where no way leads.
    snap_metres : ndarray of int32, shape (n,)
        How far each point is from the street it was put on; `UNREACHABLE` where farther
        than the limit, and then its row and column are too.
    """

    seconds: NDArray[np.int32]
    metres: NDArray[np.int32]
    snap_metres: NDArray[np.int32]


class MatrixSource(Protocol):
    """Travel on real streets."""

    @property
    def fingerprint(self) -> str:
        """Hash of network and speeds; the same gives the same matrices."""
        ...

    def matrix(self, points: Sequence[Position]) -> TravelMatrix:
        """Travel from each point to each other.

        Parameters
        ----------
        points : Sequence of Position
            The n points.

        Returns
        -------
        TravelMatrix
            Arrays of shape (n, n).
        """
        ...

    def paths(self, sequence: Sequence[Position]) -> tuple[Leg, ...]:
        """Fastest ways along a sequence of points.

        Parameters
        ----------
        sequence : Sequence of Position
            The points in driving order, all reachable.

        Returns
        -------
        tuple of Leg
            One fewer than points.
        """
        ...


class Geocoder(Protocol):
    """From the words of an address to its place."""

    def search(self, text: str, *, limit: int = 5) -> tuple[AddressMatch, ...]:
        """Addresses that match a text, best first.

        Parameters
        ----------
        text : str
            What somebody typed, whole or in part.
        limit : int
            How many at most.

        Returns
        -------
        tuple of AddressMatch
            Empty where nothing matches.
        """
        ...


class RequestStore(Protocol):
    """Pickup requests, slots and the closing of days."""

    def book(self, request: PickupRequest, *, capacity: int | None) -> PickupRequest:
        """Store a new request and take its place in the slot, in one step.

        Booking the same id again changes nothing and returns what is stored.

        Parameters
        ----------
        request : PickupRequest
            The request; ``slot_id`` names the slot.
        capacity : int, optional
            How many requests that slot takes; None where no slot was chosen.

        Returns
        -------
        PickupRequest
            What is stored.

        Raises
        ------
        SlotUnavailable
            If the slot is full or the day is closed.
        """
        ...

    def get(self, request_id: str) -> PickupRequest:
        """Read a request.

        Parameters
        ----------
        request_id : str
            Which.

        Returns
        -------
        PickupRequest
            The request with its present state.

        Raises
        ------
        NotFound
            If there is none.
        """
        ...

    def day(self, territory: str, day: date) -> tuple[PickupRequest, ...]:
        """All requests of a day, cancelled ones included.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.

        Returns
        -------
        tuple of PickupRequest
            By id.
        """
        ...

    def cancel(self, request_id: str, *, at: datetime) -> PickupRequest:
        """Cancel a request and free its slot, in one step.

        Parameters
        ----------
        request_id : str
            Which.
        at : datetime
            Aware UTC instant of the change.

        Returns
        -------
        PickupRequest
            The cancelled request.

        Raises
        ------
        NotFound
            If there is none.
        Conflict
            If its state forbids it (a second cancel).
        """
        ...

    def reschedule(
        self, request: PickupRequest, *, capacity: int | None, at: datetime
    ) -> PickupRequest:
        """Move a request to the date, windows and slot that `request` names, in one step.

        Parameters
        ----------
        request : PickupRequest
            The stored request with new date, windows, slot and cancel_by; its ``version``
            is the one that was read.
        capacity : int, optional
            How many requests the new slot takes; None where no slot was chosen.
        at : datetime
            Aware UTC instant of the change.

        Returns
        -------
        PickupRequest
            The moved request.

        Raises
        ------
        NotFound
            If there is none.
        Conflict
            If its state forbids it or another change came first.
        SlotUnavailable
            If the new slot is full or its day is closed; the old one is then kept.
        """
        ...

    def transition(
        self, request_id: str, target: RequestState, event: Event, *, reason: str = ""
    ) -> PickupRequest:
        """Change a request's state by the one table and append the event, in one step.

        Parameters
        ----------
        request_id : str
            Which.
        target : RequestState
            The state to come.
        event : Event
            What to append to the day's stream.
        reason : str
            The failure code or reason that goes with it.

        Returns
        -------
        PickupRequest
            The changed request; unchanged and without a second event if it is in `target`
            already.

        Raises
        ------
        NotFound
            If there is none.
        Conflict
            If `TRANSITIONS` does not hold the change.
        """
        ...

    def slots_taken(self, territory: str, day: date) -> Mapping[str, int]:
        """How many places of each slot of a day are taken.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.

        Returns
        -------
        Mapping of str to int
            By slot id; a slot without bookings may be absent.
        """
        ...

    def close_day(self, territory: str, day: date, *, at: datetime) -> bool:
        """Freeze a day: from now on nothing is booked, moved or cancelled in it.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.
        at : datetime
            Aware UTC instant of the change.

        Returns
        -------
        bool
            Whether it was open until now.
        """
        ...

    def is_closed(self, territory: str, day: date) -> bool:
        """Whether a day is frozen.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.

        Returns
        -------
        bool
            True once `close_day` was called.
        """
        ...


class PlanStore(Protocol):
    """Immutable plans, the pointer to the published one, and the night's lock."""

    def save(self, plan: Plan) -> Plan:
        """Store a plan as the next version of its day.

        Parameters
        ----------
        plan : Plan
            With any id and version: both are given here, also to its routes. A plan with
            the fingerprint of the newest version is not stored twice.

        Returns
        -------
        Plan
            What is stored, under its id and version.
        """
        ...

    def get(self, plan_id: str) -> Plan:
        """Read a plan.

        Parameters
        ----------
        plan_id : str
            Which.

        Returns
        -------
        Plan
            As it was saved.

        Raises
        ------
        NotFound
            If there is none.
        """
        ...

    def versions(self, territory: str, day: date) -> tuple[str, ...]:
        """Ids of all plans of a day.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.

        Returns
        -------
        tuple of str
            Oldest first.
        """
        ...

    def published(self, territory: str, day: date) -> str | None:
        """Id of the published plan of a day.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.

        Returns
        -------
        str or None
            None where none is published.
        """
        ...

    def publish(self, plan_id: str, *, at: datetime) -> None:
        """Move the day's pointer to a plan and its requests' states with it, in one step.

        Publishing the published plan again changes nothing.

        Parameters
        ----------
        plan_id : str
            Which.
        at : datetime
            Aware UTC instant of the change.

        Raises
        ------
        NotFound
            If there is none.
        PlanRejected
            If the plan has violations.
        """
        ...

    def night_lock(
        self, territory: str, day: date, *, lease: float = 30.0
    ) -> AbstractContextManager[None]:
        """Hold the one lock of a day's planning; renewed while held, lost with its holder.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.
        lease : float
            Seconds after which the lock of a dead holder is free.

        Returns
        -------
        context manager
            Held inside the block.

        Raises
        ------
        Conflict
            On entry, if somebody else holds it.
        """
        ...


class EventLog(Protocol):
    """The append-only event stream of each day."""

    def append(self, event: Event, *, dedupe: str | None = None) -> Event:
        """Add an event.

        Parameters
        ----------
        event : Event
            What happened.
        dedupe : str, optional
            A key under which it is stored once only.

        Returns
        -------
        Event
            With its id; the first one, if `dedupe` was seen before.
        """
        ...

    def read(
        self, territory: str, day: date, *, after: str = "", limit: int = 1_000
    ) -> tuple[Event, ...]:
        """Events of a day in their order.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.
        after : str
            Id of the last event already seen; empty for all.
        limit : int
            How many at most.

        Returns
        -------
        tuple of Event
            Oldest first.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredAnswer:
    """The first answer to an idempotent request.

    Parameters
    ----------
    status : int
        HTTP status.
    body : str
        As it was sent.
    media_type : str
        Its content type.
    """

    status: int
    body: str
    media_type: str


class IdempotencyStore(Protocol):
    """The first answer to each Idempotency-Key, kept 24 hours."""

    def begin(self, key: str, fingerprint: str) -> StoredAnswer | None:
        """Claim a key before the work starts.

        Parameters
        ----------
        key : str
            Caller and Idempotency-Key.
        fingerprint : str
            Hash of method, path and body.

        Returns
        -------
        StoredAnswer or None
            The first answer, or None where this caller is to do the work.

        Raises
        ------
        InvalidRequest
            If the key was used with another fingerprint.
        Conflict
            If the first request with this key is still in flight.
        """
        ...

    def finish(self, key: str, fingerprint: str, answer: StoredAnswer) -> None:
        """Keep the answer.

        Parameters
        ----------
        key : str
            As claimed.
        fingerprint : str
            As claimed.
        answer : StoredAnswer
            What was answered.
        """
        ...

    def abandon(self, key: str) -> None:
        """Free a claimed key without an answer, so that a retry does the work.

        Parameters
        ----------
        key : str
            As claimed.
        """
        ...


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


class Jobs(Protocol):
    """Long work beside the API."""

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
    """

    id: str
    status: str
    progress: Progress | None
    plan_id: str | None
    error: str
    phases: dict[str, float]
