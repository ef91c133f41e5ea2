"""What became of a van's route, and where it will be free."""

from dataclasses import replace

import pytest

from collection.model import ClockBreak, Load, Position, RequestState
from collection.routing.rest import rest_territory
from collection.scheduling.progress import fold
from collection.scheduling.replan import propose
from collection.scheduling.rest_of_day import split
from collection.units import HOUR, MINUTE
from tests.places import DEVICES, make_vehicle
from tests.scheduling.live import DAY, FLEET, live_day

ONE = replace(FLEET, vehicles=(make_vehicle("van-1"),))


def parts_of(day, *, out=()):
    requests = {request.id: request for request in day.requests.day("monaco", DAY)}
    progress = fold(
        day.plan,
        day.ports.events.entries,
        now=day.clock.now(),
        territory=day.territory,
        requests=requests,
    )
    return split(
        day.territory, day.plan, progress, requests=requests, devices=DEVICES, out=frozenset(out)
    )


@pytest.fixture
def day():
    found = live_day([(8, 9), (10, 12), (14, 16)], territory=ONE)
    found.clock.instant = found.at(7 * HOUR)
    return found


def test_a_van_that_has_not_left_waits_at_its_depot(day):
    parts = parts_of(day)
    assert set(parts.waiting) == {"van-1"}
    assert parts.underway == {}
    assert parts.kept == frozenset()


def test_a_late_van_can_leave_no_earlier_than_now(day):
    day.clock.instant = day.at(9 * HOUR)
    assert parts_of(day).waiting["van-1"].shift.start == 9 * HOUR


def test_what_was_told_counts_and_not_what_was_planned(day):
    (route,) = day.plan.routes
    first = route.stops[0]
    day.tell("arrived", first.start + 600, route=route, stop=first)
    day.tell("collected", first.start + 900, route=route, stop=first)
    day.clock.instant = day.at(first.start + 900)
    (van,) = parts_of(day).underway.values()
    (stop,) = van.done.stops
    assert (stop.start, stop.departure) == (first.start + 600, first.start + 900)
    assert (van.position, van.free) == (first.position, first.start + 900)
    assert van.done.load.units == 1


def test_who_is_at_a_door_is_free_when_its_service_is_over(day):
    (route,) = day.plan.routes
    first = route.stops[0]
    day.tell("arrived", first.start + 600, route=route, stop=first)
    day.clock.instant = day.at(first.start + 610)
    (van,) = parts_of(day).underway.values()
    assert van.free == first.departure + 600
    assert parts_of(day).kept == {first.request_id}


def test_a_stop_that_failed_leaves_nothing_on_board(day):
    (route,) = day.plan.routes
    day.tell("failed", route.stops[0].departure, route=route, stop=route.stops[0])
    day.clock.instant = day.at(route.stops[0].departure)
    (van,) = parts_of(day).underway.values()
    assert (len(van.done.stops), van.done.load.units) == (1, 0)


def test_who_has_left_the_depot_and_was_seen_nowhere_keeps_the_first_stop(day):
    (route,) = day.plan.routes
    day.tell("shift_started", route.start, route=route)
    day.clock.instant = day.at(route.start + 1)
    assert parts_of(day).kept == {route.stops[0].request_id}


def test_a_van_that_was_seen_away_from_its_depot_has_left_it(day):
    (route,) = day.plan.routes
    day.tell("position", 7 * HOUR, route=route, position=Position(lon=7.44, lat=43.75))
    (van,) = parts_of(day).underway.values()
    assert van.position == Position(lon=7.44, lat=43.75)
    assert van.done.start == 7 * HOUR


def test_a_break_that_goes_on_is_over_first(day):
    (route,) = day.plan.routes
    day.drive(route.stops[0].departure)
    day.tell("break_started", route.stops[0].departure + 60, route=route)
    day.clock.instant = day.at(route.stops[0].departure + 20 * MINUTE)
    (van,) = parts_of(day).underway.values()
    ((start, end),) = [(pause.start, pause.end) for pause in van.done.pauses]
    assert (start, end) == (route.stops[0].departure + 60, van.free)


