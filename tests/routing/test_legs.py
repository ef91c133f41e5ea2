from dataclasses import replace
from itertools import pairwise

from collection.model import Pause, Plan, ReloadVisit, Route, Stop
from collection.routing.legs import with_legs
from tests.fakes import GridMatrix
from tests.places import CREATED, DAY, HUB, TERRITORY, make_request, make_vehicle


class Spy(GridMatrix):
    """Streets that remember what they were asked for."""

    def paths(self, sequence, **asked):
        self.asked = (tuple(sequence), asked)
        return super().paths(sequence, **asked)


def test_each_way_is_drawn_at_its_time_for_its_van():
    home = make_request().address.position
    stop = Stop(
        request_id="monaco.1",
        position=home,
        arrival=36_000,
        start=36_000,
        departure=36_300,
        travel=600,
        metres=4_000,
        load=make_vehicle().capacity,
    )
    visit = ReloadVisit(
        site_id="hub",
        position=HUB.position,
        arrival=40_000,
        start=40_000,
        departure=40_600,
        travel=500,
        metres=4_000,
        after=1,
    )
    route = Route(
        id="",
        vehicle_id="van-1",
        stops=(stop, replace(stop, arrival=41_200)),
        start=35_400,
        end=42_100,
        travel=2_300,
        metres=16_000,
        cost=1,
        load=stop.load,
        # Half an hour and more between leaving the first door and driving on.
        pauses=(Pause(start=36_300, end=39_500, after=1),),
        reloads=(visit,),
    )
    plan = Plan(
        id="",
        territory="monaco",
        day=DAY,
        version=0,
        created_at=CREATED,
        routes=(route,),
        unassigned=(),
        cost=1,
        fingerprint="",
        seed=0,
    )
    streets = Spy()
    clean = replace(TERRITORY, vehicles=(make_vehicle(emission_class="electric"),))
    (drawn,) = with_legs(plan, clean, streets).routes

    where, asked = streets.asked
    assert where == (HUB.position, home, HUB.position, home, HUB.position)
    assert asked == {
        "emission_class": "electric",
        "departures": [35_400, 39_500, 40_600, 41_500],
        "day": DAY,
    }
    assert len(drawn.legs) == len(drawn.visits) + 1
    assert all(one.line[-1] == other.line[0] for one, other in pairwise(drawn.legs))


def test_ways_that_an_earlier_plan_has_drawn_are_not_asked_for_again():
    homes = [(7.42, 43.73), (7.43, 43.735), (7.425, 43.74)]
    stops = [
        Stop(
            request_id=f"monaco.{number}",
            position=make_request(lon=lon, lat=lat).address.position,
            arrival=36_000 + 600 * number,
            start=36_000 + 600 * number,
            departure=36_300 + 600 * number,
            travel=300,
            metres=2_000,
            load=make_vehicle().capacity,
        )
        for number, (lon, lat) in enumerate(homes)
    ]

    def plan(*chosen):
        route = Route(
            id="r",
            vehicle_id="van-1",
            stops=chosen,
            start=35_700,
            end=40_000,
            travel=300 * len(chosen) + 400,
            metres=2_000 * len(chosen) + 2_500,
            cost=0,
            load=make_vehicle().capacity,
        )
        return Plan(
            id="p",
            territory="monaco",
            day=DAY,
            version=1,
            created_at=CREATED,
            routes=(route,),
            unassigned=(),
            cost=0,
            fingerprint="f",
            seed=0,
        )

    before = with_legs(plan(*stops), TERRITORY, GridMatrix())
    spy = Spy()
    after = with_legs(plan(*stops), TERRITORY, spy, drawn=before)
    assert after.routes[0].legs == before.routes[0].legs
    asked, _ = spy.asked
    assert asked == (stops[-1].position, HUB.position), "the way home, asked for last"
    turned = with_legs(plan(stops[1], stops[0], stops[2]), TERRITORY, GridMatrix(), drawn=before)
    assert (
        turned.routes[0].legs
        == with_legs(plan(stops[1], stops[0], stops[2]), TERRITORY, GridMatrix()).routes[0].legs
    )
