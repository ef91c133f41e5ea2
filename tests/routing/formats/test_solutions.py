import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.errors import InvalidRequest
from collection.routing.formats.solutions import StatedTimes, read_solution
from collection.routing.formats.vroom_answer import answer
from collection.routing.instances import read_text
from collection.routing.solution import evaluate
from collection.routing.timing import schedule
from tests.routing.formats.samples import SOLOMON, refusal, set_at, vroom

BENCHMARK = read_text(SOLOMON)
FILE = read_text(vroom())
ROUTES = ((0, 1, 4, 2, 6, 5), ())


def answered(change=None):
    found = answer(FILE, evaluate(FILE.problem, ROUTES))
    if change is not None:
        change(found)
    return json.dumps(found)


def test_lines_of_vrplib_are_routes_of_customers():
    stated = read_solution("Route #1: 2 1\nRoute #2: 3\nCost 30.1\n", BENCHMARK)
    assert stated.routes == ((1, 0), (2,))
    assert (stated.cost, stated.slack) == (Decimal("30.1"), Decimal("0.05"))
    assert (stated.unassigned, stated.times) == ((), None)


@pytest.mark.parametrize(
    ("text", "routes"),
    [
        ("route 1 : 2\ncost 7", ((1,), ())),
        ("Route #1: 1\nRoute #2:\nRoute #3: 2\nTime 12 s", ((0,), (1,))),
        ("Route #1: 1\nRoute #2: 2\nRoute #3: 3", ((0,), (1,), (2,))),
        ("Cost 0", ((), ())),
    ],
)
def test_what_else_such_files_have_is_understood(text, routes):
    assert read_solution(text, BENCHMARK).routes == routes


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no solution: give JSON with routes, or lines such as Route #1: 3 1 2"),
        ("nothing here", "no solution"),
        ("Route #1: 4", "line 1: customer 4; the instance has 1 to 3"),
        ("Route #1: 0", "line 1: a customer is 0; it must be from 1"),
        ("\nRoute #1: 1 x", "line 2: a customer is 'x'; write a number"),
        ("Route #1: 1\nCost free", "line 2: Cost is 'free'; write a number"),
        ("{", "Invalid JSON"),
        ("{}", "routes: is missing"),
    ],
)
def test_what_is_no_solution_is_named_by_its_line(text, message):
    with pytest.raises(InvalidRequest) as error:
        read_solution(text, BENCHMARK)
    assert error.value.message.startswith(message)


def test_our_own_answer_comes_back_with_its_times():
    stated = read_solution(answered(), FILE)
    assert stated.routes == ROUTES
    assert stated.unassigned == (3,)
    assert (stated.cost, stated.slack) == (680, 0)
    timing = schedule(FILE.problem, 0, ROUTES[0])
    assert stated.times[0] == StatedTimes(
        timing.departure, timing.arrivals, timing.starts, timing.departures, timing.end
    )
    assert stated.times[1] == StatedTimes()


def test_times_with_decimals_come_back_exactly():
    found = answer(BENCHMARK, evaluate(BENCHMARK.problem, ((1, 0), (2,))))
    stated = read_solution(json.dumps(found), BENCHMARK)
    timing = schedule(BENCHMARK.problem, 0, (1, 0))
    assert stated.times[0].arrivals == timing.arrivals
    assert stated.times[0].end == timing.end
    assert stated.cost * BENCHMARK.scale == evaluate(BENCHMARK.problem, stated.routes).cost


def test_the_answer_of_a_peer_is_held_to_its_routes_only():
    stated = read_solution(answered(lambda found: found.pop("solution_routes")), FILE)
    assert stated.routes == ROUTES
    assert stated.times is None
    assert stated.slack == 1


def test_breaks_before_and_after_the_drive_are_no_nodes():
    def change(found):
        route = found["routes"][0]["steps"]
        rest = next(step for step in route if step["type"] == "break")
        route.remove(rest)
        before = {**rest, "arrival": route[0]["arrival"] - 100}
        route[0] = {**route[0], "arrival": before["arrival"]}
        route.insert(1, before)
        route.insert(-1, {**rest, "arrival": route[-1]["arrival"]})
        route[-1] = {**route[-1], "arrival": route[-1]["arrival"] + 100}

    stated = read_solution(answered(change), FILE)
    timing = schedule(FILE.problem, 0, ROUTES[0])
    assert stated.routes[0] == (0, 1, 4, 2, 5)
    assert stated.times[0].departure == timing.departure
    assert stated.times[0].end == timing.end


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("code", 2, "the solution is an error: "),
        ("routes.0.vehicle", 5, "routes[0].vehicle is 5: no such vehicle"),
        ("routes.0.steps.1.id", 77, "routes[0].steps[1].id is 77: no such job"),
        ("routes.0.steps.1.id", None, "routes[0].steps[1].id is missing"),
        ("routes.0.steps.1.type", "nap", "routes[0].steps[1].type: Input should be"),
        ("routes.0.steps.1.arrival", -5, "routes[0].steps[1].arrival: Input should be greater"),
        ("routes.0.steps", 5, "routes[0].steps: write an array"),
        ("unassigned.0.id", 9, "unassigned[0].id is 9: no such job"),
        ("summary.cost", "free", "summary.cost: Input should be a valid number"),
    ],
)
def test_what_the_instance_does_not_have_is_named_by_its_path(path, value, message):
    with pytest.raises(InvalidRequest) as error:
        read_solution(answered(set_at(path, value)), FILE)
    assert error.value.message.startswith(message)


def test_a_vehicle_has_one_route():
    def change(found):
        found["routes"].append(found["routes"][0])

    with pytest.raises(InvalidRequest, match=r"routes\[1\]\.vehicle is 7: it has a route already"):
        read_solution(answered(change), FILE)


@given(st.text(alphabet="Route#:1234567890 Cost.\n-", max_size=60))
def test_any_lines_are_read_or_refused(text):
    assert refusal(lambda lines: read_solution(lines, BENCHMARK), text) != ""
