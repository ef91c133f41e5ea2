"""Accept, move and cancel pickup requests."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from collection.errors import Conflict, InvalidRequest, NoRoom, NotFound, SlotUnavailable
from collection.model import (
    Address,
    Customer,
    Device,
    PickupRequest,
    RequestState,
    Territory,
    TimeWindow,
    sources_of,
    territory_of,
)
from collection.scheduling import calendar
from collection.scheduling.locating import AddressWish, locate
from collection.scheduling.promises import promise_of
from collection.scheduling.triage import refuse_dangerous

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from collection.model import DeviceType
    from collection.ports import Clock, Geocoder, RequestStore
    from collection.scheduling.promises import Promise
    from collection.scheduling.tentative import TentativeDays

MAX_DEVICES = 20
"""Devices of one request; more is a business customer, who needs another conversation."""

_CODE_ALPHABET = "ACDEFGHJKLMNPQRTUVWXY34679"  # nothing that sounds or looks alike


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingWish:
    """What comes in.

    Parameters
    ----------
    reference : str
        The marketplace's own number.
    customer : Customer
        Who asks.
    address : AddressWish
        Where.
    devices : tuple of Device
        What.
    slot_id : str, optional
        A slot of the grid; or else
    windows : tuple of TimeWindow
        when service may start.
    """

    reference: str
    customer: Customer
    address: AddressWish
    devices: tuple[Device, ...]
    slot_id: str | None = None
    windows: tuple[TimeWindow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BookingDesk:
    """Takes wishes and keeps the promises in the store.

    Parameters
    ----------
    territories : Mapping of str to Territory
        By id.
    devices : Mapping of str to DeviceType
        By id.
    requests : RequestStore
        The system of record.
    geocoder : Geocoder
        Finds addresses.
    clock : Clock
        The present.
    days : TentativeDays
        What each day looks like, for every promise to be tried in.
    """

    territories: Mapping[str, Territory]
    devices: Mapping[str, DeviceType]
    requests: RequestStore
    geocoder: Geocoder
    clock: Clock
    days: TentativeDays

    def accept(self, wish: BookingWish, *, key: str | None = None) -> PickupRequest:
        """Book a pickup.

        Parameters
        ----------
        wish : BookingWish
            What is wanted.
        key : str, optional
            Of an idempotent caller: the same key books the same request, once.

        Returns
        -------
        PickupRequest
            Confirmed.

        Raises
        ------
        InvalidRequest
            If a field is wrong, or a battery is too dangerous to be carried; names the field.
        AmbiguousAddress
            If several addresses match; carries them.
        SlotUnavailable
            If no van has room for it then, or the slot is full, frozen or not in the grid.
        """
        now = self.clock.now()
        self._check_devices(wish.devices)
        address, territory = self.locate(wish.address)
        promise = promise_of(territory, now, slot_id=wish.slot_id, windows=wish.windows)
        refuse_dangerous(wish.devices, territory, self.devices, promise.day)
        token = (
            hashlib.sha256(key.encode()).digest()[:10] if key else secrets.token_bytes(10)
        ).hex()
        if key:
            # Whatever became of it and of its day since: the same key is the same request.
            with suppress(NotFound):
                return self.requests.get(f"{territory.id}.{token}")
        request = PickupRequest(
            id=f"{territory.id}.{token}",
            territory=territory.id,
            day=promise.day,
            reference=wish.reference,
            code=_confirmation_code(),
            customer=wish.customer,
            address=address,
            devices=wish.devices,
            windows=promise.windows,
            slot_id=None,
            cancel_by=calendar.cut_off(territory, promise.day),
            created_at=now,
            state=RequestState.CONFIRMED,
        )
        return _in_first_free(
            promise,
            lambda slot, capacity: self.days.place(
                request,
                territory,
                lambda plan: self.requests.book(
                    replace(request, slot_id=slot), capacity=capacity, tentative=plan
                ),
                field="slot_id" if wish.slot_id else "windows",
            ),
        )

    def cancel(self, request_id: str) -> PickupRequest:
        """Cancel a request before its cut-off.

        Parameters
        ----------
        request_id : str
            Which.

        Returns
        -------
        PickupRequest
            Cancelled.

        Raises
        ------
        NotFound
            If there is none.
        Conflict
            If it is too late or its state forbids it.
        """
        now = self.clock.now()
        request = self.requests.get(request_id)
        self._require_change(request, RequestState.CANCELLED, now)
        return self.requests.cancel(request_id, at=now)

    def reschedule(
        self,
        request_id: str,
        *,
        slot_id: str | None = None,
        windows: tuple[TimeWindow, ...] = (),
    ) -> PickupRequest:
        """Move a request to another slot or other windows.

        Parameters
        ----------
        request_id : str
            Which.
        slot_id : str, optional
            A slot of the grid; or else
        windows : tuple of TimeWindow
            when service may start.

        Returns
        -------
        PickupRequest
            Moved.

        Raises
        ------
        NotFound
            If there is none.
        Conflict
            If it is too late or its state forbids it.
        SlotUnavailable
            If no van has room for it then, or the new slot is full, frozen or not in the grid;
            the old one is kept.
        """
        now = self.clock.now()
        request = self.requests.get(request_id)
        self._require_change(request, RequestState.RESCHEDULED, now)
        territory = self.territories[territory_of(request_id)]
        promise = promise_of(territory, now, slot_id=slot_id, windows=windows)
        moved = replace(
            request,
            day=promise.day,
            windows=promise.windows,
            cancel_by=calendar.cut_off(territory, promise.day),
        )
        return _in_first_free(
            promise,
            lambda slot, capacity: self.days.place(
                moved,
                territory,
                lambda plan: self.requests.reschedule(
                    replace(moved, slot_id=slot), capacity=capacity, at=now, tentative=plan
                ),
                field="slot_id" if slot_id else "windows",
            ),
        )

    def locate(self, wish: AddressWish) -> tuple[Address, Territory]:
        """Find an address and the territory that serves it, as `locate` does.

        Parameters
        ----------
        wish : AddressWish
            Words, a position, or both.

        Returns
        -------
        tuple of Address and Territory
            Where it is, and whose vans go there.
        """
        return locate(wish, tuple(self.territories.values()), self.geocoder)

    def _check_devices(self, devices: tuple[Device, ...]) -> None:
        if not 1 <= len(devices) <= MAX_DEVICES:
            raise InvalidRequest(
                f"{len(devices)} devices; give 1 to {MAX_DEVICES}", field="devices"
            )
        for index, device in enumerate(devices):
            if device.type not in self.devices:
                raise InvalidRequest(
                    f"unknown type {device.type!r}; known: {', '.join(sorted(self.devices))}",
                    field=f"devices.{index}.type",
                )

    def _require_change(self, request: PickupRequest, target: RequestState, now: datetime) -> None:
        allowed = sources_of(target)
        if request.state not in allowed:
            raise Conflict(f"the request is {request.state.value} and can no longer be changed")
        # Who was not served may still choose another day, or give up, after the cut-off.
        late_is_fine = request.state in {RequestState.FAILED, RequestState.UNASSIGNED}
        if now >= request.cancel_by and not late_is_fine:
            raise Conflict(
                f"changes were possible until {request.cancel_by.astimezone(UTC).isoformat()}"
            )


def _in_first_free(promise: Promise, take: Callable[[str, int], PickupRequest]) -> PickupRequest:
    *others, last = promise.places
    for slot, capacity in others:
        try:
            return take(slot, capacity)
        except NoRoom:
            raise  # Whichever slot it would count in.
        except SlotUnavailable:
            continue
    return take(*last)


def _confirmation_code() -> str:
    # Drawn, not derived: the id stands in links and logs, and must not tell the code.
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(6))
