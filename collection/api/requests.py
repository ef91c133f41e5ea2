"""Pickup requests: book, look up, cancel, move."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from collection.api.deps import (
    BookingKey,
    OwnRequest,
    ServicesDep,
    SignerDep,
    limit_public,
    optional_dispatcher,
)
from collection.api.openapi import LOCATION, problems
from collection.api.present.bookings import present_booking, present_request
from collection.api.schemas.bookings import BookingOut, PickupRequestOut
from collection.api.schemas.wishes import PickupRequestIn, RescheduleIn
from collection.scheduling.today import cancel_late

router = APIRouter(prefix="/v1/pickup-requests", tags=["customer", "marketplace"])


@router.post(
    "",
    status_code=201,
    operation_id="book",
    summary="Book a pickup",
    dependencies=[Depends(limit_public)],
    responses={201: LOCATION, **problems(401, 403, 409, 422, 429)},
)
def book(
    *,
    wish: PickupRequestIn,
    request: Request,
    response: Response,
    services: ServicesDep,
    signer: SignerDep,
    key: BookingKey,
) -> BookingOut:
    """Confirm a pickup at home, in a slot that is held or free, or in windows of one's own.

    An address that is not clear is answered with candidates. Calls without an API key are
    limited per client address.
    """
    booked = services.desk.accept(wish.wish(), key=key)
    request.app.state.metrics.bookings.labels(booked.territory).inc()
    booking = present_booking(booked, signer)
    response.headers["Location"] = booking.url
    return booking


@router.get(
    "/{request_id}",
    operation_id="getPickupRequest",
    summary="Read a pickup request",
    responses=problems(401, 403, 404, 422),
)
def read(request_id: OwnRequest, services: ServicesDep, signer: SignerDep) -> PickupRequestOut:
    """Tell where a pickup request is on its way."""
    return present_request(services.requests.get(request_id), signer)


@router.post(
    "/{request_id}/cancel",
    operation_id="cancelPickupRequest",
    summary="Cancel a pickup request",
    responses=problems(401, 403, 404, 409, 422),
)
def cancel(
    request_id: OwnRequest,
    services: ServicesDep,
    signer: SignerDep,
    dispatcher: Annotated[str | None, Depends(optional_dispatcher)],
) -> BookingOut:
    """Cancel before the cut-off and free the slot; a dispatcher may until somebody is there."""
    if dispatcher is not None:
        return present_booking(cancel_late(request_id, services.desk), signer)
    return present_booking(services.desk.cancel(request_id), signer)


@router.post(
    "/{request_id}/reschedule",
    operation_id="reschedulePickupRequest",
    summary="Move a pickup request",
    responses=problems(401, 403, 404, 409, 422),
)
def reschedule(
    request_id: OwnRequest, wish: RescheduleIn, services: ServicesDep, signer: SignerDep
) -> BookingOut:
    """Move to another slot or other windows; where no van has room then, nothing changes."""
    moved = services.desk.reschedule(request_id, slot_id=wish.slot_id, windows=wish.time_windows())
    return present_booking(moved, signer)
