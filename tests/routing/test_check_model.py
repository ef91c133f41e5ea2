"""What the verifier derives of a territory and a dispatcher's instructions."""

from dataclasses import replace
from datetime import timedelta

import pytest

from collection.errors import InvalidRequest
from collection.model import BreakRule, ClockBreak, DatedRule, Fairness, Instructions, Site, Weights
from collection.routing.check_facts import ALWAYS, Reload, Rest
from collection.routing.check_model import facts_of
from collection.units import HOUR
from tests.places import DEVICES, HUB, TERRITORY, make_vehicle
from tests.routing.sound_plan import REQUESTS, day_of
from tests.strategies import DAY

SHOP = Site(
    id="shop",
    name="Shop",
    position=HUB.position,
    service=300,
    opening=((9 * HOUR, 12 * HOUR), (14 * HOUR, 18 * HOUR)),
)


def facts(territory=TERRITORY, instructions=None, table=None):
    day = day_of(REQUESTS, territory)
    return facts_of(
        REQUESTS, territory, DEVICES, table or day.travel, day=DAY, instructions=instructions
    )


def van(**changes):
    vehicles = (make_vehicle("van-1", **changes),)
    country = changes.pop("country", TERRITORY.country)
    return facts(replace(TERRITORY, vehicles=vehicles, country=country)).vans[0]


def test_points_are_depots_sites_and_requests():
    known = facts(replace(TERRITORY, sites=(SHOP,)))
    assert [demand.point for demand in known.demands] == [2, 3, 4]
    assert (known.vans[0].start, known.vans[0].end) == (0, 0)


def test_a_van_as_it_stands():
    known = van(
        overtime=600,
        overtime_cost_per_hour=100,
        max_metres=1,
        max_stops=2,
        max_seconds=3,
        speed_percent=80,
    )
    assert (known.shift, known.latest_end) == ((8 * HOUR, 20 * HOUR), 20 * HOUR + 600)
    assert (known.fixed, known.per_hour, known.per_km) == (4_500, 2_600, 28)
    assert (known.per_overtime_hour, known.per_driven_hour) == (100, 0)
    assert (known.max_metres, known.max_stops, known.max_duration) == (1, 2, 3)
    assert (known.max_travel, known.speed_percent) == (None, 80)
    assert known.capacity == (60, 900, 400_000, 4)


def test_an_unknown_depot_has_no_point():
    assert van(end_depot="moon").end is None


def test_table_of_the_emission_class():
    vehicles = tuple(
        make_vehicle(f"van-{name}", emission_class=name) for name in ("euro_5", "electric")
    )
    assert [known.profile for known in facts(replace(TERRITORY, vehicles=vehicles)).vans] == [2, 1]


def test_breaks_by_the_clock():
    lunch = ClockBreak(earliest=12 * HOUR, latest=13 * HOUR, seconds=1_800)
    assert van(breaks=(lunch,)).breaks == (
        Rest(number=0, windows=((12 * HOUR, 13 * HOUR),), service=1_800),
    )


def law(applies_to="everybody", valid_from=DAY, valid_until=None):
    rule = BreakRule(counts="work", over=1, stretch=2, pause=3, least=4)
    return DatedRule(
        rule=rule,
        applies_to=applies_to,
        valid_from=valid_from,
        valid_until=valid_until,
        source="a law",
    )


TOMORROW, YESTERDAY = DAY + timedelta(days=1), DAY - timedelta(days=1)


@pytest.mark.parametrize(
    ("rule", "eu_561", "holds"),
    [
        (law(), False, True),
        (law(valid_from=TOMORROW), False, False),
        (law(valid_until=DAY), False, True),
        (law(valid_from=YESTERDAY, valid_until=YESTERDAY), False, False),
        (law("eu_561"), False, False),
        (law("eu_561"), True, True),
        (law("others"), True, False),
    ],
)
def test_rules_of_the_day_and_the_vehicle(rule, eu_561, holds):
    country = replace(TERRITORY.country, break_rules=(rule,))
    vehicles = (make_vehicle("van-1", eu_561=eu_561),)
    known = facts(replace(TERRITORY, vehicles=vehicles, country=country)).vans[0]
    assert known.rules == ((rule.rule,) if holds else ())


def test_reloads_at_depots_and_open_sites():
    shut = replace(SHOP, id="shut", reload=False)
    territory = replace(TERRITORY, sites=(shut, SHOP), reload_seconds=500)
    known = facts(territory)

    assert known.reloads == (
        Reload(id="hub", point=0, windows=ALWAYS, service=500),
        Reload(id="shop", point=2, windows=SHOP.opening, service=300),
    )
    assert known.vans[0].reloads == {"hub", "shop"}
    only_sites = facts(replace(territory, reload_at_depots=False))
    assert [place.id for place in only_sites.reloads] == ["shop"]


@pytest.mark.parametrize(
    ("named", "allowed"), [(None, {"hub"}), ((), set()), (("hub", "moon"), {"hub"})]
)
def test_reloads_of_a_van(named, allowed):
    sites = None if named is None else frozenset(named)
    assert van(reload_sites=sites).reloads == allowed


def test_instructions():
    asked = Instructions(
        prefixes={"van-2": ("monaco.3", "monaco.9")},
        together=(frozenset({"monaco.1", "monaco.2", "monaco.9"}),),
        apart=(frozenset({"monaco.1", "monaco.3", "monaco.9"}),),
    )
    known = facts(instructions=asked)

    assert [each.prefix for each in known.vans] == [(), (2, -1)]
    assert known.together == (frozenset({0, 1}),)
    assert known.apart == ((0, 2),)


def test_fairness_is_that_of_the_weights():
    fairness = Fairness(measure="stops", price=9)
    territory = replace(TERRITORY, weights=Weights(fairness=fairness))
    assert facts(territory).fairness == fairness


def test_a_table_without_a_class_is_refused():
    vehicles = (make_vehicle("van-1", emission_class="euro_5"),)
    with pytest.raises(InvalidRequest, match=r"van-1 is of class 'euro_5', the table has ''$"):
        facts(replace(TERRITORY, vehicles=vehicles), table=day_of().travel)
