"""Labels and devices on Redis, each change in one script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NoReturn

from collection.availability import available
from collection.errors import Conflict
from collection.model import RequestState, sources_of
from collection.ports import Labelled
from collection.store.client import script
from collection.store.codec import dump_event, dump_states, fields_of, load_request, told_day
from collection.store.keys import DayKeys, OutboxKeys, label_key, request_key
from collection.store.refusals import refuse

if TYPE_CHECKING:
    import redis

    from collection.model import Event, PickupRequest
    from collection.ports import Ending

_COLLECTABLE = sources_of(RequestState.COLLECTED)
"""States from which a request may have been collected, though nobody told it yet."""

_SCANNED_IN = _COLLECTABLE | {RequestState.COLLECTED}


class RedisCustody:
    """A `CustodyStore` on Redis.

    Parameters
    ----------
    client : redis.Redis
        As `collection.store.client.connect` makes it.
    """

    def __init__(self, client: redis.Redis) -> None:
        # redis-py types answers as bytes or text; `connect` makes all of them text.
        self._client: Any = client
        self._scan = script(client, "scan")
        self._receive = script(client, "receive")

    @available()
    def find(self, territory: str, label: str) -> Labelled | None:
        """Look up a label.

        Parameters
        ----------
        territory : str
            Id of the territory.
        label : str
            Ten characters.

        Returns
        -------
        Labelled or None
            None where nothing bears it.
        """
        fields = self._client.hgetall(label_key(territory, label))
        brought = None
        if "drop_off" in fields:
            brought = fields["drop_off"], int(fields["number"])
        if "request_id" in fields:
            owner, number = fields["request_id"], int(fields["device"])
            return Labelled(owner=owner, number=number, brought=brought)
        if brought is not None:
            return Labelled(owner=brought[0], number=brought[1], drop_off=True)
        return None

    @available()
    def scan(
        self,
        request: PickupRequest,
        number: int,
        event: Event,
        *,
        left: str = "",
        ending: Ending | None = None,
    ) -> PickupRequest:
        """Note what was seen of a device before a hub has it, in one step.

        Parameters
        ----------
        request : PickupRequest
            Whose device, as it was read.
        number : int
            Which of its devices, from 0.
        event : Event
            With the label and the class of the battery, as far as they were seen.
        left : str
            Why the device stays with the customer; empty where it is taken.
        ending : Ending, optional
            What becomes of the request with it.

        Returns
        -------
        PickupRequest
            The changed request; unchanged and without a second event if all that is known.

        Raises
        ------
        NotFound
            If there is no such request.
        Conflict
            If the label is on another device, the device has been received, or the state of
            the request forbids it.
        """
        key, label = request_key(request.id), event.label or ""
        more = (
            [
                *(ending.target, ending.reason, dump_states(sources_of(ending.target))),
                *(dump_event(ending.event), told_day(ending.event)),
            ]
            if ending
            else []
        )
        answer, *rest = self._scan(
            [
                key,
                label_key(request.territory, label) if label else key,
                DayKeys(event.territory, event.day).events,
                OutboxKeys(request.territory).entries,
            ],
            [
                *(request.id, request.day.isoformat(), number, label, event.battery, left),
                *(dump_states(_SCANNED_IN), dump_event(event), event.at.isoformat(), *more),
            ],
        )
        if answer not in {"ok", "same"}:
            _refuse(answer, request, label, rest, "scanned")
        return load_request(fields_of(rest[0]))

    @available()
    def receive(
        self, request: PickupRequest, number: int, event: Event, *, implied: Event
    ) -> PickupRequest:
        """Take a device in at a hub, in one step; with the last one the request is received.

        Parameters
        ----------
        request : PickupRequest
            Whose device, as it was read.
        number : int
            Which of its devices, from 0.
        event : Event
            With its label and the hub.
        implied : Event
            Tells that the request was collected, where its driver's phone has not yet.

        Returns
        -------
        PickupRequest
            The changed request.

        Raises
        ------
        NotFound
            If there is no such request.
        Conflict
            If the device bears another label by now or was received before, or the request
            was not collected and the device bears no label of its day.
        """
        label = event.label or ""
        answer, *rest = self._receive(
            [
                request_key(request.id),
                label_key(request.territory, label),
                DayKeys(event.territory, event.day).events,
                OutboxKeys(request.territory).entries,
            ],
            [
                *(request.id, request.day.isoformat(), number, label, len(request.devices)),
                *(event.at.isoformat(), dump_states(_COLLECTABLE)),
                *(dump_event(event), dump_event(implied)),
                *(told_day(event), told_day(implied)),
            ],
        )
        if answer != "ok":
            _refuse(answer, request, label, rest, "received")
        return load_request(fields_of(rest[0]))


def _refuse(
    answer: str, request: PickupRequest, label: str, rest: list[Any], what: str
) -> NoReturn:
    """Raise what a script's answer means."""
    match answer:
        case "taken":
            raise Conflict(f"label {label} is on another device ({rest[0]}): take a new label")
        case "received":
            raise Conflict(f"the device was received already, at {rest[0]}")
        case "retired":
            instead = f"bears label {rest[0]} by now" if rest[0] else "bears no label"
            raise Conflict(f"the device {instead}: scan that, or put it aside and ask")
        case "forbidden":
            raise Conflict(
                f"its pickup request is {rest[0]}: no device of it can be {what}; put it aside "
                "and ask the dispatcher"
            )
    refuse(answer, request, RequestState.RECEIVED, rest)
