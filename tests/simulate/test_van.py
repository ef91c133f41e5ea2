"""What a van does on a day whose figures can be worked out by heart."""

from dataclasses import replace

import pytest

from collection.model import EventType, RequestState
from collection.simulate.day import Day
from collection.simulate.figures import lost
from collection.simulate.van import Van
from tests.places import DAY
from tests.scheduling.line_plan import NAMES, START, line_requests
from tests.simulate.stages import line_stage, play


def test_a_pickup_that_was_put_in_while_the_day_ran_is_served_too():
    stage = line_stage(requests := line_requests())
    for name in NAMES[:3]:
        stage.ledger.promise(requests[name])
    play(stage)
    states = {request.state for request in stage.services.requests.day("monaco", DAY)}
    assert states == {RequestState.RECEIVED}
    promise = stage.ledger.promises[NAMES[3], DAY]
    assert promise.kept
    assert promise.collected
    assert promise.attempt == 1


@pytest.mark.parametrize("position_every", [0, 60])
def test_a_van_that_breaks_down_has_driven_half_a_way_and_is_towed_the_rest(position_every):
    stage = line_stage(line_requests())
    stage.position_every = position_every
    shift = stage.env.process(Day(stage, DAY).vans["van-1"].drive())
    # Half-way to the second stop.
    stage.env.run(until=START + 600 + 300 + 300)
    shift.interrupt("breakdown")
    stage.env.run(until=shift)
    (drive,) = stage.ledger.drives
    assert drive.broke_down
    half = 1_112 + 556
    towed = drive.metres - half
    assert towed > 0.9 * half
    assert drive.grams == pytest.approx(
        stage.services.catalogue.emissions.grams(
            stage.territory.vehicles[0], half + towed, country="mc"
        )
    )


@pytest.fixture
def two_devices():
    """The line's day; the first customer has two devices."""
    first, *_ = requests = line_requests()
    phone = requests[first].devices[0]
    return line_stage({**requests, first: replace(requests[first], devices=(phone, phone))})


def test_every_device_is_scanned_at_the_door_and_at_the_hub(two_devices):
    play(two_devices)
    told = two_devices.services.events.read("monaco", DAY, limit=1_000)
    for kind in (EventType.SCANNED, EventType.RECEIVED):
        labels = {event.label for event in told if event.type is kind}
        assert len(labels - {None}) == 5
    (drive,) = two_devices.ledger.drives
    assert drive.devices == 5
    assert lost(two_devices, [DAY]) == 0


def test_a_device_that_the_hub_never_scans_is_lost(two_devices, monkeypatch):
    unload = Van.unload
    monkeypatch.setattr(Van, "unload", lambda van: unload(van)[1:])
    play(two_devices)
    assert lost(two_devices, [DAY]) == 1
    states = {name: two_devices.services.requests.get(name).state for name in NAMES}
    assert states.pop("monaco.a") is RequestState.COLLECTED
    assert set(states.values()) == {RequestState.RECEIVED}
