"""The live day: what is over stays, the rest is planned again, a dispatcher decides."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collection.errors import Conflict, InvalidRequest, NotFound, PlanRejected
from collection.model import (
    Battery,
    Device,
    EventType,
    Instructions,
    Load,
    Position,
    RequestState,
    UnassignedReason,
)
from collection.routing.resume import rest_of
from collection.scheduling import open_day
from collection.scheduling.explaining import explain_stored, verify_stored
from collection.scheduling.nightly import plan_night
from collection.scheduling.replan import MAX_AGE, accept, drop, propose
from collection.units import HOUR, MINUTE
from tests.places import make_request, make_vehicle
from tests.scheduling.live import DAY, FLEET, live_day

QUICK = 0.3
ONE_VAN = replace(FLEET, vehicles=(make_vehicle("van-1"),))


def again(day, **asked):
    return propose("monaco", DAY, day.ports, now=day.clock.now(), **{"seconds": QUICK, **asked})


def vehicles_of(plan):
    return {stop.request_id: r.vehicle_id for r in plan.routes for stop in r.stops}


def starts_of(plan):
    return {stop.request_id: stop.start for route in plan.routes for stop in route.stops}


@pytest.fixture
def morning():
    """Two vans on the road at ten: each window takes a half of the requests."""
    small = Load(units=8, litres=900, grams=400_000)
    vans = tuple(make_vehicle(f"van-{n}", capacity=small) for n in (1, 2, 3))
    territory = replace(FLEET, vehicles=vans, reload_at_depots=False)
    day = live_day([(8, 10)] * 6 + [(10, 12)] * 8, territory=territory)
    day.drive(10 * HOUR)
    return day


def test_a_van_breaks_down_and_others_serve_its_stops(morning):
    before = morning.plan
    broken = before.routes[0].vehicle_id
    proposal = again(morning, van_out={broken})
    after = proposal.plan_after

    (stranded,) = proposal.stranded
    assert stranded.vehicle_id == broken
    assert stranded.open
    assert set(proposal.before.unserved) == set(stranded.open)
    assert proposal.after.unserved == ()
    assert not set(stranded.open) & {
        name for name, van in vehicles_of(after).items() if van == broken
    }
    assert set(stranded.open) <= set(proposal.affected)
    assert after.violations == ()
    assert (after.version, proposal.status) == (before.version + 1, "open")
    assert morning.plan.id == before.id, "a proposal publishes nothing"
    assert verify_stored(after, morning.ports) == []


def test_what_is_on_board_of_a_broken_van_is_told(morning):
    route = morning.plan.routes[0]
    done = [
        stop.request_id
        for stop in route.stops
        if morning.requests.get(stop.request_id).state is RequestState.COLLECTED
    ]
    (stranded,) = again(morning, van_out={route.vehicle_id}).stranded
    assert list(stranded.requests) == done
    assert stranded.load.units == len(done) > 0


def test_accepting_publishes_takes_the_van_out_and_keeps_what_is_done(morning):
    states = {request.id: request.state for request in morning.requests.day("monaco", DAY)}
    done = {name for name, state in states.items() if state is RequestState.COLLECTED}
    broken = morning.plan.routes[0].vehicle_id
    proposal = again(morning, van_out={broken})
    accepted = accept(proposal.plan_after.id, morning.ports, at=morning.clock.now())

    assert accepted.status == "accepted"
    assert morning.plan.id == proposal.plan_after.id
    assert {r.id for r in morning.requests.day("monaco", DAY) if r.state == "collected"} == done
    outs = [e for e in morning.ports.events.entries if e.type is EventType.VAN_OUT]
    assert [event.vehicle_id for event in outs] == [broken]
    accept(proposal.plan_after.id, morning.ports, at=morning.clock.now())
    assert [e for e in morning.ports.events.entries if e.type is EventType.VAN_OUT] == outs

    # The day goes on by the new plan, and the broken van stays out by itself.
    morning.drive(11 * HOUR)
    later = again(morning)
    assert later.plan_before.id == proposal.plan_after.id
    assert later.plan_after.violations == ()
    assert not any(van.open for van in later.stranded)
    assert verify_stored(later.plan_after, morning.ports) == []


def test_a_dropped_proposal_stays_dropped(morning):
    proposal = again(morning)
    plan_id, now = proposal.plan_after.id, morning.clock.now()
    dropped = drop(plan_id, morning.ports, at=now, note="the van runs again")
    assert (dropped.status, dropped.note) == ("dropped", "the van runs again")
    assert morning.plan.id == proposal.plan_before.id
    with pytest.raises(Conflict, match="dropped"):
        accept(plan_id, morning.ports, at=now)


def test_an_accepted_proposal_cannot_be_dropped(morning):
    plan_id, now = again(morning).plan_after.id, morning.clock.now()
    accept(plan_id, morning.ports, at=now)
    with pytest.raises(Conflict, match="accepted"):
        drop(plan_id, morning.ports, at=now)


def test_of_two_proposals_the_second_is_overtaken(morning):
    first = again(morning)
    morning.clock.advance(seconds=1)
    second = again(morning, van_out={morning.plan.routes[0].vehicle_id})
    accept(first.plan_after.id, morning.ports, at=morning.clock.now())
    with pytest.raises(Conflict, match="another version was published"):
        accept(second.plan_after.id, morning.ports, at=morning.clock.now())


def test_who_was_served_meanwhile_by_the_old_van_forbids_the_change(morning):
    route = morning.plan.routes[0]
    proposal = again(morning, van_out={route.vehicle_id})
    (moved, *_) = (s for s in route.stops if s.request_id in proposal.stranded[0].open)
    morning.tell("collected", 10 * HOUR + 60, route=route, stop=moved)
    with pytest.raises(Conflict, match=f"{moved.request_id} is collected meanwhile"):
        accept(proposal.plan_after.id, morning.ports, at=morning.clock.now())
    assert morning.plan.id == proposal.plan_before.id


def test_who_was_served_meanwhile_as_planned_harms_nothing(morning):
    proposal = again(morning, van_out={morning.plan.routes[0].vehicle_id})
    route = next(
        r for r in morning.plan.routes if r.vehicle_id != morning.plan.routes[0].vehicle_id
    )
    stop = next(
        s for s in route.stops if morning.requests.get(s.request_id).state == RequestState.PLANNED
    )
    morning.tell("collected", 10 * HOUR + 60, route=route, stop=stop)
    accept(proposal.plan_after.id, morning.ports, at=morning.clock.now())
    assert morning.requests.get(stop.request_id).state is RequestState.COLLECTED


def test_nothing_happened_and_nothing_changes(morning):
    proposal = again(morning)
    assert proposal.affected == ()
    assert proposal.after.served == proposal.before.served
    assert (proposal.before.late, proposal.after.late) == (0, 0)


def test_a_cancelled_request_drops_out(morning):
    gone = next(
        r.id for r in morning.requests.day("monaco", DAY) if r.state is RequestState.PLANNED
    )
    morning.cancel(gone, 10 * HOUR)
    after = again(morning).plan_after
    assert gone not in vehicles_of(after)
    assert gone not in {left.request_id for left in after.unassigned}
    assert after.violations == ()


def test_an_urgent_request_comes_in(morning):
    late = make_request("late", hours=((10, 12),), day=DAY, lon=7.43, lat=43.735)
    morning.requests.requests[late.id] = replace(late, state=RequestState.UNASSIGNED)
    proposal = again(morning, urgent={late.id})
    assert late.id in vehicles_of(proposal.plan_after)
    (change,) = (c for c in proposal.changes if c.request_id == late.id)
    assert (change.vehicle_before, change.announced) == (None, None)
    assert change.affected


def test_who_is_urgent_goes_before_who_is_not():
    small = Load(units=2, litres=900, grams=400_000)
    territory = replace(
        FLEET, vehicles=(make_vehicle("van-1", capacity=small),), reload_at_depots=False, sites=()
    )
    day = live_day([(8, 20)] * 2, territory=territory)
    day.clock.instant = day.at(7 * HOUR)
    late = make_request("late", hours=((8, 20),), day=DAY)
    day.requests.requests[late.id] = late
    assert late.id not in vehicles_of(again(day).plan_after)
    proposal = again(day, urgent={late.id})
    assert late.id in vehicles_of(proposal.plan_after)
    (left,) = proposal.plan_after.unassigned
    assert left.reason is UnassignedReason.NO_CAPACITY


def test_a_locked_request_stays_with_its_van(morning):
    route = morning.plan.routes[-1]
    locked = route.stops[-1].request_id
    late = 90 * MINUTE
    morning.clock.instant = morning.at(10 * HOUR + late)
    after = again(morning, locked={locked}).plan_after
    served = vehicles_of(after)
    assert served.get(locked, route.vehicle_id) == route.vehicle_id


def test_a_prefix_that_a_dispatcher_asked_for_stays():
    day = live_day([(8, 20)] * 6)
    names = [request.id for request in day.requests.day("monaco", DAY)]
    asked = Instructions(prefixes={"van-2": (names[5], names[0])})
    plan_night("monaco", DAY, day.ports, instructions=asked)
    day.clock.instant = day.at(7 * HOUR)
    after = again(day).plan_after
    (route,) = (route for route in after.routes if route.vehicle_id == "van-2")
    assert [stop.request_id for stop in route.stops[:2]] == [names[5], names[0]]
    assert after.violations == ()


def test_who_cannot_be_served_in_time_any_more_is_served_late_and_told():
    territory = replace(FLEET, vehicles=(make_vehicle("van-1"),))
    day = live_day([(8, 9)] * 4 + [(16, 18)], territory=territory)
    day.clock.instant = day.at(9 * HOUR + 20 * MINUTE)
    proposal = again(day)
    after = proposal.plan_after
    assert after.unassigned == ()
    assert after.violations == ()
    assert proposal.after.late == 4
    late = {c.request_id: c.late_after for c in proposal.changes if c.late_after}
    assert len(late) == 4
    assert max(late.values()) <= HOUR
    assert set(late) <= set(after.rest.later)
    assert verify_stored(after, day.ports) == []


def test_a_late_driver_hands_over_what_others_can_serve_in_time():
    places = {n: (7.41 + 0.004 * n, 43.73) for n in range(8)}
    vans = (make_vehicle("van-1", max_stops=6), make_vehicle("van-2", max_stops=6))
    day = live_day([(8, 10)] * 8, territory=replace(FLEET, vehicles=vans), places=places)
    slow, quick = sorted(day.plan.routes, key=lambda route: -len(route.stops))
    day.drive(9 * HOUR + 50 * MINUTE, only={quick.vehicle_id})
    day.tell("arrived", 9 * HOUR + 40 * MINUTE, route=slow, stop=slow.stops[0])
    proposal = again(day)
    assert proposal.after.late < proposal.before.late
    assert proposal.plan_after.violations == ()


def test_a_night_does_not_plan_a_day_that_runs(morning):
    published = morning.plan.id
    with pytest.raises(Conflict, match="runs; plan the rest of it again"):
        plan_night("monaco", DAY, morning.ports, seed=1)
    assert morning.plan.id == published


def test_what_a_phone_tells_before_its_day_begins_does_not_begin_it():
    day = live_day([(8, 20)] * 2)
    day.tell("shift_started", -6 * HOUR, route=day.plan.routes[0])
    before = day.plan.id
    plan_night("monaco", DAY, day.ports, seed=1)
    assert day.plan.id != before


def test_nobody_left_makes_them_unassigned_with_a_reason(morning):
    vans = {vehicle.id for vehicle in morning.territory.vehicles}
    proposal = again(morning, van_out=vans)
    assert proposal.after.served == 0
    assert proposal.plan_after.unassigned
    assert all(left.detail for left in proposal.plan_after.unassigned)
    assert proposal.plan_after.violations == ()
    accept(proposal.plan_after.id, morning.ports, at=morning.clock.now())


def test_a_van_on_its_way_is_not_turned_away_from_the_door():
    day = live_day([(8, 9), (8, 20), (8, 20)])
    route = max(day.plan.routes, key=lambda r: len(r.stops))
    first, target = route.stops[:2]
    day.tell("collected", first.departure, route=route, stop=first)
    day.tell("en_route", first.departure, route=route, stop=target)
    day.clock.instant = day.at(first.departure + 1)
    after = again(day).plan_after
    assert vehicles_of(after)[target.request_id] == route.vehicle_id
    (kept,) = (seam for seam in after.rest.resumed if seam.vehicle_id == route.vehicle_id)
    assert kept.stops == 2


def test_who_is_on_the_way_and_breaks_down_leaves_the_customer_to_another():
    day = live_day([(8, 9), (8, 20), (8, 20)])
    route = max(day.plan.routes, key=lambda r: len(r.stops))
    first, target = route.stops[:2]
    day.tell("collected", first.departure, route=route, stop=first)
    day.tell("en_route", first.departure, route=route, stop=target)
    day.clock.instant = day.at(first.departure + 1)
    proposal = again(day, van_out={route.vehicle_id})
    assert vehicles_of(proposal.plan_after)[target.request_id] != route.vehicle_id
    accept(proposal.plan_after.id, day.ports, at=day.clock.now())
    other = next(r for r in day.plan.routes if target.request_id in {s.request_id for s in r.stops})
    day.tell("arrived", 12 * HOUR, route=other, stop=target)
    assert day.requests.get(target.request_id).state is RequestState.ARRIVED


def test_who_was_left_on_the_way_waits_for_the_next_van_and_the_one_after():
    day = live_day([(8, 9), (8, 20), (8, 20)])
    route = max(day.plan.routes, key=lambda r: len(r.stops))
    first, target = route.stops[:2]
    day.tell("collected", first.departure, route=route, stop=first)
    day.tell("en_route", first.departure, route=route, stop=target)
    day.clock.instant = day.at(first.departure + 1)
    accept(again(day, van_out={route.vehicle_id}).plan_after.id, day.ports, at=day.clock.now())
    assert day.requests.get(target.request_id).state is RequestState.PLANNED
    second = vehicles_of(day.plan)[target.request_id]
    assert second != route.vehicle_id

    day.clock.instant = day.at(first.departure + 10 * MINUTE)
    later = again(day, van_out={second})
    assert target.request_id in {
        *vehicles_of(later.plan_after),
        *(left.request_id for left in later.plan_after.unassigned),
    }
    assert vehicles_of(later.plan_after).get(target.request_id) != second
    accept(later.plan_after.id, day.ports, at=day.clock.now())


def test_who_said_to_be_on_the_way_and_turned_to_another_stop_loses_nobody():
    day = live_day([(8, 9), (8, 20), (8, 20)], territory=ONE_VAN)
    (route,) = day.plan.routes
    first, turned_from, target = route.stops
    day.tell("collected", first.departure, route=route, stop=first)
    day.tell("en_route", first.departure, route=route, stop=turned_from)
    day.tell("en_route", first.departure + 60, route=route, stop=target)
    day.clock.instant = day.at(first.departure + 61)
    proposal = again(day)
    assert turned_from.request_id in vehicles_of(proposal.plan_after)
    assert proposal.plan_after.violations == ()
    accept(proposal.plan_after.id, day.ports, at=day.clock.now())
    states = [day.requests.get(stop.request_id).state for stop in (turned_from, target)]
    assert states == [RequestState.PLANNED, RequestState.EN_ROUTE]


def test_who_sets_out_meanwhile_to_whom_another_van_shall_go_forbids_the_change():
    day = live_day([(8, 9), (8, 20), (8, 20)], territory=ONE_VAN)
    (route,) = day.plan.routes
    first, target = route.stops[:2]
    day.tell("collected", first.departure, route=route, stop=first)
    day.clock.instant = day.at(first.departure + 1)
    proposal = again(day, van_out={"van-1"})
    day.tell("en_route", first.departure + 2, route=route, stop=target)
    with pytest.raises(Conflict, match=f"{target.request_id} is en_route meanwhile"):
        accept(proposal.plan_after.id, day.ports, at=day.clock.now())


def test_a_plan_that_loses_somebody_is_not_published(morning, monkeypatch):
    lost = morning.plan.routes[0].stops[-1].request_id
    read = open_day._is_open
    monkeypatch.setattr(open_day, "_is_open", lambda r, *rest: r.id != lost and read(r, *rest))
    plan = again(morning).plan_after
    assert [(v.constraint, v.request_id) for v in plan.violations] == [("exactly_once", lost)]
    with pytest.raises(PlanRejected):
        accept(plan.id, morning.ports, at=morning.clock.now())


def test_who_ended_the_shift_is_not_broken_and_may_begin_again(morning):
    home, broken = morning.plan.routes[:2]
    morning.tell("shift_ended", 10 * HOUR, route=home)
    accept(
        again(morning, van_out={broken.vehicle_id}).plan_after.id,
        morning.ports,
        at=morning.clock.now(),
    )
    outs = [e for e in morning.ports.events.entries if e.type is EventType.VAN_OUT]
    assert [event.vehicle_id for event in outs] == [broken.vehicle_id]
    assert {van.vehicle_id for van in again(morning).stranded} == {
        home.vehicle_id,
        broken.vehicle_id,
    }
    for route in (home, broken):
        morning.tell("shift_started", 10 * HOUR + 60, route=route)
    morning.clock.instant = morning.at(10 * HOUR + 60)
    assert again(morning).stranded == ()

    # Who breaks down a second time is out once more.
    accept(
        again(morning, van_out={broken.vehicle_id}).plan_after.id,
        morning.ports,
        at=morning.clock.now(),
    )
    assert {van.vehicle_id for van in again(morning).stranded} == {broken.vehicle_id}


def test_who_goes_home_meanwhile_forbids_the_change(morning):
    proposal = again(morning, van_out={morning.plan.routes[0].vehicle_id})
    used = proposal.changes[0].vehicle_after
    morning.tell("shift_ended", 10 * HOUR + 60, vehicle_id=used)
    with pytest.raises(Conflict, match="went home meanwhile"):
        accept(proposal.plan_after.id, morning.ports, at=morning.clock.now())


def test_an_old_proposal_is_not_accepted(morning):
    proposal = again(morning)
    with pytest.raises(Conflict, match="too old"):
        accept(proposal.plan_after.id, morning.ports, at=morning.at(16 * HOUR))
    assert morning.plan.id == proposal.plan_before.id


def test_a_proposal_whose_new_starts_have_passed_is_not_accepted(morning):
    proposal = again(morning, van_out={morning.plan.routes[0].vehicle_id})
    first = min(c.start for c in proposal.changes if c.vehicle_before != c.vehicle_after)
    later = morning.at(first + 1)
    assert later - proposal.plan_after.rest.since < MAX_AGE
    with pytest.raises(Conflict, match="has passed meanwhile"):
        accept(proposal.plan_after.id, morning.ports, at=later)


def test_a_van_begins_where_it_was_seen_last():
    day = live_day([(8, 9), (14, 16)], territory=replace(FLEET, vehicles=(make_vehicle("van-1"),)))
    (route,) = day.plan.routes
    day.drive(route.stops[0].departure)
    seen = Position(lon=7.4301, lat=43.7401)
    day.tell("position", 10 * HOUR, route=route, position=seen)
    day.clock.instant = day.at(10 * HOUR + 5 * MINUTE)
    after = again(day).plan_after
    (depot,) = after.rest.depots
    (seam,) = after.rest.resumed
    assert (depot.id, depot.position) == ("~van-1", seen)
    assert seam.under_way == 10 * HOUR - route.stops[0].departure
    assert after.violations == ()
    assert len(rest_of(after).routes) == 1


def test_a_plan_is_explained_from_where_its_vans_were(morning):
    after = again(morning).plan_after
    explained = explain_stored(after, morning.ports)
    assert len(explained.costs) == len(rest_of(after).routes)


def test_what_is_wrong_is_refused(morning):
    with pytest.raises(NotFound):
        propose("atlantis", DAY, morning.ports, now=morning.clock.now())
    with pytest.raises(InvalidRequest, match="'van-9' is unknown") as caught:
        again(morning, van_out={"van-9"})
    assert caught.value.field == "van_out"
    with pytest.raises(InvalidRequest, match="is not open") as caught:
        again(morning, urgent={"monaco.nobody"})
    assert caught.value.field == "urgent"
    with pytest.raises(InvalidRequest, match="a night's"):
        accept(morning.plan.id, morning.ports, at=morning.clock.now())
    with morning.ports.plans.night_lock("monaco", DAY), pytest.raises(Conflict):
        again(morning)


def test_a_day_without_a_published_plan_cannot_be_planned_again():
    day = live_day([(8, 10)], territory=replace(FLEET, publish="review"))
    with pytest.raises(Conflict, match="publish one first"):
        again(day)


_HOURS = st.lists(
    st.tuples(st.integers(8, 15), st.integers(1, 4)).map(lambda pair: (pair[0], sum(pair))),
    min_size=1,
    max_size=12,
)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    hours=_HOURS,
    until=st.integers(7 * 4, 18 * 4).map(lambda quarter: quarter * 15 * MINUTE),
    late=st.sampled_from([0, 0, 20 * MINUTE, HOUR]),
    out=st.sets(st.sampled_from(["van-1", "van-2", "van-3"]), max_size=2),
    gone=st.sets(st.integers(0, 11), max_size=2),
    units=st.integers(2, 8),
    laptops=st.booleans(),
)
def test_whatever_happened_the_rest_is_sound(  # noqa: PLR0917 - as they are drawn
    hours, until, late, out, gone, units, laptops
):
    room = Load(units=units, litres=100, grams=400_000)
    vans = tuple(make_vehicle(f"van-{n}", capacity=room) for n in (1, 2, 3))
    device = Device(type="laptop" if laptops else "phone", battery=Battery.OK)
    day = live_day(hours, territory=replace(FLEET, vehicles=vans), devices=(device,))
    day.drive(until, late=late)
    open_ = [r.id for r in day.requests.day("monaco", DAY) if r.state is RequestState.PLANNED]
    for number in gone & set(range(len(open_))):
        day.cancel(open_[number], until)
    before = day.plan
    proposal = again(day, van_out=out, seconds=0.05)
    after = proposal.plan_after

    assert after.violations == ()
    assert verify_stored(after, day.ports) == []
    requests = {request.id: request for request in day.requests.day("monaco", DAY)}
    old, new = vehicles_of(before), vehicles_of(after)
    left = {row.request_id: row.detail for row in after.unassigned}
    assert all(left.values()), "whoever is left out has a reason"
    times = Counter(stop.request_id for route in after.routes for stop in route.stops)
    assert set(times.values()) <= {1}
    assert not times.keys() & left.keys()
    for name, request in requests.items():
        match request.state:
            case RequestState.COLLECTED | RequestState.ARRIVED:
                assert new[name] == old[name], "what is done stays"
            case RequestState.CANCELLED:
                assert name not in new.keys() | left.keys()
            case _:
                assert (name in new) != (name in left)
    begun = {seam.vehicle_id: seam for seam in after.rest.resumed}
    for route in after.routes:
        first = begun[route.vehicle_id].stops if route.vehicle_id in begun else 0
        assert all(stop.start >= until for stop in route.stops[first:])
        assert first == len(route.stops) or route.vehicle_id not in out
        assert all(stop.load.units <= units and stop.load.litres <= 100 for stop in route.stops)
        ordered = [stop.start for stop in route.stops]
        assert ordered == sorted(ordered)
        assert len(route.legs) == len(route.stops) + len(route.reloads) + 1
        assert route.travel >= sum(visit.travel for visit in route.visits)
    assert after.cost == sum(route.cost for route in after.routes)
