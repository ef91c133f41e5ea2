"""What the planner is measured on: each instance with its time limit and best known cost."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from collection.routing.instances import Rounding, read
from collection.routing.problem import Problem
from tests.benchmarks import heidelberg
from tests.solomon import FOLDER

GROUPS = ("homberger_200", "homberger_1000", "solomon", "streets")
SECONDS = {"homberger_200": 30, "homberger_1000": 120, "solomon": 10, "streets": 30}
QUICK = frozenset(
    (
        *("c1_2_5", "c2_2_1", "r1_2_1", "r2_2_1", "rc1_2_5", "rc2_2_5", "R1_10_4", "RC2_10_4"),
        *("C104", "C204", "R104", "R208", "RC104", "RC204", "heidelberg"),
    )
)
"""One hard instance of each class: what is run unless more is asked for."""

# Reference values of the DIMACS challenge; a run that finds less replaces them.
_HOMBERGER_200 = {
    "c1_2_1": 26_986,
    "c1_2_5": 26_949,
    "c2_2_1": 19_221,
    "c2_2_5": 18_696,
    "r1_2_1": 46_672,
    "r1_2_5": 40_532,
    "r2_2_1": 34_680,
    "r2_2_5": 30_611,
    "rc1_2_1": 35_169,
    "rc1_2_5": 33_256,
    "rc2_2_1": 27_974,
    "rc2_2_5": 24_914,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Instance:
    """One row of a table."""

    name: str
    group: str
    kind: str
    """Class within the group, like ``RC2``."""
    best: int | None
    """Best known cost in cents; None where nobody has published any."""
    load: Callable[[], Problem]

    @property
    def quick(self):
        return self.name in QUICK

    @property
    def seconds(self):
        return SECONDS[self.group]


def _file(path, group, best, rounding):
    return Instance(
        name=path.stem,
        group=group,
        kind=re.match(r"[A-Z]+\d", path.stem.upper())[0],
        best=best,
        load=lambda: read(path, rounding=rounding).problem,
    )


def _best_in(path):
    """Cost that a .sol states, in tenths."""
    words = path.read_text().split()
    return round(10 * float(words[words.index("Cost") + 1]))


@cache
def instances():
    """All that is there, in the order of the tables."""
    found = [
        _file(path, "homberger_200", _HOMBERGER_200.get(path.stem), Rounding.DIMACS)
        for path in sorted((FOLDER / "homberger_200").glob("*.txt"))
    ]
    found += [
        _file(path, "homberger_1000", _best_in(path.with_suffix(".sol")), Rounding.DIMACS)
        for path in sorted((FOLDER / "homberger_1000").glob("*.vrp"))
    ]
    known = FOLDER / "solomon" / "best_known_distance.json"
    table = json.loads(known.read_text()) if known.exists() else {}
    found += [
        _file(path, "solomon", round(Rounding.EXACT.factor * table[path.stem]), Rounding.EXACT)
        for path in sorted((FOLDER / "solomon").glob("*.txt"))
    ]
    if heidelberg.EXTRACT.exists():
        city = Instance(
            name="heidelberg",
            group="streets",
            kind="city",
            best=None,
            load=lambda: heidelberg.plain(heidelberg.day().problem),
        )
        found.append(city)
    return tuple(found)
