"""What if, and what differs between two plans, for dispatchers."""

from dataclasses import asdict
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Response

from collection.api.callers import Role
from collection.api.deps import ServicesDep, require
from collection.api.openapi import LOCATION, problems
from collection.api.plans import PlanId
from collection.api.present.comparisons import present_comparison
from collection.api.present.plans import present_job
from collection.api.schemas.plans import JobOut
from collection.api.schemas.scenarios import ComparisonOut, TrialIn
from collection.scheduling.explaining import compare_stored
from collection.scheduling.scenarios import require_possible

router = APIRouter(
    prefix="/v1", tags=["dispatcher"], dependencies=[Depends(require(Role.DISPATCHER))]
)


@router.post(
    "/scenarios",
    status_code=202,
    operation_id="tryScenario",
    summary="Try a scenario",
    responses={202: LOCATION, **problems(401, 403, 404, 409, 422)},
)
def try_scenario(wish: TrialIn, response: Response, services: ServicesDep) -> JobOut:
    """Plan a day as it is and with other vans, shifts, windows or weights; the job compares them.

    Nothing is closed, stored or published; what is asked of the published plan holds in both.
    """
    territory = services.catalogue.territory(wish.territory)
    scenario = wish.scenario.scenario(territory.weights)
    require_possible(scenario, territory, wish.day, services.night_ports())
    job_id = services.jobs.enqueue_scenario(territory.id, wish.day, scenario, seed=wish.seed)
    job = present_job(services.jobs.status(job_id))
    response.headers["Location"] = job.url
    return job


@router.get(
    "/plans/{plan_id}/comparison",
    operation_id="comparePlans",
    summary="Compare two plans",
    responses=problems(401, 403, 404, 422),
)
def compare(
    plan_id: PlanId,
    services: ServicesDep,
    before: Annotated[str, Query(max_length=120, description="Id of a plan of the same day.")],
) -> ComparisonOut:
    """Tell what changes from one plan to this one: cost, lateness, who is served by whom, when."""
    plans = services.plans.get(before), services.plans.get(plan_id)
    return present_comparison(asdict(compare_stored(*plans, services.night_ports())))
