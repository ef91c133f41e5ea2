"""A plan's stops, reloads and pauses, read in the order of the day."""

from dataclasses import replace

import pytest

from collection.model import ClockBreak, Pause, ReloadVisit
from collection.routing.check_facts import Demand, Reload, Rest
from collection.routing.check_model import facts_of
from collection.routing.check_plan import routes_of
from collection.units import HOUR
from tests.places import DEVICES, HUB, TERRITORY, make_vehicle
from tests.routing.sound_plan import broken, day_of, plan_of, sound, with_route
from tests.strategies import DAY

NOON = 12 * HOUR


def read(plan, territory=TERRITORY):
    day = day_of(territory=territory)
    facts = facts_of(day.requests, territory, DEVICES, day.travel, day=DAY, instructions=None)
    return routes_of(plan, facts)


def reload(after=1, **changes):
    fields = {
        "site_id": "hub",
        "position": HUB.position,
        "arrival": NOON,
        "start": NOON,
        "departure": NOON + 600,
        "travel": 100,
        "metres": 800,
        "after": after,
    }
    return ReloadVisit(**{**fields, **changes})


def kinds(route):
    return [type(visit.what) for visit in route.visits]


def test_reloads_and_pauses_stand_after_their_stops():
    before, after = (Pause(start=t, end=t + 60, after=1) for t in (NOON - 60, NOON + 600))
    last = Pause(start=NOON + 6_000, end=NOON + 6_060, after=2)
    plan = with_route(sound(), pauses=(last, after, before), reloads=(reload(),))
    route = read(plan)[0]

    assert kinds(route) == [Demand, Rest, Reload, Rest, Demand, Rest]
    assert [visit.start for visit in route.visits if isinstance(visit.what, Rest)] == [
        NOON - 60,
        NOON + 600,
        NOON + 6_000,
    ]


def test_waiting_for_a_pause_begins_when_the_work_before_it_is_done():
    first = sound().routes[0].stops[0]
    late = Pause(start=first.departure + 500, end=first.departure + 600, after=1)
    next_one = Pause(start=late.end, end=late.end + 60, after=1)
    visits = read(with_route(sound(), pauses=(late, next_one)))[0].visits
    assert [visit.arrival for visit in visits[1:3]] == [first.departure, late.end]


def test_the_way_back_is_what_the_other_legs_leave():
    plan = with_route(sound(), reloads=(reload(),), travel=5_000, metres=9_000)
    stops = plan.routes[0].stops
    route = read(plan)[0]

    assert route.back == 5_000 - 100 - stops[0].travel - stops[1].travel
    assert route.back_metres == 9_000 - 800 - stops[0].metres - stops[1].metres
    assert (route.travel, route.metres) == (5_000, 9_000)


def lunch_at(*breaks):
    vans = (make_vehicle("van-1", breaks=breaks), TERRITORY.vehicles[1])
    return replace(TERRITORY, vehicles=vans)


LUNCH = ClockBreak(earliest=NOON, latest=NOON + HOUR, seconds=1_800)


@pytest.mark.parametrize(
    ("starts", "seconds", "numbers"),
    [
        ([NOON], 1_800, [0]),
        ([NOON - 1, NOON], 1_800, [-1, 0]),
        ([NOON, NOON + 1_800], 1_800, [0, -1]),
        ([NOON - 1], 1_800, [0]),  # out of its window, and yet the one that is meant
        ([NOON], 1_799, [-1]),
    ],
)
def test_which_pause_is_a_break(starts, seconds, numbers):
    pauses = tuple(Pause(start=start, end=start + seconds, after=1) for start in starts)
    plan = with_route(sound(), pauses=pauses, start=8 * HOUR, end=16 * HOUR)
    rests = [rest.number for _, rest in read(plan, lunch_at(LUNCH))[0].rests()]
    assert rests == numbers


def test_a_break_that_is_not_due_claims_no_pause_out_of_its_window():
    pause = Pause(start=9 * HOUR, end=9 * HOUR + 1_800, after=1)
    plan = with_route(sound(), pauses=(pause,), start=8 * HOUR, end=11 * HOUR)
    assert [r.number for _, r in read(plan, lunch_at(LUNCH))[0].rests()] == [-1]


def test_two_breaks_take_a_pause_each():
    later = replace(LUNCH, earliest=NOON + 1_000, latest=NOON + 2 * HOUR)
    pauses = tuple(
        Pause(start=NOON + start, end=NOON + start + 1_800, after=1) for start in (1_200, 3_000)
    )
    plan = with_route(sound(), pauses=pauses, start=8 * HOUR, end=16 * HOUR)
    rests = [r.number for _, r in read(plan, lunch_at(later, LUNCH))[0].rests()]
    assert rests == [1, 0]


def breakfast(earliest=9 * HOUR, latest=9 * HOUR + 300):
    return lunch_at(replace(LUNCH, earliest=earliest, latest=latest))


def full():
    """A morning of the first van: a request, a break from 9:00 on, the hub, a request."""
    territory = breakfast()
    day = day_of(territory=territory)
    problem = day.problem()
    hub, lunch = problem.reload_nodes.start, problem.pause_nodes.start
    return day, plan_of(day, (0, lunch, hub, 1), (2,))


def test_a_full_day_is_sound():
    day, plan = full()
    assert (len(plan.routes[0].pauses), len(plan.routes[0].reloads)) == (1, 1)
    assert broken(plan, day) == set()


def change(plan, field, **changes):
    """Change the one pause, or the one reload."""
    (entry,) = getattr(plan.routes[0], field)
    return with_route(plan, **{field: (replace(entry, **changes),)})


def test_break_due():
    day, plan = full()
    due = replace(day, territory=breakfast(earliest=9 * HOUR + 1))
    (pause,) = plan.routes[0].pauses
    shorter = change(plan, "pauses", end=pause.end - 1)

    assert pause.start == 9 * HOUR
    assert broken(shorter, due) == {"break_due", "arrival"}
    assert broken(with_route(plan, pauses=()), day) == {"break_due", "arrival"}


def test_break_window():
    day, plan = full()
    for earliest, expected in ((0, set()), (1, {"break_window"})):
        territory = breakfast(earliest=9 * HOUR + earliest)
        assert broken(plan, replace(day, territory=territory)) == expected


def test_reload_at_an_unknown_place():
    day, plan = full()
    assert broken(change(plan, "reloads", site_id="moon"), day) == {"reload"}


def test_reload_where_the_van_may_not_be_emptied():
    day, plan = full()
    van = replace(day.territory.vehicles[0], reload_sites=frozenset())
    barred = replace(day.territory, vehicles=(van, day.territory.vehicles[1]))
    assert broken(plan, replace(day, territory=barred)) == {"reload"}
    shut = replace(day.territory, reload_at_depots=False)
    assert broken(plan, replace(day, territory=shut)) == {"reload"}


def test_reload_that_is_too_short():
    day, plan = full()
    longer = replace(day.territory, reload_seconds=601)
    assert broken(plan, replace(day, territory=longer)) == {"reload"}


def test_position_of_a_reload():
    day, plan = full()
    elsewhere = day.requests[0].address.position
    assert broken(change(plan, "reloads", position=elsewhere), day) == {"position"}


def test_load_since_the_van_was_emptied():
    day, plan = full()
    assert plan.routes[0].load.units == 1
    whole = replace(plan.routes[0].load, units=2)
    assert broken(with_route(plan, load=whole), day) == {"load"}
