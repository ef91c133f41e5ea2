"""The store of plans."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from contextlib import AbstractContextManager
    from datetime import date, datetime

    from collection.model import Plan, RequestState


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

        Publishing the published plan again changes nothing.

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
