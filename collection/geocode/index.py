"""The embedded address index: one SQLite file per network, with full-text search."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias

from rapidfuzz import fuzz, process

from collection.errors import RoutingUnavailable
from collection.geocode.text import fold, liken, number_keys, to_match
from collection.model import Position, StreetAddress

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from collection.model import AddressMatch

_SCHEMA = """
create table streets (
  id integer primary key, name text, postcode text, city text, lon real, lat real,
  fold text, fold_city text
);
create table houses (
  id integer primary key, street integer, number text, postcode text, city text,
  lon real, lat real
);
create table house_keys (street integer, key text, house integer);
create index house_by_key on house_keys (street, key);
create virtual table words using fts5 (
  fold, fold_city, postcode, content='streets', content_rowid='id', prefix='2 3'
);
"""

_CANDIDATES = 60
_GOOD = 0.9  # from here on nothing better is looked for among misspellings
_POOR = 0.15  # below it is noise

_House: TypeAlias = tuple[str, str, str, str, float, float]
_Street: TypeAlias = tuple[int, str, str, str, float, float, str, str]


def write_index(path: Path, addresses: Iterable[StreetAddress]) -> int:
    """Write an index; an older file is replaced as a whole.

    Parameters
    ----------
    path : Path
        The file.
    addresses : Iterable of StreetAddress
        Houses, and streets with an empty number. A street with houses only gets the
        position of its first house.

    Returns
    -------
    int
        How many houses it holds.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    beside.unlink(missing_ok=True)
    try:
        with closing(sqlite3.connect(beside)) as connection:
            connection.executescript(_SCHEMA)
            houses = _fill(connection, addresses)
            connection.execute("insert into words (words) values ('rebuild')")
            connection.commit()
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    return houses


def iter_addresses(path: Path, *, country: str = "") -> Iterator[AddressMatch]:
    """All houses of an index.

    Parameters
    ----------
    path : Path
        The index.
    country : str
        Two-letter code in lower case: how the first line is written.

    Yields
    ------
    AddressMatch
        Exact, with score 1; always in the same order.

    Raises
    ------
    RoutingUnavailable
        If there is no such index or it cannot be read.
    """
    with closing(_connect(path)) as connection:
        rows = connection.execute(
            "select s.name, h.number, h.postcode, h.city, h.lon, h.lat"
            " from houses h join streets s on s.id = h.street order by h.id"
        )
        for row in rows:
            yield to_match(_address(row), country, score=1.0)


class IndexGeocoder:
    """Finds addresses in an index: the default side of `collection.ports.Geocoder`.

    Case, accents, word order, common abbreviations and small misspellings do not matter;
    the house number may stand anywhere; the last words may be unfinished.

    Parameters
    ----------
    path : Path
        The index, as `write_index` makes it.
    country : str
        Two-letter code in lower case of the addresses in it.

    Raises
    ------
    RoutingUnavailable
        If there is no such index or it cannot be read.
    """

    def __init__(self, path: Path, *, country: str) -> None:
        self._path = path
        self._country = country
        with closing(_connect(path)):
            pass

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
        query = fold(text)
        letters = [word for word in query.split() if not word.isdigit()]
        if not letters:
            return ()
        with closing(_connect(self._path)) as connection:
            found = self._match(connection, query, self._by_words(connection, query))
            if not any(match.score >= _GOOD for match in found):
                found += self._match(connection, query, self._by_likeness(connection, letters))
        best = {(m.label, m.position): m for m in sorted(found, key=lambda m: m.score)}
        ranked = sorted(best.values(), key=lambda m: (-m.score, not m.exact, m.label))
        return tuple(ranked[:limit])

    @cached_property
    def _streets(self) -> dict[int, str]:
        with closing(_connect(self._path)) as connection:
            return dict(connection.execute("select id, fold from streets"))

    def _by_words(self, connection: sqlite3.Connection, query: str) -> list[_Street]:
        words = " OR ".join(f'"{word}"*' for word in query.split())
        return connection.execute(
            "select streets.* from words join streets on streets.id = words.rowid"
            " where words match ? order by bm25(words, 4, 1, 1), streets.id limit ?",
            (words, _CANDIDATES),
        ).fetchall()

    def _by_likeness(self, connection: sqlite3.Connection, letters: list[str]) -> list[_Street]:
        near = process.extract(
            " ".join(letters), self._streets, scorer=fuzz.token_set_ratio, limit=_CANDIDATES
        )
        ids = [identifier for _, _, identifier in near]
        marks = ",".join("?" * len(ids))
        return connection.execute(
            f"select * from streets where id in ({marks})",  # noqa: S608 - only marks
            ids,
        ).fetchall()

    def _match(
        self, connection: sqlite3.Connection, query: str, streets: list[_Street]
    ) -> list[AddressMatch]:
        matches = []
        for identifier, name, postcode, city, lon, lat, folded, folded_city in streets:
            likeness = liken(query, folded, folded_city)
            if likeness.street < _POOR:
                continue
            rows = self._houses(connection, identifier, likeness.numbers)
            for row in rows or [(name, "", postcode, city, lon, lat)]:
                address = _address(row)
                matches.append(to_match(address, self._country, score=likeness.score(address)))
        return matches

    def _houses(
        self, connection: sqlite3.Connection, street: int, numbers: tuple[str, ...]
    ) -> list[_House]:
        for number in numbers:
            rows = connection.execute(
                "select distinct s.name, h.number, h.postcode, h.city, h.lon, h.lat"
                " from house_keys k join houses h on h.id = k.house"
                " join streets s on s.id = h.street where k.street = ? and k.key = ?"
                " order by h.id",
                (street, number),
            ).fetchall()
            if rows:
                # Where a house of just this number stands beside one that spans it.
                plain = [row for row in rows if fold(row[1]).replace(" ", "") == number]
                return plain or rows
        return []


def _fill(connection: sqlite3.Connection, addresses: Iterable[StreetAddress]) -> int:
    ids: dict[tuple[str, str], int] = {}
    houses = 0
    # Streets first, so that a house finds the position of its street already there.
    for address in sorted(addresses, key=lambda a: bool(a.number)):
        key = (fold(address.street), fold(address.city))
        where = (address.postcode, address.city, address.position.lon, address.position.lat)
        if key not in ids:
            ids[key] = len(ids) + 1
            connection.execute(
                "insert into streets values (?, ?, ?, ?, ?, ?, ?, ?)",
                (ids[key], address.street, *where, *key),
            )
        if address.number:
            houses += 1
            connection.execute(
                "insert into houses values (?, ?, ?, ?, ?, ?, ?)",
                (houses, ids[key], address.number, *where),
            )
            connection.executemany(
                "insert into house_keys values (?, ?, ?)",
                [(ids[key], one, houses) for one in sorted(number_keys(address.number))],
            )
    return houses


def _address(row: _House) -> StreetAddress:
    street, number, postcode, city, lon, lat = row
    position = Position(lon=lon, lat=lat)
    return StreetAddress(
        street=street, number=number, postcode=postcode, city=city, position=position
    )


def _connect(path: Path) -> sqlite3.Connection:
    # A connection per search: SQLite's must not be shared by threads, and opening costs
    # a fraction of a millisecond.
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        connection.execute("select 1 from streets limit 1")
    except sqlite3.Error as error:
        raise RoutingUnavailable(
            f"no address index at {path} ({error}); build it with: collection network build"
        ) from error
    return connection
