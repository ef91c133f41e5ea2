"""Outbox entries, deliveries and dead letters to what Redis keeps, and back."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from collection.model import DeadLetter, Delivery, OutboxEntry
from collection.store.codec import load_event, load_request

if TYPE_CHECKING:
    from collections.abc import Mapping

    from collection.store.codec import Fields

_DELIVERY = TypeAdapter(Delivery)
_PLACE = {"id", "day", "event", "request"}


def load_entry(territory: str, entry: tuple[str, Mapping[str, str]]) -> OutboxEntry:
    """Read an entry of the outbox.

    Parameters
    ----------
    territory : str
        Id of the territory.
    entry : tuple of str and Mapping
        Id and fields, as the scripts wrote them.

    Returns
    -------
    OutboxEntry
        The entry.

    Raises
    ------
    ValueError
        If it is none.
    """
    entry_id, fields = entry
    try:
        more = {name: text for name, text in fields.items() if name not in _PLACE}
        place = fields["id"], {"body": fields["event"], **more}
        event = load_event(territory, date.fromisoformat(fields["day"]), place)
        request = fields.get("request")
        return OutboxEntry(
            id=entry_id,
            event=event,
            request=load_request(json.loads(request)) if request else None,
        )
    except LookupError as error:
        raise ValueError(f"it has no {error}") from error


def dump_delivery(delivery: Delivery) -> str:
    """Write a delivery.

    Parameters
    ----------
    delivery : Delivery
        The delivery.

    Returns
    -------
    str
        JSON.
    """
    return _DELIVERY.dump_json(delivery, exclude_defaults=True).decode()


def load_delivery(body: str) -> Delivery:
    """Read a delivery.

    Parameters
    ----------
    body : str
        As `dump_delivery` wrote it.

    Returns
    -------
    Delivery
        The delivery.
    """
    return _DELIVERY.validate_json(body)


def dump_letter(
    reason: str,
    *,
    at: datetime,
    attempts: int = 0,
    delivery: Delivery | None = None,
    entry: Mapping[str, str] | None = None,
) -> str:
    """Write a dead letter.

    Parameters
    ----------
    reason : str
        Why it is one.
    at : datetime
        Aware UTC instant.
    attempts : int
        How often it was tried.
    delivery : Delivery, optional
        What was to be delivered.
    entry : Mapping of str to str, optional
        Fields of the entry, if it never became a delivery.

    Returns
    -------
    str
        JSON.
    """
    letter: dict[str, Any] = {"reason": reason, "at": at.isoformat(), "attempts": attempts}
    if delivery is not None:
        letter["delivery"] = dump_delivery(delivery)
    if entry is not None:
        letter["entry"] = dict(entry)
    return json.dumps(letter)


def load_letter(territory: str, letter_id: str, body: str) -> tuple[DeadLetter, Fields]:
    """Read a dead letter.

    Parameters
    ----------
    territory : str
        Id of the territory.
    letter_id : str
        Its id.
    body : str
        As `dump_letter` wrote it.

    Returns
    -------
    tuple of DeadLetter and dict of str to str
        The letter, and the fields of its entry where it is one.
    """
    letter = json.loads(body)
    delivery = letter.get("delivery")
    found = DeadLetter(
        id=letter_id,
        territory=territory,
        at=datetime.fromisoformat(letter["at"]),
        reason=letter["reason"],
        attempts=letter["attempts"],
        delivery=load_delivery(delivery) if delivery else None,
    )
    return found, letter.get("entry", {})


def milliseconds(instant: datetime) -> int:
    """Score of an instant in a queue.

    Parameters
    ----------
    instant : datetime
        Aware.

    Returns
    -------
    int
        Milliseconds since 1970.
    """
    return round(instant.timestamp() * 1_000)


def instant_of(score: float) -> datetime:
    """Turn a score back into an instant.

    Parameters
    ----------
    score : float
        As `milliseconds` gave it.

    Returns
    -------
    datetime
        Aware, in UTC.
    """
    return datetime.fromtimestamp(score / 1_000, UTC)
