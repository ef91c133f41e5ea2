"""What a request goes through: states, their one transition table, failure codes."""

from __future__ import annotations

from enum import StrEnum


class RequestState(StrEnum):
    """Where a pickup request is on its way."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    PLANNED = "planned"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    COLLECTED = "collected"
    RECEIVED = "received"
    FAILED = "failed"
    UNASSIGNED = "unassigned"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"
    REFUSED = "refused"


_S = RequestState


_OPEN = frozenset({_S.CONFIRMED, _S.RESCHEDULED, _S.PLANNED, _S.UNASSIGNED})


TRANSITIONS: dict[RequestState, frozenset[RequestState]] = {
    _S.REQUESTED: frozenset({_S.CONFIRMED}),
    _S.CONFIRMED: frozenset({_S.PLANNED, _S.UNASSIGNED, _S.RESCHEDULED, _S.CANCELLED}),
    _S.RESCHEDULED: frozenset({_S.PLANNED, _S.UNASSIGNED, _S.RESCHEDULED, _S.CANCELLED}),
    _S.PLANNED: frozenset(
        {
            *(_S.PLANNED, _S.UNASSIGNED, _S.EN_ROUTE, _S.ARRIVED, _S.COLLECTED),
            *(_S.FAILED, _S.CANCELLED, _S.REFUSED),
        }
    ),
    _S.UNASSIGNED: frozenset({_S.PLANNED, _S.UNASSIGNED, _S.RESCHEDULED, _S.CANCELLED}),
    _S.EN_ROUTE: frozenset(
        {
            *(_S.ARRIVED, _S.COLLECTED, _S.FAILED, _S.REFUSED, _S.CANCELLED),
            # Only where the rest of the day was planned again, and nobody drives there any more.
            *(_S.PLANNED, _S.UNASSIGNED),
        }
    ),
    _S.ARRIVED: frozenset({_S.COLLECTED, _S.FAILED, _S.REFUSED}),
    _S.COLLECTED: frozenset({_S.RECEIVED}),
    _S.FAILED: frozenset({_S.RESCHEDULED, _S.CANCELLED}),
    _S.RECEIVED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.REFUSED: frozenset(),
}
"""The one transition table: from a state to the states that may follow it."""


PLANNABLE: frozenset[RequestState] = _OPEN
"""States in which a night takes a request into its plan."""


def sources_of(target: RequestState) -> frozenset[RequestState]:
    """States from which `target` may follow.

    Parameters
    ----------
    target : RequestState
        The state to come.

    Returns
    -------
    frozenset of RequestState
        Every state whose transitions hold `target`.
    """
    return frozenset(state for state, following in TRANSITIONS.items() if target in following)


class FailureCode(StrEnum):
    """Why a stop failed at the door."""

    NOT_HOME = "not_home"
    CANT_FIND_ADDRESS = "cant_find_address"
    NO_ACCESS = "no_access"
    NO_PARKING = "no_parking"
    REFUSED_BY_CUSTOMER = "refused_by_customer"
    PACKAGE_NOT_AVAILABLE = "package_not_available"
    DEVICE_MISMATCH = "device_mismatch"
    HAZARD = "hazard"
    NO_TIME = "no_time"
    OTHER = "other"


class UnassignedReason(StrEnum):
    """Why a request is in no route."""

    UNREACHABLE = "unreachable"
    OUTSIDE_TERRITORY = "outside_territory"
    OUTSIDE_SHIFTS = "outside_shifts"
    TOO_LARGE = "too_large"
    NO_SKILL = "no_skill"
    TOO_FAR = "too_far"
    WINDOW_TOO_TIGHT = "window_too_tight"
    NO_CAPACITY = "no_capacity"
