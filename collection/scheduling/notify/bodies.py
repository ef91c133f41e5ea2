"""Bodies of the webhooks, as ``docs/webhooks.md`` describes them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from collection.model import NoticeKind

if TYPE_CHECKING:
    from datetime import datetime

    from collection.model import Device, PickupRequest, TimeWindow
    from collection.scheduling.notify.notices import Notice

VERSION = 1
"""Of the format: fields may be added to it, none goes or changes its meaning."""


def webhook_body(notice: Notice, delivery_id: str, event_id: str) -> str:
    """Write the body of a webhook.

    Parameters
    ----------
    notice : Notice
        What is told.
    delivery_id : str
        The same for every try.
    event_id : str
        Of the event in the stream of its day.

    Returns
    -------
    str
        JSON.
    """
    body = {
        "id": delivery_id,
        "type": f"pickup.{notice.kind}",
        "version": VERSION,
        "occurred_at": _instant(notice.at),
        "event_id": event_id,
        "territory": notice.request.territory,
        "date": notice.request.day.isoformat(),
        "request": _request(notice.request),
        "data": {"site_id": notice.site.id} if notice.site else _data(notice),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _request(request: PickupRequest) -> dict[str, Any]:
    # No name, address or phone: the marketplace knows its customer by the reference.
    return {
        "id": request.id,
        "reference": request.reference,
        "code": request.code,
        "state": request.state.value,
        "version": request.version,
        "windows": [_window(window) for window in request.windows],
        "slot_id": request.slot_id,
        "devices": [_device(request, device) for device in request.devices],
    }


def _device(request: PickupRequest, device: Device) -> dict[str, Any]:
    return {
        "type": device.type,
        "imei": device.imei,
        "label": device.label,
        "left": request.stays(device),
        "received_at": _instant(device.received_at) if device.received_at else None,
    }


def _data(notice: Notice) -> dict[str, Any]:
    match notice.kind:
        case NoticeKind.PLANNED:
            return {"arrival": _arrival(notice), "changed": notice.form == "replanned"}
        case NoticeKind.ON_THE_WAY | NoticeKind.DELAYED:
            return {"arrival": _arrival(notice)}
        case NoticeKind.NEXT_STOP:
            expected = notice.arrival.start if notice.arrival else None
            return {"expected_at": _instant(expected) if expected else None}
        case NoticeKind.UNASSIGNED:
            return {
                "reason": notice.code,
                "slots": [_window(slot) for slot in notice.slots],
            }
        case NoticeKind.FAILED:
            return {"code": notice.code, "refused": notice.form == "refused"}
    return {}


def _arrival(notice: Notice) -> dict[str, str] | None:
    return _window(notice.arrival) if notice.arrival else None


def _window(window: TimeWindow) -> dict[str, str]:
    return {"start": _instant(window.start), "end": _instant(window.end)}


def _instant(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
