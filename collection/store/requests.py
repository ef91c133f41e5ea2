"""Pickup requests and their places in plans, each change in one script."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collection.availability import available
from collection.errors import (
    Conflict,
    InvalidRequest,
    NotFound,
)
from collection.model import Event, EventType, RequestState, sources_of, territory_of
from collection.store.client import script
from collection.store.codec import (
    dump_event,
    dump_request,
    dump_states,
    fields_of,
    load_request,
    told_day,
)
from collection.store.days import RedisDays
from collection.store.keys import DayKeys, OutboxKeys, request_key
from collection.store.refusals import refuse
from collection.store.tentatives import RedisTentatives, dump_tentative

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    import redis

    from collection.model import PickupRequest, TentativePlan

_LEAVES_PLAN = frozenset({RequestState.CANCELLED, RequestState.REFUSED})
# While a van has a device of it, a request is not over.
_OVER_WITHOUT_DEVICE = frozenset(
    {RequestState.FAILED, RequestState.CANCELLED, RequestState.REFUSED}
)
# What no van will collect on its day may leave that day though it is closed.
_FROZEN_BY_CLOSING = frozenset(RequestState) - {RequestState.FAILED, RequestState.UNASSIGNED}


class RedisRequestStore(RedisDays, RedisTentatives):
    """A `RequestStore` on Redis.

    Parameters
    ----------
    client : redis.Redis
        As `collection.store.client.connect` makes it.
    """

    def __init__(self, client: redis.Redis) -> None:
        RedisDays.__init__(self, client)
        RedisTentatives.__init__(self, client)
        self._book = script(client, "book")
        self._confirm = script(client, "confirm")
        self._free = script(client, "free")
        self._change = script(client, "change")
        self._reschedule = script(client, "reschedule")

    @available()
    def book(
        self,
        request: PickupRequest,
        *,
        tentative: TentativePlan | None = None,
        late: bool = False,
    ) -> PickupRequest:
        """Store a new request with its place in the day's plan, in one step.

        Booking the same id again changes nothing and returns what is stored.

        Parameters
        ----------
        request : PickupRequest
            The request; one that is ``requested`` holds its place only, and nobody is told.
        tentative : TentativePlan, optional
            The day's plan with the request in it; its version is the one that was read.
        late : bool
            Whether a day that is closed takes it, too.

        Returns
        -------
        PickupRequest
            What is stored.

        Raises
        ------
        InvalidRequest
            If the id does not start with the territory.
        SlotUnavailable
            If the day is closed.
        TentativeChanged
            If another change of the day came first.
        """
        if territory_of(request.id) != request.territory:
            raise InvalidRequest(
                f"the id must start with {request.territory!r} and a dot", field="id"
            )
        keys = DayKeys(request.territory, request.day)
        event = told = ""
        if request.state is not RequestState.REQUESTED:
            booked = _event(EventType.BOOKED, request, at=request.created_at)
            event, told = dump_event(booked), told_day(booked)
        outcome, *rest = self._book(
            [
                *(request_key(request.id), keys.requests, keys.closed, keys.events),
                *(keys.tentative, OutboxKeys(request.territory).entries),
            ],
            [
                *(request.id, event, *dump_tentative(tentative), told, "1" if late else ""),
                *_flat(dump_request(request)),
            ],
        )
        if outcome != "ok":
            refuse(outcome, request, request.state, rest)
        return load_request(fields_of(rest[0]))

    @available()
    def confirm(self, request: PickupRequest, *, at: datetime) -> PickupRequest:
        """Confirm a request that held its place, in one step.

        Parameters
        ----------
        request : PickupRequest
            As it is to be; its ``version`` is the one that was read.
        at : datetime
            Aware UTC instant of the change.

        Returns
        -------
        PickupRequest
            The confirmed request.

        Raises
        ------
        NotFound
            If there is none: it was freed.
        Conflict
            If it is not held any more or another change came first.
        SlotUnavailable
            If its day is closed.
        """
        keys = DayKeys(request.territory, request.day)
        kept = replace(
            request,
            state=RequestState.CONFIRMED,
            created_at=at,
            held_until=None,
            version=request.version + 1,
        )
        booked = _event(EventType.BOOKED, kept, at=at)
        outbox = OutboxKeys(request.territory).entries
        outcome, *rest = self._confirm(
            [request_key(request.id), keys.closed, keys.events, outbox],
            [
                *(request.version, dump_event(booked), told_day(booked)),
                *_flat(dump_request(kept)),
            ],
        )
        if outcome != "ok":
            refuse(outcome, request, kept.state, rest)
        return load_request(fields_of(rest[0]))

    @available()
    def free(self, request_id: str, day: date) -> bool:
        """Forget a request that only held its place, in one step.

        Parameters
        ----------
        request_id : str
            Which.
        day : date
            Local date of the place.

        Returns
        -------
        bool
            False where it is confirmed or gone: nothing is changed.
        """
        keys = DayKeys(territory_of(request_id), day)
        held = [request_key(request_id), keys.requests, keys.tentative]
        return bool(self._free(held, [request_id]))

    @available()
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
        fields = self._client.hgetall(request_key(request_id))
        if not fields:
            raise NotFound(f"there is no pickup request {request_id!r}", field="id")
        return load_request(fields)

    def cancel(self, request_id: str, *, at: datetime) -> PickupRequest:
        """Cancel a request and free its place, in one step.

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
            If its state or the closing of its day forbids it, or a van has a device of it.
        """
        stored = self.get(request_id)
        event = _event(EventType.CANCELLED, stored, at=at)
        outcome, request = self._apply(
            stored, RequestState.CANCELLED, event, frozen=_FROZEN_BY_CLOSING
        )
        if outcome == "same":
            raise Conflict("the pickup request is cancelled already")
        return request

    @available()
    def reschedule(
        self,
        request: PickupRequest,
        *,
        at: datetime,
        tentative: TentativePlan | None = None,
    ) -> PickupRequest:
        """Move a request to the date, windows and slot that `request` names, in one step.

        Parameters
        ----------
        request : PickupRequest
            The stored request with new date, windows, slot and cancel_by; its ``version``
            is the one that was read.
        at : datetime
            Aware UTC instant of the change.
        tentative : TentativePlan, optional
            The new day's plan with the request in it; its version is the one that was read.

        Returns
        -------
        PickupRequest
            The moved request.

        Raises
        ------
        NotFound
            If there is none.
        Conflict
            If its state or the closing of its day forbids it, or another change came first.
        SlotUnavailable
            If the new day is closed; the old one is then kept.
        TentativeChanged
            If another change of the new day came first.
        """
        # The day only changes with the version, and the script compares that.
        old_day = self.get(request.id).day
        moved = replace(
            request, state=RequestState.RESCHEDULED, reason="", version=request.version + 1
        )
        arrived = _event(EventType.RESCHEDULED, moved, at=at)
        left = replace(arrived, day=old_day, text=f"to {request.day}")
        if old_day != request.day:
            # So the days before are found from the last one.
            arrived = replace(arrived, text=f"from {old_day}")
        keys = [DayKeys(request.territory, day) for day in (old_day, request.day)]
        outcome, *rest = self._reschedule(
            [
                request_key(request.id),
                *(key for k in keys for key in (k.requests, k.closed, k.events, k.tentative)),
                OutboxKeys(request.territory).entries,
            ],
            [
                *(request.id, request.version),
                *(
                    dump_states(sources_of(RequestState.RESCHEDULED)),
                    dump_states(_FROZEN_BY_CLOSING),
                ),
                *(dump_event(left), dump_event(arrived)),
                *(*dump_tentative(tentative), told_day(arrived)),
                *_flat(dump_request(moved)),
            ],
        )
        if outcome != "ok":
            refuse(outcome, request, moved.state, rest)
        return load_request(fields_of(rest[0]))

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
            If `TRANSITIONS` does not hold the change, the event is of another day than the
            request is by now, or the request would be over while a van has a device of it.
        """
        stored = self.get(request_id)
        if stored.day != event.day:
            # The script holds the request to the day that was read.
            raise Conflict(f"the pickup request is to be collected on {stored.day} by now")
        return self._apply(stored, target, event, reason=reason)[1]

    @available()
    def _apply(
        self,
        stored: PickupRequest,
        target: RequestState,
        event: Event,
        *,
        reason: str = "",
        frozen: Iterable[RequestState] = (),
    ) -> tuple[str, PickupRequest]:
        keys = DayKeys(stored.territory, stored.day)
        outcome, *rest = self._change(
            [
                *(request_key(stored.id), keys.closed),
                DayKeys(event.territory, event.day).events,
                *(keys.tentative, OutboxKeys(stored.territory).entries),
            ],
            [
                *(stored.day.isoformat(), target, reason),
                *(dump_states(sources_of(target)), dump_states(frozen)),
                *(int(target in _LEAVES_PLAN), dump_event(event), told_day(event)),
                int(target in _OVER_WITHOUT_DEVICE),
            ],
        )
        if outcome not in {"ok", "same"}:
            refuse(outcome, stored, target, rest)
        return outcome, load_request(fields_of(rest[0]))


def _event(kind: EventType, request: PickupRequest, at: datetime) -> Event:
    return Event(
        type=kind,
        territory=request.territory,
        day=request.day,
        at=at,
        request_id=request.id,
    )


def _flat(fields: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(text for pair in fields.items() for text in pair)
