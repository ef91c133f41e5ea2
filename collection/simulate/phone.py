"""A driver's phone: shows the published route, and tells what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING

from collection.errors import Conflict
from collection.model import Event, EventType, RequestState
from collection.scheduling.door import DoorScan

if TYPE_CHECKING:
    from datetime import date

    from collection.model import FailureCode, Plan, Position, Route
    from collection.ports import Clock
    from collection.scheduling.door import DoorScan
    from collection.services import Services


class Phone:
    """A driver's phone, without the way over HTTP.

    Parameters
    ----------
    services : Services
        The product.
    clock : Clock
        The phone's.
    territory : str
        Whose day.
    day : date
        Local date.
    vehicle_id : str
        Whose driver.
    """

    def __init__(
        self, services: Services, clock: Clock, territory: str, day: date, vehicle_id: str
    ) -> None:
        self._services, self._clock = services, clock
        self._territory, self._day, self._vehicle_id = territory, day, vehicle_id
        self._plan: Plan | None = None

    @property
    def route(self) -> Route | None:
        """What the published plan has for this vehicle; None where it has nothing."""
        published = self._services.plans.published(self._territory, self._day)
        if published is None:
            return None
        if self._plan is None or self._plan.id != published:
            self._plan = self._services.plans.get(published)
        routes = (r for r in self._plan.routes if r.vehicle_id == self._vehicle_id)
        return next(routes, None)

    def tell(
        self,
        kind: EventType,
        request_id: str | None = None,
        *,
        position: Position | None = None,
        code: FailureCode | None = None,
    ) -> bool:
        """Tell what happened, as `collection.api.driver` records it.

        Parameters
        ----------
        kind : EventType
            What.
        request_id : str, optional
            At which stop.
        position : Position, optional
            Where.
        code : FailureCode, optional
            Why a stop failed.

        Returns
        -------
        bool
            False where the request's state forbids it: the customer has cancelled.
        """
        route = self.route
        event = Event(
            type=kind,
            territory=self._territory,
            day=self._day,
            at=self._clock.now(),
            request_id=request_id,
            route_id=route.id if route else None,
            plan_id=self._plan.id if self._plan else None,
            position=position,
            code=code,
            vehicle_id=self._vehicle_id,
        )
        return self.send(event)

    def scan(self, told: DoorScan) -> None:
        """Tell the label that was stuck on a device.

        Parameters
        ----------
        told : DoorScan
            Label and device.
        """
        route = self.route
        if route is not None and self._plan is not None:
            self._services.door.scan(self._plan, route, told)

    def send(self, event: Event) -> bool:
        """Record an event.

        Parameters
        ----------
        event : Event
            What happened.

        Returns
        -------
        bool
            False where the request's state forbids it.
        """
        if event.request_id is None:
            self._services.events.append(event)
            return True
        try:
            self._services.requests.transition(
                event.request_id, RequestState(event.type.value), event, reason=event.code or ""
            )
        except Conflict:
            return False
        return True
