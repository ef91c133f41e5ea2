"""Plans and the jobs that make them, for dispatchers."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from collection.api.callers import Role
from collection.api.deps import ServicesDep, SignerDep, require
from collection.api.fields import LocalDate, Name
from collection.api.openapi import LOCATION, problems
from collection.api.present.explanations import present_explanation
from collection.api.present.plans import present_job, present_plan
from collection.api.schemas.explanations import ExplanationOut
from collection.api.schemas.plans import JobOut, PlanIn, PlanOut, PlansOut, PlanVersionOut
from collection.api.sheet import is_published
from collection.scheduling.calendar import require_plannable
from collection.scheduling.explaining import explain_stored
from collection.scheduling.inputs import from_now, waiting_requests
from collection.scheduling.instructions import require_known
from collection.scheduling.publishing import publish_night, refuse_running
from collection.scheduling.replan import accept

router = APIRouter(
    prefix="/v1", tags=["dispatcher"], dependencies=[Depends(require(Role.DISPATCHER))]
)

PlanId = Annotated[str, Path(max_length=120)]
JobId = Annotated[str, Path(max_length=120)]


@router.post(
    "/plans",
    status_code=202,
    operation_id="planDay",
    summary="Plan a day",
    responses={202: LOCATION, **problems(401, 403, 404, 409, 422)},
)
def plan_day(wish: PlanIn, request: Request, response: Response, services: ServicesDep) -> JobOut:
    """Close a day and plan it as a job; asking again while it waits or runs is the same job.

    Once its drivers are out, only the rest of a day can be planned again.
    """
    territory, now = services.catalogue.territory(wish.territory), services.clock.now()
    require_plannable(territory, wish.day, now)
    refuse_running(territory, wish.day, services.night_ports())
    asked = wish.asked()
    if asked is not None:
        waiting = waiting_requests(territory, wish.day, services.night_ports())
        going = from_now(territory, wish.day, now)
        require_known(asked, waiting, going, wish.day, services.plans)
    job_id = services.jobs.enqueue_night(territory.id, wish.day, seed=wish.seed, instructions=asked)
    request.app.state.metrics.jobs.labels(territory.id).inc()
    job = present_job(services.jobs.status(job_id))
    response.headers["Location"] = job.url
    return job


@router.get(
    "/jobs/{job_id}",
    operation_id="getJob",
    summary="Read a job",
    responses=problems(401, 403, 404, 422),
)
def read_job(job_id: JobId, services: ServicesDep) -> JobOut:
    """Tell how far a job is."""
    return present_job(services.jobs.status(job_id))


@router.get(
    "/plans",
    operation_id="listPlans",
    summary="List the plans of a day",
    responses=problems(401, 403, 404, 422),
)
def list_plans(
    services: ServicesDep,
    territory: Annotated[Name, Query(description="Id of a territory.")],
    day: Annotated[LocalDate, Query(alias="date", description="Local date.")],
) -> PlansOut:
    """Tell all versions, oldest first, and which one is published."""
    known = services.catalogue.territory(territory)
    published = services.plans.published(known.id, day)
    return PlansOut(
        territory=known.id,
        date=day,
        plans=[
            PlanVersionOut(
                id=plan_id,
                url=f"/v1/plans/{plan_id}",
                version=int(plan_id.rpartition(".v")[2]),
                published=plan_id == published,
            )
            for plan_id in services.plans.versions(known.id, day)
        ],
    )


@router.get(
    "/plans/{plan_id}",
    operation_id="getPlan",
    summary="Read a plan",
    responses=problems(401, 403, 404, 422),
)
def read_plan(plan_id: PlanId, services: ServicesDep, signer: SignerDep) -> PlanOut:
    """Tell a plan's figures, routes, stops and times, and what is in no route and why."""
    plan = services.plans.get(plan_id)
    return present_plan(
        plan,
        services.catalogue.territory(plan.territory),
        signer,
        published=is_published(services, plan),
    )


@router.get(
    "/plans/{plan_id}/explanation",
    operation_id="explainPlan",
    summary="Explain a plan",
    responses=problems(401, 403, 404, 409, 422),
)
def explain(plan_id: PlanId, services: ServicesDep) -> ExplanationOut:
    """Tell what its routes cost and why, what blocks who is left out, and what would serve them."""
    return present_explanation(explain_stored(services.plans.get(plan_id), services.night_ports()))


@router.post(
    "/plans/{plan_id}/publish",
    operation_id="publishPlan",
    summary="Publish a plan",
    responses=problems(401, 403, 404, 409, 422),
)
def publish(plan_id: PlanId, services: ServicesDep, signer: SignerDep) -> PlanOut:
    """Make a plan the day's plan; one with violations is refused.

    A plan that was made during its day is accepted, as its own endpoint does. Once a day runs,
    no other plan is published.
    """
    if services.plans.get(plan_id).rest is not None:
        accept(plan_id, services.day_ports(), at=services.clock.now())
    else:
        publish_night(plan_id, services.night_ports(), at=services.clock.now())
    return read_plan(plan_id, services, signer)
