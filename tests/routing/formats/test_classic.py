from decimal import Decimal
from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.errors import InvalidRequest
from collection.model import UnassignedReason
from collection.routing.formats.classic import Classic
from collection.routing.formats.options import Rounding
from collection.routing.formats.solomon import read_solomon
from collection.routing.formats.vrplib import read_vrplib
from collection.routing.problem import NO_LIMIT
from collection.routing.solution import evaluate
from tests.routing.formats.samples import EXPLICIT, SOLOMON, VRPLIB


def make_classic(**changes):
    return Classic(
        **{
            "kind": "vrplib",
            "name": "x",
            "vehicles": 9,
            "capacity": 10,
            "distances": np.array([[0.0, 2.25], [2.35, 0.0]]),
            "demands": [0, 3],
            "windows": None,
            "services": [Decimal(0), Decimal("0.35")],
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("rounding", "factor", "scale", "legs", "service"),
    [
        (Rounding.EXACT, 10_000, 10_000, (22_500, 23_500), 3_500),
        (Rounding.DIMACS, 10, 1, (22, 23), 3),
        (Rounding.INTEGER, 1, 1, (2, 2), 0),
    ],
)
def test_numbers_become_integers_as_the_rounding_says(rounding, factor, scale, legs, service):
    instance = make_classic().rounded(rounding)
    problem = instance.problem
    assert (instance.factor, instance.scale) == (factor, scale)
    assert (problem.seconds[0, 0, 0, 1], problem.seconds[0, 0, 1, 0]) == legs
    assert problem.service.tolist() == [service]
    assert instance.distances.tolist() == [problem.metres[0, 0].tolist()]
    solution = evaluate(problem, [(0,)])
    assert solution.cost == sum(legs)
    assert instance.shown(solution.cost) == sum(legs) / scale


def test_windows_and_shifts_are_multiplied_like_distances():
    problem = read_solomon(SOLOMON).rounded(Rounding.DIMACS).problem
    assert problem.windows == (((160, 170),), ((50, 600),), ((0, 1000),))
    assert problem.shifts.tolist() == [[0, 2300]] * 2
    assert problem.service.tolist() == [10, 25, 0]
    assert problem.capacities.tolist() == [[10], [10]]
    assert problem.loads.tolist() == [[4], [5], [6]]
    assert problem.reasons == (None, None, None)


def test_whole_numbers_need_no_scale():
    instance = read_vrplib(EXPLICIT).rounded(Rounding.EXACT)
    assert (instance.scale, instance.factor) == (1, 1)
    assert instance.problem.seconds[0, 0].tolist() == [[0, 20, 30], [25, 0, 15], [35, 12, 0]]


def test_customers_keep_their_numbers():
    instance = read_vrplib(VRPLIB).rounded(Rounding.EXACT)
    assert [(task.kind, task.id, task.place.index) for task in instance.tasks] == [
        ("job", 1, 1),
        ("job", 2, 2),
        ("job", 3, 3),
    ]
    assert [van.id for van in instance.vans] == [1, 2]


def test_no_more_vehicles_than_customers_are_kept():
    assert len(make_classic().rounded(Rounding.EXACT).vans) == 1
    assert len(make_classic(vehicles=0).rounded(Rounding.EXACT).vans) == 0


def test_without_windows_only_the_longest_route_binds():
    problem = make_classic().rounded(Rounding.INTEGER).problem
    assert problem.max_seconds.tolist() == [NO_LIMIT]
    assert evaluate(problem, [(0,)]).cost == 4
    short = make_classic(longest=Decimal(3)).rounded(Rounding.INTEGER).problem
    assert short.max_seconds.tolist() == [3]
    assert short.reasons == (UnassignedReason.TOO_FAR,)


def test_whoever_is_left_out_costs_more_than_any_solution():
    problem = read_solomon(SOLOMON).rounded(Rounding.INTEGER).problem
    found = [evaluate(problem, routes) for routes in permutations([(0,), (2,), (1,)], 2)]
    found += [evaluate(problem, [(0, 2), (1,)]), evaluate(problem, [(1, 0), (2,)])]
    assert problem.prices.min() > max(solution.cost for solution in found if solution)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"distances": np.array([[0.0, 214_749.5], [1.0, 0.0]])}, "a distance is 214750, times"),
        (
            {"windows": [(Decimal(0), Decimal(2_000_000_000))] * 2},
            "a time is 2000000000, times 10000; the limit is 549755813888",
        ),
    ],
)
def test_what_does_not_fit_names_the_limit(changes, message):
    with pytest.raises(InvalidRequest) as error:
        make_classic(**changes).rounded(Rounding.EXACT)
    assert error.value.message.startswith(message)
    assert error.value.field == "rounding"


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_dimacs_distances_are_tenths_cut_off(x, y):
    # In integers: the greatest k with k * k <= 100 * (x * x + y * y).
    text = SOLOMON.replace("10         0  ", f"{x} {y} ")
    problem = read_solomon(text).rounded(Rounding.DIMACS).problem
    k = int(problem.metres[0, 0, 0, 3])
    assert k * k <= 100 * (x * x + y * y) < (k + 1) * (k + 1)
