"""A day's state, by figures that can be worked out by heart, and what no order of events moves."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collection.model import RequestState, plan_of
from collection.routing.assemble import assemble
from collection.routing.insertion import insert_all
from collection.routing.solution import evaluate
from collection.scheduling.progress import OVER, fold
from collection.store.codec import numbered
from collection.units import to_utc
from tests.places import CREATED, TERRITORY, make_vehicle
from tests.scheduling.line_plan import (
    NAMES,
    ZONE,
    at,
    line_plan,
    line_requests,
    line_route,
    place,
    told,
)
from tests.strategies import days


def folded(events, now, *, plan=None, territory=TERRITORY, **more):
    instant = at(now) if isinstance(now, str) else now
    return fold(plan or line_plan(), events, now=instant, territory=territory, **more)


def etas(progress):
    """Local clocks of the first route's ETAs."""
    return [
        stop.eta.astimezone(ZONE).strftime("%H:%M:%S").removesuffix(":00")
        for stop in progress.routes[0].stops
    ]


def states(progress):
    return "".join(stop.state.value[0] for stop in progress.routes[0].stops)


PLANNED = ["08:10", "08:25", "08:40", "08:55"]


def test_before_the_day_all_is_as_planned():
    progress = folded([], "06:00")
    (route,) = progress.routes

    assert etas(progress) == PLANNED
    assert (route.state, route.done, route.next_stop) == ("waiting", 0, "monaco.a")
    assert route.eta_end == at("09:40")
    assert (route.last_event_at, route.position, route.shift_started) == (None, None, None)
    assert progress.stop("monaco.b").planned_start == at("08:25")
    assert progress.stop("monaco.x") is None


def test_a_van_of_which_nothing_is_heard_leaves_now():
    progress = folded([], "08:30")

    assert etas(progress) == ["08:40", "08:55", "09:10", "09:25"]
    assert progress.routes[0].state == "waiting"


def test_a_shift_that_began_late_is_late_everywhere():
    progress = folded([told("shift_started", "08:07")], "08:08")

    assert etas(progress) == ["08:17", "08:32", "08:47", "09:02"]
    assert (progress.routes[0].state, progress.routes[0].shift_started) == ("out", at("08:07"))


def test_a_shift_that_began_early_leaves_as_planned():
    assert etas(folded([told("shift_started", "07:50")], "07:55")) == PLANNED


def test_a_driver_at_the_door_leaves_when_the_service_is_done():
    events = [told("en_route", "08:02", "a"), told("arrived", "08:20", "a")]
    progress = folded(events, "08:22")
    stop = progress.stop("monaco.a")

    assert (stop.state, stop.arrived_at, stop.eta) == ("arrived", at("08:20"), at("08:20"))
    assert (stop.eta_earliest, stop.eta_latest) == (stop.eta, stop.eta)
    assert etas(progress)[1:] == ["08:35", "08:50", "09:05"]


def test_a_visit_that_takes_longer_than_planned_ends_now_at_the_earliest():
    assert etas(folded([told("arrived", "08:10", "a")], "08:40"))[1:] == ["08:50", "09:05", "09:20"]


def test_a_departure_moves_what_comes():
    events = [told("arrived", "08:10", "a"), told("collected", "08:12", "a")]
    progress = folded(events, "08:13")

    assert states(progress) == "cppp"
    assert (progress.stop("monaco.a").left_at, progress.routes[0].done) == (at("08:12"), 1)
    assert etas(progress) == ["08:10", "08:22", "08:37", "08:52"]


def test_what_a_phone_tells_on_the_day_before_is_no_trouble():
    yesterday = [
        replace(event, at=event.at - timedelta(days=1))
        for event in (told("shift_started", "08:00"), told("break_started", "08:05"))
    ]
    progress = folded(yesterday, at("08:10") - timedelta(days=1))
    assert etas(progress) == PLANNED
    assert progress.routes[0].resting