@pytest.fixture
def lunch():
    """A day with a break at nine, driven past it."""
    pause = ClockBreak(earliest=9 * HOUR, latest=10 * HOUR, seconds=30 * MINUTE)
    vans = (make_vehicle("van-1", breaks=(pause,)),)
    found = live_day([(8, 9), (9, 12), (11, 12), (12, 16)], territory=replace(FLEET, vehicles=vans))
    (route,) = found.plan.routes
    assert [pause.end - pause.start for pause in route.pauses] == [30 * MINUTE]
    return found


def test_a_break_that_nobody_told_of_is_still_due(lunch):
    lunch.drive(11 * HOUR + 30 * MINUTE)
    (van,) = parts_of(lunch).underway.values()
    (pause,) = van.done.pauses
    assert (pause.start, pause.end) == (11 * HOUR + 30 * MINUTE, 12 * HOUR), "it is overdue"
    assert van.free == pause.end


def test_a_break_that_is_overdue_costs_nobody_a_place_where_the_van_would_wait(lunch):
    lunch.drive(11 * HOUR + 30 * MINUTE)
    plan = propose("monaco", DAY, lunch.ports, now=lunch.clock.now(), seconds=0.1).plan_after
    assert plan.unassigned == ()
    assert plan.violations == ()
    (pause,) = plan.routes[0].pauses
    assert pause.start == 11 * HOUR + 30 * MINUTE


@pytest.mark.parametrize(("minutes", "left"), [(30, []), (10, [20])])
def test_a_break_that_was_told_of_counts_for_as_long_as_it_lasted(lunch, minutes, left):
    (route,) = lunch.plan.routes
    lunch.drive(route.stops[0].departure)
    begun = route.pauses[0].start
    lunch.tell("break_started", begun, route=route)
    lunch.tell("break_ended", begun + minutes * MINUTE, route=route)
    lunch.drive(12 * HOUR)
    (van,) = parts_of(lunch).underway.values()
    lengths = [pause.end - pause.start for pause in van.done.pauses]
    assert lengths == [length * MINUTE for length in (minutes, *left)]
    assert rest_territory(lunch.territory, {}, {"van-1": van}, DAY).vehicles[0].breaks == ()


def test_who_was_cancelled_before_anybody_came_is_not_part_of_the_day(day):
    (route,) = day.plan.routes
    day.cancel(route.stops[0].request_id, 7 * HOUR)
    assert parts_of(day).kept == frozenset()
    (van,) = parts_of(day, out={"van-1"}).stranded
    assert route.stops[0].request_id not in van.open


def test_a_driver_who_has_been_home_may_go_out_again():
    day = live_day([(8, 9)], territory=ONE)
    (route,) = day.plan.routes
    day.drive(route.stops[0].departure)
    day.clock.instant = day.at(12 * HOUR)
    (van,) = parts_of(day).underway.values()
    assert van.home is not None
    assert van.home < 12 * HOUR == van.free
    assert van.position == day.territory.depots[0].position


def test_a_laden_van_goes_on_until_it_is_emptied():
    room = Load(units=6, litres=900, grams=400_000)
    territory = replace(FLEET, vehicles=(make_vehicle("van-1", capacity=room),))
    day = live_day([(8, 12)] * 10, territory=territory)
    (route,) = day.plan.routes
    assert route.reloads, "ten devices do not fit into room for six"
    emptied = route.reloads[0].after
    laden = 4
    assert laden < emptied
    day.drive(route.stops[laden - 1].departure)
    (van,) = parts_of(day).underway.values()
    assert len(van.done.stops) == emptied
    assert len(van.done.reloads) == 1
    assert van.done.load.units == 0, "it is free when it is emptied"
    assert van.position == route.reloads[0].position
    states = {day.requests.get(stop.request_id).state for stop in route.stops[laden:emptied]}
    assert RequestState.PLANNED in states
