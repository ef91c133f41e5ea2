"""Labels and drop-offs in memory; the contract tests hold them to the real ones."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collection.errors import Conflict
from collection.model import RequestState, sources_of
from collection.ports import Labelled

if TYPE_CHECKING:
    from collection.model import Event, PickupRequest
    from collection.ports import Outcome
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

    def find(self, territory: str, label: str) -> Labelled | None:
        return self.labels.get((territory, label))

    def scan(
        self,
        request: PickupRequest,
        number: int,
        event: Event,
        *,
        left: str = "",
        outcome: Outcome | None = None,
    ) -> PickupRequest:
        with self.store.lock:
            stored = self._stored(request, _COLLECTABLE | {RequestState.COLLECTED})
            device, label = stored.devices[number], event.label
            if device.received_at:
                raise Conflict("it was received already")
            bound = self.labels.get((request.territory, label or ""))
            if bound and bound != Labelled(owner=request.id, number=number):
                own = bound.drop_off and device.label == label
                if not own:
                    raise Conflict(f"the label is on another device ({bound.owner})")
            changed = replace(
                device,
                label=label or device.label,
                seen=event.battery or device.seen,
                left=left,
            )
            fresh = bool(label) and (bound is None or bound.drop_off)
            if changed == device and outcome is None and not fresh:
                return stored
            if label:
                self.labels[request.territory, label] = Labelled(owner=request.id, number=number)
            stored = _with_device(stored, number, changed)
            self.store.events.append(event)
            if outcome and stored.state in sources_of(outcome.target):
                self.store.events.append(outcome.event)
                stored = replace(stored, state=outcome.target, reason=outcome.reason)
            return self._put(stored)

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
            stored = self._stored(request, _COLLECTABLE | {RequestState.COLLECTED})
            if stored.state is not RequestState.COLLECTED:
                self.store.events.append(implied)
            self.store.events.append(event)
            key = (request.territory, event.label or "")
            self.labels[key] = Labelled(owner=request.id, number=number)
            changed = replace(device, received_at=event.at, left="")
            stored = _with_device(stored, number, changed)
            over = all(d.received_at or d.left for d in stored.devices)
            state = RequestState.RECEIVED if over else RequestState.COLLECTED
            return self._put(replace(stored, state=state, reason=""))

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


def _with_device(request: PickupRequest, number: int, device: object) -> PickupRequest:
    devices = list(request.devices)
    devices[number] = device  # type: ignore[call-overload]
    return replace(request, devices=tuple(devices))
