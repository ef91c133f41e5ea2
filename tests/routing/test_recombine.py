import threading
import time
from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collection.model import Fairness
from collection.routing.columns import Column
from collection.routing.recombine import recombine
from tests.routing.line_day import line_day

PARTS = 18_000
PRICE = 50_000 * PARTS


def column(vehicle, *nodes, cost=0, seconds=0):
    return Column(vehicle=vehicle, nodes=nodes, cost=cost, seconds=seconds)


def wide_day(requests, vehicles, **changes):
    """A day whose routes are only ever columns: nothing of it is timed."""
    many = np.zeros(vehicles, dtype=np.int64)
    fields = {
        "request_ids": tuple(f"r{number}" for number in range(requests)),
        "vehicle_ids": tuple(f"v{number}" for number in range(vehicles)),
        "seconds": np.zeros((requests + 1,) * 2),
        "metres": np.zeros((requests + 1,) * 2),
        "service": np.zeros(requests, dtype=np.int64),
        "loads": np.zeros((requests, 1), dtype=np.int64),
        "windows": (((0, 1),),) * requests,
        "prices": np.full(requests, 50_000),
        "shifts": np.zeros((vehicles, 2), dtype=np.int64),
        "capacities": np.ones((vehicles, 1), dtype=np.int64),
        **dict.fromkeys(("starts", "ends", "fixed_costs", "hour_costs", "km_costs"), many),
    }
    return line_day(**{**fields, **changes})


def total(problem, plan):
    """What a plan of columns costs, worked out from the definition; None if it is none."""
    count = len(problem.request_ids)
    served = [node for each in plan for node in each.nodes if node < count]
    vans = [each.vehicle for each in plan]
    groups = [
        group
        for each in plan
        for group in {int(problem.together[node]) for node in each.nodes if node < count} - {-1}
    ]
    if any(len(set(each)) < len(each) for each in (served, vans, groups)):
        return None
    price = sum(int(p) for r, p in enumerate(problem.prices) if r not in served) * PARTS
    uneven = 0
    if problem.fairness is not None and plan:
        if problem.fairness.measure == "stops":
            days = [sum(node < count for node in each.nodes) for each in plan]
            unit = PARTS
        else:
            days, unit = [each.seconds for each in plan], PARTS // 3_600
        uneven = problem.fairness.price * unit * (max(days) - min(days))
    return sum(each.cost for each in plan) + price + uneven


def optimum(problem, columns, kinds):
    """Try every set of columns, each driven by any vehicle of its kind."""
    best = total(problem, [])
    for size in range(1, len(kinds) + 1):
        for plan in combinations(columns, size):
            free, vans = list(range(len(kinds))), []
            for each in plan:
                own = [van for van in free if kinds[van] == kinds[each.vehicle]]
                if own:
                    free.remove(own[0])
                    vans.append(replace(each, vehicle=own[0]))
            if len(vans) == size and (cost := total(problem, vans)) is not None:
                best = min(best, cost)
    return best


@st.composite
def pools(draw):
    """A problem with vehicles of two kinds, and columns of it."""
    requests, vehicles = draw(st.integers(1, 6)), draw(st.integers(1, 4))
    kinds = [int(draw(st.booleans())) for _ in range(vehicles)]
    measure = draw(st.sampled_from([None, None, "time", "stops"]))
    problem = wide_day(
        requests,
        vehicles,
        capacities=np.array(kinds).reshape(-1, 1),
        prices=np.array([draw(st.integers(0, 400)) for _ in range(requests)]),
        together=np.array([draw(st.sampled_from([-1, -1, 0, 1])) for _ in range(requests)]),
        fairness=measure and Fairness(measure=measure, price=draw(st.integers(1, 300))),
    )
    columns = draw(
        st.lists(
            st.builds(
                Column,
                vehicle=st.integers(0, vehicles - 1),
                nodes=st.sets(st.integers(0, requests - 1), min_size=1).map(tuple),
                cost=st.integers(0, 400 * PARTS),
                seconds=st.sampled_from([3_600, 5_000, 7_200]),
            ),
            max_size=9,
        )
    )
    return problem, columns, kinds


@settings(max_examples=100, deadline=None)
@given(pools())
def test_small_pools_are_solved_to_the_optimum(pool):
    problem, columns, kinds = pool
    best = optimum(problem, columns, kinds)
    plan = recombine(problem, columns, [], time_limit=10)
    if plan is None:
        assert best == total(problem, [])
        return
    assert total(problem, plan) == best < total(problem, [])
    # From its own optimum there is no way on, and from less there is.
    assert recombine(problem, columns, plan, time_limit=10) is None
    for short in range(len(plan)):
        fewer = plan[:short] + plan[short + 1 :]
        again = recombine(problem, columns, fewer, time_limit=10)
        assert total(problem, again or fewer) == best


def test_of_two_plans_the_best_routes_are_chosen():
    problem = line_day()
    mine = [column(0, 0, 1, cost=100), column(1, 2, 3, cost=900)]
    theirs = [column(0, 3, 2, cost=200), column(1, 1, 0, cost=800)]
    assert recombine(problem, theirs, mine, time_limit=5) == [
        mine[0],
        replace(theirs[0], vehicle=1),
    ]


