import json
from decimal import Decimal

import pytest

from collection.routing.formats.options import Rounding
from collection.routing.formats.solutions import Stated, read_solution
from collection.routing.formats.verify import verify_solution
from collection.routing.formats.vroom_answer import answer
from collection.routing.instances import read, read_text
from collection.routing.solution import evaluate
from tests.routing.formats.samples import SHARED, SOLOMON, vroom

BENCHMARK = read_text(SOLOMON)
FILE = read_text(vroom())


def names(instance, **stated):
    finding = verify_solution(instance, Stated(**stated))
    return [violation.constraint for violation in finding.violations]


def test_a_sound_solution_keeps_everything():
    finding = verify_solution(BENCHMARK, Stated(routes=((1, 0), (2,)), cost=Decimal("30.0198")))
    assert finding.violations == ()
    assert (finding.cost, finding.routes, finding.unassigned) == (30.0198, 2, 0)


@pytest.mark.parametrize(
    ("routes", "cost", "constraints"),
    [
        (((1, 0), (2,)), "30.0199", ["cost"]),
        (((1, 0), ()), None, ["exactly_once"]),
        (((1, 0), (2, 2)), None, ["exactly_once", "capacity"]),
        (((1, 0, 2), ()), None, ["capacity"]),
        (((2, 0), (1,)), None, ["time_window"]),
        (((0,), (1,), (2,)), None, ["vehicles"]),
    ],
)
def test_each_mistake_is_found(routes, cost, constraints):
    found = names(BENCHMARK, routes=routes, cost=None if cost is None else Decimal(cost))
    assert found == constraints


def test_a_cost_may_be_told_in_tenths_or_in_the_unit_of_the_file():
    instance = read_text(SOLOMON, rounding=Rounding.DIMACS)
    routes = ((1, 0), (2,))
    assert names(instance, routes=routes, cost=Decimal(300)) == []
    assert names(instance, routes=routes, cost=Decimal("30.0"), slack=Decimal("0.05")) == []
    assert names(instance, routes=routes, cost=Decimal("30.1"), slack=Decimal("0.05")) == ["cost"]


def test_what_is_owned_to_be_left_out_is_no_mistake():
    routes = ((0, 1, 4, 2, 6, 5), ())
    assert names(FILE, routes=routes, unassigned=(3,)) == []
    assert names(FILE, routes=routes) == ["exactly_once"]
    assert names(FILE, routes=routes, unassigned=(2, 3)) == ["exactly_once"]


def test_times_that_are_told_are_held_to_account():
    found = answer(FILE, evaluate(FILE.problem, ((0, 1, 4, 2, 6, 5), ())))
    sound = verify_solution(FILE, read_solution(json.dumps(found), FILE))
    assert sound.violations == ()
    found["routes"][0]["steps"][-1]["arrival"] -= 200
    early = verify_solution(FILE, read_solution(json.dumps(found), FILE))
    assert "travel_time" in {violation.constraint for violation in early.violations}


@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared instances")
@pytest.mark.parametrize("name", ["C1", "R2"])
def test_best_known_solutions_are_sound_to_the_last_tenth(name):
    path = SHARED / "homberger_1000" / f"{name}_10_4.vrp"
    instance = read(path, rounding=Rounding.DIMACS)
    stated = read_solution(path.with_suffix(".sol").read_text(), instance)
    finding = verify_solution(instance, stated)
    assert finding.violations == ()
    assert finding.cost == 10 * stated.cost
