"""VRPLIB: CVRP and VRPTW with coordinates or explicit distances."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from collection.errors import InvalidRequest
from collection.routing.formats.classic import Classic
from collection.routing.formats.edge_weights import EdgeWeights, square
from collection.routing.formats.instance import MAX_ENTRY, MAX_POINTS
from collection.routing.formats.solomon import euclidean
from collection.routing.formats.words import Line, integer, lines_of, number

if TYPE_CHECKING:
    from numpy.typing import NDArray

_TYPES = frozenset({"CVRP", "VRP", "VRPTW", "CVRPTW", "ACVRP", "DCVRP"})
_SECTIONS = {
    "NODE_COORD_SECTION": ("x", "y"),
    "DEMAND_SECTION": ("demand",),
    "SERVICE_TIME_SECTION": ("service time",),
    "TIME_WINDOW_SECTION": ("ready time", "due date"),
}
"""Sections with a line per node, and what stands after the node's number."""

_KEYWORDS = frozenset(
    {
        "NAME",
        "TYPE",
        "DIMENSION",
        "VEHICLES",
        "CAPACITY",
        "SERVICE_TIME",
        "DISTANCE",
        "EDGE_WEIGHT_TYPE",
        "EDGE_WEIGHT_FORMAT",
    }
)
_SAYS_NOTHING = frozenset({"COMMENT", "NODE_COORD_TYPE", "DISPLAY_DATA_TYPE"})


@dataclass(slots=True)
class _File:
    """What the lines say, section by section."""

    keywords: dict[str, tuple[Line, str]] = field(default_factory=dict)
    ignored: list[str] = field(default_factory=list)
    tables: dict[str, dict[int, tuple[Decimal, ...]]] = field(default_factory=dict)
    headings: dict[str, Line] = field(default_factory=dict)
    depots: list[tuple[Line, int]] = field(default_factory=list)
    weights: EdgeWeights = field(default_factory=EdgeWeights)

    def whole(self, keyword: str) -> int | None:
        """Value of a keyword; None where it is not given."""
        if keyword not in self.keywords:
            return None
        line, word = self.keywords[keyword]
        return integer(line, word, keyword)

    def decimal(self, keyword: str) -> Decimal | None:
        """Value of a keyword; None where it is not given."""
        if keyword not in self.keywords:
            return None
        line, word = self.keywords[keyword]
        return number(line, word, keyword)

    def table(self, section: str, dimension: int) -> list[tuple[Decimal, ...]] | None:
        """Rows of a section, one per node; None where it is not given."""
        if section not in self.tables:
            return None
        rows = self.tables[section]
        for node in range(1, dimension + 1):
            if node not in rows:
                raise self.headings[section].wrong(f"{section} has no line for node {node}")
        return [rows[node] for node in range(1, dimension + 1)]


def read_vrplib(text: str) -> Classic:
    """Read a file of this kind.

    Parameters
    ----------
    text : str
        What it says.

    Returns
    -------
    Classic
        Customers are the other nodes than the depot, in order.

    Raises
    ------
    InvalidRequest
        If a line is not what it must be, or a keyword or section is missing; names it.
    """
    file = _parse(text)
    dimension = _dimension(file)
    kind = file.keywords.get("TYPE")
    if kind is not None and kind[1].upper() not in _TYPES:
        raise kind[0].wrong(
            f"TYPE {kind[1][:40]} is not supported; {', '.join(sorted(_TYPES))} are"
        )
    capacity = file.whole("CAPACITY")
    demands = file.table("DEMAND_SECTION", dimension)
    if demands is None:
        demands = [(Decimal(0),)] * dimension
    elif capacity is None:
        raise InvalidRequest("CAPACITY is missing; write CAPACITY : 100", field="CAPACITY")
    windows = file.table("TIME_WINDOW_SECTION", dimension)
    if windows is None and kind is not None and kind[1].upper().endswith("TW"):
        message = "TIME_WINDOW_SECTION is missing; TYPE says that there are time windows"
        raise InvalidRequest(message, field="TIME_WINDOW_SECTION")
    same = file.decimal("SERVICE_TIME") or Decimal(0)
    services = file.table("SERVICE_TIME_SECTION", dimension) or [(same,)] * dimension
    order = _depot_first(file, dimension)
    vehicles = file.whole("VEHICLES")
    return Classic(
        kind="vrplib",
        name=file.keywords["NAME"][1] if "NAME" in file.keywords else "",
        vehicles=dimension - 1 if vehicles is None else vehicles,
        capacity=0 if capacity is None else capacity,
        distances=_distances(file, dimension)[np.ix_(order, order)],
        demands=[int(demands[node][0]) for node in order],
        windows=None if windows is None else [(windows[n][0], windows[n][1]) for n in order],
        services=[services[node][0] for node in order],
        longest=file.decimal("DISTANCE"),
        ignored=tuple(file.ignored),
    )


