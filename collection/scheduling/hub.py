"""What the repair hub scans, and what it should scan."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collection.errors import Conflict, InvalidRequest, NotFound
from collection.model import Event, EventType
from collection.scheduling.chain import chain_of, moved_day
from collection.scheduling.custody import loads_of, unaccounted
from collection.scheduling.day_events import read_events
from collection.scheduling.labels import read_label, written

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime, timedelta

    from collection.model import PickupRequest, Plan, Territory
    from collection.ports import (
        Clock,
        CustodyStore,
        DropOffStore,
        EventLog,
        PlanStore,
        RequestStore,
    )
    from collection.scheduling.chain import Chain, ChainDay
    from collection.scheduling.custody import Unaccounted, VanLoad


@dataclass(frozen=True, slots=True, kw_only=True)
class HubDay:
    """What a day's vans bring.

    Parameters
    ----------
    loads : tuple of VanLoad
        By vehicle.
    unaccounted : tuple of Unaccounted
        Devices that are overdue.
    """

    loads: tuple[VanLoad, ...]
    unaccounted: tuple[Unaccounted, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Hub:
    """Takes devices in.

    Parameters
    ----------
    territories : Mapping of str to Territory
        By id.
    requests : RequestStore
        The system of record.
    plans : PlanStore
        Which van had which stop.
    events : EventLog
        What happened.
    custody : CustodyStore
        Labels.
    drop_offs : DropOffStore
        What came by partner sites.
    clock : Clock
        The present.
    grace : timedelta
        How long after a van's return its devices may still be on their way to the scanner.
    """

    territories: Mapping[str, Territory]
    requests: RequestStore
    plans: PlanStore
    events: EventLog
    custody: CustodyStore
    drop_offs: DropOffStore
    clock: Clock
    grace: timedelta

    def receive(
        self,
        territory: Territory,
        scanned: str,
        *,
        who: str,
        depot: str | None = None,
        request_id: str | None = None,
        number: int | None = None,
    ) -> tuple[PickupRequest, int]:
        """Take a device in; with the last one its request is received.

        Parameters
        ----------
        territory : Territory
            Whose hub.
        scanned : str
            The label.
        who : str
            Who scans.
        depot : str, optional
            At which depot; the territory's first where not said.
        request_id : str, optional
            Whose device, where it came without a label and gets one now.
        number : int, optional
            Which of its devices, from 0.

        Returns
        -------
        tuple of PickupRequest and int
            The changed request, and which of its devices it was.

        Raises
        ------
        InvalidRequest
            If the label was read wrongly, or the depot is unknown.
        NotFound
            If nothing bears the label.
        Conflict
            If it was received before, or was never collected.
        """
        label = read_label(scanned)
        depots = [place.id for place in territory.depots]
        if depot is not None and depot not in depots:
            raise InvalidRequest(f"unknown depot; known: {', '.join(depots)}", field="depot")
        site_id, now = depot or depots[0], self.clock.now()
        if request_id is None:
            request, number, _ = self._bearer(territory, label)
        else:
            request, number = self._unlabelled(territory, request_id, number or 0)
            scan = _told(EventType.SCANNED, request, now, site_id, who)
            scan = replace(scan, label=label, device=number)
            request = self.custody.scan(request, number, scan)
        implied = _told(EventType.COLLECTED, request, now, site_id, who)
        event = replace(implied, type=EventType.RECEIVED, label=label, device=number)
        return self.custody.receive(request, number, event, implied=implied), number

    def day(self, territory: Territory, day: date) -> HubDay:
        """List what each van should bring, and what is overdue.

        Parameters
        ----------
        territory : Territory
            Whose hub.
        day : date
            Local date.

        Returns
        -------
        HubDay
            As it is now.
        """
        requests = {request.id: request for request in self.requests.day(territory.id, day)}
        events = tuple(read_events(territory.id, day, self.events))
        loads = loads_of(self._plan(territory.id, day), requests, events, territory)
        missing = unaccounted(loads, now=self.clock.now(), grace=self.grace)
        return HubDay(loads=loads, unaccounted=missing)

    def chain(self, scanned: str) -> Chain:
        """Tell the whole way of one device.

        Parameters
        ----------
        scanned : str
            Its label.

        Returns
        -------
        Chain
            From the booking to the hub.

        Raises
        ------
        InvalidRequest
            If the label was read wrongly.
        NotFound
            If nothing bears it.
        """
        label = read_label(scanned)
        for territory in self.territories.values():
            try:
                request, number, brought = self._bearer(territory, label)
            except _Unknown:
                continue
            return chain_of(
                request,
                number,
                drop_off=self.drop_offs.get(brought[0]) if brought else None,
                brought=brought[1] if brought else None,
                days=self._history(request),
            )
        raise _Unknown(label)

    def _bearer(
        self, territory: Territory, label: str
    ) -> tuple[PickupRequest, int, tuple[str, int] | None]:
        found = self.custody.find(territory.id, label)
        if found is None:
            raise _Unknown(label)
        if found.drop_off:
            site = self.drop_offs.get(found.owner).site_id
            raise NotFound(f"it waits at {site}, and no van is booked for it yet", field="label")
        return self.requests.get(found.owner), found.number, found.brought

    def _unlabelled(
        self, territory: Territory, request_id: str, number: int
    ) -> tuple[PickupRequest, int]:
        request = self.requests.get(request_id)
        if request.territory != territory.id:
            raise NotFound(f"there is no pickup request {request_id!r} here", field="request_id")
        if number >= len(request.devices):
            raise InvalidRequest(f"it has {len(request.devices)} devices", field="device")
        borne = request.devices[number].label
        if borne:
            raise Conflict(f"the device bears label {written(borne)}: scan that")
        return request, number

    def _plan(self, territory: str, day: date) -> Plan | None:
        plan_id = self.plans.published(territory, day)
        return self.plans.get(plan_id) if plan_id else None

    def _history(self, request: PickupRequest) -> tuple[ChainDay, ...]:
        """Read what was told of a request on its day, and on each that it was moved from."""
        found: dict[date, list[Event]] = {}
        open_ = [request.day]
        while open_:
            day = open_.pop()
            if day in found:
                continue
            events = read_events(request.territory, day, self.events)
            found[day] = [event for event in events if event.request_id == request.id]
            open_ += filter(None, map(moved_day, found[day]))
        return tuple((self._plan(request.territory, day), found[day]) for day in sorted(found))


class _Unknown(NotFound):
    def __init__(self, label: str) -> None:
        super().__init__(f"label {written(label)} is on no device", field="label")


def _told(kind: EventType, request: PickupRequest, at: datetime, site_id: str, who: str) -> Event:
    return Event(
        type=kind,
        territory=request.territory,
        day=request.day,
        at=at,
        request_id=request.id,
        site_id=site_id,
        text=who,
    )
