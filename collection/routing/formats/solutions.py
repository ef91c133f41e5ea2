"""Solutions of others, and our own, read back for the check: VROOM's JSON and VRPLIB's .sol."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, NamedTuple

from pydantic import BaseModel, Field

from collection.errors import InvalidRequest
from collection.routing.formats.options import Objective, Rounding
from collection.routing.formats.vroom_schema import Id, Part, Step, validated
from collection.routing.formats.words import integer, lines_of, number

if TYPE_CHECKING:
    from collections.abc import Sequence

    from collection.routing.formats.instance import Instance
    from collection.routing.formats.words import Line

Figure = Annotated[float, Field(ge=0, le=2**53, allow_inf_nan=False)]


class _Step(Step):
    arrival: Figure | None = None
    duration: Figure = 0
    setup: Figure = 0
    service: Figure = 0
    waiting_time: Figure = 0


class _Route(Part):
    vehicle: Id
    steps: list[_Step]


class _Summary(Part):
    cost: Figure | None = None


class _Left(Part):
    id: Id
    type: str = "job"


class _Answer(Part):
    code: int = 0
    error: str = ""
    summary: _Summary = _Summary()
    routes: list[_Route]
    unassigned: list[_Left] = Field(default_factory=list)
    solution_routes: list[list[int]] | None = None


class StatedTimes(NamedTuple):
    """What a solution says of a route, in the problem's units; an entry per node.

    Parameters
    ----------
    departure : int
        From the start.
    arrivals : tuple of int
        At the nodes.
    starts : tuple of int
        Of service.
    departures : tuple of int
        From the nodes.
    end : int
        At the end.
    """

    departure: int = 0
    arrivals: tuple[int, ...] = ()
    starts: tuple[int, ...] = ()
    departures: tuple[int, ...] = ()
    end: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """A solution as its file tells it.

    Parameters
    ----------
    routes : tuple of tuples of int
        Nodes of each route; as many as vehicles, or more where the file has too many.
    unassigned : tuple of int
        Requests that it owns to leave out.
    cost : Decimal, optional
        In the file's units.
    slack : Decimal
        By how much that cost may be off for having been cut to its digits.
    times : tuple of StatedTimes, optional
        Of each route, where its times are to be held to account.
    """

    routes: tuple[tuple[int, ...], ...]
    unassigned: tuple[int, ...] = ()
    cost: Decimal | None = None
    slack: Decimal = Decimal(0)
    times: tuple[StatedTimes, ...] | None = None


class Choices(BaseModel):
    """With what options a solution was made, where it says so."""

    rounding: Rounding | None = None
    objective: Objective | None = None


def choices_of(text: str) -> Choices:
    """Read what a solution says of how it was made.

    Parameters
    ----------
    text : str
        As in `read_solution`.

    Returns
    -------
    Choices
        Nothing for solutions of others.

    Raises
    ------
    InvalidRequest
        If it is JSON and says nonsense.
    """
    return validated(Choices, text) if text.lstrip().startswith("{") else Choices()


def read_solution(text: str, instance: Instance) -> Stated:
    """Read a solution.

    Parameters
    ----------
    text : str
        JSON, or lines ``Route #1: 3 1 2`` and ``Cost 12.3``.
    instance : Instance
        What it solves.

    Returns
    -------
    Stated
        Its routes as nodes.

    Raises
    ------
    InvalidRequest
        If it is neither, or names what the instance does not have; names the line or path.
    """
    if text.lstrip().startswith("{"):
        return _of_answer(validated(_Answer, text), instance)
    return _of_lines(text, instance)


def _of_lines(text: str, instance: Instance) -> Stated:
    routes: list[tuple[int, ...]] = []
    cost: Decimal | None = None
    for line in lines_of(text):
        if match := re.match(r"route\s*#?\s*[0-9]+\s*:?(.*)", line.text, re.IGNORECASE):
            routes.append(tuple(_customer(line, word, instance) for word in match[1].split()))
        elif match := re.match(r"cost\s*:?\s*(\S+)", line.text, re.IGNORECASE):
            cost = number(line, match[1], "Cost")
    if not routes and cost is None:
        raise InvalidRequest(
            "no solution: give JSON with routes, or lines such as Route #1: 3 1 2",
            field="solution",
        )
    digits = 0 if cost is None else -int(cost.as_tuple().exponent)
    return Stated(
        routes=_filled([route for route in routes if route], instance),
        cost=cost,
        slack=Decimal(1).scaleb(-digits) / 2,
    )


def _customer(line: Line, word: str, instance: Instance) -> int:
    customer = integer(line, word, "a customer", least=1)
    if customer > len(instance.tasks):
        raise line.wrong(f"customer {customer}; the instance has 1 to {len(instance.tasks)}")
    return customer - 1


def _of_answer(stated: _Answer, instance: Instance) -> Stated:
    if stated.code:
        raise InvalidRequest(f"the solution is an error: {stated.error}", field="code")
    vehicles = {van.id: number for number, van in enumerate(instance.vans)}
    tasks = {(task.kind, task.id): number for number, task in enumerate(instance.tasks)}
    routes: list[tuple[int, ...]] = [()] * len(vehicles)
    times = [StatedTimes()] * len(vehicles)
    seen: set[int] = set()
    for position, route in enumerate(stated.routes):
        path = f"routes[{position}]"
        vehicle = vehicles.get(route.vehicle)
        if vehicle is None or vehicle in seen:
            again = "no such vehicle" if vehicle is None else "it has a route already"
            raise InvalidRequest(
                f"{path}.vehicle is {route.vehicle}: {again}", field=f"{path}.vehicle"
            )
        seen.add(vehicle)
        known = {**tasks, **{("break", r.id): r.node for r in instance.vans[vehicle].breaks}}
        nodes = [_node(step, f"{path}.steps[{n}]", known) for n, step in enumerate(route.steps)]
        routes[vehicle], times[vehicle] = _driven(nodes, route.steps, instance)
    cost = stated.summary.cost
    own = stated.solution_routes is not None
    return Stated(
        routes=tuple(routes),
        unassigned=tuple(
            _known(tasks, (left.type, left.id), f"unassigned[{position}]")
            for position, left in enumerate(stated.unassigned)
        ),
        cost=None if cost is None else Decimal(str(cost)),
        # VROOM cuts the cost of each route to a whole number.
        slack=Decimal(0) if own else Decimal(len(stated.routes)),
        times=tuple(times) if own else None,
    )


def _node(step: _Step, path: str, known: dict[tuple[str, int], int]) -> int | None:
    if step.type in {"start", "end"}:
        return None
    if step.id is None:
        raise InvalidRequest(f"{path}.id is missing", field=f"{path}.id")
    return _known(known, (step.type, step.id), path)


def _known(known: dict[tuple[str, int], int], name: tuple[str, int], path: str) -> int:
    if name not in known:
        raise InvalidRequest(f"{path}.id is {name[1]}: no such {name[0]}", field=f"{path}.id")
    return known[name]


def _driven(
    nodes: Sequence[int | None], steps: Sequence[_Step], instance: Instance
) -> tuple[tuple[int, ...], StatedTimes]:
    """Cut off the breaks at both ends, which are taken before the drive or after it."""
    tasks = [n for n, node in enumerate(nodes) if node is not None and node < len(instance.tasks)]
    if not tasks:
        return (), StatedTimes()
    first, last = tasks[0], tasks[-1]
    while _is_on_the_way(steps[last + 1 :], steps[last]):
        last += 1

    def clock(*figures: float | None) -> int:
        return round(sum(figure or 0 for figure in figures) * instance.scale)

    def leave(step: _Step) -> int:
        return clock(step.arrival, step.waiting_time, step.setup, step.service)

    inner = [n for n in range(first, last + 1) if nodes[n] is not None]
    stops = [steps[n] for n in inner]
    return tuple(node for n in inner if (node := nodes[n]) is not None), StatedTimes(
        departure=leave(steps[max(0, first - 1)]),
        arrivals=tuple(clock(step.arrival) for step in stops),
        starts=tuple(clock(step.arrival, step.waiting_time) for step in stops),
        departures=tuple(leave(step) for step in stops),
        end=clock(steps[min(last + 1, len(steps) - 1)].arrival),
    )


def _is_on_the_way(steps: Sequence[_Step], before: _Step) -> bool:
    """Tell whether a break comes next that is taken before the drive to the end.

    Where there is nothing to drive it is taken after it: then it is not due either.
    """
    if not steps or steps[0].type != "break":
        return False
    return steps[0].duration == before.duration < steps[-1].duration


def _filled(routes: list[tuple[int, ...]], instance: Instance) -> tuple[tuple[int, ...], ...]:
    return tuple(routes) + ((),) * (len(instance.vans) - len(routes))
