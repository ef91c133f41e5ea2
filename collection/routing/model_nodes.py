"""Nodes of a routing model, where each visit is one node: who they are and how far apart.

Depots in use come first, then requests, then copies of the reloads: a model visits a node
once, a plan may come to a reload again. Pauses have no place, and so are no nodes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from collection.routing.day import NOWHERE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collection.routing.problem import Problem

Windows = tuple[tuple[int, int], ...]

_TRIPS = 2  # copies of a reload per vehicle, at most: more make the search slow


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Nodes:
    """N nodes of a model.

    Parameters
    ----------
    depots : int
        How many of them are depots.
    requests : int
        How many are requests.
    points : ndarray of int64, shape (N,)
        Their points.
    originals : ndarray of int64, shape (N,)
        Node of the problem that each stands for; `NOWHERE` at depots.
    service : ndarray of int64, shape (N,)
        Seconds.
    setup : ndarray of int64, shape (N, N)
        Seconds of set-up at the second node when coming from the first.
    windows : tuple of Windows
        Of the end of set-up, in seconds from 0 to `horizon`; whole days at depots.
    horizon : int
        Last second of the day that a vehicle may be out.
    """

    depots: int
    requests: int
    points: NDArray[np.int64]
    originals: NDArray[np.int64]
    service: NDArray[np.int64]
    setup: NDArray[np.int64]
    windows: tuple[Windows, ...]
    horizon: int

    @property
    def first_reload(self) -> int:
        """Number of the first copy of a reload."""
        return self.depots + self.requests


def lay_out(problem: Problem, *, seed: int) -> Nodes:
    """Choose the nodes of a model.

    Parameters
    ----------
    problem : Problem
        The day.
    seed : int
        Shuffles the requests.

    Returns
    -------
    Nodes
        Requests that a vehicle can serve only.
    """
    # A depot that no vehicle uses must be no node: the model would have to visit it.
    depots = np.unique(np.concatenate([problem.starts, problem.ends]))
    horizon = int(problem.latest_ends.max())
    requests = _servable(problem, horizon)
    requests = np.random.default_rng(seed).permutation(requests)
    count = len(problem.request_ids)
    emptied = [k for k, spans in enumerate(problem.reload_windows) if _open(spans, 0, horizon)]
    reloads = np.repeat(np.array(emptied, dtype=np.int64), _copies(problem, requests))
    addresses = np.concatenate(
        [np.full(len(depots), -1), problem.addresses[requests], np.full(len(reloads), -1)]
    )
    setup = np.concatenate(
        [np.zeros(len(depots)), problem.setup[requests], np.zeros(len(reloads))]
    ).astype(np.int64)
    _, number, sharing = np.unique(addresses, return_inverse=True, return_counts=True)
    shared = sharing[number] > 1
    raw: list[Windows] = [
        *(((0, horizon),) for _ in depots),
        *(problem.windows[request] for request in requests),
        *(problem.reload_windows[reload] for reload in reloads),
    ]
    return Nodes(
        depots=len(depots),
        requests=len(requests),
        points=np.concatenate(
            [depots, problem.depots + requests, problem.reload_points[reloads]]
        ).astype(np.int64),
        originals=np.concatenate([np.full(len(depots), NOWHERE), requests, count + reloads]),
        service=np.concatenate(
            [
                np.zeros(len(depots), dtype=np.int64),
                problem.service[requests],
                problem.reload_service[reloads],
            ]
        ),
        setup=np.where(addresses[:, None] == addresses, 0, setup),
        windows=tuple(
            _after_setup(spans, int(setup[node]), horizon, shared=bool(shared[node]))
            for node, spans in enumerate(raw)
        ),
        horizon=horizon,
    )


def travel_of(
    problem: Problem, nodes: Nodes, profile: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find the longest travel of each leg over the periods that vehicles may be out in.

    Legs that prefixes fix take their shortest travel: no choice could help where the
    longest is too long.

    Parameters
    ----------
    problem : Problem
        The day.
    nodes : Nodes
        Of the model.
    profile : int
        Whose travel.

    Returns
    -------
    seconds : ndarray of int64, shape (N, N)
        Longer than the day where no way leads.
    metres : ndarray of int64, shape (N, N)
        Likewise the longest.
    """
    # A van that keeps every window on the slowest roads keeps them on faster ones as well.
    first, last = np.searchsorted(
        problem.periods, [problem.shifts[:, 0].min(), nodes.horizon], side="right"
    )
    out = slice(max(int(first) - 1, 0), max(int(last), 1))
    where = np.ix_(nodes.points, nodes.points)
    fixed = _fixed_legs(problem, nodes)
    tables = []
    for table in (problem.seconds, problem.metres):
        longest = table[profile, out].max(axis=0)[where].astype(np.int64)
        longest[fixed] = table[profile, out].min(axis=0)[where][fixed]
        tables.append(longest)
    seconds, metres = tables
    # Only a vehicle that stays goes from depot to depot, and that takes it nothing.
    seconds[: nodes.depots, : nodes.depots] = metres[: nodes.depots, : nodes.depots] = 0
    return np.minimum(seconds, nodes.horizon + 1), metres


def _fixed_legs(problem: Problem, nodes: Nodes) -> tuple[list[int], list[int]]:
    node_of = {original: node for node, original in enumerate(nodes.originals.tolist())}
    tails, heads = [], []
    for vehicle, prefix in enumerate(problem.prefixes):
        before = int(np.searchsorted(nodes.points[: nodes.depots], problem.starts[vehicle]))
        for request in prefix:
            if request in node_of:
                tails.append(before)
                heads.append(node_of[request])
                before = node_of[request]
    return tails, heads


def _servable(problem: Problem, horizon: int) -> NDArray[np.int64]:
    """Find the requests that some vehicle can serve, halves of shipments only with the other."""
    able = np.array([reason is None for reason in problem.reasons], dtype=bool)
    able &= [
        _open(spans, setup, horizon)
        for spans, setup in zip(problem.windows, problem.setup.tolist(), strict=True)
    ]
    halves = problem.partner >= 0
    able[halves] &= able[problem.partner[halves]]
    return np.flatnonzero(able)


def _open(spans: Windows, setup: int, horizon: int) -> bool:
    return any(end >= 0 and max(start, 0) + setup <= horizon for start, end in spans)


def _copies(problem: Problem, requests: NDArray[np.int64]) -> int:
    """How often a model may come to each reload: not where all fits on board at once."""
    if not len(problem.reload_ids):
        return 0
    handled = np.maximum(problem.loads, 0) + problem.initial
    total = handled[requests].sum(axis=0)
    if (total <= problem.capacities.min(axis=0)).all():
        return 0
    trips = -(-total // np.maximum(problem.capacities.max(axis=0), 1))
    return int(min(trips.max(), _TRIPS * len(problem.vehicle_ids)))


def _after_setup(spans: Windows, setup: int, horizon: int, *, shared: bool) -> Windows:
    """Windows of the end of set-up, in order and disjoint.

    A set-up depends on the stop before, and so is part of the leg that leads here: a node's
    time is that after it. Where a neighbour may spare the set-up, its end is known by the
    start of service only up to its length; windows are then cut to what holds either way.
    """
    kept: list[tuple[int, int]] = []
    for start, end in spans:
        opens = max(start, 0) + setup
        closes = max(end, opens) if shared else end + setup
        if not _open(((start, end),), setup, horizon):
            continue
        if kept and opens <= kept[-1][1] + 1:
            opens = kept.pop()[0]
        kept.append((opens, min(closes, horizon)))
    return tuple(kept)
