"""The dispatcher's page of a proposal: old and new side by side."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse

from collection.api.deps import ServicesDep, current_dispatcher
from collection.api.web.render import StaffRoute, page
from collection.api.web.replan_view import proposal_view
from collection.api.web.texts import texts_of
from collection.errors import NotFound
from collection.scheduling.calendar import zone_of
from collection.scheduling.proposals import proposal_of

router = APIRouter(route_class=StaffRoute, include_in_schema=False)

Dispatcher = Annotated[str, Depends(current_dispatcher)]


@router.get("/dispatch/{territory_id}/{day}/proposals/{plan_id}")
def proposal(
    *,
    request: Request,
    territory_id: str,
    day: str,
    plan_id: str,
    dispatcher: Dispatcher,
    services: ServicesDep,
) -> HTMLResponse:
    """Page on which a dispatcher accepts or drops a proposal.

    Parameters
    ----------
    request : Request
        From the dispatcher.
    territory_id : str
        Which territory.
    day : str
        Local date.
    plan_id : str
        The proposal's plan.
    dispatcher : str
        Who is logged in.
    services : Services
        With the stores.

    Returns
    -------
    HTMLResponse
        The page.
    """
    t = texts_of("en")
    territory = services.catalogue.territory(territory_id)
    plan = services.plans.get(plan_id)
    if (plan.territory, plan.day.isoformat()) != (territory.id, day) or plan.rest is None:
        raise NotFound(f"this day has no proposal {plan_id!r}", field="plan_id")
    found = proposal_of(plan, services.day_ports())
    requests = {r.id: r for r in services.requests.day(territory.id, plan.day)}
    return page(
        request,
        "proposal.html",
        language="en",
        dispatcher=dispatcher,
        territory=territory,
        day=day,
        date_words=t.day(plan.day),
        plan=plan,
        before=found.plan_before,
        standing=found.status,
        note=found.note,
        since=t.clock(plan.rest.since, zone_of(territory)),
        page_data={"plan": plan.id, "day": f"/dispatch/{territory.id}/{day}"},
        **proposal_view(found, territory, requests),
    )
