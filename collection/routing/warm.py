"""Compile the kernels of the planner and of the matrix before anybody has to wait for them.

Compiled kernels are kept on disk, each beside its own module and bound to that file's age. A
kernel also holds what it took from other modules, their kernels and their constants, and no
age tells when those change. So the cache carries a digest of all sources that any kernel
depends on, and is thrown away where that differs.
"""

from __future__ import annotations

import ast
import hashlib
import sys
import time
from dataclasses import dataclass
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numba.extending import is_jitted

from collection.model import Position
from collection.routing.contraction import contract, customize, elimination_order
from collection.routing.day import day_of
from collection.routing.guest import Guest
from collection.routing.guide import guide_of
from collection.routing.hierarchy import HierarchyEngine
from collection.routing.inserter import Inserter
from collection.routing.kernels.ends import Ends, fill_rows
from collection.routing.problem import Problem
from collection.routing.search import Searcher
from collection.routing.solution import evaluate
from collection.routing.standing import Standing
from collection.routing.timing import resume
from collection.routing.trees import Starts

if TYPE_CHECKING:
    from collections.abc import Iterable

DIGEST_FILE = "kernels.sha256"
_PACKAGE = "collection"


@dataclass(frozen=True, slots=True, kw_only=True)
class WarmUp:
    """What a warm-up did.

    Parameters
    ----------
    seconds : float
        How long it took.
    compiled : int
        Kernels that were compiled and not found in the cache.
    """

    seconds: float
    compiled: int


def warm() -> WarmUp:
    """Have every kernel ready in this process, and in the cache for later ones.

    Starts no thread, so that a process may fork afterwards and its children share what was
    loaded.

    Returns
    -------
    WarmUp
        How long it took.
    """
    started = time.perf_counter()
    kernels = _kernels()
    folders, digest = _cache_of(kernels)
    if not _holds(folders, digest):
        discard(folders)
    _find_ways()
    _plan()
    for folder in folders:
        # Last: a warm-up that was broken off begins anew.
        (folder / DIGEST_FILE).write_text(digest, encoding="ascii")
    compiled = sum(1 for kernel in kernels if any(kernel.stats.cache_misses.values()))
    return WarmUp(seconds=time.perf_counter() - started, compiled=compiled)


def is_cached() -> bool:
    """Tell whether the cache holds the kernels of these sources.

    Returns
    -------
    bool
        Whether `warm` will take a second and not a minute.
    """
    return _holds(*_cache_of(_kernels()))


def discard(folders: Iterable[Path]) -> None:
    """Throw compiled kernels away.

    Parameters
    ----------
    folders : Iterable of Path
        Where they are kept.
    """
    for folder in folders:
        for pattern in ("*.nbi", "*.nbc", DIGEST_FILE):
            for file in folder.glob(pattern):
                file.unlink(missing_ok=True)


def sources_digest(modules: Iterable[str]) -> str:
    """Digest of the sources of modules and of all that they import from this package.

    Parameters
    ----------
    modules : Iterable of str
        Full names.

    Returns
    -------
    str
        SHA-256 in hexadecimal digits.
    """
    sources: dict[str, bytes] = {}
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name in sources:
            continue
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            continue
        sources[name] = Path(spec.origin).read_bytes()
        waiting += _imported(sources[name])
    digest = hashlib.sha256()
    for name, source in sorted(sources.items()):
        digest.update(f"{name} {len(source)}\n".encode())
        digest.update(source)
    return digest.hexdigest()


def _imported(source: bytes) -> list[str]:
    """Modules of this package that are imported when the module runs, not for its types."""
    return [
        statement.module
        for statement in ast.parse(source).body
        if isinstance(statement, ast.ImportFrom)
        and statement.module is not None
        and statement.module.partition(".")[0] == _PACKAGE
    ]


def _kernels() -> list[Any]:
    """List each compiled function of the modules that are loaded, once."""
    found = {
        id(value): value
        for name, module in tuple(sys.modules.items())
        if name.startswith(f"{_PACKAGE}.routing")
        for value in vars(module).values()
        if is_jitted(value)
    }
    return list(found.values())


def _cache_of(kernels: Iterable[Any]) -> tuple[set[Path], str]:
    """Folders of the cache, and the digest that it should carry."""
    folders = {Path(kernel.stats.cache_path) for kernel in kernels}
    return folders, sources_digest({kernel.py_func.__module__ for kernel in kernels})


def _holds(folders: Iterable[Path], digest: str) -> bool:
    return all(_read(folder / DIGEST_FILE) == digest for folder in folders)


def _read(file: Path) -> str:
    try:
        return file.read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return ""


def _find_ways() -> None:
    """Drive round a block of three streets."""
    tail = np.array([0, 1, 2], dtype=np.int32)
    head = np.array([1, 2, 0], dtype=np.int32)
    contraction = contract(elimination_order(3, tail, head), tail, head)
    engine = HierarchyEngine(customize(contraction, tail, head, np.ones(3)))
    starts = Starts(
        nodes=np.array([0], dtype=np.int32), columns=np.array([0]), costs=np.zeros(1), sources=1
    )
    engine.distances(starts, np.array([2], dtype=np.int32))
    engine.tree(starts.nodes, starts.costs)
    known = np.zeros((1, 2, 1))
    ends = Ends(
        edge=known.astype(np.int32),
        fraction=known[0],
        tail=known[0].astype(np.int32),
        head=known[0].astype(np.int32),
        arriving=known,
        leaving=known,
    )
    row = np.zeros((2, 1, 1), dtype=np.int32)
    fill_rows(np.zeros((2, 1, 3)), ends, ends, row, row)


def _day(*request_ids: str) -> Problem:
    """Make the smallest day; which constraints it has is no matter to a compiler."""
    count = len(request_ids)
    return Problem(
        territory="warm",
        day=date(2000, 1, 1),
        request_ids=request_ids,
        vehicle_ids=("van",),
        positions=(Position(lon=0.0, lat=0.0),) * (1 + count),
        depots=1,
        seconds=np.full((1 + count, 1 + count), 60, dtype=np.int32),
        metres=np.full((1 + count, 1 + count), 500, dtype=np.int32),
        service=np.full(count, 60),
        loads=np.ones((count, 1), dtype=np.int64),
        windows=(((0, 3_600),),) * count,
        prices=np.full(count, 10_000),
        shifts=np.array([[0, 7_200]]),
        capacities=np.full((1, 1), 2),
        starts=np.zeros(1, dtype=np.int64),
        ends=np.zeros(1, dtype=np.int64),
        fixed_costs=np.zeros(1, dtype=np.int64),
        hour_costs=np.full(1, 1_800),
        km_costs=np.full(1, 30),
    )


def _plan() -> None:
    """Search a day, and ask for a place in it."""
    problem = _day("a", "b")
    day = day_of(problem)
    searcher = Searcher(problem, day, guide_of(problem, day))
    searcher.construct()
    searcher.run(2, 1.0)
    evaluate(problem, searcher.best_routes())
    resume(day, 0, (1,), origin=0, left=0)
    # All kernels must be loaded here: the digest is of those that are.
    Inserter(problem).best(0, (0,), 1)
    standing = Standing(problem, ((0,),), seats=1)
    ways = np.full((1, 2, 1, len(standing.positions)), 60, dtype=np.int32)
    window = (0, 3_600)
    node = standing.sit(Guest.of(_day("c")), ways, ways)
    (quote,) = standing.quotes(node, [window])
    standing.could_come(node, window)
    if quote is not None:
        standing.promise(node, window, quote)
