"""Alerts of devices that a van took and no hub has."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from collection.scheduling.alerts import URGENT, Alert
from collection.scheduling.custody import loads_of, unaccounted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from collection.scheduling.alerts import Scene


def devices_unaccounted(scene: Scene) -> Iterator[Alert]:
    """Tell of devices that were not scanned at the hub in time.

    Parameters
    ----------
    scene : Scene
        How the day stands.

    Yields
    ------
    Alert
        One for each request of which devices are missing.
    """
    loads = loads_of(scene.plan, scene.requests, scene.events, scene.territory)
    grace = timedelta(seconds=scene.rules.unaccounted)
    missing = unaccounted(loads, now=scene.progress.now, grace=grace)
    for (vehicle, request), count in Counter((m.vehicle_id, m.request_id) for m in missing).items():
        yield Alert(
            kind="unaccounted",
            severity=URGENT,
            values={"count": str(count)},
            vehicle_id=vehicle,
            request_id=request,
        )
