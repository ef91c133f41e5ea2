"""A problem in the verifier's words, and solutions that others are known by."""

import re

import numpy as np
import pytest

from collection.routing import instances
from collection.routing.check_facts import Reload, Rest
from collection.routing.check_problem import facts_of, places_of
from collection.routing.check_solution import verdict
from tests import solomon
from tests.routing.line_day import line_day
from tests.routing.test_check_vans import HUB

FOLDER = solomon.FOLDER / "homberger_1000"


def test_nodes_are_requests_reloads_and_pauses():
    problem = line_day(**HUB, pauses=np.array([[1, 2, 3]]))
    facts = facts_of(problem)
    *requests, reload, rest = places_of(problem, facts)

    assert [(demand.number, demand.id, demand.point) for demand in requests] == [
        (0, "a", 1),
        (1, "b", 2),
        (2, "c", 3),
        (3, "d", 4),
    ]
    assert reload == Reload(id="hub", point=0, windows=HUB["reload_windows"][0], service=500)
    assert rest == Rest(number=0, windows=((1, 2),), service=3)


def test_a_van_that_lacks_a_skill_and_one_that_is_ruled_out_by_name():
    skills = (frozenset({"cold"}), frozenset(), frozenset(), frozenset())
    skilled = np.array([[True, False], [False, True], [True, True], [True, True]])
    first, second, *_ = facts_of(line_day(skills=skills, skilled=skilled)).demands

    assert (first.unskilled, first.excluded) == ({1}, frozenset())
    assert (second.unskilled, second.excluded) == (frozenset(), {0})


def test_pairs_and_groups():
    facts = facts_of(
        line_day(
            partner=np.array([2, -1, 0, -1]),
            together=np.array([7, -1, 7, 9]),
            apart=((0, 3),),
        )
    )
    assert facts.partners == ((0, 2),)
    assert set(facts.together) == {frozenset({0, 2}), frozenset({3})}
    assert facts.apart == ((0, 3),)


@pytest.mark.skipif(not FOLDER.is_dir(), reason="no shared instances")
@pytest.mark.parametrize("name", ["R2_10_4", "RC1_10_4"])
def test_best_known_solutions_are_sound_and_cost_what_their_files_say(name):
    problem = instances.read(FOLDER / f"{name}.vrp", rounding=instances.Rounding.DIMACS).problem
    text = (FOLDER / f"{name}.sol").read_text()
    routes = [
        tuple(int(customer) - 1 for customer in line.split())
        for line in re.findall(r"^Route #\d+: (.*)$", text, re.MULTILINE)
    ]
    routes += [()] * (len(problem.vehicle_ids) - len(routes))
    (cost,) = re.findall(r"^Cost ([\d.]+)$", text, re.MULTILINE)
    found = verdict(problem, routes)

    assert found.violations == ()
    assert sorted(node for route in routes for node in route) == list(range(1_000))
    assert found.total == round(10 * float(cost))
