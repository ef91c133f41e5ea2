"""What the verifier knows of a day, derived from the raw inputs alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest
from collection.model import Battery, Building, DeviceType, Load
from collection.ports import UNREACHABLE
from collection.units import to_seconds

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

    from collection.model import PickupRequest, Territory, Vehicle
    from collection.ports import TravelMatrix
    from collection.units import Metres, Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """The raw inputs of a plan, by id.

    Parameters
    ----------
    day : date
        Local date of the plan.
    zone : ZoneInfo
        Of the territory.
    territory : Territory
        Whose rules hold.
    device_types : Mapping of str to DeviceType
        By id.
    matrix : TravelMatrix
        Over depots, then requests.
    requests : Mapping of str to PickupRequest
        By id.
    points : Mapping of str to int
        By request: its row of the matrix.
    depots : Mapping of str to int
        By depot: its row of the matrix.
    vehicles : Mapping of str to Vehicle
        By id.
    """

    day: date
    zone: ZoneInfo
    territory: Territory
    device_types: Mapping[str, DeviceType]
    matrix: TravelMatrix
    requests: Mapping[str, PickupRequest]
    points: Mapping[str, int]
    depots: Mapping[str, int]
    vehicles: Mapping[str, Vehicle]

    def windows(self, request: PickupRequest) -> list[tuple[Seconds, Seconds]]:
        """Windows of a request on the local clock.

        Parameters
        ----------
        request : PickupRequest
            The request.

        Returns
        -------
        list of (int, int)
            Seconds of the local day, in the request's order; they may overlap.
        """
        return [
            (
                to_seconds(window.start, self.day, self.zone),
                to_seconds(window.end, self.day, self.zone),
            )
            for window in request.windows
        ]

    def service(self, request: PickupRequest) -> Seconds:
        """Service time of a request.

        Parameters
        ----------
        request : PickupRequest
            The request.

        Returns
        -------
        int
            Seconds.
        """
        rule = self.territory.service
        seconds = rule.at_door
        if request.address.building is Building.APARTMENT:
            seconds += rule.apartment
        elif request.address.building is Building.OFFICE:
            seconds += rule.office
        for device in request.devices:
            seconds += self._type(device.type).service
            if device.battery in (Battery.UNKNOWN, Battery.SWOLLEN):
                seconds += rule.unknown_battery
        return seconds

    def load(self, request: PickupRequest) -> Load:
        """Room that a request's devices take.

        Parameters
        ----------
        request : PickupRequest
            The request.

        Returns
        -------
        Load
            Of all its devices.
        """
        load = Load(units=0, litres=0, grams=0)
        for device in request.devices:
            load += self._type(device.type).load
        return load

    def way(self, tail: int | None, head: int | None) -> tuple[Seconds, Metres] | None:
        """Travel between two points.

        Parameters
        ----------
        tail : int or None
            Row of the matrix.
        head : int or None
            Column of the matrix.

        Returns
        -------
        (int, int) or None
            Seconds and metres; None where no way leads or a point is unknown.
        """
        if tail is None or head is None:
            return None
        seconds, metres = int(self.matrix.seconds[tail, head]), int(self.matrix.metres[tail, head])
        return None if UNREACHABLE in (seconds, metres) else (seconds, metres)

    def _type(self, identifier: str) -> DeviceType:
        if identifier not in self.device_types:
            msg = f"device type {identifier!r} is unknown"
            raise InvalidRequest(msg, field="devices.type")
        return self.device_types[identifier]


def exceeds(load: Load, capacity: Load) -> bool:
    """Whether a load is more than a vehicle takes.

    Parameters
    ----------
    load : Load
        The load.
    capacity : Load
        What the vehicle takes.

    Returns
    -------
    bool
        True where any dimension is too much.
    """
    return any(
        amount > most for amount, most in zip(load.as_tuple(), capacity.as_tuple(), strict=True)
    )


def skills_of(request: PickupRequest) -> frozenset[str]:
    """Skills that a request asks for.

    Parameters
    ----------
    request : PickupRequest
        The request.

    Returns
    -------
    frozenset of str
        ``battery_trained`` for a swollen battery.
    """
    if Battery.SWOLLEN in {device.battery for device in request.devices}:
        return frozenset({"battery_trained"})
    return frozenset()
