from dataclasses import replace

import pytest

from collection.model import Pause, Unassigned, UnassignedReason
from collection.routing.assemble import assemble
from collection.routing.compare import compare, figures
from collection.routing.solution import evaluate
from collection.units import HOUR, MINUTE
from tests.places import CREATED
from tests.strategies import make_day, make_request

DAY = make_day([make_request(str(n), lon=7.42 + n / 100) for n in range(3)])
ALWAYS = {f"monaco.{n}": ((8 * HOUR, 20 * HOUR),) for n in range(3)}


def plan_of(*routes):
    problem = DAY.problem()
    return assemble(problem, evaluate(problem, routes), created_at=CREATED, fingerprint="f")


ONE = plan_of((0, 1, 2), ())
TWO = plan_of((0, 1), (2,))


def leave_out(plan, request_id):
    routes = tuple(
        replace(r, stops=tuple(s for s in r.stops if s.request_id != request_id))
        for r in plan.routes
    )
    left = Unassigned(request_id=request_id, reason=UnassignedReason.NO_CAPACITY, detail="full")
    return replace(plan, routes=routes, unassigned=(left,))


def test_a_plan_against_itself_changes_nothing():
    same = compare(ONE, ONE, ALWAYS)

    assert same.before == same.after
    assert (same.other_vehicle, same.other_time) == ({}, {})
    assert (same.newly_served, same.newly_unassigned, same.gone) == ((), (), ())


def test_figures_are_the_sums_of_the_routes():
    told = figures(TWO, ALWAYS)

    assert (told.routes, told.stops, told.unassigned) == (2, 3, 0)
    assert told.cost == TWO.routes[0].cost + TWO.routes[1].cost
    assert told.metres == TWO.routes[0].metres + TWO.routes[1].metres
    assert told.duration == sum(route.end - route.start for route in TWO.routes)
    assert (told.overtime, told.tight, told.late_if_slower) == (0, 0.0, 0)


def test_who_changed_is_told_by_request():
    changed = compare(ONE, TWO, ALWAYS)
    later = replace(
        ONE,
        routes=tuple(
            replace(
                r,
                stops=tuple(
                    replace(s, start=s.start + 15 * MINUTE + n) for n, s in enumerate(r.stops)
                ),
            )
            for r in ONE.routes
        ),
    )

    assert changed.other_vehicle == {"monaco.2": ("van-1", "van-2")}
    # Up to 15 min is no change.
    assert compare(ONE, later, ALWAYS).other_time == {"monaco.1": 901, "monaco.2": 902}


def test_who_is_served_anew_left_out_or_gone():
    less = leave_out(ONE, "monaco.1")

    assert compare(less, ONE, ALWAYS).newly_served == ("monaco.1",)
    assert compare(ONE, less, ALWAYS).newly_unassigned == ("monaco.1",)
    assert compare(ONE, replace(less, unassigned=()), ALWAYS).gone == ("monaco.1",)


def test_a_stop_is_tight_if_it_starts_just_before_its_window_closes():
    starts = {stop.request_id: stop.start for stop in ONE.routes[0].stops}

    def tight(*slacks):
        ends = zip(starts.items(), slacks, strict=True)
        spans = {name: ((0, start + left), (90_000, 95_000)) for (name, start), left in ends}
        return figures(ONE, spans, slack=600).tight

    assert tight(599, 600, 0) == pytest.approx(2 / 3)
    assert tight(600, 601, 900) == 0


def test_lateness_is_that_of_every_way_taking_longer():
    (route,) = ONE.routes
    first, second, third = route.stops
    # 10 % longer, rounded up way by way, with nothing to wait for.
    slower = [-(-stop.travel * 110 // 100) - stop.travel for stop in route.stops]
    slip = [sum(slower[: n + 1]) for n in range(3)]

    def late(*more):
        ends = zip(route.stops, slip, more, strict=True)
        spans = {s.request_id: ((0, s.start + by + one),) for s, by, one in ends}
        return figures(ONE, spans, slower=10).late_if_slower

    assert min(slip) > 0
    assert late(0, 0, 0) == 0
    assert late(-1, 0, -1) == 2
    assert late(-1, -1, -1) == 3
    rested = Pause(start=first.departure, end=first.departure + 600, after=1)
    later = [replace(s, arrival=s.arrival + 600, start=s.start + 600) for s in (second, third)]
    paused = replace(ONE, routes=(replace(route, stops=(first, *later), pauses=(rested,)),))
    spans = {
        s.request_id: ((0, s.start + by),) for s, by in zip((first, *later), slip, strict=True)
    }
    assert figures(paused, spans, slower=10).late_if_slower == 0


def test_a_window_that_is_missed_is_waited_out():
    (route,) = ONE.routes
    spans = {s.request_id: ((0, s.start), (s.start + HOUR, s.start + HOUR)) for s in route.stops}

    # The first stop slips into its second window, an hour later; so do the others.
    assert (
        figures(ONE, {route.stops[0].request_id: spans[route.stops[0].request_id]}).late_if_slower
        == 0
    )
    assert figures(ONE, spans).late_if_slower == 2
