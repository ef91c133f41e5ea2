"""The append-only story of a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from collection.model.places import Position
from collection.model.states import FailureCode


class EventType(StrEnum):
    """What an entry of a territory's event stream tells."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    RESCHEDULED = "rescheduled"
    CLOSED = "closed"
    PLAN_CREATED = "plan_created"
    PLAN_PUBLISHED = "plan_published"
    PLAN_DROPPED = "plan_dropped"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    COLLECTED = "collected"
    FAILED = "failed"
    REFUSED = "refused"
    POSITION = "position"
    SHIFT_STARTED = "shift_started"
    SHIFT_ENDED = "shift_ended"
    BREAK_STARTED = "break_started"
    BREAK_ENDED = "break_ended"
    ACKNOWLEDGED = "acknowledged"
    SCANNED = "scanned"
    RECEIVED = "received"
    ANNOUNCED = "announced"
    DROPPED_OFF = "dropped_off"
    VAN_OUT = "van_out"
    PROMISE_BROKEN = "promise_broken"
    DELAYED = "delayed"
    UNACCOUNTED = "unaccounted"


TOLD: frozenset[EventType] = frozenset(
    {
        *(EventType.BOOKED, EventType.CANCELLED, EventType.RESCHEDULED),
        *(EventType.PLAN_PUBLISHED, EventType.PROMISE_BROKEN),
        *(EventType.SHIFT_STARTED, EventType.EN_ROUTE, EventType.DELAYED),
        *(EventType.COLLECTED, EventType.FAILED, EventType.REFUSED, EventType.RECEIVED),
        *(EventType.ANNOUNCED, EventType.DROPPED_OFF, EventType.UNACCOUNTED),
    }
)
"""What somebody outside is told of: these events go into the outbox too, and no others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of a day's append-only event stream.

    Parameters
    ----------
    id : str
        Place in the stream, growing; empty before it is stored.
    type : EventType
        What happened.
    territory : str
        Id of the territory.
    day : date
        Local date of the day it belongs to.
    at : datetime
        Aware UTC instant when it happened (on the phone, not when it arrived).
    request_id : str, optional
        Which request.
    route_id : str, optional
        Whose route.
    plan_id : str, optional
        Which plan.
    position : Position, optional
        Where.
    code : FailureCode, optional
        Why a stop failed.
    text : str
        Anything said with it.
    vehicle_id : str, optional
        Which vehicle, where no route is meant.
    label : str, optional
        Code on the label of a device.
    battery : str
        Class of that device's battery, as it was seen; empty where nobody looked.
    site_id : str, optional
        At which depot or site; None at the customer's door.
    device : int, optional
        Which of the request's devices, from 0.
    """

    id: str = ""
    type: EventType
    territory: str
    day: date
    at: datetime
    request_id: str | None = None
    route_id: str | None = None
    plan_id: str | None = None
    position: Position | None = None
    code: FailureCode | None = None
    text: str = ""
    vehicle_id: str | None = None
    label: str | None = None
    battery: str = ""
    site_id: str | None = None
    device: int | None = None
