"""What the answers about a battery mean; the shipped rules of ``data/triage.toml``."""

from dataclasses import replace
from datetime import date

import pytest

from collection.errors import InvalidRequest
from collection.model import Battery, BatteryClass, Device, triaged
from tests.places import DAY, TRIAGE

RULES = TRIAGE.rules


def class_of(battery, **fields):
    has_battery = fields.pop("has_battery", True)
    device = Device(type="phone", battery=battery, **fields)
    return triaged(device, RULES, DAY, has_battery=has_battery).battery_class


@pytest.mark.parametrize(
    ("battery", "found"),
    [
        (Battery.OK, BatteryClass.FINE),
        (Battery.UNKNOWN, BatteryClass.FINE),
        (Battery.SWOLLEN, BatteryClass.DAMAGED),
        (Battery.DAMAGED, BatteryClass.DAMAGED),
        (Battery.REMOVED, BatteryClass.REMOVED),
        (Battery.LEAKING, BatteryClass.DANGEROUS),
        (Battery.HOT, BatteryClass.DANGEROUS),
    ],
)
def test_answers_give_a_class(battery, found):
    assert class_of(battery) is found


def test_every_class_says_how_it_is_packed_or_what_else_to_do():
    for rule in RULES:
        assert bool(rule.packaging) != rule.refused == bool(rule.advice)
        assert "ADR" in rule.source or "UN 3481" in rule.source


def test_a_damaged_battery_takes_a_trained_driver_and_one_of_few_packages():
    rule = triaged(Device(type="phone", battery=Battery.SWOLLEN), RULES, DAY)
    assert (rule.skill, rule.packages, rule.packaging) == ("battery_trained", 1, "fire_safe_box")


def test_a_type_without_battery_has_none_unless_something_worse_is_said():
    assert class_of(Battery.UNKNOWN, has_battery=False) is BatteryClass.NONE
    assert class_of(Battery.SWOLLEN, has_battery=False) is BatteryClass.DAMAGED


def test_what_was_seen_counts_more_than_what_was_said():
    assert class_of(Battery.OK, seen="dangerous") is BatteryClass.DANGEROUS
    assert class_of(Battery.HOT, seen="fine") is BatteryClass.FINE


def test_the_newest_rule_that_holds_on_the_day_counts():
    old = next(rule for rule in RULES if rule.battery_class is BatteryClass.DAMAGED)
    change = date(2026, 3, 10)
    new = replace(old, packages=2, valid_from=change)
    device = Device(type="phone", battery=Battery.SWOLLEN)

    assert triaged(device, (new, old), date(2026, 3, 9)).packages == 1
    assert triaged(device, (new, old), change).packages == 2
    over = replace(old, valid_until=date(2026, 3, 9))
    assert triaged(device, (over,), date(2026, 3, 9)).packages == 1
    with pytest.raises(InvalidRequest):
        triaged(device, (over,), change)
