"""Breaks and hours by the law of the day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from collection.model import BreakRule, ClockBreak, DatedRule, HoursRule
from collection.routing.assemble import assemble
from collection.routing.building import build, points
from collection.routing.check import check
from collection.routing.problem import NO_LIMIT
from collection.routing.solve import solve
from collection.routing.working_time import breaks_of, longest_day, most_seconds, rules_of
from collection.units import HOUR, MINUTE
from tests.fakes import GridMatrix
from tests.lands import COUNTRIES
from tests.places import CREATED, DAY, DEVICES, TERRITORY, make_request, make_vehicle

LUNCH = ClockBreak(earliest=12 * HOUR, latest=13 * HOUR, seconds=1_800)
TEA = ClockBreak(earliest=16 * HOUR, latest=17 * HOUR, seconds=900)
REST = BreakRule(counts="work", over=6 * HOUR, stretch=6 * HOUR, pause=1_800, least=900)
DRIVE = BreakRule(counts="driving", over=4 * HOUR, stretch=4 * HOUR, pause=2_700, least=2_700)


def dated(rule, **changes):
    fields = {"applies_to": "everybody", "valid_from": DAY, "valid_until": None, "source": "a law"}
    return DatedRule(rule=rule, **{**fields, **changes})


def in_country(*rules, vehicles):
    country = replace(TERRITORY.country, break_rules=rules)
    return replace(TERRITORY, vehicles=vehicles, country=country)


def test_vehicles_share_a_pause_and_rules_bring_one_of_each_length():
    territory = in_country(
        dated(REST),
        dated(DRIVE, applies_to="eu_561"),
        vehicles=(
            make_vehicle("a", breaks=(LUNCH,)),
            make_vehicle("b", breaks=(TEA, LUNCH), eu_561=True),
        ),
    )
    fields = breaks_of(territory, DAY)

    assert fields["pauses"].tolist() == [
        [12 * HOUR, 13 * HOUR, 1_800],
        [16 * HOUR, 17 * HOUR, 900],
        [-NO_LIMIT, NO_LIMIT, 900],
        [-NO_LIMIT, NO_LIMIT, 1_800],
        [-NO_LIMIT, NO_LIMIT, 2_700],
    ]
    assert fields["breaks"] == ((0,), (1, 0))
    assert fields["rules"] == ((REST,), (REST, DRIVE))


def test_no_rule_brings_no_pause():
    fields = breaks_of(
        in_country(dated(DRIVE, applies_to="eu_561"), vehicles=(make_vehicle(),)), DAY
    )

    assert fields["pauses"].shape == (0, 3)
    assert fields["breaks"] == fields["rules"] == ((),)


def test_a_rule_holds_on_its_days_only():
    old = dated(DRIVE, valid_from=DAY - timedelta(days=9), valid_until=DAY - timedelta(days=1))
    territory = in_country(old, dated(REST), vehicles=(make_vehicle(),))
    (van,) = territory.vehicles

    assert rules_of(territory.country, van, DAY - timedelta(days=10)) == ()
    assert rules_of(territory.country, van, DAY - timedelta(days=1)) == (DRIVE,)
    assert rules_of(territory.country, van, DAY) == (REST,)


def hours(limit, **changes):
    fields = {"per": "day", "valid_from": DAY, "valid_until": None, "source": "a law"}
    return HoursRule(limit=limit, **{**fields, **changes})


def country(*rules, limit=10 * HOUR):
    return replace(TERRITORY.country, break_rules=rules, hours=(hours(limit),))


def test_a_day_lasts_for_the_hours_of_work_and_the_pauses_that_the_law_asks_for():
    van, longer = make_vehicle(), replace(REST, over=9 * HOUR, pause=2_700)

    assert longest_day(TERRITORY.country, van, DAY) is None
    assert longest_day(country(), van, DAY) == 10 * HOUR
    assert longest_day(country(dated(REST)), van, DAY) == 10 * HOUR + 1_800
    assert longest_day(country(dated(REST), dated(longer)), van, DAY) == 10 * HOUR + 2_700
    # Who works nine hours at most never owes the pause that comes above nine.
    assert longest_day(country(dated(longer), limit=9 * HOUR), van, DAY) == 9 * HOUR
    assert longest_day(country(dated(DRIVE)), van, DAY) == 10 * HOUR


def test_a_break_by_the_clock_counts_if_no_long_day_can_do_without_it():
    early = make_vehicle(start=7, end=18, breaks=(LUNCH,))
    late = make_vehicle(start=7, end=23, breaks=(LUNCH,))

    assert longest_day(country(), early, DAY) == 10 * HOUR + 1_800
    assert longest_day(country(dated(REST)), early, DAY) == 10 * HOUR + 1_800
    # Who leaves at 12:30 has had lunch.
    assert longest_day(country(), late, DAY) == 10 * HOUR


def test_a_vehicle_s_own_limit_counts_where_it_is_shorter():
    assert most_seconds(TERRITORY.country, make_vehicle(), DAY) is None
    assert most_seconds(country(), make_vehicle(max_seconds=7 * HOUR), DAY) == 7 * HOUR
    assert most_seconds(country(), make_vehicle(max_seconds=11 * HOUR), DAY) == 10 * HOUR


@pytest.mark.parametrize(
    ("code", "longest"),
    [
        ("fr", 10 * HOUR + 20 * MINUTE),
        ("de", 10 * HOUR + 45 * MINUTE),
        ("es", 9 * HOUR + 15 * MINUTE),
        ("mc", 10 * HOUR),
    ],
)
def test_the_longest_day_of_each_country(code, longest):
    assert longest_day(COUNTRIES[code], make_vehicle(), DAY) == longest


def test_a_law_that_changes_is_a_line_of_data():
    """Two rows with different dates: the same requests are planned by each day's own law."""
    law = (
        hours(3 * HOUR, valid_from=DAY - timedelta(days=9), valid_until=DAY - timedelta(days=1)),
        hours(30 * MINUTE),
    )
    territory = replace(
        TERRITORY,
        country=replace(TERRITORY.country, hours=law),
        vehicles=(make_vehicle(), make_vehicle("van-2"), make_vehicle("van-3")),
    )
    used = []
    for day in (DAY - timedelta(days=1), DAY):
        requests = tuple(
            make_request(str(n), day=day, lon=7.41 + n / 1_000, hours=((9, 14),)) for n in range(12)
        )
        travel = GridMatrix().travel(points(requests, territory), day=day, classes=("",))
        problem = build(requests, territory, DEVICES, travel, day=day)
        solution = solve(problem, time_limit=30, seed=1, workers=1, iteration_limit=60)
        plan = assemble(problem, solution, created_at=CREATED, fingerprint="")

        assert check(plan, requests, territory, DEVICES, travel) == []
        used.append(len(plan.routes))
        # What the old law allowed breaks the new one.
        early = tuple(replace(rule, valid_from=date(2020, 1, 1)) for rule in law[1:])
        strict = replace(territory, country=replace(territory.country, hours=early))
        named = {breach.constraint for breach in check(plan, requests, strict, DEVICES, travel)}
        assert named == ({"max_work"} if day < DAY else set())
    assert used[0] < used[1]
