"""Bringing devices to a partner point of sale instead of having them collected."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from collection.api.callers import STAFF
from collection.api.deps import BookingKey, ServicesDep, limit_places, limit_public, require
from collection.api.fields import Latitude, Longitude, Name
from collection.api.openapi import LOCATION, problems
from collection.api.schemas.dropoffs import (
    BroughtIn,
    BroughtOut,
    DropOffIn,
    DropOffOut,
    SiteOut,
    SitesOut,
)
from collection.api.slots import served_by
from collection.errors import InvalidRequest
from collection.model import DropOff, Site
from collection.scheduling.dropoffs import site_of
from collection.services import Services
from collection.units import MINUTE, format_clock

router = APIRouter(prefix="/v1/drop-offs", tags=["customer", "marketplace"])

DropOffId = Annotated[str, Path(max_length=120)]


@router.get(
    "",
    operation_id="listDropOffSites",
    summary="Find the nearest partner sites",
    dependencies=[Depends(limit_public)],
    responses=problems(401, 422, 429, 503),
)
def sites(
    *,
    services: ServicesDep,
    lon: Annotated[Longitude | None, Query()] = None,
    lat: Annotated[Latitude | None, Query()] = None,
    q: Annotated[Name | None, Query(description="An address.")] = None,
) -> SitesOut:
    """Tell where devices can be dropped off, nearest by road first."""
    if (lon is None) != (lat is None):
        raise InvalidRequest("give lon and lat together", field="lon" if lon is None else "lat")
    if (lon is None) == (q is None):
        raise InvalidRequest("give either lon and lat, or q", field="q")
    address, territory = served_by(services, lon, lat, q)
    return SitesOut(
        territory=territory.id,
        sites=[
            SiteOut(
                id=found.site.id,
                name=found.site.name,
                address=found.site.address,
                lon=found.site.position.lon,
                lat=found.site.position.lat,
                opening=_opening(found.site),
                minutes=-(-found.seconds // MINUTE),
                metres=found.metres,
                free=found.free,
            )
            for found in services.drop_off_desk.offer(territory, address.position)
        ],
    )


@router.post(
    "",
    status_code=201,
    operation_id="announceDropOff",
    summary="Announce a drop-off",
    dependencies=[Depends(limit_public), Depends(limit_places)],
    responses={201: LOCATION, **problems(401, 403, 404, 409, 422, 429)},
)
def announce(
    *, wish: DropOffIn, response: Response, services: ServicesDep, key: BookingKey
) -> DropOffOut:
    """Keep room at a site for seven days; the customer says the code at the counter."""
    announced = services.drop_off_desk.announce(
        services.catalogue.territory(wish.territory),
        wish.site_id,
        reference=wish.reference,
        customer=wish.model_customer(),
        devices=wish.model_devices(),
        key=key,
    )
    told = _present(announced, services)
    response.headers["Location"] = told.url
    return told


@router.get(
    "/{drop_off_id}",
    operation_id="getDropOff",
    summary="Read a drop-off",
    tags=["dispatcher"],
    dependencies=[Depends(require(*STAFF))],
    responses=problems(401, 403, 404, 422),
)
def read(drop_off_id: DropOffId, services: ServicesDep) -> DropOffOut:
    """Tell what was brought, and with which pickup it goes."""
    return _present(services.drop_offs.get(drop_off_id.lower()), services)


@router.post(
    "/{drop_off_id}/scans",
    status_code=201,
    operation_id="bringDevice",
    summary="Take a device in at a site",
    tags=["dispatcher"],
    dependencies=[Depends(require(*STAFF))],
    responses=problems(401, 403, 404, 409, 422),
)
def bring(drop_off_id: DropOffId, brought: BroughtIn, services: ServicesDep) -> DropOffOut:
    """Label a device at the counter; it goes with the next van that has room to come there.

    All devices of a site go as one pickup of the site, in its opening hours.
    """
    changed = services.drop_off_desk.bring(
        drop_off_id.lower(), brought.device, brought.label, brought.battery
    )
    return _present(changed, services)


def _present(drop_off: DropOff, services: Services) -> DropOffOut:
    site = site_of(services.catalogue.territory(drop_off.territory), drop_off.site_id)
    return DropOffOut(
        id=drop_off.id,
        url=f"/v1/drop-offs/{drop_off.id}",
        code=drop_off.code,
        reference=drop_off.reference,
        territory=drop_off.territory,
        site_id=site.id,
        site_name=site.name,
        address=site.address,
        opening=_opening(site),
        created_at=drop_off.created_at,
        expires_at=drop_off.expires_at,
        devices=[
            BroughtOut(
                device=number,
                type=device.type,
                label=device.label,
                brought_at=device.scanned_at,
                pickup_id=drop_off.pickups.get(number),
            )
            for number, device in enumerate(drop_off.devices)
        ],
    )


def _opening(site: Site) -> list[str]:
    return [f"{format_clock(start)}-{format_clock(end)}" for start, end in site.opening]
