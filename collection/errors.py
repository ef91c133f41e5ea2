"""Every error that this package raises on purpose.

::

    CollectionError
    ├── InvalidRequest         the caller's input is wrong; names the field and the fix
    │   └── AmbiguousAddress   several addresses match; carries them
    ├── SlotUnavailable        the slot is full, past its cut-off or not in the grid
    │   └── NoRoom             no van has room on its way then
    ├── NotFound               no such request, plan, route, slot or territory
    ├── Conflict               the state forbids it (a second cancel, a lock that is held)
    │   └── TentativeChanged   the tentative plan is no longer the one that was read
    ├── PlanRejected           a plan with violations must not be published
    ├── RoutingUnavailable     no street network, or it cannot be read or built
    ├── NotDelivered           a message was not taken; it is tried again
    │   ├── DeliveryRefused    nor ever will be
    │   └── ReceiverAway       nor would any other be at present
    └── StoreUnavailable       the store does not answer; try again later

Infeasible is data, not an error: it is an ``Unassigned`` with a reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


class CollectionError(Exception):
    """Root of the hierarchy.

    Parameters
    ----------
    message : str
        What went wrong and what to do about it, in one sentence.
    field : str, optional
        The input field to mend, dotted (``"address.postcode"``), where there is one.
    """

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class InvalidRequest(CollectionError):
    """The caller's input is wrong."""


class AmbiguousAddress(InvalidRequest):
    """Several addresses match equally well.

    Parameters
    ----------
    message : str
        What went wrong.
    candidates : Sequence of str
        One-line labels of the matching addresses, best first.
    field : str, optional
        The input field to mend.
    """

    def __init__(
        self, message: str, candidates: Sequence[str], *, field: str | None = None
    ) -> None:
        super().__init__(message, field=field)
        self.candidates = tuple(candidates)


class SlotUnavailable(CollectionError):
    """The slot is full, past its cut-off or not in the territory's grid."""


class NoRoom(SlotUnavailable):
    """No van has room on its way at the promised time."""


class NotFound(CollectionError):
    """No such request, plan, route, slot or territory."""


class Conflict(CollectionError):
    """The present state forbids the change."""


class TentativeChanged(Conflict):
    """The tentative plan of a day is no longer the one that was read."""


class PlanRejected(CollectionError):
    """A plan with violations must not be published."""


class RoutingUnavailable(CollectionError):
    """No street network, or it cannot be read or built."""


class NotDelivered(CollectionError):
    """A message was not taken by the one whom it was sent to.

    Parameters
    ----------
    message : str
        What was answered, without the words of the message.
    retry_after : float, optional
        Seconds that the receiver asks to be left alone.
    brief : str, optional
        What a log may hold of it, where the answer may name a person; the message if None.
    """

    def __init__(
        self, message: str, *, retry_after: float | None = None, brief: str | None = None
    ) -> None:
        super().__init__(message)
        self.retry_after = retry_after
        self.brief = message if brief is None else brief


class DeliveryRefused(NotDelivered):
    """The message is refused for good: sending it again would not help."""


class ReceiverAway(NotDelivered):
    """The receiver takes nothing at present, whatever is sent."""


class StoreUnavailable(CollectionError):
    """The store does not answer; try again later."""
