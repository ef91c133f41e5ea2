"""From a comparison to the body that goes out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collection.api.schemas.scenarios import ComparisonOut, OtherVehicleOut

if TYPE_CHECKING:
    from collections.abc import Mapping


def present_comparison(told: Mapping[str, Any]) -> ComparisonOut:
    """Tell what changes from one plan to another.

    Parameters
    ----------
    told : Mapping of str to object
        The fields of a `collection.routing.compare.Comparison`.

    Returns
    -------
    ComparisonOut
        The same.
    """
    vehicles = {
        request: OtherVehicleOut(before=before, after=after)
        for request, (before, after) in told["other_vehicle"].items()
    }
    return ComparisonOut(**{**told, "other_vehicle": vehicles})
