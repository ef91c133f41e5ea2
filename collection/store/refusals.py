"""What a script answers where it changes nothing, as errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from collection.errors import Conflict, NotFound, SlotUnavailable, TentativeChanged
from collection.model import RequestState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collection.model import PickupRequest


def refuse(
    outcome: str, request: PickupRequest, target: RequestState, rest: Sequence[str]
) -> NoReturn:
    """Raise what a script's answer means.

    Parameters
    ----------
    outcome : str
        First word of the answer, any but ``ok``.
    request : PickupRequest
        What was to be changed.
    target : RequestState
        What it should have become.
    rest : Sequence of str
        The other words.

    Raises
    ------
    NotFound
        If there is no such request.
    SlotUnavailable
        If its day is closed.
    TentativeChanged
        If another change of the day came first.
    Conflict
        If its state or a device in a van forbids it, or another change of it came first.
    """
    match outcome:
        case "missing":
            raise NotFound(f"there is no pickup request {request.id!r}", field="id")
        case "closed":
            raise SlotUnavailable(f"{request.day} is closed: choose a later day", field="slot_id")
        case "stale":
            raise TentativeChanged("another change of the day came first: look again")
        case "frozen":
            raise Conflict(
                f"the day of the pickup request is closed: it is {rest[0]} and can no longer "
                f"be {target}"
            )
        case "aboard":
            raise Conflict(_aboard(target, *rest))
        case "forbidden":
            raise Conflict(f"a pickup request that is {rest[0]} cannot be {target}")
    raise Conflict("another change of the pickup request came first: read it again")


def _aboard(target: RequestState, device: str, label: str) -> str:
    """Say what to do where a van has a device."""
    number = int(device) + 1
    has = f"the van has device {number}, with label {label}"
    if target is RequestState.CANCELLED:
        return f"{has}: the pickup request can no longer be cancelled"
    return f"{has}: tell that the stop is collected, or say why device {number} stays"
