"""Routes as columns of a set partitioning, and the relaxation that tells which may matter."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import csc_array, eye_array, hstack, vstack

from collection.routing.costs import COST_PARTS, SECOND_PARTS
from collection.routing.day import kinds_of
from collection.routing.problem import served
from collection.routing.timing import schedule

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from collection.routing.day import Day
    from collection.routing.problem import Problem


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A feasible route that a plan may have.

    Parameters
    ----------
    vehicle : int
        Who drives it; any vehicle of its kind could.
    nodes : tuple of int
        Of the route, at least one request among them.
    cost : int
        Parts of a cent, soft prices included.
    seconds : int
        From departure to return; asked for only where uneven days have a price by time.
    """

    vehicle: int
    nodes: tuple[int, ...]
    cost: int
    seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pool:
    """M columns of a problem with R requests, none of which another makes needless.

    Parameters
    ----------
    columns : tuple of Column
        The M columns; equal kinds and requests come once, at the lowest cost.
    requests : tuple of tuples of int
        What each of them serves, growing.
    kinds : ndarray of int64, shape (M,)
        Kind of its vehicle.
    vehicles : ndarray of int64, shape (K,)
        How many vehicles each kind has.
    needed : ndarray of bool, shape (K,)
        Whether a vehicle of the kind, which then has but one, must go out.
    groups : tuple of tuples of int
        Columns of which a plan has at most one, as they share a group of requests.
    costs : ndarray of int64, shape (M,)
        Of the columns, in parts of a cent.
    prices : ndarray of int64, shape (R,)
        Of the requests, in parts of a cent.
    days : ndarray of int64, shape (M,)
        What makes days uneven: seconds or stops.
    uneven : int
        Parts of a cent for each unit between the longest day and the shortest.
    """

    columns: tuple[Column, ...]
    requests: tuple[tuple[int, ...], ...]
    kinds: NDArray[np.int64]
    vehicles: NDArray[np.int64]
    needed: NDArray[np.bool_]
    groups: tuple[tuple[int, ...], ...]
    costs: NDArray[np.int64]
    prices: NDArray[np.int64]
    days: NDArray[np.int64]
    uneven: int

    def total(self, chosen: Sequence[int]) -> int:
        """Price some columns as a plan.

        Parameters
        ----------
        chosen : Sequence of int
            Columns that no request is in twice.

        Returns
        -------
        int
            Parts of a cent, with what is left unassigned and uneven.
        """
        out = [request for column in chosen for request in self.requests[column]]
        days = self.days[list(chosen)]
        spread = int(days.max() - days.min()) if len(days) else 0
        left = int(self.prices.sum() - self.prices[out].sum())
        return int(self.costs[list(chosen)].sum()) + left + self.uneven * spread


def column_of(problem: Problem, day: Day, vehicle: int, nodes: Sequence[int]) -> Column | None:
    """Time a route as a column.

    Parameters
    ----------
    problem : Problem
        The day.
    day : Day
        Its arrays.
    vehicle : int
        Who drives.
    nodes : Sequence of int
        In driving order.

    Returns
    -------
    Column or None
        None where it breaks a constraint or serves nobody.
    """
    timing = schedule(day, vehicle, nodes)
    if not timing.feasible or not served(problem, tuple(nodes)):
        return None
    return Column(
        vehicle=vehicle,
        nodes=tuple(nodes),
        cost=timing.parts + timing.soft,
        seconds=timing.end - timing.departure,
    )


