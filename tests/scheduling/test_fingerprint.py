from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from collection.model import (
    BreakRule,
    DatedRule,
    Device,
    HoursRule,
    Instructions,
    RequestState,
    Scenario,
    TimeWindow,
    Weights,
)
from collection.scheduling.fingerprint import digest, night_fingerprint
from tests.places import DEVICES, TERRITORY, make_request, make_vehicle

REST = DatedRule(
    rule=BreakRule(counts="work", over=1, stretch=1, pause=1, least=1),
    applies_to="everybody",
    valid_from=date(2020, 1, 1),
    valid_until=None,
    source="a law",
)
HOURS = HoursRule(
    per="day", limit=36_000, valid_from=date(2020, 1, 1), valid_until=None, source="a law"
)
PLAIN = {
    "territory": TERRITORY,
    "requests": (make_request("1"), make_request("2")),
    "devices": DEVICES,
    "network": "streets",
    "seed": 0,
    "instructions": Instructions(),
}


def mark(**changes):
    return night_fingerprint(**{**PLAIN, **changes})


def moved(request, **where):
    return (replace(request, address=replace(request.address, **where)), PLAIN["requests"][1])


ONE = PLAIN["requests"][0]


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 1},
        {"network": "other streets"},
        {"requests": PLAIN["requests"][:1]},
        {"requests": moved(ONE, floor=3)},
        {"requests": moved(ONE, lift=False)},
        {"requests": (replace(ONE, devices=(Device(type="laptop"),)), PLAIN["requests"][1])},
        {"requests": (replace(ONE, priority=1), PLAIN["requests"][1])},
        {"territory": replace(TERRITORY, vehicles=(make_vehicle(overtime=60),))},
        {"territory": replace(TERRITORY, weights=Weights(unassigned=5))},
        {"territory": replace(TERRITORY, country=replace(TERRITORY.country, break_rules=(REST,)))},
        {"territory": replace(TERRITORY, country=replace(TERRITORY.country, hours=(HOURS,)))},
        {"instructions": Instructions(vehicles={ONE.id: "van-1"})},
        {"instructions": Instructions(familiar={ONE.id: "ada"})},
        {"instructions": Instructions(earlier="monaco.2026-03-04.v1")},
    ],
)
def test_what_a_plan_depends_on_changes_its_mark(changes):
    assert mark(**changes) != mark()


def test_what_it_does_not_depend_on_changes_nothing():
    planned = replace(ONE, state=RequestState.PLANNED, version=2)

    assert mark(requests=(planned, PLAIN["requests"][1])) == mark()
    assert len(mark()) == 32


def test_a_digest_knows_what_a_scenario_is_made_of():
    window = TimeWindow(
        start=datetime(2026, 3, 4, 9, tzinfo=UTC), end=datetime(2026, 3, 4, 12, tzinfo=UTC)
    )
    one = Scenario(name="one", removed=frozenset({"b", "a"}), windows={"monaco.1": (window,)})

    assert digest(one) == digest(replace(one, removed=frozenset({"a", "b"})))
    assert digest(one) != digest(replace(one, windows={"monaco.1": (window, window)}))
    with pytest.raises(TypeError):
        digest(object())


def test_groups_are_sets():
    one = Instructions(together=(frozenset({"a", "b"}), frozenset({"c"})))
    other = Instructions(together=(frozenset({"c"}), frozenset({"b", "a"})))

    assert mark(instructions=one) == mark(instructions=other)
