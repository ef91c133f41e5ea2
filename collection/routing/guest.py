"""Somebody who asks for a place in routes that stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.model import Instructions
from collection.routing.building import requests_of
from collection.routing.instructions import Wishes

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from collection.model import DeviceType, PickupRequest, Position, Territory
    from collection.routing.problem import Problem
    from collection.units import Seconds


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Guest:
    """What a request asks of a van, whatever its window.

    Parameters
    ----------
    place : Position
        Where it is.
    service : int
        Seconds of service.
    setup : int
        Seconds for parking.
    load : ndarray of int64, shape (D,)
        Change of the load at the stop.
    initial : ndarray of int64, shape (D,)
        What is on board for it from the start of its trip.
    able : ndarray of bool, shape (V,)
        Whether the vehicle has the skills for it and it lies in the territory's area.
    preferences : ndarray of int64, shape (V,)
        Cents that it weighs if this vehicle serves it.
    """

    place: Position
    service: Seconds
    setup: Seconds
    load: NDArray[np.int64]
    initial: NDArray[np.int64]
    able: NDArray[np.bool_]
    preferences: NDArray[np.int64]

    @classmethod
    def of(cls, problem: Problem, request: int = 0) -> Guest:
        """Take a request of a problem.

        Parameters
        ----------
        problem : Problem
            The same vehicles with this request.
        request : int
            Which.

        Returns
        -------
        Guest
            It alone.
        """
        return cls(
            place=problem.positions[problem.depots + request],
            service=int(problem.service[request]),
            setup=int(problem.setup[request]),
            load=problem.loads[request],
            initial=problem.initial[request],
            able=problem.skilled[request] & problem.inside[request],
            preferences=problem.preferences[request],
        )


def guest_of(
    request: PickupRequest, territory: Territory, device_types: Mapping[str, DeviceType]
) -> Guest:
    """Work out what a request asks of the vans of a territory on its day, whatever its windows.

    Parameters
    ----------
    request : PickupRequest
        Address and devices count.
    territory : Territory
        Whose area, vehicles, rules and weights hold.
    device_types : Mapping of str to DeviceType
        By id.

    Returns
    -------
    Guest
        What `Guest.of` takes from a whole problem.

    Raises
    ------
    InvalidRequest
        If a device's type is unknown, or no rule holds for its battery.
    """
    numbers = {vehicle.id: number for number, vehicle in enumerate(territory.vehicles)}
    wishes = Wishes(Instructions(), {request.id: 0}, numbers, None)
    fields = requests_of((request,), territory, device_types, request.day, wishes)
    return Guest(
        place=request.address.position,
        service=int(fields["service"][0]),
        setup=int(fields["setup"][0]),
        load=fields["loads"][0],
        initial=0 * fields["loads"][0],
        able=fields["skilled"][0] & fields["inside"][0],
        preferences=wishes.preferences((request,), territory)[0],
    )