def test_a_way_that_takes_longer_than_planned_ends_now_at_the_earliest():
    assert etas(folded([told("collected", "08:15", "a")], "08:31"))[1:] == [
        "08:31",
        "08:46",
        "09:01",
    ]


def test_a_stop_that_was_ended_without_an_arrival_began_a_service_earlier():
    assert etas(folded([told("failed", "08:16", "a")], "08:17"))[0] == "08:11"


@pytest.mark.parametrize("kind", ["collected", "failed", "refused"])
def test_each_result_ends_a_stop(kind):
    progress = folded([told(kind, "08:15", "a")], "08:16")

    assert progress.stop("monaco.a").state == kind
    assert progress.routes[0].next_stop == "monaco.b"


def test_the_driver_says_where_he_goes_next():
    events = [told("collected", "08:15", "a"), told("en_route", "08:20", "b")]
    progress = folded(events, "08:21")

    assert states(progress) == "cepp"
    assert etas(progress)[1:] == ["08:30", "08:45", "09:00"]


def test_stops_in_another_order_are_timed_at_the_pace_of_the_route():
    # From a to c is twice a step, and back to b one, then two to d.
    events = [told("collected", "08:15", "a"), told("en_route", "08:15", "c")]
    progress = folded(events, "08:16")

    assert progress.routes[0].next_stop == "monaco.c"
    wanted = {"monaco.c": "08:35", "monaco.b": "08:50", "monaco.d": "09:15"}
    for name, clock in wanted.items():
        assert abs(progress.stop(name).eta - at(clock)) < timedelta(seconds=5)


def test_a_cancelled_stop_is_driven_past():
    cancelled = replace(told("cancelled", "08:05", "b"), route_id=None, plan_id=None)
    progress = folded([told("collected", "08:15", "a"), cancelled], "08:16")

    assert states(progress) == "ccpp"
    assert progress.stop("monaco.b").state is RequestState.CANCELLED
    assert progress.stop("monaco.b").left_at is None
    assert abs(progress.stop("monaco.c").eta - at("08:35")) < timedelta(seconds=5)


def test_who_moved_to_this_day_before_it_was_planned_is_a_stop():
    moved = told("rescheduled", "08:00", "b")
    early = replace(moved, at=CREATED - timedelta(days=1))

    assert folded([early], "08:05").stop("monaco.b").state is RequestState.PLANNED
    assert folded([moved], "08:05").stop("monaco.b").state is RequestState.RESCHEDULED


def test_a_position_on_the_way_shifts_the_eta():
    # Three quarters of the way at 08:20 leave 150 s.
    events = [told("collected", "08:15", "a"), told("position", "08:20", where=place(1.75))]
    progress = folded(events, "08:20")

    assert etas(progress)[1:] == ["08:22:30", "08:37:30", "08:52:30"]
    assert (progress.routes[0].position, progress.routes[0].position_at) == (
        place(1.75),
        at("08:20"),
    )


def test_a_van_that_still_stands_at_the_door_leaves_then():
    events = [told("collected", "08:15", "a"), told("position", "08:23", where=place(1.01))]
    assert etas(folded(events, "08:23"))[1] == "08:33"


@pytest.mark.parametrize(
    "fix",
    [
        told("position", "08:20", where=place(1.75, aside=0.02)),  # 1.6 km off the way
        told("position", "08:14", where=place(1.75)),  # from before the departure
    ],
)
def test_a_position_that_tells_nothing_of_the_way_moves_nothing(fix):
    assert etas(folded([told("collected", "08:15", "a"), fix], "08:20"))[1:] == PLANNED[1:]


def test_a_position_is_measured_straight_where_the_plan_has_no_streets():
    plan = line_plan(line_route(legs=False))
    events = [told("collected", "08:15", "a"), told("position", "08:20", where=place(1.75))]
    assert etas(folded(events, "08:20", plan=plan))[1] == "08:22:30"


def test_a_pause_that_was_not_taken_is_still_to_come():
    plan = line_plan(line_route(pause_after=1))
    progress = folded([told("collected", "08:15", "a")], "08:16", plan=plan)

    assert etas(progress) == ["08:10", "08:45", "09:00", "09:15"]
    assert progress.routes[0].breaks_left == (1_200,)


