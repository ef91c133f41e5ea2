"""What is told to whom: entries of the outbox, and the deliveries that they become."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from collection.model.events import Event
from collection.model.requests import PickupRequest

Told: TypeAlias = dict[tuple[str, str], str]
"""What customers were told of a day: by request id and topic."""


class NoticeKind(StrEnum):
    """What somebody is told."""

    CONFIRMED = "confirmed"
    RESCHEDULED = "rescheduled"
    PLANNED = "planned"
    UNASSIGNED = "unassigned"
    ON_THE_WAY = "on_the_way"
    NEXT_STOP = "next_stop"
    DELAYED = "delayed"
    COLLECTED = "collected"
    FAILED = "failed"
    RECEIVED = "received"
    CANCELLED = "cancelled"
    ANNOUNCED = "announced"
    DROPPED_OFF = "dropped_off"


class Channel(StrEnum):
    """By which way; each has a queue of its own, so that a slow one holds up no other."""

    MAIL = "mail"
    SMS = "sms"
    PUSH = "push"
    WEBHOOK = "webhook"
    DISPATCHER = "dispatcher"


class Outcome(StrEnum):
    """How a delivery ended."""

    SENT = "sent"
    NOT_CONFIGURED = "not_configured"
    SUPERSEDED = "superseded"
    TOO_LATE = "too_late"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxEntry:
    """An event of which somebody is to be told.

    Parameters
    ----------
    id : str
        Place in the outbox of its territory, growing.
    event : Event
        What happened, with its id in the stream of its day.
    request : PickupRequest, optional
        The request that it is of, as it was just after the event.
    """

    id: str
    event: Event
    request: PickupRequest | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message by one channel, written out: a second try sends the same.

    Parameters
    ----------
    id : str
        The same for every try; receivers know by it what they have already.
    territory : str
        Whose outbox it is in.
    day : date
        Local date that it is about.
    kind : NoticeKind
        What it tells.
    channel : Channel
        By which way it goes.
    request_id : str, optional
        About which request; None where it is about several, or about a drop-off.
    language : str
        Two-letter code.
    to : str
        Whom it goes to, as the channel names people.
    subject : str
        Subject or title, where the channel has one.
    text : str
        What is said; a webhook's body.
    link : str
        Address of the page that the text leads to: nothing else in it is made a link of.
    due : datetime
        Aware UTC instant before which it must not go out.
    expires : datetime, optional
        Aware UTC instant after which nobody wants it any more.
    topic : str
        Of which topic it tells the news: another delivery that tells other news of the same
        topic makes it void. Empty where nothing does.
    news : str
        That news.
    """

    id: str
    territory: str
    day: date
    kind: NoticeKind
    channel: Channel
    request_id: str | None = None
    language: str = "en"
    to: str = ""
    subject: str = ""
    text: str
    link: str = ""
    due: datetime
    expires: datetime | None = None
    topic: str = ""
    news: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A delivery that is not over.

    Parameters
    ----------
    delivery : Delivery
        Which.
    attempts : int
        How often it was tried.
    due : datetime
        Aware UTC instant of the next attempt.
    error : str
        Why the last one failed; empty where none did.
    """

    delivery: Delivery
    attempts: int
    due: datetime
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """What was given up: a delivery, or an entry that no notice could be made of.

    Parameters
    ----------
    id : str
        Of the delivery or the entry.
    territory : str
        Whose outbox it was in.
    at : datetime
        Aware UTC instant when it was given up.
    reason : str
        Why.
    attempts : int
        How often it was tried.
    delivery : Delivery, optional
        None for an entry.
    """

    id: str
    territory: str
    at: datetime
    reason: str
    attempts: int
    delivery: Delivery | None = None
