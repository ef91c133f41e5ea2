"""Addresses and named streets of a network, cleaned for the address index."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.spatial import KDTree

from collection.model import Position, StreetAddress

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from collection.routing.streets import Network

_NEIGHBOURS = 5
_REACH_METRES = 1_000.0
_ONE_HOUSE_METRES = 250.0
_METRES_PER_DEGREE = 111_195.0
_MIDDLE_LATITUDE = 47.0  # of France, Germany and Spain; near enough for a vote of neighbours


def clean_addresses(addresses: Iterable[StreetAddress], network: Network) -> list[StreetAddress]:
    """Houses and streets, each once, with post codes and towns filled in.

    Where the map gives a house no postcode or town, the commonest one among the five
    nearest houses that have one is taken, if they are within a kilometre.

    Parameters
    ----------
    addresses : Iterable of StreetAddress
        Houses as tagged; the shops of one house repeat its address.
    network : Network
        Its street names are added, each with the middle of the street as position.

    Returns
    -------
    list of StreetAddress
        Streets (with an empty number) and houses, by street, town and number.
    """
    houses = list(addresses)
    streets = _named_streets(network)
    for field in ("postcode", "city"):
        donors = [house for house in houses if getattr(house, field)]
        if donors:
            houses = _fill(houses, donors, field)
            streets = _fill(streets, donors, field)
    return sorted([*_merge(streets), *_distinct(houses)], key=_reading_order)


def _distinct(houses: list[StreetAddress]) -> list[StreetAddress]:
    # The shops of a house repeat its address, some with another postcode or none: only
    # distance tells a repetition from a street of the same name elsewhere.
    groups: dict[tuple[str, str], list[StreetAddress]] = defaultdict(list)
    for house in houses:
        group = groups[house.street.casefold(), house.number.casefold()]
        here = _plane([house])
        if not group or np.hypot(*(_plane(group) - here).T).min() > _ONE_HOUSE_METRES:
            group.append(house)
    return [house for group in groups.values() for house in group]


def _named_streets(network: Network) -> list[StreetAddress]:
    entries = []
    for edge in network.streets.tolist():
        name = network.names[network.name[edge]]
        if name:
            vertices = network.vertices(edge)
            lon, lat = vertices[len(vertices) // 2].tolist()
            position = Position(lon=lon, lat=lat)
            entries.append(
                StreetAddress(street=name, number="", postcode="", city="", position=position)
            )
    return entries


def _merge(streets: list[StreetAddress]) -> list[StreetAddress]:
    groups: dict[tuple[str, str], list[StreetAddress]] = defaultdict(list)
    for street in streets:
        groups[street.street.casefold(), street.city.casefold()].append(street)
    merged = []
    for group in groups.values():
        plane = _plane(group)
        # The piece nearest to the middle, not the middle itself: a bent street does not
        # pass through that.
        nearest = np.argmin(np.hypot(*(plane - plane.mean(axis=0)).T))
        merged.append(group[int(nearest)])
    return merged


def _fill(
    entries: list[StreetAddress], donors: list[StreetAddress], field: str
) -> list[StreetAddress]:
    near, who = KDTree(_plane(donors)).query(
        _plane(entries),
        k=range(1, min(_NEIGHBOURS, len(donors)) + 1),
        distance_upper_bound=_REACH_METRES,
    )
    filled = []
    for entry, distances, indices in zip(entries, near, who, strict=True):
        votes = Counter(
            getattr(donors[index], field)
            for distance, index in zip(distances, indices, strict=True)
            if np.isfinite(distance)
        )
        if votes and not getattr(entry, field):
            filled.append(replace(entry, **{field: votes.most_common(1)[0][0]}))
        else:
            filled.append(entry)
    return filled


def _plane(entries: Sequence[StreetAddress]) -> NDArray[np.float64]:
    lon = np.array([entry.position.lon for entry in entries])
    lat = np.array([entry.position.lat for entry in entries])
    scale = np.cos(np.radians(_MIDDLE_LATITUDE))
    return np.column_stack((lon * scale, lat)) * _METRES_PER_DEGREE


def _reading_order(address: StreetAddress) -> tuple[object, ...]:
    parts = re.split(r"(\d+)", address.number)
    number = [(int(part), "") if part.isdecimal() else (0, part) for part in parts if part]
    return (address.street, address.city, address.postcode, number)
