"""From what a customer writes to a house, and to the territory that serves it."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from collection.errors import AmbiguousAddress, InvalidRequest
from collection.model import Address, Building, Position
from collection.scheduling.areas import find_territory
from collection.scheduling.contact import plain_postcode

if TYPE_CHECKING:
    from datetime import date

    from collection.model import AddressMatch, Territory
    from collection.ports import Geocoder

_GOOD_ENOUGH = 0.8
_CLEAR_LEAD = 0.03


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressWish:
    """Where a customer says the devices are: words, a position, or both.

    Parameters
    ----------
    line1 : str
        Street and house number.
    postcode : str
        Postal code.
    city : str
        Town.
    country : str
        ISO 3166 two-letter code.
    building : Building
        What stands there.
    floor : int
        0 is the ground floor.
    lift : bool
        Whether a lift goes there.
    access_notes : str
        For the driver.
    position : Position, optional
        Where it is; the words are not looked up then.
    """

    line1: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    building: Building = Building.HOUSE
    floor: int = 0
    lift: bool = True
    access_notes: str = ""
    position: Position | None = None


def locate(
    wish: AddressWish,
    territories: tuple[Territory, ...],
    geocoder: Geocoder,
    *,
    today: date,
) -> tuple[Address, Territory]:
    """Find an address and the territory that serves it.

    Parameters
    ----------
    wish : AddressWish
        Words, a position, or both.
    territories : tuple of Territory
        Those that are served.
    geocoder : Geocoder
        Finds addresses.
    today : date
        On which the postcode is written.

    Returns
    -------
    tuple of Address and Territory
        Where it is, and whose vans go there.

    Raises
    ------
    InvalidRequest
        If it is not found or outside every territory.
    AmbiguousAddress
        If several match; carries them.
    """
    # Where the country is not said, it is the found address's; one that is not served has
    # rules that we do not know.
    countries = {territory.country.code: territory.country for territory in territories}
    if country := countries.get(wish.country.lower()):
        wish = replace(wish, postcode=plain_postcode(wish.postcode, country, day=today))
    served = ", ".join(sorted(territory.name for territory in territories)) or "nowhere yet"
    if wish.position is not None:
        address = Address(
            line1=wish.line1 or f"{wish.position.lat:.5f}, {wish.position.lon:.5f}",
            postcode=wish.postcode,
            city=wish.city,
            country=wish.country.lower(),
            position=wish.position,
            building=wish.building,
            floor=wish.floor,
            lift=wish.lift,
            access_notes=wish.access_notes,
        )
    else:
        match = _best_match(wish, served, geocoder)
        address = Address(
            line1=wish.line1,
            postcode=wish.postcode or match.postcode,
            city=wish.city or match.city,
            country=wish.country.lower() or match.country,
            position=match.position,
            building=wish.building,
            floor=wish.floor,
            lift=wish.lift,
            access_notes=wish.access_notes,
        )
    territory = find_territory(territories, address.position)
    if territory is None:
        raise InvalidRequest(
            f"the address is outside every territory; we collect in: {served}",
            field="address",
        )
    if country := countries.get(address.country or territory.country.code):
        written = plain_postcode(address.postcode, country, day=today) if wish.postcode else ""
        address = replace(address, postcode=written or address.postcode)
    return address, territory


def _best_match(wish: AddressWish, served: str, geocoder: Geocoder) -> AddressMatch:
    if not wish.line1.strip():
        raise InvalidRequest(
            "give the street and house number in line1, or lon and lat", field="address.line1"
        )
    text = f"{wish.line1}, {wish.postcode} {wish.city}".strip(" ,")
    matches = geocoder.search(text)
    if not matches:
        raise InvalidRequest(
            f"no address like {text!r} was found; correct it, or give lon and lat",
            field="address.line1",
        )
    found, matches = matches, tuple(match for match in matches if _agrees(wish, match))
    if not matches:
        outside = f"{text!r} is outside every territory; we collect in: {served}"
        # A town may have a name that the map does not know.
        namesakes = [m.label for m in found if _agrees(replace(wish, city=""), m)]
        if not namesakes:
            raise InvalidRequest(outside, field="address")
        raise AmbiguousAddress(
            f"{outside}; or choose one of the candidates", namesakes, field="address.city"
        )
    best, *others = matches
    clear = all(best.score - other.score >= _CLEAR_LEAD for other in others if other.exact)
    if best.exact and best.score >= _GOOD_ENOUGH and clear:
        return best
    labels = [match.label for match in matches]
    if not best.exact:
        what = "the house number was not found"
    elif others:
        what = "several addresses match"
    else:
        what = "the address was found only nearly"
    raise AmbiguousAddress(
        f"{what}; choose one of the candidates, or give lon and lat",
        labels,
        field="address.line1",
    )


def _agrees(wish: AddressWish, match: AddressMatch) -> bool:
    """Whether a match lies where the wish says: never a namesake in another town."""
    if wish.country and match.country and wish.country.lower() != match.country:
        return False
    if wish.postcode and match.postcode:
        # Towns have several names (Monaco, Monte-Carlo), postcodes have one.
        return _fold(wish.postcode) == _fold(match.postcode)
    return not (wish.city and match.city) or _fold(wish.city) == _fold(match.city)


def _fold(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(letter for letter in plain if letter.isalnum())
