"""The live day, for dispatchers: plan its rest again, look at both, accept or drop."""

from fastapi import APIRouter, Depends, Request, Response

from collection.api.callers import Role
from collection.api.deps import BookingKey, ServicesDep, SignerDep, require
from collection.api.openapi import LOCATION, problems
from collection.api.plans import PlanId
from collection.api.present.bookings import present_booking
from collection.api.present.proposals import present_proposal
from collection.api.schemas.bookings import BookingOut
from collection.api.schemas.proposals import DropIn, ProposalOut, ReplanIn
from collection.api.schemas.wishes import PickupRequestIn
from collection.errors import Conflict
from collection.scheduling.calendar import zone_of
from collection.scheduling.proposals import Proposal, proposal_of
from collection.scheduling.replan import accept, drop, propose
from collection.scheduling.today import take_in
from collection.services import Services

router = APIRouter(
    prefix="/v1/plans", tags=["dispatcher"], dependencies=[Depends(require(Role.DISPATCHER))]
)


@router.post(
    "/{plan_id}/replan",
    status_code=201,
    operation_id="replanRest",
    summary="Plan the rest of a running day again",
    responses={201: LOCATION, **problems(401, 403, 404, 409, 422, 503)},
)
def replan_rest(
    plan_id: PlanId, wish: ReplanIn, request: Request, response: Response, services: ServicesDep
) -> ProposalOut:
    """Answer within ten seconds with the day as it would go on, and as it would be.

    What is over, and the stop that a driver is at or drives to, stays. Nothing is published.
    """
    plan = services.plans.get(plan_id)
    if services.plans.published(plan.territory, plan.day) != plan_id:
        raise Conflict("another version is published; plan the rest of that one again")
    found = propose(
        plan.territory,
        plan.day,
        services.day_ports(),
        now=services.clock.now(),
        van_out=frozenset(wish.van_out),
        urgent=frozenset(wish.urgent),
        locked=frozenset(wish.locked),
        seconds=wish.seconds,
        cancelled=request.app.state.stopping.is_set,
    )
    shown = _shown(found, services)
    response.headers["Location"] = shown.url
    return shown


@router.get(
    "/{plan_id}/proposal",
    operation_id="getProposal",
    summary="Read a proposal",
    responses=problems(401, 403, 404, 422),
)
def read(plan_id: PlanId, services: ServicesDep) -> ProposalOut:
    """Tell old and new side by side: cost, lateness, who is affected."""
    return _shown(proposal_of(services.plans.get(plan_id), services.day_ports()), services)


@router.post(
    "/{plan_id}/accept",
    operation_id="acceptProposal",
    summary="Accept a proposal",
    responses=problems(401, 403, 404, 409, 422),
)
def accept_proposal(plan_id: PlanId, services: ServicesDep) -> ProposalOut:
    """Publish its plan, unless another one was published or what it changes was done meanwhile."""
    return _shown(accept(plan_id, services.day_ports(), at=services.clock.now()), services)


@router.post(
    "/{plan_id}/drop",
    operation_id="dropProposal",
    summary="Drop a proposal",
    responses=problems(401, 403, 404, 409, 422),
)
def drop_proposal(plan_id: PlanId, why: DropIn, services: ServicesDep) -> ProposalOut:
    """Leave its plan unpublished for good."""
    ports, now = services.day_ports(), services.clock.now()
    return _shown(drop(plan_id, ports, at=now, note=why.note), services)


@router.post(
    "/{plan_id}/urgent",
    status_code=201,
    operation_id="takeInUrgent",
    summary="Take in an urgent request",
    responses={201: LOCATION, **problems(401, 403, 404, 409, 422)},
)
def take_in_urgent(  # noqa: PLR0917 - FastAPI gives them by name
    plan_id: PlanId,
    wish: PickupRequestIn,
    response: Response,
    services: ServicesDep,
    signer: SignerDep,
    key: BookingKey,
) -> BookingOut:
    """Book a pickup of the running day, though it is closed, in windows of one's own.

    It has no van until the rest of the day is planned again.
    """
    plan = services.plans.get(plan_id)
    territory = services.catalogue.territory(plan.territory)
    if services.clock.now().astimezone(zone_of(territory)).date() != plan.day:
        raise Conflict("the day of this plan does not run; book as usual")
    booked = take_in(wish.wish(), territory, services.desk, key=key)
    booking = present_booking(booked, signer)
    response.headers["Location"] = booking.url
    return booking


def _shown(found: Proposal, services: Services) -> ProposalOut:
    return present_proposal(found, services.catalogue.territory(found.plan_after.territory))
