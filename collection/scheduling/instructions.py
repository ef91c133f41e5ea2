"""What is asked of a day's plan: given anew, or kept from the plan that is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog
from pydantic import TypeAdapter

from collection.errors import InvalidRequest, NotFound
from collection.model import Instructions
from collection.routing.demand import required_skills
from collection.routing.instructions import Wishes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from collection.model import PickupRequest, Plan, Territory
    from collection.ports import PlanStore

_INSTRUCTIONS = TypeAdapter(Instructions)
_log = structlog.get_logger(__name__)


def instructions_of(
    given: Instructions | None,
    requests: Sequence[PickupRequest],
    territory: Territory,
    day: date,
    plans: PlanStore,
) -> Instructions:
    """Decide what is asked of the next plan of a day.

    Parameters
    ----------
    given : Instructions, optional
        What a dispatcher says; empty ones ask for nothing. None keeps those of the plan that
        is published, but for what they ask of requests and vehicles that are gone.
    requests : Sequence of PickupRequest
        The requests to plan.
    territory : Territory
        With the vehicles that go out.
    day : date
        Local date.
    plans : PlanStore
        Where the published plan is.

    Returns
    -------
    Instructions
        Empty where nothing is asked.
    """
    if given is not None:
        return given
    published = plans.published(territory.id, day)
    if published is None:
        return Instructions()
    return plans.get(published).instructions.among(
        {request.id for request in requests}, {vehicle.id for vehicle in territory.vehicles}
    )


def warn_of_lapsed(asked: Instructions, lasting: Instructions, day: date, **where: str) -> None:
    """Log what of kept instructions became impossible.

    Parameters
    ----------
    asked : Instructions
        What was kept.
    lasting : Instructions
        What a plan was made with.
    day : date
        Local date.
    **where : str
        What else the log tells.
    """
    for vehicle, prefix in asked.prefixes.items():
        left = lasting.prefixes.get(vehicle, ())
        gone = [request for request in prefix if request not in left]
        if gone:
            _log.warning(
                "prefix_lapsed", day=day.isoformat(), vehicle=vehicle, requests=gone, **where
            )


def earlier_of(instructions: Instructions, plans: PlanStore) -> Plan | None:
    """Read the plan that instructions name.

    Parameters
    ----------
    instructions : Instructions
        With its id.
    plans : PlanStore
        Where it is.

    Returns
    -------
    Plan or None
        None where they name none.

    Raises
    ------
    InvalidRequest
        If there is no such plan.
    """
    if instructions.earlier is None:
        return None
    try:
        return plans.get(instructions.earlier)
    except NotFound as error:
        message = f"{error.message}; name one of the day's, or leave it out"
        raise InvalidRequest(message, field="instructions.earlier") from None


def require_known(
    instructions: Instructions,
    requests: Sequence[PickupRequest],
    territory: Territory,
    day: date,
    plans: PlanStore,
) -> None:
    """Refuse instructions that name what is not there or that no van could follow.

    A job would fail over them.

    Parameters
    ----------
    instructions : Instructions
        What a dispatcher says.
    requests : Sequence of PickupRequest
        The requests to plan.
    territory : Territory
        With the vehicles that go out.
    day : date
        Local date.
    plans : PlanStore
        Where the earlier plan is.

    Raises
    ------
    InvalidRequest
        If something is unknown or contradicts itself, or a route shall begin with a request
        that takes a skill its vehicle lacks; names the field.
    """
    wishes = Wishes(
        instructions,
        {request.id: number for number, request in enumerate(requests)},
        {vehicle.id: number for number, vehicle in enumerate(territory.vehicles)},
        earlier_of(instructions, plans),
    )
    wishes.named()
    wishes.together()
    wishes.apart()
    wishes.announced(territory.weights, territory=territory.id, day=day)
    wishes.preferences(requests, territory)
    for vehicle, prefix in zip(territory.vehicles, wishes.prefixes(), strict=True):
        for request in (requests[number] for number in prefix):
            lacking = sorted(required_skills(request, territory.triage) - vehicle.skills)
            if lacking:
                message = (
                    f"vehicle {vehicle.id!r} cannot begin with request {request.id!r}, which takes "
                    f"{', '.join(lacking)}; leave it out"
                )
                raise InvalidRequest(message, field="instructions.prefixes")


def dump_instructions(instructions: Instructions) -> dict[str, Any]:
    """Write instructions as JSON knows them, in one order whatever the order of their groups.

    Parameters
    ----------
    instructions : Instructions
        What is asked.

    Returns
    -------
    dict
        Of objects, arrays and strings.
    """
    return {
        "prefixes": {vehicle: list(prefix) for vehicle, prefix in instructions.prefixes.items()},
        "vehicles": dict(instructions.vehicles),
        "together": sorted(sorted(group) for group in instructions.together),
        "apart": sorted(sorted(group) for group in instructions.apart),
        "familiar": dict(instructions.familiar),
        "earlier": instructions.earlier,
    }


def load_instructions(content: Mapping[str, Any]) -> Instructions:
    """Read instructions.

    Parameters
    ----------
    content : Mapping
        As `dump_instructions` wrote it.

    Returns
    -------
    Instructions
        The same.
    """
    return _INSTRUCTIONS.validate_python(content)
