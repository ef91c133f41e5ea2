"""PyVRP as a member of the portfolio: its local search is the better one where routes are long.

It knows fewer constraints than a `Problem` has, so it takes part only in days that it can
express whole. It runs in a process of its own, as it does not release the interpreter.
"""

from __future__ import annotations

import pickle
import signal
import subprocess
import sys
import threading
import time
from typing import TYPE_CHECKING, Self

import numpy as np
import pyvrp
from pyvrp.stop import MaxRuntime

from collection.ports import UNREACHABLE
from collection.routing.costs import COST_PARTS, METRE_PARTS, SECOND_PARTS
from collection.routing.day import kinds_of
from collection.routing.problem import NO_LIMIT

if TYPE_CHECKING:
    from typing import TypeAlias

    from collection.routing.problem import Problem

    Routes: TypeAlias = tuple[tuple[int, ...], ...]

_GRACE = 5.0  # seconds after which a member whose parent is gone ends itself
_UNLIMITED = (1 << 63) - 1  # what PyVRP takes for no limit


def expresses(problem: Problem) -> bool:
    """Ask whether PyVRP's model holds all of a day.

    Parameters
    ----------
    problem : Problem
        The day.

    Returns
    -------
    bool
        False where any constraint would be left out.
    """
    able = problem.allowed[_servable(problem)]
    points = _points(problem)
    ways = problem.seconds[:, 0][:, points[:, None], points]
    return bool(
        able.all()
        and len(problem.periods) == 1
        and (ways != UNREACHABLE).all()
        and all(len(windows) == 1 for windows in problem.windows)
        and not _parks_twice(problem)
        and (problem.loads >= 0).all()
        and not problem.initial.any()
        and (problem.partner < 0).all()
        and (problem.together < 0).all()
        and not problem.apart
        and not problem.preferences.any()
        and not problem.change_prices.any()
        and not problem.drive_costs.any()
        and (problem.latest_ends == problem.shifts[:, 1]).all()
        and (problem.max_stops >= NO_LIMIT).all()
        and (problem.max_travel >= NO_LIMIT).all()
        and not any(problem.breaks)
        and not any(problem.rules)
        and not any(problem.prefixes)
        and not problem.reload_ids
        and problem.fairness is None
    )


class Member:
    """A PyVRP search in a process of its own, ended with the block that holds it.

    Parameters
    ----------
    problem : Problem
        A day that PyVRP expresses.
    seconds : float
        How long it searches.
    seed : int
        Of the search.
    everybody : bool
        Whether every request must be served; otherwise prices decide.
    """

    def __init__(self, problem: Problem, *, seconds: float, seed: int, everybody: bool) -> None:
        deadline = time.monotonic() + seconds
        self._task = pickle.dumps((problem, deadline, seed % (1 << 31), everybody))
        # Not by multiprocessing: that would run the caller's own script once more.
        self._process = subprocess.Popen(  # noqa: S603 - this very module
            [sys.executable, "-m", __name__], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        self._answer: Routes | None = None
        self._thread = threading.Thread(target=self._exchange, daemon=True)
        self._thread.start()

    def _exchange(self) -> None:
        answer, _ = self._process.communicate(self._task)
        if self._process.returncode == 0:
            self._answer = pickle.loads(answer)  # noqa: S301 - from our own process

    def poll(self) -> Routes | None:
        """Take the member's routes, once they are there.

        Returns
        -------
        tuple of tuples of int, or None
            Per vehicle, its nodes; they are not checked.
        """
        answer, self._answer = self._answer, None
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """End the process, by its own id."""
        self._process.kill()
        self._thread.join()


def main() -> None:
    """Search for the parent: a task comes in, the best routes go out."""
    # Ctrl-C reaches the whole group; the parent ends its member itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    problem, deadline, seed, everybody = pickle.load(sys.stdin.buffer)  # noqa: S301 - the parent's
    left = max(0.1, deadline - time.monotonic())
    if hasattr(signal, "setitimer"):
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_REAL, left + _GRACE)
    data, requests, vans = _data(problem, everybody=everybody)
    left = max(0.1, deadline - time.monotonic())
    result = pyvrp.solve(data, MaxRuntime(left), seed=seed, display=False)
    routes: list[tuple[int, ...]] = [()] * len(problem.vehicle_ids)
    for route in result.best.routes():
        stops = (activity.idx for activity in route.schedule() if activity.is_client())
        routes[vans[route.vehicle_type()].pop()] = tuple(requests[stop] for stop in stops)
    pickle.dump(tuple(routes), sys.stdout.buffer)


