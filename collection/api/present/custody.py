"""From devices on their way to the bodies that go out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collection.api.schemas.custody import (
    ChainOut,
    HubDayOut,
    HubItemOut,
    ReceiptOut,
    ScanOut,
    StepOut,
    UnaccountedOut,
    VanLoadOut,
)
from collection.scheduling.custody import ABOARD, EXPECTED, LEFT, RECEIVED, Item, place_of
from collection.scheduling.triage import rule_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from collection.model import DeviceType, PickupRequest, Territory
    from collection.scheduling.chain import Chain, Step
    from collection.scheduling.custody import VanLoad
    from collection.scheduling.door import DoorAnswer
    from collection.scheduling.hub import HubDay

    Types = Mapping[str, DeviceType]


def present_scan(answer: DoorAnswer) -> ScanOut:
    """Tell a driver what to do with a device.

    Parameters
    ----------
    answer : DoorAnswer
        What the door says.

    Returns
    -------
    ScanOut
        The same.
    """
    device, verdict = answer.request.devices[answer.number], answer.verdict
    stays = answer.request.stays(device)
    return ScanOut(
        request_id=answer.request.id,
        device=answer.number,
        label=device.label,
        battery_class=verdict.rule.battery_class,
        packaging="" if stays else verdict.rule.packaging,
        taken=not stays,
        reason=verdict.reason or stays,
        next_step=answer.next_step,
        status=answer.request.state,
    )


def present_hub_day(found: HubDay, territory: Territory, day: date, types: Types) -> HubDayOut:
    """Tell what each van should bring.

    Parameters
    ----------
    found : HubDay
        As it is now.
    territory : Territory
        Whose hub.
    day : date
        Local date.
    types : Mapping of str to DeviceType
        By id.

    Returns
    -------
    HubDayOut
        The same.
    """
    names = {vehicle.id: vehicle.name for vehicle in territory.vehicles}
    return HubDayOut(
        territory=territory.id,
        date=day,
        vans=[_van(load, names, territory, types) for load in found.loads],
        unaccounted=[
            UnaccountedOut(
                request_id=one.request_id,
                device=one.number,
                label=one.label,
                vehicle_id=one.vehicle_id,
                since=one.since,
            )
            for one in found.unaccounted
        ],
    )


def present_receipt(
    request: PickupRequest, number: int, found: HubDay, territory: Territory, types: Types
) -> ReceiptOut:
    """Tell of a device that was taken in.

    Parameters
    ----------
    request : PickupRequest
        Whose device.
    number : int
        Which of its devices, from 0.
    found : HubDay
        Its day, as it is now.
    territory : Territory
        Whose hub.
    types : Mapping of str to DeviceType
        By id.

    Returns
    -------
    ReceiptOut
        With what its van still has to bring.
    """
    load = next(
        (van for van in found.loads if any(i.request.id == request.id for i in van.items)), None
    )
    item = Item(request=request, number=number, place=RECEIVED)
    return ReceiptOut(
        **_item(item, territory, types),
        date=request.day,
        vehicle_id=load.vehicle_id if load else "",
        open=load.count(ABOARD) if load else 0,
    )


def present_chain(chain: Chain, territory: Territory, types: Types) -> ChainOut:
    """Tell the whole way of a device.

    Parameters
    ----------
    chain : Chain
        Its way.
    territory : Territory
        Whose rules judge its battery.
    types : Mapping of str to DeviceType
        By id.

    Returns
    -------
    ChainOut
        The same.
    """
    request, device = chain.request, chain.request.devices[chain.number]
    return ChainOut(
        label=device.label,
        request_id=request.id,
        device=chain.number,
        type=device.type,
        imei=device.imei,
        reference=chain.reference,
        status=request.state,
        place=place_of(request, device),
        battery_class=rule_of(device, territory, types, request.day).battery_class,
        vehicle_id=chain.vehicle_id,
        steps=[_step(step) for step in chain.steps],
    )


def _van(load: VanLoad, names: Mapping[str, str], territory: Territory, types: Types) -> VanLoadOut:
    return VanLoadOut(
        vehicle_id=load.vehicle_id,
        vehicle_name=names.get(load.vehicle_id, load.vehicle_id),
        back_at=load.back_at,
        expected=load.count(EXPECTED),
        aboard=load.count(ABOARD),
        received=load.count(RECEIVED),
        left=load.count(LEFT),
        items=[HubItemOut(**_item(item, territory, types)) for item in load.items],
    )


def _item(item: Item, territory: Territory, types: Types) -> dict[str, Any]:
    device = item.device
    return {
        "request_id": item.request.id,
        "device": item.number,
        "type": device.type,
        "label": device.label,
        "battery_class": rule_of(device, territory, types, item.request.day).battery_class,
        "place": item.place,
        "reference": item.request.reference,
        "received_at": device.received_at,
        "left": item.request.stays(device),
    }


def _step(step: Step) -> StepOut:
    return StepOut(
        what=step.what,
        at=step.at,
        who=step.who,
        site_id=step.site_id,
        lon=step.position.lon if step.position else None,
        lat=step.position.lat if step.position else None,
        battery=step.battery,
        label=step.label,
        text=step.text,
    )