def test_the_cheapest_order_of_a_set_of_requests_counts():
    problem = line_day()
    dear, cheap = column(0, 0, 1, cost=PRICE + 10), column(1, 1, 0, cost=PRICE - 10)
    assert recombine(problem, [dear, cheap], [dear], time_limit=5) == [cheap]


def test_a_kind_goes_out_as_often_as_it_has_vehicles():
    problem = wide_day(4, 3, capacities=np.array([[1], [2], [1]]))
    columns = [column(0, request, cost=request) for request in range(4)]
    plan = recombine(problem, columns, [], time_limit=5)
    assert [(each.vehicle, each.nodes) for each in plan] == [(0, (0,)), (2, (1,))]


def test_who_must_go_out_goes_out_once():
    problem = wide_day(3, 2, prefixes=((2,), ()), prices=np.array([10, 10, 0]))
    must = column(0, 2, cost=500 * PARTS)
    columns = [column(0, 2, 0, cost=502 * PARTS), column(1, 1, cost=PARTS)]
    plan = recombine(problem, columns, [must], time_limit=5)
    assert plan == [columns[0], columns[1]]
    assert recombine(problem, [column(1, 0, 1, cost=0)], [must], time_limit=5) == [
        must,
        column(1, 0, 1, cost=0),
    ]


def test_served_requests_of_a_group_share_a_van():
    problem = line_day(together=np.array([0, 0, -1, -1]))
    columns = [column(0, 0, cost=1), column(1, 1, cost=1), column(0, 1, cost=PRICE // 2)]
    assert len(recombine(problem, columns, [], time_limit=5)) == 1


@pytest.mark.parametrize(("price", "even"), [(9, False), (11, True)])
def test_uneven_days_are_weighed(price, even):
    problem = line_day(fairness=Fairness(measure="stops", price=price))
    uneven_pair = [column(0, 0, cost=PARTS), column(1, 1, 2, 3, cost=PARTS)]
    even_pair = [column(0, 0, 1, cost=11 * PARTS), column(1, 2, 3, cost=11 * PARTS)]
    plan = recombine(problem, [*uneven_pair, *even_pair], [], time_limit=5)
    assert plan == (even_pair if even else uneven_pair)


def test_reloads_and_pauses_in_a_route_serve_nobody():
    problem = line_day(
        reload_ids=("hub",),
        reload_points=np.array([0]),
        reload_service=np.array([0]),
        reload_windows=(((0, 1),),),
        pauses=np.array([[0, 1, 60]]),
    )
    plan = [column(0, 0, 4, 1, 5, cost=1), column(1, 2, 4, 5, 3, cost=1)]
    assert recombine(problem, plan, [], time_limit=5) == plan


def test_nothing_comes_of_nothing():
    assert recombine(line_day(), [], [], time_limit=5) is None
    assert recombine(line_day(), [], [column(0, 0, cost=1)], time_limit=5) is None


def partitions(requests, routes, count):
    """A day, and routes of many plans; where strings of requests recur, plans can be mixed."""
    rng = np.random.default_rng(0)
    plans = []
    for _ in range(count):
        cuts = np.sort(rng.choice(np.arange(1, requests), routes - 1, replace=False))
        rows = np.split(np.roll(np.arange(requests), rng.integers(4)), cuts)
        plans.append(
            [
                column(van, *row.tolist(), cost=int(rng.integers(900, 1_100)) * len(row))
                for van, row in enumerate(rows)
            ]
        )
    return wide_day(requests, routes), plans


def test_many_plans_give_a_better_one():
    problem, plans = partitions(60, 12, 40)
    best = min(plans, key=lambda plan: total(problem, plan))
    columns = [each for plan in plans for each in plan]
    plan = recombine(problem, columns, best, time_limit=10)
    assert total(problem, plan) < total(problem, best)
    assert sorted(node for each in plan for node in each.nodes) == list(range(60))
    assert [each.vehicle for each in plan] == list(range(len(plan)))


def test_the_deterministic_clock_gives_the_same_plan():
    problem, plans = partitions(120, 20, 100)
    columns = [each for plan in plans for each in plan]
    options = {"time_limit": 60, "deterministic_limit": 0.05, "seed": 3}
    once = recombine(problem, columns, plans[0], **options)
    assert total(problem, once) < total(problem, plans[0])
    assert recombine(problem, columns[::-1], plans[0], **options) == once


def test_time_that_is_too_short_spoils_nothing():
    problem, plans = partitions(120, 20, 100)
    columns = [each for plan in plans for each in plan]
    for limit in (0.001, 0.05, 0.2):
        plan = recombine(problem, columns, plans[0], time_limit=limit)
        assert plan is None or total(problem, plan) < total(problem, plans[0])


def test_it_stops_within_a_second():
    rng = np.random.default_rng(0)
    problem, sizes = wide_day(120, 20), rng.integers(5, 10, 4_000).tolist()
    # Random sets hardly ever fit together: far too hard for the time limit.
    columns = [
        column(0, *rng.choice(120, size, replace=False).tolist(), cost=size) for size in sizes
    ]
    stop, asked = threading.Event(), []
    timer = threading.Timer(1.5, lambda: (asked.append(time.monotonic()), stop.set()))
    timer.start()
    recombine(problem, columns, [], time_limit=60, stop=stop.is_set)
    ended = time.monotonic()
    timer.cancel()
    assert ended - asked[0] < 1
    assert recombine(problem, columns, [], time_limit=60, stop=stop.is_set) is None
    assert time.monotonic() - ended < 1
