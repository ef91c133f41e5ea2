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
