"""One van, a depot, and requests 1 000 s and 10 000 m out on the same road."""

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings

from collection.model import BreakRule, Position
from collection.model import UnassignedReason as Reason
from collection.ports import UNREACHABLE
from collection.routing.alone import Alone, halves
from collection.routing.explain import classified
from collection.routing.problem import Problem
from collection.routing.suitability import narrow, peaks
from collection.routing.timing import schedule
from tests.problems import problems

WAY = np.array([[0, 1, 1], [1, 0, 0], [1, 0, 0]])


def out(**changes):
    """Service of 100 s at any time from 10 000 s on; the van is back by 50 000 s."""
    fields = {
        "territory": "road",
        "day": date(2026, 3, 4),
        "request_ids": ("a", "b"),
        "vehicle_ids": ("van",),
        "positions": (Position(lon=0.0, lat=0.0),) * 3,
        "depots": 1,
        "seconds": 1_000 * WAY,
        "metres": 10_000 * WAY,
        "service": np.array([100, 100]),
        "loads": np.array([[3], [1]]),
        "windows": (((10_000, 40_000),),) * 2,
        "prices": np.array([10, 10]),
        "shifts": np.array([[0, 50_000]]),
        "capacities": np.array([[3]]),
        "starts": np.array([0]),
        "ends": np.array([0]),
        "fixed_costs": np.array([1]),
        "hour_costs": np.array([1]),
        "km_costs": np.array([1]),
    }
    return classified(Problem(**{**fields, **changes}))


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, None),
        ({"max_metres": np.array([20_000])}, None),
        ({"max_metres": np.array([19_999])}, Reason.TOO_FAR),
        ({"max_travel": np.array([1_999])}, Reason.TOO_FAR),
        ({"max_seconds": np.array([2_099])}, Reason.TOO_FAR),
        ({"max_seconds": np.array([2_100])}, None),
        ({"max_stops": np.array([0])}, Reason.TOO_FAR),
        ({"windows": (((49_000, 60_000),),) * 2}, Reason.WINDOW_TOO_TIGHT),
        ({"windows": (((49_000, 60_000),),) * 2, "latest_ends": np.array([50_100])}, None),
        ({"windows": (((50_001, 60_000),),) * 2}, Reason.OUTSIDE_SHIFTS),
        (
            {"windows": (((50_001, 60_000),),) * 2, "latest_ends": np.array([50_100])},
            Reason.WINDOW_TOO_TIGHT,
        ),
        ({"capacities": np.array([[0]])}, Reason.TOO_LARGE),
        ({"skilled": np.array([[False], [False]])}, Reason.NO_SKILL),
        ({"inside": np.array([False, False])}, Reason.OUTSIDE_TERRITORY),
        ({"seconds": np.full((3, 3), UNREACHABLE)}, Reason.UNREACHABLE),
    ],
)
def test_the_first_question_that_leaves_no_vehicle_names_the_reason(changes, reason):
    problem = out(**changes)

    assert problem.reasons == (reason, reason)
    assert problem.allowed.tolist() == [[reason is None]] * 2


def test_a_way_that_is_open_in_one_period_is_a_way():
    morning, noon = 1_000 * WAY, np.where(WAY, UNREACHABLE, 0)
    table = np.stack([morning, noon])[None]
    metres = np.where(table == UNREACHABLE, UNREACHABLE, 10 * table)
    periods = np.array([0, 20_000])

    def reasons(first, last):
        return out(
            seconds=table, metres=metres, periods=periods, windows=(((first, last),),) * 2
        ).reasons

    assert reasons(10_000, 12_000) == (None, None)
    assert reasons(25_000, 30_000) == (Reason.WINDOW_TOO_TIGHT,) * 2


def test_a_vehicle_of_another_class_finds_the_zone_closed():
    closed = np.where(WAY, UNREACHABLE, 0)
    fields = {
        "vehicle_ids": ("electric", "diesel"),
        "seconds": np.stack([1_000 * WAY, closed])[:, None],
        "metres": np.stack([10_000 * WAY, closed])[:, None],
        "profiles": np.array([0, 1]),
        "shifts": np.array([[0, 50_000]] * 2),
        "capacities": np.array([[3]] * 2),
    }
    zeros = dict.fromkeys(
        ("starts", "ends", "fixed_costs", "hour_costs", "km_costs"), np.zeros(2, dtype=np.int64)
    )

    assert out(**fields, **zeros).allowed.tolist() == [[True, False]] * 2


def test_a_break_by_the_clock_makes_nothing_impossible():
    # Alone the van is out from 11 000 s to 13 100 s, over the break's last start; but after
    # another stop it may rest first.
    problem = out(
        windows=(((9_000, 9_000),), ((12_000, 12_000),)),
        capacities=np.array([[4]]),
        pauses=np.array([[10_500, 11_100, 900]]),
        breaks=((0,),),
    )
    rest = problem.pause_nodes.start

    assert problem.reasons == (None, None)
    assert schedule(problem, 0, (1,)).breaches == ("break",)
    assert schedule(problem, 0, (0, rest, 1)).feasible


def test_a_rule_is_kept_by_a_pause_after_the_service():
    rule = BreakRule(counts="driving", over=1_500, stretch=1_000, pause=600, least=600)
    short = BreakRule(counts="driving", over=1_500, stretch=999, pause=600, least=600)
    pauses = np.array([[0, 90_000, 600]])

    assert out(rules=((rule,),), pauses=pauses).reasons == (None, None)
    assert out(rules=((short,),), pauses=pauses).reasons == (Reason.WINDOW_TOO_TIGHT,) * 2


def test_a_shipment_is_served_as_a_whole():
    pair = {"partner": np.array([1, 0]), "loads": np.array([[3], [-3]])}
    late = {"windows": (((10_000, 40_000),), ((49_500, 49_900),))}

    assert out(**pair).reasons == (None, None)
    assert out(**pair, capacities=np.array([[2]])).reasons == (Reason.TOO_LARGE,) * 2
    assert out(**pair, **late).reasons == (Reason.WINDOW_TOO_TIGHT,) * 2
    assert halves(out(**pair), 1) == (0, 1)


def test_the_most_on_board_counts_what_is_taken_along():
    problem = out(loads=np.array([[-2], [3]]), initial=np.array([[2], [1]]))

    assert peaks(problem).tolist() == [[2], [4]]
    assert peaks(out(partner=np.array([1, 0]), loads=np.array([[3], [-3]]))).tolist() == [[3], [3]]


def test_what_the_dispatcher_pinned_does_not_make_a_request_impossible():
    assert out(prefixes=((1,),)).reasons == (None, None)


@settings(deadline=None, max_examples=100)
@given(problems())
def test_a_vehicle_is_allowed_just_where_it_could_serve_the_request_alone(problem):
    allowed, reasons = narrow(Alone(problem))

    assert (allowed == problem.allowed).all()
    assert reasons == problem.reasons
    for request, reason in enumerate(reasons):
        assert (reason is None) == allowed[request].any()
        for vehicle in range(len(problem.vehicle_ids)):
            if problem.prefixes[vehicle]:
                continue
            plain = schedule(problem, vehicle, halves(problem, request))
            # A feasible route proves it; a pause may be what a plain one lacks.
            assert allowed[request, vehicle] or not plain.feasible
            if not (problem.pauses.size or plain.feasible):
                assert not allowed[request, vehicle]