def test_a_pause_that_was_taken_earlier_is_not_taken_again():
    plan = line_plan(line_route(pause_after=2))
    events = [
        told("collected", "08:15", "a"),
        told("break_started", "08:15"),
        told("break_ended", "08:35"),
    ]
    progress = folded(events, "08:36", plan=plan)

    assert etas(progress)[1:] == ["08:45", "09:00", "09:15"]
    assert progress.routes[0].breaks_taken == ((at("08:15"), at("08:35")),)
    assert progress.routes[0].breaks_left == (0,)


def test_the_rest_of_a_pause_that_was_taken_in_part_is_still_to_come():
    plan = line_plan(line_route(pause_after=2))
    events = [
        told("collected", "08:15", "a"),
        told("break_started", "08:15"),
        told("break_ended", "08:20"),
    ]
    assert etas(folded(events, "08:20", plan=plan))[1:] == ["08:30", "09:00", "09:15"]


@pytest.mark.parametrize(("now", "second"), [("08:20", "08:45"), ("08:50", "09:00")])
def test_a_break_that_goes_on_lasts_as_planned_and_at_least_until_now(now, second):
    plan = line_plan(line_route(pause_after=1))
    events = [told("collected", "08:15", "a"), told("break_started", "08:15")]
    assert etas(folded(events, now, plan=plan))[1] == second


def test_a_break_on_the_way_delays_the_arrival():
    events = [
        told("collected", "08:15", "a"),
        told("en_route", "08:15", "b"),
        told("break_started", "08:17"),
        told("break_ended", "08:27"),
    ]
    assert etas(folded(events, "08:28"))[1] == "08:35"


def test_who_drives_past_his_pause_takes_it_behind_the_next_stop():
    plan = line_plan(line_route(pause_after=1))
    events = [told("collected", "08:15", "a"), told("en_route", "08:16", "b")]
    assert etas(folded(events, "08:17", plan=plan))[1:] == ["08:26", "09:01", "09:16"]


def test_who_works_has_ended_his_break():
    events = [
        told("collected", "08:15", "a"),
        told("break_started", "08:15"),
        told("arrived", "08:40", "b"),
    ]
    route = folded(events, "08:41").routes[0]
    assert route.breaks_taken == ((at("08:15"), at("08:40")),)


def test_windows_are_waited_for_and_missed():
    requests = line_requests(hours=((8.5, 8.75),))
    early = folded([told("collected", "08:05", "a")], "08:06", requests=requests)
    late = folded([told("collected", "08:45", "a")], "08:46", requests=requests)

    assert etas(early)[1:] == ["08:30", "08:45", "09:00"]
    assert [stop.lateness for stop in early.routes[0].stops][1:] == [0, 0, 900]
    assert [stop.lateness for stop in late.routes[0].stops][1:] == [600, 1_500, 2_400]


def test_a_range_begins_neither_before_now_nor_before_the_window():
    stop = folded([], "08:00", requests=line_requests(hours=((8.15, 20),))).stop("monaco.a")
    assert stop.eta_earliest == at("08:09")
    assert stop.eta_latest == at("08:16")

    stop = folded([told("collected", "08:15", "a")], "08:24").stop("monaco.b")
    assert (stop.eta_earliest, stop.eta_latest) == (at("08:24"), at("08:31"))


def test_a_shift_that_is_ended_or_driven_home_is_done():
    results = [told("collected", f"08:{10 + n}", name[-1]) for n, name in enumerate(NAMES)]

    out = folded(results, "08:40").routes[0]
    assert (out.state, out.done, out.next_stop, out.eta_end) == ("out", 4, None, at("08:53"))
    assert folded(results, "08:54").routes[0].state == "done"
    ended = folded([*results, told("shift_ended", "08:45")], "08:46").routes[0]
    assert (ended.state, ended.eta_end, ended.shift_ended) == ("done", at("08:45"), at("08:45"))


