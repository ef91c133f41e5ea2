"""Each alert at its exact boundary, and what keeps it quiet."""

from dataclasses import replace

import pytest

from collection.model import BreakRule, ClockBreak, DatedRule, LiveRules
from collection.scheduling.alerts import (
    WATCHES,
    Alert,
    Scene,
    alerts,
    break_due,
    driver_silent,
    not_started,
    off_route,
    shift_overrun,
    stop_will_be_late,
)
from collection.scheduling.progress import fold
from collection.units import HOUR, MINUTE
from tests.places import DAY, TERRITORY, make_vehicle
from tests.scheduling.line_plan import (
    NAMES,
    at,
    line_plan,
    line_requests,
    line_route,
    place,
    told,
)

RULES = LiveRules(
    late=2 * MINUTE,
    late_urgent=10 * MINUTE,
    silent=20 * MINUTE,
    off_route=1_112,
    break_ahead=15 * MINUTE,
    overrun=5 * MINUTE,
    not_started=10 * MINUTE,
)


def scene(events, now, *, plan=None, territory=TERRITORY, requests=None):
    plan = plan or line_plan()
    instant = at(now)
    progress = fold(plan, events, now=instant, territory=territory, requests=requests or {})
    return Scene(progress=progress, plan=plan, territory=territory, rules=RULES)


def found(watch, events, now, **more):
    return [(alert.severity, dict(alert.values)) for alert in watch(scene(events, now, **more))]


def lateness_of_d(now, close):
    """Alerts of a van that leaves c at 08:45 for d, whose window closes then."""
    requests = line_requests(hours=((8, 20),))
    requests["monaco.d"] = replace(
        requests["monaco.d"],
        windows=(replace(requests["monaco.d"].windows[0], end=at(close)),),
    )
    events = [told("collected", f"08:{15 * n + 15}", "abc"[n]) for n in range(3)]
    return found(stop_will_be_late, events, now, requests=requests)


def test_a_stop_will_be_late_from_the_threshold_on():
    # Leaves c at 08:45, is at d at 08:55.
    assert lateness_of_d("08:46", "08:53:01") == []
    assert lateness_of_d("08:46", "08:53:00") == [("warning", {"minutes": "2"})]
    assert lateness_of_d("08:46", "08:45:01") == [("warning", {"minutes": "10"})]
    assert lateness_of_d("08:46", "08:45:00") == [("urgent", {"minutes": "10"})]


def test_who_is_there_will_not_be_late_any_more():
    requests = line_requests(hours=((8, 8.1),))
    events = [told("arrived", "08:20", "a")]
    named = [a.request_id for a in stop_will_be_late(scene(events, "08:21", requests=requests))]
    assert named == ["monaco.b", "monaco.c", "monaco.d"]


def test_a_driver_is_silent_from_the_threshold_on():
    events = [told("shift_started", "08:00"), told("position", "08:05", where=place(0.2))]
    assert found(driver_silent, events, "08:24:59") == []
    assert found(driver_silent, events, "08:25:00") == [("urgent", {"minutes": "20"})]


@pytest.mark.parametrize(
    "last",
    [
        told("break_started", "08:05"),
        told("shift_ended", "08:05"),
        replace(told("van_out", "08:05"), vehicle_id="van-1"),
    ],
)
def test_nobody_is_silent_who_does_not_work(last):
    assert found(driver_silent, [told("shift_started", "08:00"), last], "08:40") == []
    assert found(driver_silent, [], "08:40") == []


def test_a_van_is_off_route_beyond_the_threshold():
    # On the equator of the row a hundredth of a degree north of the way's end is 1 112 m.
    def at_place(steps, aside=0.0):
        events = [
            *(told("collected", f"08:{15 * n + 15}", "abc"[n]) for n in range(3)),
            told("position", "08:46", where=place(steps, aside)),
        ]
        return found(off_route, events, "08:47")

    assert at_place(4.99999) == []
    assert at_place(5.001) == [("warning", {"metres": "1113"})]
    # Home leads over the whole row, and what is over is no way any more.
    assert at_place(0.5) == []


