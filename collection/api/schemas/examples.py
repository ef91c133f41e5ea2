"""What all bodies share: strictness, and the one example that the documents tell."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

REQUEST_ID = "monaco.0123456789abcdef0123"
PLAN_ID = "monaco.2026-03-30.v1"
ROUTE_ID = f"{PLAN_ID}.van-1"
SLOT_ID = "monaco.2026-03-30.0800"
CUSTOMER = {
    "name": "Camille Laurent",
    "phone": "+33639980042",
    "email": "camille@example.org",
    "language": "fr",
}
DEVICE = {
    "type": "phone",
    "imei": "490154203237518",
    "battery": "ok",
    "defect": "screen broken",
}
ADDRESS = {
    "line1": "12 Rue Grimaldi",
    "postcode": "98000",
    "city": "Monaco",
    "country": "mc",
    "building": "apartment",
    "floor": 2,
    "lift": True,
    "access_notes": "2nd floor, code 24A6",
}
WINDOW = {"start": "2026-03-30T06:00:00Z", "end": "2026-03-30T08:00:00Z"}
LOAD = {"units": 3, "litres": 18, "grams": 3700, "hazards": 0}
SLOT = {
    "id": "monaco.2026-03-30.0800",
    "date": "2026-03-30",
    "start": "08:00",
    "end": "10:00",
    "window": WINDOW,
}
FOUND_ADDRESS = {**ADDRESS, "lon": 7.4197, "lat": 43.7325}


def incoming(*examples: dict[str, Any]) -> ConfigDict:
    """Configure a body that comes in: nothing coerced, nothing unknown.

    Parameters
    ----------
    *examples : dict
        For the API's document.

    Returns
    -------
    ConfigDict
        Of the model.
    """
    return ConfigDict(
        strict=True, extra="forbid", frozen=True, json_schema_extra={"examples": list(examples)}
    )


def outgoing(*examples: dict[str, Any]) -> ConfigDict:
    """Configure a body that goes out.

    Parameters
    ----------
    *examples : dict
        For the API's document.

    Returns
    -------
    ConfigDict
        Of the model.
    """
    return ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": list(examples)})
