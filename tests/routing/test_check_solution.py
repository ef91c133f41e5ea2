"""Routes of a problem: what is said of them, and what they must keep."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from collection.errors import InvalidRequest
from collection.ports import UNREACHABLE
from collection.routing.check_solution import check_solution, verdict
from collection.routing.problem import served
from collection.routing.solution import evaluate
from collection.routing.timing import schedule
from tests.problems import problems
from tests.routing.line_day import METRES, OPENING, SECONDS, STAYS, found, line_day, times
from tests.routing.test_check_vans import HUB

# To a, on to b, and back.
STATED = {
    "departure": OPENING,
    "arrivals": (OPENING + 600, OPENING + 1_500),
    "starts": (OPENING + 600, OPENING + 1_500),
    "departures": (OPENING + 900, OPENING + 1_800),
    "end": OPENING + 3_000,
}


def test_a_sound_solution_breaks_nothing():
    assert check_solution(line_day(), ((0, 1), (2,)), cost=6_000 + 7_900, soft=0) == []
    assert found(line_day(), ((0, 1),), timings=(times(**STATED), STAYS)) == []


def stated(place=None, **changes):
    """Change what is said; of one entry where a place is given."""
    fields = dict(STATED)
    for name, change in changes.items():
        if place is None:
            fields[name] = fields[name] + change
        else:
            fields[name] = tuple(t + change * (n == place) for n, t in enumerate(fields[name]))
    return found(line_day(), ((0, 1),), timings=(times(**fields), STAYS))


@pytest.mark.parametrize(
    ("place", "changes", "expected"),
    [
        (None, {"departure": -1}, ["shift"]),
        (None, {"departure": 1}, ["travel_time"]),
        (None, {"end": -1}, ["travel_time"]),
        (1, {"starts": -1, "departures": -1}, ["arrival"]),
        (0, {"starts": 1}, ["service_time"]),
        (0, {"departures": -1}, ["service_time"]),
        (1, {"arrivals": -1}, ["travel_time"]),
        (1, {"arrivals": -1, "starts": -1, "departures": -1}, ["travel_time"]),
        (1, {"starts": 1, "departures": 1}, ["travel_time"]),
    ],
)
def test_stated_times(place, changes, expected):
    assert stated(place, **changes) == expected


def test_time_window():
    for closes, expected in ((1_500, []), (1_499, ["time_window"])):
        windows = [*line_day().windows]
        windows[1] = ((OPENING, OPENING + closes),)
        assert found(line_day(windows=tuple(windows)), ((0, 1),)) == expected


def test_exactly_once():
    (violation,) = check_solution(line_day(), ((0, 1, 0), (0,)))
    assert violation.detail == "served 3 times, must be once"
    assert (violation.constraint, violation.request_id) == ("exactly_once", "a")


def test_foreign():
    assert [v.detail for v in check_solution(line_day(), ((0, 4), (-1,)))] == [
        "node 4 is none of 4",
        "node -1 is none of 4",
    ]


def test_empty_route():
    problem = line_day(**HUB)
    assert found(problem, ((4,),)) == ["empty_route"]
    assert verdict(problem, ((4,), ())).cost == 0


def test_low_emission():
    seconds, metres = np.stack([SECONDS, SECONDS]), np.stack([METRES, METRES])
    seconds[1, 1, 2] = metres[1, 1, 2] = UNREACHABLE
    problem = line_day(seconds=seconds[:, None], metres=metres[:, None], profiles=np.array([0, 1]))
    assert found(problem, ((0, 1), (2, 3))) == []
    assert found(problem, ((2, 3), (1, 0))) == []
    (violation,) = verdict(problem, ((), (0, 1))).violations
    assert (violation.constraint, violation.request_id) == ("low_emission", "b")
    assert violation.detail == "the way at 08:15 is closed to the van's class, not to others"


def test_travel_time_where_no_way_leads():
    seconds = SECONDS.copy()
    seconds[1, 2] = UNREACHABLE
    assert found(line_day(seconds=seconds), ((1, 0),)) == []
    assert found(line_day(seconds=seconds), ((0, 1),)) == ["travel_time"]


def test_travel_time_in_traffic():
    # From 1 200 s on every way takes twice as long: 300 s of 600 to b are left then.
    slow = line_day(
        seconds=np.stack([SECONDS, 2 * SECONDS])[None],
        metres=np.stack([METRES, METRES])[None],
        periods=np.array([0, OPENING + 1_200]),
    )
    later = {
        "departure": OPENING,
        "arrivals": (OPENING + 600, OPENING + 1_800),
        "starts": (OPENING + 600, OPENING + 1_800),
        "departures": (OPENING + 900, OPENING + 2_100),
        "end": OPENING + 4_500,
    }
    early = {
        "departure": OPENING,
        "arrivals": (OPENING + 600, OPENING + 1_799),
        "starts": (OPENING + 600, OPENING + 1_800),
        "departures": (OPENING + 900, OPENING + 2_100),
        "end": OPENING + 4_500,
    }
    assert found(slow, ((0, 1),), timings=(times(**later), STAYS)) == []
    assert found(slow, ((0, 1),), timings=(times(**early), STAYS)) == ["travel_time"]
    assert verdict(slow, ((0, 1), ())).cost == 1_000 + 4_500 + 2_000


def test_metres_are_those_of_the_hour():
    detour = line_day(
        seconds=np.stack([SECONDS, SECONDS])[None],
        metres=np.stack([METRES, 2 * METRES])[None],
        periods=np.array([0, OPENING + 1_000]),
        hour_costs=np.zeros(2, dtype=np.int64),
    )
    # To a and on to b the short way, both left before the detour, 10 km back the long one.
    assert verdict(detour, ((0, 1), ())).cost == 1_000 + 1_000 + 2_000


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, []),
        ({"reload_allowed": np.array([[False], [True]])}, ["reload"]),
        ({"reload_windows": (((OPENING, OPENING + 1_500),),)}, []),
        ({"reload_windows": (((OPENING, OPENING + 1_499),),)}, ["reload"]),
    ],
)
def test_reload(changes, expected):
    assert found(line_day(**{**HUB, **changes}), ((0, 4, 1),)) == expected


def test_reload_takes_its_time():
    # To a and back by 1 500 s, 500 s of emptying, to b and back.
    said = {
        "departure": OPENING,
        "arrivals": (OPENING + 600, OPENING + 1_500, OPENING + 3_200),
        "starts": (OPENING + 600, OPENING + 1_500, OPENING + 3_200),
        "departures": (OPENING + 900, OPENING + 2_000, OPENING + 3_500),
        "end": OPENING + 4_700,
    }
    for seconds, expected in ((500, []), (499, ["reload"])):
        problem = line_day(**{**HUB, "reload_service": np.array([seconds])})
        assert found(problem, ((0, 4, 1),), timings=(times(**said), STAYS)) == expected


def test_set_up_is_paid_once_per_address():
    problem = line_day(setup=np.full(4, 60), addresses=np.array([1, 1, 2, 3]))
    assert verdict(problem, ((0, 1), ())).cost == 6_000 + 60
    assert verdict(problem, ((0, 2), ())).cost == verdict(line_day(), ((0, 2), ())).cost + 120
    assert found(problem, ((0, 1),), timings=(times(**STATED), STAYS)) == ["service_time"]


@pytest.mark.parametrize(
    ("field", "given", "message"),
    [
        ("routes", {"routes": ((0,),)}, "give 2 routes, one per vehicle, not 1"),
        ("timings", {"timings": (STAYS,)}, "give 2 timings, one per vehicle, not 1"),
        ("timings", {"timings": (STAYS, STAYS)}, "give 1 arrivals, starts and departures for"),
    ],
)
def test_what_does_not_fit_together_is_refused(field, given, message):
    routes = given.pop("routes", ((0,), ()))
    with pytest.raises(InvalidRequest, match=message) as error:
        check_solution(line_day(), routes, **given)
    assert error.value.field == field


@st.composite
def solutions(draw, **options):
    """A random problem and random routes of it, with reloads and pauses here and there."""
    problem = draw(problems(max_requests=8, max_vehicles=3, **options))
    vans, requests = len(problem.vehicle_ids), len(problem.request_ids)
    routes = [[] for _ in range(vans)]
    if not vans:
        return problem, ()
    random = draw(st.randoms(use_true_random=False))
    for request in random.sample(range(requests), random.randint(0, min(5, requests))):
        random.choice(routes).append(request)
    for vehicle, route in enumerate(routes):
        for _ in range(
            random.randint(0, 2) if route and problem.pause_nodes.stop > requests else 0
        ):
            node = random.randrange(requests, problem.pause_nodes.stop)
            route.insert(random.randint(1, len(route)), node)
        # Most random routes are hopeless: thin them out until they are not.
        while route and random.random() < 0.9 and not schedule(problem, vehicle, route).feasible:
            route.pop(random.randrange(len(route)))
        if not served(problem, tuple(route)):
            route.clear()
    return problem, tuple(tuple(route) for route in routes)


def says_nothing_that_is_only_asked_alone(problem, routes):
    """A request that is out of reach alone may be in reach of another: that is no violation."""
    return all(
        problem.allowed[request, vehicle] or not problem.skilled[request, vehicle]
        for vehicle, route in enumerate(routes)
        for request in served(problem, route)
    )


@settings(max_examples=150, deadline=None)
@given(solutions())
def test_two_independent_arithmetics_agree(case):
    problem, routes = case
    solution, found_here = evaluate(problem, routes), verdict(problem, routes)

    if solution is not None:
        timings = [schedule(problem, vehicle, route) for vehicle, route in enumerate(routes)]
        costs = (solution.cost, solution.soft, solution.price)
        assert found_here.violations == ()
        assert (found_here.cost, found_here.soft, found_here.price) == costs
        said = {"cost": solution.cost, "soft": solution.soft, "timings": timings}
        assert check_solution(problem, routes, **said) == []
    elif says_nothing_that_is_only_asked_alone(problem, routes):
        assert found_here.violations != ()


def widen(timing, **changes):
    """Change what a timing says by one thing."""
    said = {name: getattr(timing, name) for name in STATED}
    for name, (place, change) in changes.items():
        entries = list(said[name])
        entries[place] += change
        said[name] = tuple(entries)
    return times(**said)


@settings(max_examples=80, deadline=None)
@given(solutions(), st.randoms(use_true_random=False))
def test_a_random_change_of_what_is_said_is_found(case, random):
    problem, routes = case
    solution = evaluate(problem, routes)
    assume(solution is not None and any(routes))
    timings = [schedule(problem, vehicle, route) for vehicle, route in enumerate(routes)]
    vehicle = random.choice([number for number, route in enumerate(routes) if route])
    place, by = random.randrange(len(routes[vehicle])), random.randint(1, 4_000)
    said = {"cost": solution.cost, "soft": solution.soft, "timings": timings}
    change = random.choice(["cost", "soft", "departures", "starts", "arrivals", "again"])

    if change in {"cost", "soft"}:
        said[change] += random.choice([-by, by])
    elif change == "again":
        routes = tuple((*r, served(problem, routes[vehicle])[0]) for r in routes)
        said = {}
    else:
        # Earlier than can be, or longer or shorter than it takes.
        sign = -1 if change == "arrivals" else random.choice([-1, 1])
        timings[vehicle] = widen(timings[vehicle], **{change: (place, sign * by)})
    assert check_solution(problem, routes, **said) != []


@settings(max_examples=80, deadline=None)
@given(solutions(), st.randoms(use_true_random=False))
def test_a_random_limit_is_missed_by_one(case, random):
    problem, routes = case
    assume(evaluate(problem, routes) is not None and any(routes))
    vehicle = random.choice([number for number, route in enumerate(routes) if route])
    timing = schedule(problem, vehicle, routes[vehicle])
    name, field, used = random.choice(
        [
            ("range", "max_metres", sum(timing.metres)),
            ("max_stops", "max_stops", len(served(problem, routes[vehicle]))),
            ("max_duration", "max_seconds", timing.end - timing.departure),
            ("max_travel", "max_travel", sum(timing.travel)),
            ("shift", "latest_ends", timing.end),
        ]
    )
    for most, expected in ((used, set()), (used - 1, {name})):
        limits = getattr(problem, field).copy()
        limits[vehicle] = most
        violations = check_solution(replace(problem, **{field: limits}), routes)
        assert {violation.constraint for violation in violations} == expected
