"""What if: changes of the inputs that a day is planned from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from collection.errors import InvalidRequest
from collection.model.requests import PickupRequest, TimeWindow
from collection.model.rules import Weights
from collection.model.territory import Shift, Territory, Vehicle


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """Changes of a day's inputs.

    Parameters
    ----------
    name : str
        The word people read.
    removed : frozenset of str
        Vehicles that do not go out.
    added : tuple of Vehicle
        Vehicles that go out, too.
    copies : Mapping of str to int
        By vehicle: how many more of it go out, as ``<id>+1``, ``<id>+2``, ...
    shifts : Mapping of str to Shift
        By vehicle, added ones and copies included: another shift.
    windows : Mapping of str to tuple of TimeWindow
        By request: other windows.
    weights : Weights, optional
        Other weights.
    """

    name: str
    removed: frozenset[str] = frozenset()
    added: tuple[Vehicle, ...] = ()
    copies: Mapping[str, int] = field(default_factory=dict)
    shifts: Mapping[str, Shift] = field(default_factory=dict)
    windows: Mapping[str, tuple[TimeWindow, ...]] = field(default_factory=dict)
    weights: Weights | None = None

    def territory(self, territory: Territory) -> Territory:
        """Apply it to a territory.

        Parameters
        ----------
        territory : Territory
            As it is.

        Returns
        -------
        Territory
            With the vehicles and weights of the scenario.

        Raises
        ------
        InvalidRequest
            If a vehicle is unknown, or one that is added is there already.
        """
        known = {vehicle.id: vehicle for vehicle in territory.vehicles}
        _refuse_unknown(self.removed, known, "removed", "vehicle")
        _refuse_unknown(self.copies, known, "copies", "vehicle")
        more = [
            replace(known[name], id=f"{name}+{number}", name=f"{known[name].name} +{number}")
            for name, count in self.copies.items()
            for number in range(1, count + 1)
        ]
        fleet = [vehicle for name, vehicle in known.items() if name not in self.removed]
        fleet += [*self.added, *more]
        names = [vehicle.id for vehicle in fleet]
        for name in names:
            if names.count(name) > 1:
                msg = f"vehicle {name!r} is there already; give the added one another id"
                raise InvalidRequest(msg, field="scenario.added")
        _refuse_unknown(self.shifts, names, "shifts", "vehicle")
        vehicles = tuple(
            replace(vehicle, shift=self.shifts.get(vehicle.id, vehicle.shift)) for vehicle in fleet
        )
        return replace(territory, vehicles=vehicles, weights=self.weights or territory.weights)

    def requests(self, requests: Sequence[PickupRequest]) -> tuple[PickupRequest, ...]:
        """Apply it to the requests of a day.

        Parameters
        ----------
        requests : Sequence of PickupRequest
            As they are.

        Returns
        -------
        tuple of PickupRequest
            With the windows of the scenario.

        Raises
        ------
        InvalidRequest
            If a request is unknown.
        """
        _refuse_unknown(self.windows, [request.id for request in requests], "windows", "request")
        return tuple(
            replace(request, windows=self.windows.get(request.id, request.windows))
            for request in requests
        )


def _refuse_unknown(names: Collection[str], known: Collection[str], where: str, what: str) -> None:
    for name in names:
        if name not in known:
            msg = f"{what} {name!r} is unknown; use {', '.join(sorted(known)) or 'none'}"
            raise InvalidRequest(msg, field=f"scenario.{where}")
