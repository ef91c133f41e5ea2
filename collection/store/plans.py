"""Immutable plans, the pointer to the published one, and the night's lock."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from collection.availability import available
from collection.errors import Conflict, NotFound, PlanRejected
from collection.model import Event, EventType, RequestState, sources_of
from collection.store.client import script
from collection.store.codec import (
    dump_event,
    dump_plan,
    dump_states,
    load_plan,
    plan_prefix,
    split_plan_id,
    told_day,
)
from collection.store.keys import DayKeys, OutboxKeys, request_key
from collection.store.lock import hold

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    import redis

    from collection.model import Plan


class RedisPlanStore:
    """A `PlanStore` on Redis.

    Parameters
    ----------
    client : redis.Redis
        As `collection.store.client.connect` makes it.
    """

    def __init__(self, client: redis.Redis) -> None:
        # redis-py types answers as bytes or text; `connect` makes all of them text.
        self._client: Any = client
        self._save = script(client, "save_plan")
        self._publish = script(client, "publish_plan")

    @available()
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
        keys = DayKeys(plan.territory, plan.day)
        prefix = plan_prefix(plan.territory, plan.day)
        event = Event(
            type=EventType.PLAN_CREATED,
            territory=plan.territory,
            day=plan.day,
            at=plan.created_at,
        )
        version = self._save(
            [
                *(keys.plans, keys.fingerprint, keys.events),
                OutboxKeys(plan.territory).entries,
            ],
            [dump_plan(plan), plan.fingerprint, dump_event(event), prefix, told_day(event)],
        )
        return self.get(f"{prefix}{version}")

    @available()
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
        if place := split_plan_id(plan_id):
            territory, day, version = place
            body = self._client.hget(DayKeys(territory, day).plans, str(version))
            if body is not None:
                return load_plan(body, version)
        raise NotFound(f"there is no plan {plan_id!r}", field="id")

    @available()
    def versions(self, territory: str, day: date) -> tuple[str, ...]:
        """Read the ids of all plans of a day.

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
        newest = self._client.hlen(DayKeys(territory, day).plans)
        prefix = plan_prefix(territory, day)
        return tuple(f"{prefix}{version}" for version in range(1, newest + 1))

    @available()
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
        pointer: str | None = self._client.get(DayKeys(territory, day).published)
        return pointer

    @available()
    def publish(
        self,
        plan_id: str,
        *,
        at: datetime,
        replaces: str | None = None,
        unless: Mapping[str, Collection[RequestState]] = MappingProxyType({}),
        back: Collection[str] = frozenset(),
    ) -> None:
        """Move the day's pointer to a plan and its requests' states with it, in one step.

        Publishing the published plan again changes nothing. A request that was cancelled,
        moved to another day or collected since the plan was made keeps its state.

        Parameters
        ----------
        plan_id : str
            Which.
        at : datetime
            Aware UTC instant of the change.
        replaces : str, optional
            Id of the plan that must be the published one until now; None for any.
        unless : Mapping of str to Collection of RequestState
            By request of the plan: states in which it must not be by now.
        back : Collection of str
            Requests of the plan to which nobody drives any more; whatever else is en route
            stays it.

        Raises
        ------
        NotFound
            If there is none.
        Conflict
            If another plan is published than the one that it is to replace, or a request is
            in a state that it must not be in. Nothing is changed then.
        PlanRejected
            If the plan has violations.
        """
        plan = self.get(plan_id)
        if plan.violations:
            names = sorted({violation.constraint for violation in plan.violations})
            raise PlanRejected(f"plan {plan_id} violates {', '.join(names)}: plan the day again")
        keys = DayKeys(plan.territory, plan.day)
        event = Event(
            type=EventType.PLAN_PUBLISHED,
            territory=plan.territory,
            day=plan.day,
            at=at,
            plan_id=plan_id,
        )
        changes = _changes(plan)
        status, *told = self._publish(
            [
                *(keys.published, keys.events, OutboxKeys(plan.territory).entries),
                *map(request_key, changes),
            ],
            [
                *(plan_id, dump_event(event), plan.day.isoformat(), told_day(event)),
                replaces or "",
                *(
                    text
                    for name, (target, reason) in changes.items()
                    for text in (
                        *(target, reason, _before(target, again=name in back)),
                        dump_states(unless.get(name, ())),
                    )
                ),
            ],
        )
        if status == "replaced":
            raise Conflict("another version was published meanwhile; look again")
        if status == "happened":
            name = list(changes)[int(told[0])]
            raise Conflict(f"pickup request {name} is {told[1]} meanwhile; look again")

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
            Held inside the block; raises `Conflict` on entry if somebody else holds it, and
            on leaving if it was lost in between.
        """
        key = DayKeys(territory, day).night
        return hold(self._client, key, lease=lease, what=f"the planning of {territory} on {day}")


def _before(target: RequestState, *, again: bool) -> str:
    states = sources_of(target)
    return dump_states(states if again else states - {RequestState.EN_ROUTE})


def _changes(plan: Plan) -> dict[str, tuple[RequestState, str]]:
    """State and reason of each request of a plan, by id."""
    planned = {
        stop.request_id: (RequestState.PLANNED, "") for route in plan.routes for stop in route.stops
    }
    unassigned = {
        left.request_id: (RequestState.UNASSIGNED, f"{left.reason}: {left.detail}")
        for left in plan.unassigned
    }
    return planned | unassigned
