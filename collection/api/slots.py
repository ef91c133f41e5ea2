"""What can be booked: slots, and the addresses that they are for."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from collection.api.deps import ServicesDep, limit_public
from collection.api.fields import Latitude, LocalDate, Longitude, Name
from collection.api.openapi import problems
from collection.api.present.bookings import present_match, present_slot
from collection.api.schemas.bookings import AddressesOut, SlotsOut
from collection.errors import AmbiguousAddress, InvalidRequest
from collection.model import Position, Territory
from collection.scheduling.areas import find_territory
from collection.scheduling.locating import AddressWish
from collection.scheduling.slots import offer
from collection.services import Services

router = APIRouter(
    prefix="/v1", tags=["customer", "marketplace"], dependencies=[Depends(limit_public)]
)


@router.get(
    "/slots", operation_id="listSlots", summary="List slots", responses=problems(401, 404, 422, 429)
)
def slots(
    *,
    services: ServicesDep,
    territory: Annotated[Name | None, Query(description="Id of a territory.")] = None,
    lon: Annotated[Longitude | None, Query()] = None,
    lat: Annotated[Latitude | None, Query()] = None,
    q: Annotated[Name | None, Query(description="An address.")] = None,
    day: Annotated[LocalDate | None, Query(alias="date", description="Only this date.")] = None,
) -> SlotsOut:
    """Tell the slots of the coming working days, for a territory, a position or an address."""
    found = _served_by(services, territory, lon, lat, q)
    offered = offer(found, services.requests, services.clock.now(), day=day)
    return SlotsOut(
        territory=found.id,
        name=found.name,
        timezone=found.timezone,
        slots=[present_slot(slot, found) for slot in offered],
    )


@router.get(
    "/addresses",
    operation_id="searchAddresses",
    summary="Find addresses",
    responses=problems(401, 422, 429),
)
def addresses(
    services: ServicesDep,
    q: Annotated[Name, Query(description="An address, whole or in part.")],
    limit: Annotated[int, Query(ge=1, le=10)] = 5,
) -> AddressesOut:
    """Tell the addresses that match a text, best first."""
    territories = tuple(services.catalogue.territories.values())
    return AddressesOut(
        addresses=[
            present_match(match, find_territory(territories, match.position))
            for match in services.geocoder.search(q, limit=limit)
        ]
    )


def _served_by(
    services: Services,
    territory: str | None,
    lon: float | None,
    lat: float | None,
    q: str | None,
) -> Territory:
    if (lon is None) != (lat is None):
        raise InvalidRequest("give lon and lat together", field="lon" if lon is None else "lat")
    if [territory, lon, q].count(None) != 2:
        raise InvalidRequest(
            "give one of territory, lon and lat, or q: whose slots are meant", field="territory"
        )
    if territory is not None:
        return services.catalogue.territory(territory)
    if q is None:
        wish, field = AddressWish(position=_position(lon, lat)), "lon"
    else:
        wish, field = AddressWish(line1=q), "q"
    try:
        return services.desk.locate(wish)[1]
    except AmbiguousAddress as error:
        raise AmbiguousAddress(error.message, error.candidates, field=field) from None
    except InvalidRequest as error:
        raise InvalidRequest(error.message, field=field) from None


def _position(lon: float | None, lat: float | None) -> Position | None:
    return Position(lon=lon, lat=lat) if lon is not None and lat is not None else None