@pytest.mark.parametrize("now", ["07:00", "08:30", "22:00"])
def test_a_van_whose_stops_were_all_called_off_before_it_left_is_done(now):
    gone = [told("cancelled", "06:30", n[-1]) for n in NAMES]
    (route,) = folded(gone, now).routes
    assert (route.state, route.eta_end, route.overtime) == ("done", at("08:00"), 0)


def test_overtime_is_what_comes_after_the_shift():
    territory = replace(TERRITORY, vehicles=(make_vehicle("van-1", end=9),))
    assert folded([], "08:10", territory=territory).routes[0].overtime == 50 * 60
    assert folded([], "08:10").routes[0].overtime == 0


def test_a_van_taken_out_is_broken():
    out = replace(told("van_out", "08:20"), route_id=None, vehicle_id="van-1")
    route = folded([told("collected", "08:15", "a"), out], "08:21").routes[0]
    assert (route.state, route.last_event_at) == ("broken", at("08:15"))


def test_what_an_older_version_was_told_holds():
    plan = line_plan(line_route(), version=2)
    events = [
        told("shift_started", "07:58"),
        told("arrived", "08:20", "a"),
        told("collected", "08:22", "a"),
    ]
    progress = folded(events, "08:23", plan=plan)

    assert states(progress) == "cppp"
    assert progress.routes[0].shift_started == at("07:58")
    assert etas(progress)[1] == "08:32"


def test_what_another_van_does_moves_only_its_own_stops():
    plan = line_plan(line_route(NAMES[:2]), line_route(NAMES[2:], vehicle="van-2"), version=2)
    events = [told("collected", "08:15", "c"), told("arrived", "08:20", "d")]
    progress = folded(events, "08:21", plan=plan)

    # What is in the van is collected; the plan's own van has not been there.
    assert progress.stop("monaco.c").state is RequestState.COLLECTED
    assert progress.stop("monaco.d").state is RequestState.PLANNED
    assert progress.routes[1].state == "waiting"


@pytest.mark.parametrize(
    "event",
    [
        replace(told("collected", "08:15", "unknown"), route_id=None),
        told("position", "08:15", where=place(1), vehicle="van-9"),
        replace(told("collected", "08:15", "a"), territory="lyon"),
        replace(told("shift_started", "08:15"), day=line_plan().day + timedelta(days=1)),
        replace(told("shift_started", "08:15"), route_id="monaco.2026-01-01.v1.van-1"),
        told("plan_published", "08:15"),
    ],
)
def test_what_is_no_matter_of_the_plan_is_ignored(event):
    assert folded([event], "08:00") == folded([], "08:00")


def test_of_a_stop_that_is_another_route_s_by_now_only_the_driver_was_heard():
    progress = folded([told("collected", "07:45", "unknown")], "07:50")
    assert progress.routes[0].last_event_at == at("07:45")
    assert (etas(progress), progress.routes[0].done) == (PLANNED, 0)


def test_a_driver_has_seen_the_version_that_the_phone_showed():
    seen = [told("acknowledged", "07:31"), told("acknowledged", "07:30")]
    route = folded(seen, "07:40").routes[0]
    # It is no sign that the driver is on the way.
    assert (route.acknowledged, route.last_event_at) == (at("07:30"), None)
    newer = line_plan(line_route(), version=2)
    assert folded(seen, "07:40", plan=newer).routes[0].acknowledged is None


def test_what_is_collected_stays_it():
    events = [
        told("failed", "08:12", "a", code="not_home"),
        told("collected", "08:20", "a"),
        told("failed", "08:30", "a", code="other"),
        told("arrived", "08:31", "a"),
        told("en_route", "08:32", "a"),
    ]
    stop = folded(events, "08:33").stop("monaco.a")
    assert (stop.state, stop.left_at, stop.arrived_at) == ("collected", at("08:20"), None)