def _data(
    problem: Problem, *, everybody: bool
) -> tuple[pyvrp.ProblemData, list[int], list[list[int]]]:
    """Lay a day out for PyVRP; also which requests its clients and which vans its types are."""
    requests, points = _servable(problem), _points(problem)
    places = {int(point): place for place, point in enumerate(points)}
    depots = len(points) - len(requests)
    kinds = kinds_of(problem)
    vans = [np.flatnonzero(kinds == kind).tolist() for kind in range(int(kinds.max()) + 1)]
    rates = np.stack(
        [
            COST_PARTS * problem.fixed_costs,
            METRE_PARTS * problem.km_costs,
            SECOND_PARTS * problem.hour_costs,
        ]
    )
    unit = max(1, int(np.gcd.reduce(rates, axis=None)))
    clients = [
        pyvrp.Client(
            places[problem.depots + request],
            pickup=problem.loads[request].tolist(),
            service_duration=int(problem.service[request] + problem.setup[request]),
            tw_early=max(0, problem.windows[request][0][0]),
            tw_late=max(0, problem.windows[request][0][1]),
            prize=0 if everybody else COST_PARTS * int(problem.prices[request]) // unit,
            required=everybody,
        )
        for request in requests
    ]
    types = [_type(problem, group, rates // unit, places) for group in vans]
    tables = [
        list(table[:, 0][:, points[:, None], points].astype(np.int64))
        for table in (problem.metres, problem.seconds)
    ]
    data = pyvrp.ProblemData(
        locations=[pyvrp.Location(0, 0) for _ in points],
        clients=clients,
        depots=[pyvrp.Depot(place) for place in range(depots)],
        vehicle_types=types,
        distance_matrices=tables[0],
        duration_matrices=tables[1],
    )
    return data, requests, vans


def _type(
    problem: Problem, vans: list[int], rates: np.ndarray, places: dict[int, int]
) -> pyvrp.VehicleType:
    van = vans[0]
    fixed, per_metre, per_second = rates[:, van].tolist()
    return pyvrp.VehicleType(
        num_available=len(vans),
        capacity=problem.capacities[van].tolist(),
        start_depot=places[int(problem.starts[van])],
        end_depot=places[int(problem.ends[van])],
        fixed_cost=fixed,
        tw_early=max(0, int(problem.shifts[van, 0])),
        tw_late=max(0, int(problem.shifts[van, 1])),
        unit_distance_cost=per_metre,
        unit_duration_cost=per_second,
        profile=int(problem.profiles[van]),
        max_distance=_limit(int(problem.max_metres[van])),
        shift_duration=_limit(int(problem.max_seconds[van])),
    )


def _limit(limit: int) -> int:
    return limit if limit < NO_LIMIT else _UNLIMITED


def _servable(problem: Problem) -> list[int]:
    return [request for request, reason in enumerate(problem.reasons) if reason is None]


def _points(problem: Problem) -> np.ndarray:
    """Points of the depots in use, then of the requests that somebody can serve."""
    depots = np.unique(np.concatenate([problem.starts, problem.ends]))
    return np.concatenate([depots, problem.depots + np.array(_servable(problem), dtype=np.int64)])


def _parks_twice(problem: Problem) -> bool:
    parked = problem.addresses[problem.setup > 0]
    return len(np.unique(parked)) < len(parked)


if __name__ == "__main__":
    main()
