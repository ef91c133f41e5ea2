"""Labels, scans, and where every device is."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Response

from collection.api.callers import Caller, Role, allow
from collection.api.current import current_route
from collection.api.deps import CallerDep, OwnRoute, ServicesDep, current_dispatcher, require
from collection.api.driver import CLOCK_SKEW
from collection.api.fields import LocalDate
from collection.api.label_sheet import PER_SHEET, label_sheet
from collection.api.openapi import problems
from collection.api.present.custody import (
    present_chain,
    present_hub_day,
    present_receipt,
    present_scan,
)
from collection.api.schemas.custody import (
    ChainOut,
    HubDayOut,
    ReceiptIn,
    ReceiptOut,
    ScanIn,
    ScanOut,
)
from collection.errors import InvalidRequest
from collection.scheduling.labels import new_label

router = APIRouter(prefix="/v1", tags=["driver", "dispatcher"])

SVG = "image/svg+xml"
TerritoryId = Annotated[str, Path(max_length=80)]
Dispatcher = Annotated[str, Depends(current_dispatcher)]


@router.post(
    "/routes/{route_id}/scans",
    status_code=201,
    operation_id="scanAtDoor",
    summary="Scan a device at the door",
    responses=problems(401, 403, 404, 409, 422),
)
def scan(route_id: OwnRoute, told: ScanIn, services: ServicesDep) -> ScanOut:
    """Note a device's label and battery, or why it stays, and tell how it is packed.

    What nobody may carry, or this van cannot, stays with the customer; with the last device of a
    stop the request is refused or has failed. Telling the same twice changes nothing. As with
    events, a phone need not know of the newest version of its route yet.
    """
    if told.at > services.clock.now() + CLOCK_SKEW:
        raise InvalidRequest("lies in the future; set the phone's clock", field="at")
    # Who scans stands at the door, whatever was planned anew meanwhile.
    plan, route = current_route(services, route_id, told.request_id, was_there=True)
    return present_scan(services.door.scan(plan, route, told.scan()))


async def _prints(caller: CallerDep) -> Caller:
    # A driver prints labels, whichever route the link opens.
    return allow(caller, Role.DISPATCHER, Role.DRIVER, subject=caller.subject)


@router.get(
    "/labels",
    operation_id="printLabels",
    summary="Print labels",
    response_class=Response,
    dependencies=[Depends(_prints)],
    responses={
        200: {
            "description": "A sheet of A4 with new labels.",
            "content": {SVG: {"schema": {"type": "string"}}},
        },
        **problems(401, 403, 422),
    },
)
def labels(
    count: Annotated[int, Query(ge=1, le=PER_SHEET, description="How many.")] = PER_SHEET,
) -> Response:
    """Draw new labels as QR codes with their text; each is used for one device."""
    sheet = label_sheet([new_label() for _ in range(count)])
    return Response(sheet, media_type=SVG, headers={"Cache-Control": "no-store"})


@router.get(
    "/devices/{label}",
    operation_id="traceDevice",
    summary="Trace a device",
    tags=["marketplace"],
    dependencies=[Depends(require(Role.DISPATCHER, Role.MARKETPLACE))],
    responses=problems(401, 403, 404, 422),
)
def trace(label: Annotated[str, Path(max_length=40)], services: ServicesDep) -> ChainOut:
    """Tell the whole way of a device, from its booking to the hub."""
    chain = services.hub.chain(label)
    territory = services.catalogue.territory(chain.request.territory)
    return present_chain(chain, territory, services.catalogue.devices)


@router.get(
    "/hubs/{territory_id}",
    operation_id="readHubDay",
    summary="Read what the vans bring",
    dependencies=[Depends(require(Role.DISPATCHER))],
    responses=problems(401, 403, 404, 422),
)
def hub_day(
    territory_id: TerritoryId,
    services: ServicesDep,
    day: Annotated[LocalDate, Query(alias="date", description="Local date.")],
) -> HubDayOut:
    """Tell what each van should bring, what was scanned, and what is overdue."""
    territory = services.catalogue.territory(territory_id)
    found = services.hub.day(territory, day)
    return present_hub_day(found, territory, day, services.catalogue.devices)


@router.post(
    "/hubs/{territory_id}/receipts",
    status_code=201,
    operation_id="receiveDevice",
    summary="Receive a device at the hub",
    responses=problems(401, 403, 404, 409, 422),
)
def receive(
    territory_id: TerritoryId, scanned: ReceiptIn, services: ServicesDep, dispatcher: Dispatcher
) -> ReceiptOut:
    """Take a device in, once; with its last device a request is received."""
    territory = services.catalogue.territory(territory_id)
    request, number = services.hub.receive(
        territory,
        scanned.label,
        who=dispatcher,
        depot=scanned.depot,
        request_id=scanned.request_id,
        number=scanned.device,
    )
    found = services.hub.day(territory, request.day)
    return present_receipt(request, number, found, territory, services.catalogue.devices)
