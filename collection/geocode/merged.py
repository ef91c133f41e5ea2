"""Several geocoders as one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collection.model import AddressMatch
    from collection.ports import Geocoder


class MergedGeocoder:
    """Asks several geocoders, one per network, and ranks their answers together.

    Parameters
    ----------
    geocoders : Sequence of Geocoder
        Whom to ask; among equal scores the first one's answer comes first.
    """

    def __init__(self, geocoders: Sequence[Geocoder]) -> None:
        self._geocoders = tuple(geocoders)

    def search(self, text: str, *, limit: int = 5) -> tuple[AddressMatch, ...]:
        """Addresses that match a text, best first.

        Parameters
        ----------
        text : str
            What somebody typed, whole or in part.
        limit : int
            How many at most.

        Returns
        -------
        tuple of AddressMatch
            Empty where nothing matches.
        """
        found = [
            match for geocoder in self._geocoders for match in geocoder.search(text, limit=limit)
        ]
        # Territories may share a network: the same address counts once.
        distinct = {(match.label, match.position): match for match in reversed(found)}
        order = [match for match in found if distinct.get((match.label, match.position)) is match]
        return tuple(sorted(order, key=lambda match: -match.score)[:limit])
