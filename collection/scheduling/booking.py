"""Accept, move and cancel pickup requests."""

from __future__ import annotations

import hashlib
import secrets
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from collection.errors import Conflict, InvalidRequest, NotFound, SlotUnavailable
from collection.model import (
    Address,
    PickupRequest,
    RequestState,
    Territory,
    TimeWindow,
    sources_of,
    territory_of,
)
from collection.scheduling import calendar
from collection.scheduling.contact import reachable
from collection.scheduling.locating import AddressWish, locate
from collection.scheduling.promises import promise_of
from collection.scheduling.triage import refuse_dangerous
from collection.scheduling.wishes import (
    BookingWish,
    burden,
    check_devices,
    confirmation_code,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collection.model import DeviceType
    from collection.ports import Clock, Geocoder, RequestStore
    from collection.scheduling.tentative import TentativeDays

HOLD = timedelta(minutes=10)
"""How long a chosen slot is held for somebody who still writes."""


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
            If no van has room for it then, or the slot is frozen, not in the grid or no longer
            held.
        """
        check_devices(wish.devices, self.devices)
        address, territory = self.locate(wish.address)
        customer = reachable(
            wish.customer,
            territory.country,
            address_country=address.country,
            day=self.clock.now().date(),
        )
        wish = replace(wish, customer=customer)
        if wish.hold_id is not None:
            refuse_dangerous(wish.devices, territory, self.devices, self.clock.now().date())
            return self._confirm(wish, wish.hold_id, address)
        return self._place(wish, address, territory, key, RequestState.CONFIRMED)

    def accept_own(self, wish: BookingWish, *, key: str) -> PickupRequest:
        """Book a pickup that the house itself wants, as of a partner site: nobody is called.

        Parameters
        ----------
        wish : BookingWish
            What is wanted.
        key : str
            As for `accept`.

        Returns
        -------
        PickupRequest
            Confirmed.

        Raises
        ------
        InvalidRequest
            As `accept` does.
        SlotUnavailable
            Likewise.
        """
        check_devices(wish.devices, self.devices)
        address, territory = self.locate(wish.address)
        return self._place(wish, address, territory, key, RequestState.CONFIRMED)

    def hold(self, wish: BookingWish, *, key: str | None = None) -> PickupRequest:
        """Hold a slot for some minutes: its place in the plan of the day is taken.

        Parameters
        ----------
        wish : BookingWish
            What is wanted, without a customer yet.
        key : str, optional
            As for `accept`.

        Returns
        -------
        PickupRequest
            Requested; ``held_until`` tells how long.

        Raises
        ------
        InvalidRequest
            As `accept` does.
        AmbiguousAddress
            Likewise.
        SlotUnavailable
            Likewise.
        """
        check_devices(wish.devices, self.devices)
        address, territory = self.locate(wish.address)
        return self._place(wish, address, territory, key, RequestState.REQUESTED)

    def free(self, hold_id: str) -> None:
        """Free a slot that was held; one that is confirmed or free already is left alone.

        Parameters
        ----------
        hold_id : str
            What `hold` gave.
        """
        with suppress(NotFound):
            self.requests.free(hold_id, self.requests.get(hold_id).day)

    def _place(
        self,
        wish: BookingWish,
        address: Address,
        territory: Territory,
        key: str | None,
        state: RequestState,
    ) -> PickupRequest:
        now = self.clock.now()
        promise = promise_of(territory, now, slot_id=wish.slot_id, windows=wish.windows)
        refuse_dangerous(wish.devices, territory, self.devices, promise.day)
        token = (
            hashlib.sha256(key.encode()).digest()[:10] if key else secrets.token_bytes(10)
        ).hex()
        if key:
            # Whatever became of it and of its day since: the same key is the same request.
            with suppress(NotFound):
                return self.requests.get(f"{territory.id}.{token}")
        closes = calendar.cut_off(territory, promise.day)
        request = PickupRequest(
            id=f"{territory.id}.{token}",
            territory=territory.id,
            day=promise.day,
            reference=wish.reference,
            code=confirmation_code(),
            customer=wish.customer,
            address=address,
            devices=wish.devices,
            windows=promise.windows,
            slot_id=promise.slot_id,
            cancel_by=closes,
            created_at=now,
            state=state,
            # The night plans what is confirmed: nothing is held past the cut-off.
            held_until=min(now + HOLD, closes) if state is RequestState.REQUESTED else None,
        )
        return self.days.place(
            request,
            territory,
            lambda plan: self.requests.book(request, tentative=plan),
            field="slot_id" if wish.slot_id else "windows",
        )

    def _confirm(self, wish: BookingWish, hold_id: str, address: Address) -> PickupRequest:
        gone = SlotUnavailable("the slot is no longer held: choose one again", field="hold_id")
        try:
            held = self.requests.get(hold_id)
        except NotFound:
            raise gone from None
        now = self.clock.now()
        asked = (wish.reference, wish.customer, address, wish.devices)
        if held.state is not RequestState.REQUESTED:
            # The answer to the same booking may have been lost on its way.
            if asked == (held.reference, held.customer, held.address, held.devices):
                return held
            raise Conflict("the slot that was held is booked already")
        if not held.standing(now):
            raise gone
        if burden(address, wish.devices) != burden(held.address, held.devices):
            raise InvalidRequest(
                "the slot is held for another address or other devices: choose one again",
                field="hold_id",
            )
        kept = replace(
            held,
            reference=wish.reference,
            customer=wish.customer,
            address=address,
            devices=wish.devices,
        )
        try:
            return self.requests.confirm(kept, at=now)
        except NotFound:
            raise gone from None
        except Conflict:
            # The same booking may have come twice at once.
            stored = self.requests.get(hold_id)
            if asked == (stored.reference, stored.customer, stored.address, stored.devices):
                return stored
            raise

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
            If no van has room for it then, or the new slot is frozen or not in the grid; the old
            one is kept.
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
            slot_id=promise.slot_id,
            cancel_by=calendar.cut_off(territory, promise.day),
        )
        return self.days.place(
            moved,
            territory,
            lambda plan: self.requests.reschedule(moved, at=now, tentative=plan),
            field="slot_id" if slot_id else "windows",
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
        today = self.clock.now().date()
        return locate(wish, tuple(self.territories.values()), self.geocoder, today=today)

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
