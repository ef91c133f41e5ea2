"""The store of pickup requests and closed days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    from collection.model import Event, PickupRequest, RequestState, TentativePlan


class RequestStore(Protocol):
    """Pickup requests and the closing of days."""

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
        SlotUnavailable
            If the day is closed.
        TentativeChanged
            If another change of the day came first.
        """
        ...

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
        ...

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
            If its state forbids it (a second cancel).
        """
        ...

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
            If its state forbids it or another change came first.
        SlotUnavailable
            If the new day is closed; the old one is then kept.
        TentativeChanged
            If another change of the new day came first.
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
            If `TRANSITIONS` does not hold the change, or the event is of another day than
            the request is by now.
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

    def closed_days(self, territory: str, days: Sequence[date]) -> tuple[date, ...]:
        """List the days that are frozen, in one round trip.

        Parameters
        ----------
        territory : str
            Which territory.
        days : Sequence of date
            Local dates.

        Returns
        -------
        tuple of date
            In the order of `days`.
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

    def tentative_versions(self, territory: str, days: Sequence[date]) -> tuple[int, ...]:
        """Count the changes of days, in one round trip.

        Parameters
        ----------
        territory : str
            Which territory.
        days : Sequence of date
            Local dates.

        Returns
        -------
        tuple of int
            The version of each day's tentative plan.
        """
        ...

    def tentative(self, territory: str, day: date) -> TentativePlan:
        """Read the tentative plan of a day.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.

        Returns
        -------
        TentativePlan
            Of no routes where nothing was planned yet.
        """
        ...

    def unimproved(self, territory: str, days: Sequence[date], *, fleet: str) -> tuple[date, ...]:
        """List the days that changed, or whose fleet did, since they were last improved.

        Parameters
        ----------
        territory : str
            Which territory.
        days : Sequence of date
            Local dates.
        fleet : str
            Mark of the fleet as it is now.

        Returns
        -------
        tuple of date
            In the order of `days`; none of those that nobody ever booked.
        """
        ...

    def keep_tentative(self, plan: TentativePlan, *, improved: str = "") -> bool:
        """Put another tentative plan in the place of the one that was read.

        Parameters
        ----------
        plan : TentativePlan
            The plan; its version is the one that was read. It is counted up if the routes are
            others.
        improved : str
            Mark of the fleet for which a solver had its time; empty where none had.

        Returns
        -------
        bool
            False where another change of the day came first: nothing is kept.
        """
        ...
