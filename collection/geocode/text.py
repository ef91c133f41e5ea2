"""How addresses are compared and written."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from collection.model import AddressMatch

if TYPE_CHECKING:
    from collection.model import StreetAddress

_ABBREVIATIONS = {
    "av": "avenue",
    "ave": "avenue",
    "bd": "boulevard",
    "bld": "boulevard",
    "blvd": "boulevard",
    "bvd": "boulevard",
    "pl": "place",
    "imp": "impasse",
    "all": "allee",
    "ch": "chemin",
    "sq": "square",
    "rte": "route",
    "fg": "faubourg",
    "str": "strasse",
    "avda": "avenida",
    "pza": "plaza",
    "ctra": "carretera",
    "st": "saint",
    "ste": "sainte",
}
_NUMBER_SUFFIXES = {"bis", "ter", "quater", *"abcdefgh"}
_COUNTRY_WORDS = {
    *("fr", "france", "de", "deutschland", "germany", "allemagne", "es", "espana", "spain"),
    *("espagne", "spanien", "mc", "monaco"),
}
_SAME_WORD = 0.75  # similarity from which two words are one word misspelt
_NO_HOUSE = 0.8  # the street is right, the house number was asked for and is not there
_OTHER_PLACE = 0.8  # the street is right, the postcode is not
_MOSTLY = 0.5
_STRAY = 0.5  # how much a query of nothing but stray words would lose


def fold(text: str) -> str:
    """Write a text for comparison: no accents, case or punctuation, no abbreviations.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Lower-case words of letters and digits, parted by one space.
    """
    # Letters of other alphabets' styles lose their style first: only then have they a case.
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    letters = "".join(c for c in plain if not unicodedata.combining(c)).replace("ø", "o")
    words = re.findall(r"[^\W_]+", letters)
    words = [re.sub(r"(?<=..)str$", "strasse", _ABBREVIATIONS.get(word, word)) for word in words]
    return " ".join(words)


def number_keys(number: str) -> set[str]:
    """Texts under which a house number is found.

    Parameters
    ----------
    number : str
        As written on the house: ``12 bis``, ``234-236``.

    Returns
    -------
    set of str
        The number itself and, for several houses in one, each of them; folded, unspaced.
    """
    parts = [number, *re.split(r"[-,;/+]", number)]
    return {fold(part).replace(" ", "") for part in parts} - {""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """How well a query names a street.

    Parameters
    ----------
    street : float
        0 to 1, house number and postcode left aside.
    numbers : tuple of str
        What may be the house number in the query, likeliest first, as `number_keys`
        writes it.
    postcode : str
        The postcode in the query; may be empty.
    """

    street: float
    numbers: tuple[str, ...]
    postcode: str

    def score(self, address: StreetAddress) -> float:
        """How well the query names a house of the street, or the street for want of one.

        Parameters
        ----------
        address : StreetAddress
            What was found.

        Returns
        -------
        float
            0 to 1; 1 is the address as written.
        """
        house = _NO_HOUSE if self.numbers and not address.number else 1.0
        known = self.postcode and address.postcode
        place = _OTHER_PLACE if known and self.postcode != address.postcode else 1.0
        return self.street * house * place


def liken(query: str, street: str, city: str) -> Likeness:
    """Compare a query with a street.

    Each word of the street takes the query's word most like it; what is left may be a
    house number, a postcode or the town, and counts against the street otherwise.

    Parameters
    ----------
    query : str
        Folded query.
    street, city : str
        Folded; the town may be empty.

    Returns
    -------
    Likeness
        Its street is 1 for the street as written, whether or not the town is named.
    """
    rest = query.split()
    typed = sum(len(word) for word in rest if not word[0].isdigit())
    words = street.split()
    got = sum(len(word) * likeness for word, likeness in _take(words, rest))
    postcodes = [word for word in rest if re.fullmatch(r"\d{4,5}", word)]
    rest = [word for word in rest if word not in postcodes]
    numbers = _numbers(rest)
    _take(city.split(), rest)
    stray = sum(len(word) for word in rest if word not in _COUNTRY_WORDS) / max(1, typed)
    named = got / max(1, sum(map(len, words)))
    # A few letters may be the start of any long name, and a whole name may come with much
    # that is none of it (a residence, a floor); but one of the two must be there mostly.
    related = max(named, 1 - stray) >= _MOSTLY
    return Likeness(
        street=named * (1 - _STRAY * stray) if related else 0.0,
        numbers=tuple(numbers),
        postcode=postcodes[-1] if postcodes else "",
    )


def to_match(
    address: StreetAddress, country: str, *, score: float, exact: bool | None = None
) -> AddressMatch:
    """Write an address as its country does.

    Parameters
    ----------
    address : StreetAddress
        A house or a street.
    country : str
        Two-letter code in lower case; may be empty.
    score : float
        0 to 1.
    exact : bool, optional
        Whether the house was found; by default, whether the address has a number.

    Returns
    -------
    AddressMatch
        With label and first line.
    """
    line1 = _line1(address.street, address.number, country)
    town = f"{address.postcode} {address.city}".strip()
    return AddressMatch(
        label=f"{line1}, {town}" if town else line1,
        line1=line1,
        postcode=address.postcode,
        city=address.city,
        country=country,
        position=address.position,
        score=round(score, 4),
        exact=bool(address.number) if exact is None else exact,
    )


def _line1(street: str, number: str, country: str) -> str:
    if not number:
        return street
    match country:
        case "de":
            return f"{street} {number}"
        case "es":
            return f"{street}, {number}"
        case _:
            return f"{number} {street}"


def _take(words: list[str], rest: list[str]) -> list[tuple[str, float]]:
    """Give each word the most similar one of `rest`, which is removed from it."""
    taken = []
    for word in words:
        best, likeness = max(
            ((other, _similarity(word, other)) for other in rest),
            key=lambda pair: pair[1],
            default=("", 0.0),
        )
        if likeness > 0:
            rest.remove(best)
            taken.append((word, likeness))
    return taken


def _similarity(word: str, typed: str) -> float:
    if word == typed:
        return 1.0
    if word[0].isdigit() or typed[0].isdigit():
        return 0.0
    if len(typed) >= 2 and word.startswith(typed):
        return 0.6 + 0.4 * len(typed) / len(word)
    ratio = fuzz.ratio(word, typed) / 100
    return ratio if ratio >= _SAME_WORD else 0.0


def _numbers(rest: list[str]) -> list[str]:
    """Take house numbers out of `rest`, with a suffix that stands apart: ``12 bis``."""
    numbers = []
    index = 0
    while index < len(rest):
        word = rest[index]
        if not word[0].isdigit():
            index += 1
            continue
        del rest[index]
        if index < len(rest) and rest[index] in _NUMBER_SUFFIXES:
            numbers.append(word + rest.pop(index))
        numbers.append(word)
    return numbers