def test_off_route_is_told_of_what_is_new_and_of_who_works():
    far = told("position", "08:10", where=place(9))
    assert found(off_route, [told("shift_started", "08:00"), far], "08:29:59") != []
    assert found(off_route, [told("shift_started", "08:00"), far], "08:30:00") == []
    assert found(off_route, [far], "08:11") == []
    resting = [told("shift_started", "08:00"), told("break_started", "08:09"), far]
    assert found(off_route, resting, "08:11") == []
    plan = line_plan(line_route(legs=False))
    assert found(off_route, [told("shift_started", "08:00"), far], "08:11", plan=plan) == []


def territory_with(*breaks, rule=None, rules=(), **van):
    country = TERRITORY.country
    if rule or rules:
        law = {"applies_to": "everybody", "valid_from": DAY, "valid_until": None, "source": "law"}
        dated = tuple(DatedRule(rule=one, **law) for one in rules or (rule,))
        country = replace(country, break_rules=dated)
    vehicle = make_vehicle("van-1", breaks=breaks, **van)
    return replace(TERRITORY, vehicles=(vehicle,), country=country)


STARTED = told("shift_started", "08:00")


def test_a_break_by_the_clock_is_due_before_its_last_moment():
    lunch = ClockBreak(earliest=8 * HOUR, latest=9 * HOUR, seconds=1_200)
    plan, territory = line_plan(line_route(pause_after=1)), territory_with(lunch)

    def due(now, *more):
        return found(break_due, [STARTED, *more], now, plan=plan, territory=territory)

    assert due("08:44:59") == []
    assert due("08:45:00") == [("warning", {"time": "09:00"})]
    assert due("09:00:00") == [("urgent", {"time": "09:00"})]
    assert due("08:50", told("break_started", "08:49")) == []
    taken = (told("break_started", "08:10"), told("break_ended", "08:30"))
    assert due("08:50", *taken) == []


def test_a_break_by_law_is_due_before_the_longest_stretch_is_over():
    rule = BreakRule(counts="work", over=HOUR, stretch=HOUR, pause=600, least=600)
    territory = territory_with(rule=rule)

    def due(now, *more):
        return found(break_due, [STARTED, *more], now, territory=territory)

    assert due("08:44:59") == []
    assert due("08:45:00") == [("warning", {"time": "09:00"})]
    assert due("09:00:00") == [("urgent", {"time": "09:00"})]
    # Too short a rest is no break, though no work either; a long one begins a new stretch.
    short = (told("break_started", "08:20"), told("break_ended", "08:29"))
    assert due("09:00", *short) == [("warning", {"time": "09:09"})]
    long = (told("break_started", "08:20"), told("break_ended", "08:31"))
    assert due("08:50", *long) == []


def test_a_break_by_law_is_due_where_the_law_knows_no_longest_stretch():
    # As in Spain, here after one hour.
    rule = BreakRule(counts="work", over=HOUR, stretch=24 * HOUR, pause=900, least=900)
    territory = territory_with(rule=rule)
    assert found(break_due, [STARTED], "08:44:59", territory=territory) == []
    assert found(break_due, [STARTED], "09:05", territory=territory) == [
        ("urgent", {"time": "09:00"})
    ]


def test_the_rest_of_a_longer_break_is_due_where_the_longer_rule_begins_to_hold():
    # As in Germany, with 40 minutes for six hours and 80 for nine; ten of 15 were rested.
    six = BreakRule(counts="work", over=40 * MINUTE, stretch=50 * MINUTE, pause=600, least=300)
    nine = BreakRule(counts="work", over=80 * MINUTE, stretch=50 * MINUTE, pause=900, least=300)
    territory = territory_with(rules=(six, nine))
    rested = [STARTED, told("break_started", "08:40"), told("break_ended", "08:50")]
    rested += [told("collected", "08:20", "a"), told("collected", "08:35", "b")]
    # 08:00 to 09:45 with ten minutes of rest: the 80 minutes are full at 09:30.
    assert found(break_due, rested, "09:14:59", territory=territory) == []
    assert found(break_due, rested, "09:15", territory=territory) == [
        ("warning", {"time": "09:30"})
    ]


