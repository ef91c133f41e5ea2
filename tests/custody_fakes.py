"""Labels and drop-offs in memory; the contract tests hold them to the real ones."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from collection.errors import Conflict, NotFound
from collection.model import RequestState, sources_of
from collection.ports import Labelled

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from collection.model import DropOff, Event, PickupRequest
    from collection.ports import Ending
    from tests.store_fakes import FakeRequestStore

_COLLECTABLE = sources_of(RequestState.COLLECTED)


class FakeCustody:
    """A `CustodyStore` in memory.

    Parameters
    ----------
    requests : FakeRequestStore
        Where the devices are.
    """

    def __init__(self, requests: FakeRequestStore) -> None:
        self.store = requests
        self.labels: dict[tuple[str, str], Labelled] = {}
        self.read: set[tuple[str, str]] = set()

    def find(self, territory: str, label: str) -> Labelled | None:
        return self.labels.get((territory, label))

    def scan(
        self,
        request: PickupRequest,
        number: int,
        event: Event,
        *,
        left: str = "",
        ending: Ending | None = None,
    ) -> PickupRequest:
        with self.store.lock:
            stored = self._stored(request, _COLLECTABLE | {RequestState.COLLECTED})
            device, label = stored.devices[number], event.label
            if device.received_at:
                raise Conflict("it was received already")
            bound = self.labels.get((request.territory, label or ""))
            if bound and (bound.owner, bound.number) != (request.id, number):
                own = bound.drop_off and device.label == label
                if not own:
                    raise Conflict(f"the label is on another device ({bound.owner})")
            changed = replace(
                device,
                label=label or device.label,
                seen=event.battery or device.seen,
                left=left,
            )
            fresh = bool(label) and (request.territory, label) not in self.read
            if changed == device and ending is None and not fresh:
                return stored
            if label:
                brought = bound.brought if bound else None
                self.labels[request.territory, label] = Labelled(
                    owner=request.id, number=number, brought=brought
                )
                self.read.add((request.territory, label))
            changed = replace(changed, scanned_at=event.at, scanned_for=stored.day)
            stored = _with_device(stored, number, changed)
            ends = ending is not None and stored.state in sources_of(ending.target)
            if ending is not None and ends:
                stored = replace(stored, state=ending.target, reason=ending.reason)
            stored = self._put(stored)
            self.store.events.append(event)
            if ending is not None and ends:
                self.store.events.append(ending.event)
            return stored

    def receive(
        self, request: PickupRequest, number: int, event: Event, *, implied: Event
    ) -> PickupRequest:
        with self.store.lock:
            stored = self.store.get(request.id)
            device = stored.devices[number]
            if device.received_at:
                raise Conflict(f"it was received already, at {device.received_at}")
            if device.label != event.label:
                raise Conflict("the device bears another label by now")
            known = _COLLECTABLE | {RequestState.COLLECTED}
            if stored.state not in known and stored.taken(device):
                stored = _without_the_rest(stored)
            else:
                stored = self._stored(request, known)
            if stored.state is not RequestState.COLLECTED:
                self.store.requests[stored.id] = replace(stored, state=RequestState.COLLECTED)
                self.store.events.append(implied)
            key = (request.territory, event.label or "")
            brought = self.labels[key].brought
            self.labels[key] = Labelled(owner=request.id, number=number, brought=brought)
            changed = replace(device, received_at=event.at, left="")
            stored = _with_device(stored, number, changed)
            over = all(d.received_at or stored.stays(d) for d in stored.devices)
            state = RequestState.RECEIVED if over else RequestState.COLLECTED
            stored = self._put(replace(stored, state=state, reason=""))
            self.store.events.append(event)
            return stored

    def _stored(self, request: PickupRequest, states: frozenset[RequestState]) -> PickupRequest:
        stored = self.store.get(request.id)
        if stored.day != request.day:
            raise Conflict("it was moved to another day")
        if stored.state not in states:
            raise Conflict(f"its pickup request is {stored.state}")
        return stored

    def _put(self, request: PickupRequest) -> PickupRequest:
        changed = replace(request, version=request.version + 1)
        self.store.requests[request.id] = changed
        return changed


def _without_the_rest(request: PickupRequest) -> PickupRequest:
    """Leave what bears no label of its day, of a request that was told to be over."""
    why = request.reason or request.state.value
    devices = tuple(
        device
        if request.taken(device) or request.stays(device)
        else replace(device, left=why, scanned_for=request.day)
        for device in request.devices
    )
    return replace(request, devices=devices)


def _with_device(request: PickupRequest, number: int, device: object) -> PickupRequest:
    devices = list(request.devices)
    devices[number] = device  # type: ignore[call-overload]
    return replace(request, devices=tuple(devices))


class FakeDropOffs:
    """A `DropOffStore` in memory.

    Parameters
    ----------
    custody : FakeCustody
        Whose labels the sites use.
    """

    def __init__(self, custody: FakeCustody) -> None:
        self.custody = custody
        self.drop_offs: dict[str, DropOff] = {}
        self.kept: dict[tuple[str, str], dict[str, datetime | None]] = {}
        self.gathered: set[tuple[str, str]] = set()

    def announce(self, drop_off: DropOff, event: Event, *, capacity: int) -> DropOff:
        with self.custody.store.lock:
            if drop_off.id in self.drop_offs:
                return self.drop_offs[drop_off.id]
            held = self.held(drop_off.territory, drop_off.site_id, now=event.at)
            if sum(held.values()) + len(drop_off.devices) > capacity:
                raise Conflict("the site has no room for it")
            self._site(drop_off)[drop_off.id] = drop_off.expires_at
            self.drop_offs[drop_off.id] = drop_off
            self.custody.store.events.append(event)
            return drop_off

    def get(self, drop_off_id: str) -> DropOff:
        try:
            return self.drop_offs[drop_off_id]
        except KeyError:
            raise NotFound(f"there is no drop-off {drop_off_id!r}", field="id") from None

    def drop(self, drop_off: DropOff, number: int, event: Event) -> DropOff:
        with self.custody.store.lock:
            stored = self.get(drop_off.id)
            device, key = stored.devices[number], (drop_off.territory, event.label or "")
            if device.label == event.label:
                return stored
            if key in self.custody.labels:
                raise Conflict("the label is on another device")
            if device.label:
                raise Conflict(f"the device bears label {device.label}")
            self.custody.labels[key] = Labelled(owner=stored.id, number=number, drop_off=True)
            self._site(stored)[stored.id] = None
            devices = list(stored.devices)
            devices[number] = replace(
                device, label=event.label, seen=event.battery, scanned_at=event.at
            )
            self.drop_offs[stored.id] = replace(stored, devices=tuple(devices))
            self.custody.store.events.append(event)
            return self.drop_offs[stored.id]

    def assign(self, drop_off: DropOff, pickup_id: str, numbers: Mapping[int, int]) -> None:
        with self.custody.store.lock:
            stored = self.get(drop_off.id)
            pickups = {**stored.pickups, **dict.fromkeys(numbers, pickup_id)}
            self.drop_offs[stored.id] = replace(stored, pickups=pickups)
            for here, there in numbers.items():
                key = (stored.territory, stored.devices[here].label or "")
                self.custody.labels[key] = Labelled(
                    owner=pickup_id, number=there, brought=(stored.id, here)
                )
                self.custody.read.discard(key)

    def held(self, territory: str, site_id: str, *, now: datetime) -> Mapping[str, int]:
        return {
            name: len(self.drop_offs[name].devices)
            for name, expires in self.kept.get((territory, site_id), {}).items()
            if expires is None or expires > now
        }

    @contextmanager
    def gathering(self, territory: str, site_id: str, *, lease: float = 30.0) -> Iterator[None]:
        with self.custody.store.lock:
            if (territory, site_id) in self.gathered:
                raise Conflict(f"the gathering at {site_id} is locked")
            self.gathered.add((territory, site_id))
        try:
            yield
        finally:
            self.gathered.discard((territory, site_id))

    def release(self, drop_off: DropOff) -> None:
        self._site(drop_off).pop(drop_off.id, None)

    def _site(self, drop_off: DropOff) -> dict[str, datetime | None]:
        return self.kept.setdefault((drop_off.territory, drop_off.site_id), {})