def test_what_came_to_the_hub_was_collected():
    received = replace(told("received", "12:00", "a"), route_id=None, site_id="hub")
    assert folded([received], "12:01").stop("monaco.a").state is RequestState.COLLECTED
    requests = line_requests()
    requests["monaco.a"] = replace(requests["monaco.a"], state=RequestState.RECEIVED)
    stop = folded([received], "12:01", requests=requests).stop("monaco.a")
    assert stop.state is RequestState.RECEIVED


KINDS = [
    *("en_route", "arrived", "collected", "failed", "refused", "cancelled", "rescheduled"),
    *("received", "position", "shift_started", "shift_ended", "break_started", "break_ended"),
    *("van_out", "plan_published", "acknowledged"),
]


# Mostly of the day itself; a phone may tell something on the day before, or long after.
instants = (st.integers(0, 180) | st.integers(-1_500, 2_000)).map(
    lambda minutes: at("08:00") + timedelta(minutes=minutes)
)


@st.composite
def event_lists(draw, max_size=25):
    events = []
    for number in range(draw(st.integers(0, max_size))):
        event = told(
            draw(st.sampled_from(KINDS)),
            "08:00",
            draw(st.sampled_from("abcdx")) if draw(st.booleans()) else None,
            plan=draw(st.sampled_from(["v1", "v1", "v2"])),
            vehicle=draw(st.sampled_from(["van-1", "van-1", "van-2", "van-9"])),
            where=draw(st.none() | st.floats(0, 4).map(place)),
        )
        if draw(st.booleans()):
            event = replace(event, id=f"{1_000 + number}-{draw(st.integers(0, 2))}")
        events.append(replace(event, at=draw(instants)))
    return events


TWO = line_plan(line_route(NAMES[:3], pause_after=1), line_route(NAMES[3:], vehicle="van-2"))


@given(event_lists(), instants, st.randoms(use_true_random=False))
def test_order_and_repetition_of_events_change_nothing(events, now, random):
    shuffled = [*events, *(event for event in events if random.random() < 0.5)]
    random.shuffle(shuffled)
    assert folded(shuffled, now, plan=TWO) == folded(events, now, plan=TWO)


@given(event_lists(), event_lists(max_size=5), instants)
def test_more_events_never_un_finish_a_stop(events, more, now):
    before, after = (folded(told_, now, plan=TWO) for told_ in (events, [*events, *more]))
    for name in NAMES:
        if before.stop(name).state in OVER:
            assert after.stop(name).state in OVER
        if before.stop(name).state is RequestState.COLLECTED:
            assert after.stop(name).state is RequestState.COLLECTED


@given(event_lists(), instants)
def test_what_is_to_come_is_not_in_the_past_and_lies_in_its_range(events, now):
    progress = folded(events, now, plan=TWO)
    for route in progress.routes:
        for stop in route.stops:
            assert stop.eta_earliest <= stop.eta <= stop.eta_latest
            if stop.arrived_at is None and not stop.over:
                assert stop.eta_earliest >= progress.now
        assert route.done == sum(stop.over for stop in route.stops)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(days())
def test_a_day_without_events_is_timed_as_it_was_planned(day):
    problem = day.problem()
    wanted = {n for n, reason in enumerate(problem.reasons) if reason is None}
    routes = insert_all(problem, ((),) * len(problem.vehicle_ids), wanted)
    plan = assemble(problem, evaluate(problem, routes), created_at=CREATED, fingerprint="f")
    plan = numbered(plan, 1)
    now = to_utc(plan.day, -3_600, ZONE)
    requests = {request.id: request for request in day.requests}
    for known in (requests, {}):
        progress = fold(plan, [], now=now, territory=day.territory, requests=known)
        for route, planned in zip(progress.routes, plan.routes, strict=True):
            assert plan_of(route.route_id) == plan.id
            assert [stop.eta for stop in route.stops] == [
                to_utc(plan.day, stop.start, ZONE) for stop in planned.stops
            ]
            assert route.eta_end == to_utc(plan.day, planned.end, ZONE)
            assert route.overtime == planned.overtime
            assert sum(stop.lateness for stop in route.stops) == 0
