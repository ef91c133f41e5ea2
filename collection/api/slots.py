"""What can be booked: slots, and the addresses that they are for."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Query

from collection.api.callers import STAFF, Caller, Role, allow, unauthorized
from collection.api.deps import OptionalCallerDep, ServicesDep, limit_public
from collection.api.fields import Latitude, LocalDate, Longitude, Name
from collection.api.openapi import problems
from collection.api.present.bookings import present_match, present_offer
from collection.api.schemas.bookings import AddressesOut, SlotsOut
from collection.errors import AmbiguousAddress, InvalidRequest
from collection.model import (
    Address,
    Battery,
    Building,
    Device,
    DeviceType,
    PickupRequest,
    Position,
    Territory,
)
from collection.scheduling.areas import find_territory
from collection.scheduling.calendar import zone_of
from collection.scheduling.locating import AddressWish
from collection.scheduling.slots import offer, offer_to
from collection.scheduling.triage import refuse_dangerous
from collection.scheduling.wishes import MAX_DEVICES, check_type
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
    caller: OptionalCallerDep,
    territory: Annotated[Name | None, Query(description="Id of a territory.")] = None,
    lon: Annotated[Longitude | None, Query()] = None,
    lat: Annotated[Latitude | None, Query()] = None,
    q: Annotated[Name | None, Query(description="An address.")] = None,
    request: Annotated[
        Name | None,
        Query(description="A pickup request that would move: its address, its devices."),
    ] = None,
    day: Annotated[LocalDate | None, Query(alias="date", description="Only this date.")] = None,
    building: Annotated[Building, Query(description="What stands there.")] = Building.HOUSE,
    floor: Annotated[int, Query(ge=-9, le=200, description="0 is the ground floor.")] = 0,
    lift: Annotated[bool, Query(description="Whether a lift goes there.")] = True,
    device: Annotated[
        list[Name],
        Query(
            max_length=MAX_DEVICES,
            description="A device to collect, as `type` or `type:battery`; once for each. One "
            "of the first known type where nothing is said.",
        ),
    ] = [],  # noqa: B006 - FastAPI copies it
) -> SlotsOut:
    """Tell the slots of the coming working days, for a territory, a position or an address.

    For a position or an address each is tried in the plan of its day.
    """
    exact = caller is not None and caller.role in STAFF
    if (lon is None) != (lat is None):
        raise InvalidRequest("give lon and lat together", field="lon" if lon is None else "lat")
    if [territory, lon, q, request].count(None) != 3:
        raise InvalidRequest(
            "give one of territory, lon and lat, q, or request: whose slots are meant",
            field="territory",
        )
    now, store = services.clock.now(), services.requests
    if territory is not None:
        found = services.catalogue.territory(territory)
        offers = offer(found, store, now, day=day)
    else:
        if request is not None:
            moving = _own(request, caller, services)
            found = services.catalogue.territory(moving.territory)
            address, devices = moving.address, moving.devices
        else:
            place, found = served_by(services, lon, lat, q)
            address = replace(place, building=building, floor=floor, lift=lift)
            devices = _devices(device, services.catalogue.devices)
        today = now.astimezone(zone_of(found)).date()
        refuse_dangerous(
            devices, found, services.catalogue.devices, day or today, field="device.{}"
        )
        offers = offer_to(
            found,
            store,
            services.desk.days,
            now,
            address=address,
            devices=devices,
            day=day,
            without=request or "",
        )
    return SlotsOut(
        territory=found.id,
        name=found.name,
        timezone=found.timezone,
        slots=[
            present_offer(slot, found, services.catalogue.emissions, exact=exact) for slot in offers
        ],
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


def _own(request_id: str, caller: Caller | None, services: Services) -> PickupRequest:
    """Read a request of the caller's own."""
    if caller is None:
        raise unauthorized("missing-credentials", "send the token of the customer's link")
    allow(caller, *STAFF, Role.CUSTOMER, subject=request_id)
    return services.requests.get(request_id)


def served_by(
    services: Services, lon: float | None, lat: float | None, q: str | None
) -> tuple[Address, Territory]:
    """Find the address that is asked for, and who serves it.

    Parameters
    ----------
    services : Services
        With the geocoder.
    lon : float, optional
        Longitude, with `lat`; or else
    lat : float, optional
        latitude.
    q : str, optional
        The address in words.

    Returns
    -------
    tuple of Address and Territory
        Where it is, and whose vans go there.

    Raises
    ------
    InvalidRequest
        If it is not found or outside every territory; names the parameter.
    AmbiguousAddress
        If several match.
    """
    if q is None:
        wish, field = AddressWish(position=_position(lon, lat)), "lon"
    else:
        wish, field = AddressWish(line1=q), "q"
    try:
        return services.desk.locate(wish)
    except AmbiguousAddress as error:
        raise AmbiguousAddress(error.message, error.candidates, field=field) from None
    except InvalidRequest as error:
        raise InvalidRequest(error.message, field=field) from None


def _position(lon: float | None, lat: float | None) -> Position | None:
    return Position(lon=lon, lat=lat) if lon is not None and lat is not None else None


def _devices(asked: list[str], known: Mapping[str, DeviceType]) -> tuple[Device, ...]:
    if not asked:
        return (Device(type=min(known), battery=Battery.OK),)
    devices = []
    for number, text in enumerate(asked):
        kind, _, battery = text.partition(":")
        check_type(kind, known, f"device.{number}")
        if battery and battery not in set(Battery):
            raise InvalidRequest(
                f"unknown battery {battery!r}; known: {', '.join(Battery)}",
                field=f"device.{number}",
            )
        devices.append(Device(type=kind, battery=Battery(battery or Battery.OK)))
    return tuple(devices)
