"""What a script answers where it changes nothing, as errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from collection.errors import Conflict, NotFound, SlotUnavailable, TentativeChanged

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collection.model import PickupRequest, RequestState


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
        If its state forbids it or another change of it came first.
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
        case "forbidden":
            raise Conflict(f"a pickup request that is {rest[0]} cannot be {target}")
    raise Conflict("another change of the pickup request came first: read it again")