def pool_of(
    problem: Problem, columns: Iterable[Column], incumbent: Sequence[Column]
) -> tuple[Pool, list[int]]:
    """Gather columns.

    Parameters
    ----------
    problem : Problem
        The day.
    columns : Iterable of Column
        Feasible routes; on equal costs the first stays.
    incumbent : Sequence of Column
        Routes of a plan, which come in first.

    Returns
    -------
    pool : Pool
        In an order that depends on the columns only.
    chosen : list of int
        Columns of the pool that are the incumbent, or cheaper.
    """
    kinds, fairness = kinds_of(problem), problem.fairness
    by_stops = fairness is not None and fairness.measure == "stops"

    def key_of(column: Column) -> tuple[int, tuple[int, ...], int]:
        requests = tuple(sorted(served(problem, column.nodes)))
        # Routes that differ in their length are no substitutes where that has a price.
        length = column.seconds if fairness is not None and not by_stops else 0
        return int(kinds[column.vehicle]), requests, length

    best: dict[tuple[int, tuple[int, ...], int], Column] = {}
    for column in (*incumbent, *columns):
        key = key_of(column)
        if key not in best or column.cost < best[key].cost:
            best[key] = column
    keys = sorted(best)
    numbers = {key: number for number, key in enumerate(keys)}
    price = fairness.price if fairness is not None else 0
    lengths = [len(key[1]) if by_stops else key[2] for key in keys]
    pool = Pool(
        columns=tuple(best[key] for key in keys),
        requests=tuple(key[1] for key in keys),
        kinds=np.array([key[0] for key in keys], dtype=np.int64),
        vehicles=np.bincount(kinds),
        needed=np.bincount(kinds, [bool(prefix) for prefix in problem.prefixes]) > 0,
        groups=_groups(problem, [key[1] for key in keys]),
        costs=np.array([best[key].cost for key in keys], dtype=np.int64),
        prices=COST_PARTS * problem.prices.astype(np.int64),
        days=np.array(lengths, dtype=np.int64),
        uneven=price * (COST_PARTS if by_stops else SECOND_PARTS),
    )
    return pool, sorted(numbers[key_of(column)] for column in incumbent)


def relax(pool: Pool, *, scale: int, time_limit: float) -> tuple[float, NDArray[np.float64]] | None:
    """Solve the linear relaxation: columns may be chosen in parts.

    Parameters
    ----------
    pool : Pool
        The columns.
    scale : int
        About what a plan costs, in parts of a cent.
    time_limit : float
        Seconds.

    Returns
    -------
    (float, ndarray of float64, shape (M,)) or None
        A bound on what a plan of these columns can cost, and by how much a plan that holds
        a column is at least above it, in parts of a cent. None where time was too short.
    """
    count, requests = len(pool.columns), len(pool.prices)
    serves = _rows(pool.requests, requests)
    of_kind = _rows([(kind,) for kind in pool.kinds.tolist()], len(pool.vehicles))
    shares = _rows(_transposed(pool.groups, count), len(pool.groups))
    exact = vstack([serves, of_kind[pool.needed]])
    most = vstack([of_kind[~pool.needed], shares])
    unserved = vstack(
        [eye_array(requests, format="csc"), csc_array((int(pool.needed.sum()), requests))]
    )
    # Numbers near one keep the solver's tolerances meaningful.
    costs = np.concatenate([pool.costs, pool.prices]) / (scale / 1e4)
    answer = linprog(
        costs,
        A_eq=hstack([exact, unserved]),
        b_eq=np.ones(exact.shape[0]),
        A_ub=hstack([most, csc_array((most.shape[0], requests))]),
        b_ub=np.concatenate([pool.vehicles[~pool.needed], np.ones(len(pool.groups))]),
        method="highs",
        options={"time_limit": time_limit},
    )
    if answer.status != 0:
        return None
    reduced = costs[:count] - exact.T @ answer.eqlin.marginals - most.T @ answer.ineqlin.marginals
    return answer.fun * scale / 1e4, reduced * scale / 1e4


def _groups(problem: Problem, requests: list[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    members: dict[int, list[int]] = {}
    for column, out in enumerate(requests):
        for group in sorted({int(problem.together[request]) for request in out} - {-1}):
            members.setdefault(group, []).append(column)
    return tuple(tuple(members[group]) for group in sorted(members))


def _transposed(rows: Sequence[Sequence[int]], count: int) -> list[list[int]]:
    columns: list[list[int]] = [[] for _ in range(count)]
    for row, members in enumerate(rows):
        for member in members:
            columns[member].append(row)
    return columns


def _rows(columns: Sequence[Sequence[int]], count: int) -> csc_array:
    """Make a matrix of zeros and ones from the rows in which each column has a one."""
    ends = np.cumsum([0, *map(len, columns)])
    rows = np.array([row for column in columns for row in column], dtype=np.int64)
    return csc_array((np.ones(len(rows)), rows, ends), shape=(count, len(columns)))