def _parse(text: str) -> _File:
    file = _File()
    section = ""
    for line in lines_of(text):
        word = line.text.split()[0].rstrip(":").upper()
        if word == "EOF":
            break
        if word.endswith("_SECTION"):
            section = word
            _open(file, line, section)
        elif section == "DEPOT_SECTION":
            file.depots += [(line, int(n)) for n in _numbers(line, "depot") if n >= 0]
        elif section == "EDGE_WEIGHT_SECTION":
            file.weights.add(line)
        elif section in _SECTIONS:
            _row(file, line, section)
        elif not section:
            _keyword(file, line)
    return file


def _open(file: _File, line: Line, section: str) -> None:
    if section in file.headings:
        raise line.wrong(f"{section} comes twice")
    file.headings[section] = line
    if section in _SECTIONS:
        file.tables[section] = {}
    elif section == "DISPLAY_DATA_SECTION":
        file.ignored.append(section)
    elif section not in {"DEPOT_SECTION", "EDGE_WEIGHT_SECTION"}:
        raise line.wrong(f"{section[:40]} is not supported")


def _keyword(file: _File, line: Line) -> None:
    name, colon, value = (part.strip() for part in line.text.partition(":"))
    if not colon:
        raise line.wrong(f"{line.text[:40]!r} is no keyword; write KEYWORD : value")
    if name.upper() in file.keywords:
        raise line.wrong(f"{name} comes twice")
    if name.upper() in _KEYWORDS:
        file.keywords[name.upper()] = (line, value)
    elif name.upper() not in _SAYS_NOTHING:
        file.ignored.append(name[:40])


def _row(file: _File, line: Line, section: str) -> None:
    words = line.text.split()
    what = _SECTIONS[section]
    if len(words) != 1 + len(what):
        raise line.wrong(f"{len(words)} numbers; write node, {', '.join(what)}")
    node = integer(line, words[0], "node", least=1)
    if node in file.tables[section]:
        raise line.wrong(f"node {node} comes twice in {section}")
    least = -MAX_ENTRY if section == "NODE_COORD_SECTION" else 0
    row = tuple(
        number(line, word, name, least=least) for word, name in zip(words[1:], what, strict=True)
    )
    if section == "DEMAND_SECTION":
        integer(line, words[1], "demand")
    if section == "TIME_WINDOW_SECTION" and row[1] < row[0]:
        raise line.wrong(f"due date {words[2]} comes before ready time {words[1]}")
    file.tables[section][node] = row


def _numbers(line: Line, what: str) -> list[int]:
    return [integer(line, word, what, least=-1) for word in line.text.split()]


def _dimension(file: _File) -> int:
    dimension = file.whole("DIMENSION")
    if dimension is None:
        raise InvalidRequest("DIMENSION is missing; write DIMENSION : 101", field="DIMENSION")
    line = file.keywords["DIMENSION"][0]
    if not 1 <= dimension <= MAX_POINTS + 1:
        raise line.wrong(f"DIMENSION is {dimension}; it must be from 1 to {MAX_POINTS + 1}")
    for section, rows in file.tables.items():
        extra = [node for node in rows if node > dimension]
        if extra:
            message = f"{section} has a node {extra[0]}, and DIMENSION is {dimension}"
            raise file.headings[section].wrong(message)
    return dimension


def _depot_first(file: _File, dimension: int) -> list[int]:
    """Nodes from 0, the depot's first and the customers' in order after it."""
    depot = 1
    if file.depots:
        line, depot = file.depots[0]
        if len(file.depots) > 1:
            raise file.depots[1][0].wrong("a second depot; instances with one are supported")
        if not 1 <= depot <= dimension:
            raise line.wrong(f"depot {depot} is no node from 1 to {dimension}")
    return [depot - 1, *(node for node in range(dimension) if node != depot - 1)]


def _distances(file: _File, dimension: int) -> NDArray[np.float64]:
    if "EDGE_WEIGHT_TYPE" not in file.keywords:
        message = "EDGE_WEIGHT_TYPE is missing; EUC_2D and EXPLICIT are supported"
        raise InvalidRequest(message, field="EDGE_WEIGHT_TYPE")
    line, kind = file.keywords["EDGE_WEIGHT_TYPE"]
    if kind.upper() == "EUC_2D":
        places = file.table("NODE_COORD_SECTION", dimension)
        if places is None:
            raise line.wrong("NODE_COORD_SECTION is missing; EUC_2D needs coordinates")
        return euclidean(np.array(places, dtype=np.float64))
    if kind.upper() != "EXPLICIT":
        raise line.wrong(f"EDGE_WEIGHT_TYPE {kind[:40]}; EUC_2D and EXPLICIT are supported")
    if "EDGE_WEIGHT_FORMAT" not in file.keywords:
        raise line.wrong("EDGE_WEIGHT_FORMAT is missing; write EDGE_WEIGHT_FORMAT : FULL_MATRIX")
    if "EDGE_WEIGHT_SECTION" not in file.headings:
        raise line.wrong("EDGE_WEIGHT_SECTION is missing; EXPLICIT needs it")
    line, shape = file.keywords["EDGE_WEIGHT_FORMAT"]
    return square(
        file.weights, dimension, shape.upper(), line, file.headings["EDGE_WEIGHT_SECTION"]
    )
