"""Page of the repair hub: what each van brings, and a field for the hand scanner."""

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from collection.api.deps import ServicesDep
from collection.api.web.dispatch import Dispatcher, page_date
from collection.api.web.render import StaffRoute, page
from collection.api.web.texts import texts_of

router = APIRouter(route_class=StaffRoute, include_in_schema=False)


@router.get("/hub/{territory_id}/{day}")
def receiving(
    request: Request, territory_id: str, day: str, dispatcher: Dispatcher, services: ServicesDep
) -> HTMLResponse:
    """Page on which the hub takes devices in.

    Parameters
    ----------
    request : Request
        From the hub.
    territory_id : str
        Which territory.
    day : str
        Local date.
    dispatcher : str
        Who is logged in.
    services : Services
        With the territories.

    Returns
    -------
    HTMLResponse
        The page; its script reads what is there.
    """
    t = texts_of("en")
    territory, date = services.catalogue.territory(territory_id), page_date(day)
    return page(
        request,
        "hub.html",
        language="en",
        dispatcher=dispatcher,
        territory=territory,
        date=date.isoformat(),
        date_words=t.day(date),
        page_data={
            "territory": territory.id,
            "date": date.isoformat(),
            "timezone": territory.timezone,
            "types": t.words["device_type"],
            "packaging": t.words["packaging"],
        },
    )
