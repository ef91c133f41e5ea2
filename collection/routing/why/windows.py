"""The fewest minutes by which a wider window lets a request in."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from collection.routing.kernels.places import KEPT
from collection.routing.openings import joinable
from collection.routing.why.changes import WiderWindow
from collection.units import MINUTE, format_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from collection.routing.why.candidates import Candidate
    from collection.routing.why.case import Case


def windows(case: Case, request: int) -> Iterator[Candidate]:
    """Widen the window by the fewest minutes, to either side.

    Pauses stay between the stops where the plan has them.

    Parameters
    ----------
    case : Case
        The plan.
    request : int
        Index of the request.

    Yields
    ------
    tuple of Change, int and str
        What changes, the vehicle that would serve the request, and a sentence.
    """
    opens, closes = case.problem.windows[request][0][0], case.problem.windows[request][-1][1]
    latest = int(case.problem.latest_ends.max(initial=0))
    for side, span, word in ((_later, latest - closes, "later"), (_earlier, opens, "earlier")):
        found = partial(_fitting, case, request, side)
        minutes = _fewest(span // MINUTE, found)
        vehicle = found(minutes) if minutes else None
        if vehicle is not None:
            change = side(opens, closes, minutes)
            move = "closes" if side is _later else "opens"
            hours = f"{format_clock(change.opens)}-{format_clock(change.closes)}"
            yield change, vehicle, f"A window that {move} {minutes} min {word}: {hours}."


def _later(opens: int, closes: int, minutes: int) -> WiderWindow:
    return WiderWindow(opens=opens, closes=closes + MINUTE * minutes)


def _earlier(opens: int, closes: int, minutes: int) -> WiderWindow:
    return WiderWindow(opens=opens - MINUTE * minutes, closes=closes)


def _fitting(
    case: Case, request: int, side: Callable[[int, int, int], WiderWindow], minutes: int
) -> int | None:
    """Find the vehicle whose route takes the request at least cost with the window wider."""
    problem = case.problem
    window = side(problem.windows[request][0][0], problem.windows[request][-1][1], minutes)
    other = case.inserter.reopened(request, window.opens, window.closes)
    best: tuple[int, int] | None = None
    for vehicle in joinable(problem, case.routes, request):
        route = case.routes[vehicle]
        results = other.results(vehicle, route, request, other.places(vehicle, route, request))
        costs = case.more_by_place(vehicle, results)[results[:, KEPT] > 0]
        if len(costs):
            key = (int(costs.min()), vehicle)
            best = min(best or key, key)
    return None if best is None else best[1]


def _fewest(most: int, found: Callable[[int], int | None]) -> int:
    """Search the least number for which something is found, where more never hurts; 0: none."""
    if most < 1 or found(most) is None:
        return 0
    low, high = 0, most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if found(middle) is not None else (middle, high)
    return high
