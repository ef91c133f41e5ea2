"""Holding a slot for somebody who still writes."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path

from collection.api.deps import BookingKey, ServicesDep, limit_places, limit_public
from collection.api.openapi import problems
from collection.api.present.bookings import present_hold
from collection.api.schemas.bookings import HoldOut
from collection.api.schemas.wishes import HoldIn

router = APIRouter(
    prefix="/v1/holds",
    tags=["customer", "marketplace"],
    dependencies=[Depends(limit_public)],
)


@router.post(
    "",
    status_code=201,
    operation_id="hold",
    summary="Hold a slot for ten minutes",
    dependencies=[Depends(limit_places)],
    responses=problems(401, 403, 409, 422, 429),
)
def hold(*, wish: HoldIn, services: ServicesDep, key: BookingKey) -> HoldOut:
    """Take a place in the plan of the day, until it is booked or free again.

    Whoever knows the id may book it or free it.
    """
    return present_hold(services.desk.hold(wish.wish(), key=key))


@router.delete(
    "/{hold_id}",
    status_code=204,
    operation_id="freeHold",
    summary="Free a slot that was held",
    responses=problems(401, 422, 429),
)
def free(hold_id: Annotated[str, Path(max_length=100)], services: ServicesDep) -> None:
    """Give the place back; one that is booked, or free already, is left as it is."""
    services.desk.free(hold_id)
