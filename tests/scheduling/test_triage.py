from dataclasses import replace
from datetime import UTC, datetime

import pytest

from collection.api.web.texts import texts_of
from collection.errors import InvalidRequest
from collection.model import Battery, BatteryClass, Device, RequestState
from collection.scheduling.triage import (
    ADVICE,
    DANGEROUS,
    NO_PACKAGE,
    NO_SKILL,
    hazards_aboard,
    look_again,
    refuse_dangerous,
    rule_of,
)
from tests.places import DAY, DEVICES, TERRITORY, TRIAGE, make_request, make_vehicle

CONSOLE = {"console": replace(DEVICES["phone"], id="console", battery_class="none")}


def phone(battery=Battery.OK, **fields):
    return Device(type="phone", battery=battery, **fields)


def seen(answer, *, vehicle=None, aboard=0, device=None):
    request = make_request()
    return look_again(
        answer,
        device or request.devices[0],
        request,
        TERRITORY,
        DEVICES,
        vehicle=vehicle or make_vehicle(),
        aboard=aboard,
    )


def test_a_dangerous_battery_is_refused_with_its_field_and_what_to_do():
    with pytest.raises(InvalidRequest, match="call 112") as caught:
        refuse_dangerous((phone(), phone(Battery.HOT)), TERRITORY, DEVICES, DAY)
    assert caught.value.field == "devices.1.battery"
    refuse_dangerous((phone(Battery.SWOLLEN), phone(Battery.UNKNOWN)), TERRITORY, DEVICES, DAY)


def test_every_advice_and_packaging_of_the_data_has_words():
    words = texts_of("en").words
    for rule in TRIAGE.rules:
        assert not rule.refused or rule.advice in ADVICE.keys() & words["advice"].keys()
        assert rule.refused or rule.packaging in words["packaging"]


def test_a_type_without_battery_is_of_no_class():
    console = Device(type="console")
    assert rule_of(console, TERRITORY, CONSOLE, DAY).battery_class is BatteryClass.NONE


def test_the_same_answer_at_the_door_is_taken_in_its_packaging():
    assert (seen(Battery.OK).reason, seen(Battery.OK).rule.packaging) == ("", "padded_box")


def test_a_worse_answer_changes_the_class_or_leaves_the_device():
    trained, untrained = make_vehicle(), make_vehicle(skills=())
    assert seen(Battery.SWOLLEN, vehicle=trained).rule.battery_class is BatteryClass.DAMAGED
    assert not seen(Battery.SWOLLEN, vehicle=trained, aboard=3).reason
    assert seen(Battery.SWOLLEN, vehicle=trained, aboard=4).reason == NO_PACKAGE
    assert seen(Battery.DAMAGED, vehicle=untrained).reason == NO_SKILL
    assert seen(Battery.LEAKING, vehicle=trained).reason == DANGEROUS


def test_a_better_answer_needs_nothing_special():
    booked = phone(Battery.SWOLLEN, seen="damaged_or_swollen")
    assert not seen(Battery.OK, vehicle=make_vehicle(skills=()), aboard=9, device=booked).reason


def test_a_van_that_the_fleet_lost_carries_nothing_special():
    request = make_request()
    found = look_again(
        Battery.SWOLLEN, phone(), request, TERRITORY, DEVICES, vehicle=None, aboard=0
    )
    assert found.reason == NO_SKILL


def test_packages_aboard_are_those_taken_and_not_yet_received():
    now = datetime(2026, 3, 4, 12, tzinfo=UTC)
    swollen = phone(Battery.SWOLLEN)
    collected = make_request("1", devices=(swollen, phone()), state=RequestState.COLLECTED)
    labelled = make_request(
        "2",
        devices=(replace(swollen, label="A", scanned_for=DAY), swollen),
        state=RequestState.ARRIVED,
    )
    given = make_request(
        "3",
        devices=(
            replace(swollen, received_at=now),
            replace(swollen, left="dangerous", scanned_for=DAY),
        ),
        state=RequestState.COLLECTED,
    )
    day = (collected, labelled, given)

    assert hazards_aboard(day, TERRITORY, DEVICES) == 2
    assert hazards_aboard(day, TERRITORY, DEVICES, besides=(labelled.id, 0)) == 1
