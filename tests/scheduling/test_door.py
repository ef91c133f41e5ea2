import pytest

from collection.errors import Conflict, InvalidRequest
from collection.model import Battery, BatteryClass, FailureCode, RequestState
from collection.scheduling.door import collected_words, require_accounted
from collection.scheduling.labels import new_label
from tests.scheduling.custody_day import CustodyDay, phones

OK, SWOLLEN = Battery.OK, Battery.SWOLLEN


def test_a_scan_tells_the_packaging_and_keeps_who_where_and_what_was_seen():
    day, label = CustodyDay(), new_label()
    answer = day.scan(label=label.lower(), battery=OK)

    assert (answer.verdict.rule.packaging, answer.next_step) == ("padded_box", "")
    (device,) = answer.request.devices
    assert (device.label, device.seen) == (label, "fine")
    event = day.events.entries[-1]
    assert (event.route_id, event.label, event.battery) == (day.plan.routes[0].id, label, "fine")
    assert event.device == 0


def test_a_worse_battery_takes_the_better_box_of_a_trained_driver():
    day = CustodyDay()
    answer = day.scan(battery=SWOLLEN)
    assert answer.verdict.rule.battery_class is BatteryClass.DAMAGED
    assert answer.verdict.rule.packaging == "fire_safe_box"
    assert day.request().devices[0].seen == "damaged_or_swollen"


def test_a_driver_who_is_not_trained_leaves_it_for_another_day():
    day = CustodyDay()
    answer = day.scan("3", route=1, battery=SWOLLEN, label=new_label())

    assert "another day" in answer.next_step
    request = day.request("3")
    assert (request.state, request.reason) == (RequestState.FAILED, "hazard: no_skill")
    assert request.devices[0].label is None
    event = day.events.entries[-1]
    assert (event.type.value, event.code) == ("failed", FailureCode.HAZARD)
    assert day.told()[-2:] == ["scanned", "failed"]


def test_what_nobody_may_carry_is_refused_for_good():
    day = CustodyDay()
    assert "112" in day.scan(battery=Battery.HOT).next_step
    request = day.request()
    assert (request.state, request.reason) == (RequestState.REFUSED, "hazard: dangerous")


def test_a_van_without_a_free_box_leaves_the_next_damaged_one():
    day = CustodyDay(*phones(OK, OK, OK, OK, OK))
    for number in range(4):
        assert not day.scan(number=number, battery=SWOLLEN, label=new_label()).verdict.reason
    answer = day.scan("2", battery=SWOLLEN)
    assert answer.verdict.reason == "no_package"
    assert day.request("2").state is RequestState.PLANNED  # Its other devices may come along.
    # A device that was counted is not counted against itself.
    assert not day.scan(number=0, battery=SWOLLEN).verdict.reason


def test_one_bad_device_of_two_stays_and_the_other_is_collected():
    day = CustodyDay(*phones(OK, OK))
    day.scan(number=1, battery=Battery.LEAKING)
    assert day.request().state is RequestState.PLANNED
    with pytest.raises(Conflict, match="device 1 of 2"):
        require_accounted(day.request())
    day.label(number=0, battery=OK)
    require_accounted(day.request())
    assert collected_words(day.request()) == "1 of 2; left: 2 (hazard: dangerous)"


@pytest.mark.parametrize("hazard", [Battery.HOT, Battery.LEAKING])
def test_a_label_does_not_clear_a_hazard(hazard):
    day = CustodyDay(*phones(OK, OK))
    day.scan(number=0, battery=hazard)
    answer = day.scan(number=0, label=new_label())

    assert (answer.verdict.reason, day.request().devices[0].label) == ("dangerous", None)
    assert day.request().stays(day.request().devices[0]) == "hazard: dangerous"
    # Nor does it once the driver has said something else of why it stays.
    day.scan(number=0, left="the customer keeps it")
    assert day.scan(number=0, label=new_label()).verdict.reason == "dangerous"
    assert not day.scan(number=0, battery=OK).verdict.reason
    day.label(number=0)
    assert day.request().taken(day.request().devices[0])


def test_a_battery_that_was_booked_as_swollen_is_judged_by_its_label_alone():
    day = CustodyDay(*phones(SWOLLEN, OK))
    answer = day.scan("3", route=1, label=new_label())
    assert (answer.verdict.reason, day.request("3").devices[0].label) == ("no_skill", None)


def test_a_box_that_is_free_again_waits_for_a_new_answer():
    day = CustodyDay(*phones(SWOLLEN, SWOLLEN, SWOLLEN, SWOLLEN))
    labels = [day.label(number=number) for number in range(4)]
    assert day.scan("2", battery=SWOLLEN).verdict.reason == "no_package"
    day.receive(labels[0])
    assert day.scan("2", label=new_label()).verdict.reason == "no_package"
    assert not day.scan("2", label=new_label(), battery=SWOLLEN).verdict.reason


def test_what_is_collected_was_looked_at():
    day = CustodyDay()
    day.label()
    with pytest.raises(Conflict, match="battery is like of device 1 of 1"):
        require_accounted(day.request())
    day.scan(battery=OK)
    require_accounted(day.request())


def test_the_last_bad_device_ends_the_stop():
    day = CustodyDay(*phones(OK, OK))
    day.scan(number=0, left="the customer keeps it")
    day.scan(number=1, battery=Battery.LEAKING)
    assert day.request().state is RequestState.REFUSED


def test_a_stop_of_which_all_stays_was_not_collected():
    day = CustodyDay()
    day.scan(left="not there")
    with pytest.raises(Conflict, match="why the stop failed"):
        require_accounted(day.request())
    assert collected_words(CustodyDay().request()) == ""


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ({"name": "3", "battery": OK}, "request_id"),
        ({"number": 1, "battery": OK}, "device"),
        ({"label": "ABC"}, "label"),
    ],
)
def test_what_is_wrong_names_its_field_and_is_not_written(told, field):
    day = CustodyDay()
    events = day.told()
    with pytest.raises(InvalidRequest) as caught:
        day.scan(**told)
    assert (caught.value.field, day.told()) == (field, events)
