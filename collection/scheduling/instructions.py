"""What is asked of a day's plan: given anew, or kept from the plan that is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from collection.errors import InvalidRequest, NotFound
from collection.model import Instructions
from collection.routing.instructions import Wishes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from collection.model import PickupRequest, Plan, Territory
    from collection.ports import PlanStore

_INSTRUCTIONS = TypeAdapter(Instructions)


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
    """Refuse instructions that name what is not there, before a job fails over them.

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
        If something is unknown or contradicts itself; names the field.
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