def test_a_day_that_the_law_does_not_reach_asks_for_no_break():
    # From 08:00 to 09:40 are 100 minutes.
    rule = BreakRule(counts="work", over=100 * MINUTE, stretch=HOUR, pause=600, least=600)
    assert found(break_due, [STARTED], "08:05", territory=territory_with(rule=rule)) == []
    less = replace(rule, over=100 * MINUTE - 1)
    events = [STARTED, *(told("collected", f"08:{15 * n + 15}", "abc"[n]) for n in range(3))]
    assert found(break_due, events, "08:50", territory=territory_with(rule=less)) != []
    driving = replace(less, counts="driving")
    assert found(break_due, events, "08:50", territory=territory_with(rule=driving)) == []


def test_a_shift_overruns_from_the_threshold_on():
    # Back at 09:40; the shift ends at 09:00, with half an hour of overtime.
    territory = territory_with(end=9, overtime=30 * MINUTE)
    assert found(shift_overrun, [STARTED], "08:01", territory=territory) == [
        ("warning", {"minutes": "10"})
    ]
    exact = territory_with(end=9, overtime=35 * MINUTE)
    assert found(shift_overrun, [STARTED], "08:01", territory=exact) != []
    below = territory_with(end=9, overtime=35 * MINUTE + 1)
    assert found(shift_overrun, [STARTED], "08:01", territory=below) == []
    over = [*(told("collected", "08:10", n[-1]) for n in NAMES), told("shift_ended", "09:45")]
    assert found(shift_overrun, over, "09:46", territory=territory) == []


def test_a_van_has_not_started_from_the_threshold_on():
    assert found(not_started, [], "08:09:59") == []
    assert found(not_started, [], "08:10:00") == [("urgent", {"minutes": "10"})]
    assert found(not_started, [STARTED], "08:10") == []
    assert found(not_started, [told("position", "08:09", where=place(0))], "08:30") == []


def test_a_van_without_a_stop_left_calls_for_nobody():
    gone = [told("cancelled", "07:00", n[-1]) for n in NAMES]
    assert found(not_started, gone[:3], "21:00") != []
    for watch in WATCHES:
        assert found(watch, gone, "21:00") == []


def test_urgent_alerts_come_first_and_others_may_watch_too():
    def unaccounted(scene):
        yield Alert(kind="unaccounted", severity="urgent", request_id=NAMES[0])

    plan = line_plan()
    progress = fold(
        plan,
        [],
        now=at("08:30"),
        territory=TERRITORY,
        requests=line_requests(hours=((8, 8.85),)),
    )
    told_ = alerts(progress, plan, TERRITORY, rules=RULES, more=(unaccounted,))

    assert [(alert.severity, alert.id) for alert in told_] == [
        ("urgent", "stop_will_be_late:van-1:monaco.c"),
        ("urgent", "stop_will_be_late:van-1:monaco.d"),
        ("urgent", "not_started:van-1"),
        ("urgent", "unaccounted:monaco.a"),
        ("warning", "stop_will_be_late:van-1:monaco.b"),
    ]
    assert len(WATCHES) == 6


def test_an_unknown_van_is_watched_as_far_as_can_be():
    territory = replace(TERRITORY, vehicles=())
    watched = scene([STARTED], "09:30", territory=territory)
    kinds = [a.kind for a in alerts(watched.progress, watched.plan, territory, rules=RULES)]
    assert kinds == ["driver_silent"]
