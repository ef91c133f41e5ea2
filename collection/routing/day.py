"""A `Problem` as a few plain arrays: what the compiled code reads.

Tables have one row per node or vehicle, so that what is asked together lies together. Costs
are in parts of a cent (`collection.routing.costs`).
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from collection.routing.costs import COST_PARTS, METRE_PARTS, SECOND_PARTS
from collection.routing.problem import NO_LIMIT

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from collection.routing.problem import Problem

# Columns of `Day.nodes`.
POINT, SERVICE, SETUP, ADDRESS, OPENS, CLOSES, FIRST_WINDOW, END_WINDOW = range(8)
PRICE, PARTNER, TOLD_FROM, TOLD_UNTIL, CHANGE_PRICE = range(8, 13)
FIRST_RIVAL, END_RIVAL, FIRST_MATE, END_MATE = range(13, 17)
NODE_COLUMNS = 17

# Columns of `Day.vans`.
PROFILE, START, END, OPENING, CLOSING, LATEST_END = range(6)
FIXED, PER_SECOND, PER_OVERTIME, PER_DRIVEN, PER_METRE = range(6, 11)
MAX_METRES, MAX_STOPS, MAX_SECONDS, MAX_TRAVEL = range(11, 15)
FIRST_RULE, END_RULE, FIRST_BREAK, END_BREAK = range(15, 19)
FIRST_FIXED, END_FIXED, KIND, TRAITS = range(19, 23)
VAN_COLUMNS = 23

# Bits of a van's traits: time is priced or limited; a route must be walked to be priced; an
# insertion, too, to be sure that it fits; loads go up and down; pauses may be due; it may be
# emptied on its way; some requests are dearer or cheaper with it.
TIMED, WALKED, HARD, SIGNED, PAUSED, RELOADS, PREFERRED = 1, 2, 4, 8, 16, 32, 64

# Columns of `Day.rules`.
COUNTS, OVER, STRETCH, PAUSE, LEAST = range(5)
WORK, DRIVING = 0, 1

NOWHERE = -1
"""Point of a pause, and address of what is no request."""


class Day(NamedTuple):
    """Arrays of a day; N nodes, R of them requests.

    Parameters
    ----------
    sizes : ndarray of int64, shape (3,)
        Requests, reloads, pauses.
    ways : ndarray of int32, shape (F, P, P, T, 4)
        Seconds and metres from the first point to the second, and back: what is asked of one
        point lies together.
    periods : ndarray of int64, shape (T,)
        As of the problem.
    nodes : ndarray of int64, shape (N, 17)
        See the columns above.
    windows : ndarray of int64, shape (W, 2)
        Of all nodes, one after the other.
    loads : ndarray of int64, shape (N, 2, D)
        Change of load at the node, and what is on board for it from the trip's start.
    vans : ndarray of int64, shape (V, 23)
        See the columns above.
    capacities : ndarray of int64, shape (V, D)
        As of the problem.
    rules : ndarray of int64, shape (n, 5)
        Of all vehicles, one after the other.
    breaks : ndarray of int64, shape (n,)
        Nodes of the pauses due by clock, of all vehicles.
    prefixes : ndarray of int64, shape (n,)
        Requests that routes begin with, of all vehicles.
    able : ndarray of bool, shape (N, V)
        Whether the vehicle may visit the node.
    preferences : ndarray of int64, shape (R, V)
        Parts of a cent.
    company : ndarray of int64, shape (n,)
        Of each request those that must not share its van, then of each those that must.
    """

    sizes: NDArray[np.int64]
    ways: NDArray[np.int32]
    periods: NDArray[np.int64]
    nodes: NDArray[np.int64]
    windows: NDArray[np.int64]
    loads: NDArray[np.int64]
    vans: NDArray[np.int64]
    capacities: NDArray[np.int64]
    rules: NDArray[np.int64]
    breaks: NDArray[np.int64]
    prefixes: NDArray[np.int64]
    able: NDArray[np.bool_]
    preferences: NDArray[np.int64]
    company: NDArray[np.int64]


def day_of(problem: Problem) -> Day:
    """Lay a problem out for compiled code.

    Parameters
    ----------
    problem : Problem
        The day.

    Returns
    -------
    Day
        Its arrays; read only.
    """
    requests, reloads = len(problem.request_ids), len(problem.reload_ids)
    windows = [
        *problem.windows,
        *problem.reload_windows,
        *(((int(first), int(last)),) for first, last, _ in problem.pauses),
    ]
    rivals: list[list[int]] = [[] for _ in range(requests)]
    for one, other in problem.apart:
        rivals[one].append(other)
        rivals[other].append(one)
    groups: dict[int, list[int]] = {}
    for request, group in enumerate(problem.together.tolist()):
        groups.setdefault(group, []).append(request)
    mates = [groups[group] if group >= 0 else [] for group in problem.together.tolist()]
    nodes = np.zeros((len(windows), NODE_COLUMNS), dtype=np.int64)
    first = slice(0, requests)
    nodes[:, POINT] = [
        *range(problem.depots, problem.depots + requests),
        *problem.reload_points,
        *(NOWHERE for _ in problem.pauses),
    ]
    nodes[:, SERVICE] = [*problem.service, *problem.reload_service, *problem.pauses[:, 2]]
    nodes[first, SETUP] = problem.setup
    nodes[:, ADDRESS] = NOWHERE
    nodes[first, ADDRESS] = problem.addresses
    nodes[:, OPENS] = [spans[0][0] for spans in windows]
    nodes[:, CLOSES] = [spans[-1][1] for spans in windows]
    nodes[:, FIRST_WINDOW], nodes[:, END_WINDOW] = _spans(windows)
    nodes[:, PARTNER] = -1
    nodes[first, PRICE] = COST_PARTS * problem.prices
    nodes[first, PARTNER] = problem.partner
    nodes[:, TOLD_FROM], nodes[:, TOLD_UNTIL] = -NO_LIMIT, NO_LIMIT
    nodes[first, TOLD_FROM : TOLD_UNTIL + 1] = problem.announced
    nodes[first, CHANGE_PRICE] = COST_PARTS * problem.change_prices
    firsts, ends = _spans([*rivals, *mates])
    nodes[first, FIRST_RIVAL], nodes[first, END_RIVAL] = firsts[:requests], ends[:requests]
    nodes[first, FIRST_MATE], nodes[first, END_MATE] = firsts[requests:], ends[requests:]
    loads = np.zeros((len(windows), 2, problem.loads.shape[1]), dtype=np.int64)
    loads[first, 0], loads[first, 1] = problem.loads, problem.initial
    able = np.ones((len(windows), len(problem.vehicle_ids)), dtype=bool)
    able[first] = problem.allowed
    able[requests : requests + reloads] = problem.reload_allowed.T
    ways = np.stack([problem.seconds, problem.metres], axis=-1)
    ways = np.concatenate([ways, ways.swapaxes(2, 3)], axis=-1)
    return Day(
        sizes=np.array([requests, reloads, len(problem.pauses)], dtype=np.int64),
        ways=np.ascontiguousarray(np.moveaxis(ways, 1, 3)),
        periods=np.asarray(problem.periods, dtype=np.int64),
        nodes=nodes,
        windows=_table(chain.from_iterable(windows), 2),
        loads=loads,
        vans=_vans(problem, nodes[first], loads[first]),
        capacities=np.ascontiguousarray(problem.capacities, dtype=np.int64),
        rules=_table(
            (
                (DRIVING if r.counts == "driving" else WORK, r.over, r.stretch, r.pause, r.least)
                for rules in problem.rules
                for r in rules
            ),
            5,
        ),
        breaks=_row(problem.pause_nodes.start + number for v in problem.breaks for number in v),
        prefixes=_row(chain.from_iterable(problem.prefixes)),
        able=able,
        preferences=COST_PARTS * problem.preferences.astype(np.int64),
        company=_row(chain.from_iterable([*rivals, *mates])),
    )


def kinds_of(problem: Problem) -> NDArray[np.int64]:
    """Give vehicles numbers so that equal numbers may swap their whole routes.

    Parameters
    ----------
    problem : Problem
        The day.

    Returns
    -------
    ndarray of int64, shape (V,)
        Vehicles of one kind are alike in everything that a plan weighs or must keep; one
        with a prefix is alone in its kind.
    """
    known: dict[tuple[object, ...], int] = {}
    kinds = []
    for vehicle in range(len(problem.vehicle_ids)):
        key: tuple[object, ...] = (
            *(int(column[vehicle]) for column in _columns(problem)),
            *problem.capacities[vehicle].tolist(),
            problem.allowed[:, vehicle].tobytes(),
            problem.preferences[:, vehicle].tobytes(),
            problem.reload_allowed[vehicle].tobytes(),
            problem.breaks[vehicle],
            problem.rules[vehicle],
            vehicle if problem.prefixes[vehicle] else None,
        )
        kinds.append(known.setdefault(key, len(known)))
    return np.array(kinds, dtype=np.int64)


def _columns(problem: Problem) -> list[NDArray[np.int64]]:
    """Columns of `Day.vans` up to the limits, in order."""
    return [
        problem.profiles,
        problem.starts,
        problem.ends,
        problem.shifts[:, 0],
        problem.shifts[:, 1],
        problem.latest_ends,
        COST_PARTS * problem.fixed_costs,
        SECOND_PARTS * problem.hour_costs,
        SECOND_PARTS * problem.overtime_costs,
        SECOND_PARTS * problem.drive_costs,
        METRE_PARTS * problem.km_costs,
        problem.max_metres,
        problem.max_stops,
        problem.max_seconds,
        problem.max_travel,
    ]


def _vans(
    problem: Problem, nodes: NDArray[np.int64], loads: NDArray[np.int64]
) -> NDArray[np.int64]:
    vans = np.zeros((len(problem.vehicle_ids), VAN_COLUMNS), dtype=np.int64)
    for column, values in enumerate(_columns(problem)):
        vans[:, column] = values
    vans[:, FIRST_RULE], vans[:, END_RULE] = _spans(problem.rules)
    vans[:, FIRST_BREAK], vans[:, END_BREAK] = _spans(problem.breaks)
    vans[:, FIRST_FIXED], vans[:, END_FIXED] = _spans(problem.prefixes)
    vans[:, KIND] = kinds_of(problem)
    vans[:, TRAITS] = _traits(problem, nodes, loads, vans)
    return vans


def _traits(
    problem: Problem,
    nodes: NDArray[np.int64],
    loads: NDArray[np.int64],
    vans: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Find what each van's routes ask for beyond the constant-time test of insertions."""
    signed = bool((nodes[:, PARTNER] >= 0).any() or (loads[:, 0] < 0).any() or loads[:, 1].any())
    several = bool((nodes[:, END_WINDOW] - nodes[:, FIRST_WINDOW] > 1).any())
    parked = nodes[nodes[:, SETUP] > 0, ADDRESS]
    shared = len(np.unique(parked)) < len(parked)
    paused = (vans[:, END_RULE] > vans[:, FIRST_RULE]) | (vans[:, END_BREAK] > vans[:, FIRST_BREAK])
    emptied = problem.reload_allowed.any(axis=1)
    priced = (vans[:, PER_SECOND] > 0) | (vans[:, PER_OVERTIME] > 0)
    timed = priced | paused | (vans[:, MAX_SECONDS] < NO_LIMIT)
    announced = bool(nodes[:, CHANGE_PRICE].any())
    estimated = several or shared or announced or len(problem.periods) > 1
    limits = vans[:, [MAX_SECONDS, MAX_METRES, MAX_TRAVEL]]
    hard = paused | signed | (estimated & (limits < NO_LIMIT).any(axis=1))
    walked = hard | emptied | estimated
    traits: NDArray[np.int64] = TIMED * timed + WALKED * walked + HARD * hard
    traits += SIGNED * signed + PAUSED * paused + RELOADS * emptied
    traits += PREFERRED * (problem.preferences != 0).any(axis=0)
    return traits


def _spans(lists: Sequence[Sequence[object]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where each list begins and ends when they are laid end to end."""
    ends = np.cumsum([0, *(len(items) for items in lists)])
    return ends[:-1], ends[1:]


def _table(rows: Iterable[Iterable[int]], width: int) -> NDArray[np.int64]:
    return np.array([tuple(row) for row in rows], dtype=np.int64).reshape(-1, width)


def _row(values: Iterable[int]) -> NDArray[np.int64]:
    return np.array(list(values), dtype=np.int64)
