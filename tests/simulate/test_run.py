"""A small run: nothing is lost, everything adds up, and it can be repeated."""

from collections import Counter
from dataclasses import replace

import pytest

from collection.errors import InvalidRequest, NotFound
from collection.model import PLANNABLE, EventType, RequestState
from collection.settings import Settings
from collection.simulate import Noise, Setting, simulate
from collection.simulate.figures import measure
from collection.simulate.messages import BAD_NEWS, events_of
from collection.simulate.run import played
from tests.simulate.conftest import SMALL

ENDED = {RequestState.RECEIVED, RequestState.CANCELLED}


@pytest.fixture(scope="module")
def figures(world):
    return measure(world)


def states_of(world, day):
    return {r.id: r.state for r in world.services.requests.day(world.territory.id, day)}


def test_every_request_ends_or_waits_for_a_day_to_come(world):
    assert len(world.persons) > 60
    for request_id in world.persons:
        request = world.services.requests.get(request_id)
        open_later = request.state in PLANNABLE and request.day > world.days[-1]
        assert request.state in ENDED or open_later, request


def test_what_was_collected_was_received_and_nothing_else(world):
    for (request_id, _), promise in world.ledger.promises.items():
        state = world.services.requests.get(request_id).state
        if promise.collected:
            assert state is RequestState.RECEIVED
            assert promise.started is not None
            request = world.services.requests.get(request_id)
            assert all(device.label and device.received_at for device in request.devices)


def test_the_figures_add_up(world, figures):
    promises = [p for day in world.days for p in world.ledger.of_day(day)]
    kept = [p for p in promises if not p.withdrawn]
    stops = [len(route.stops) for plan in world.plans.values() for route in plan.routes]
    assert figures.accepted == sum(stops) == sum(day.accepted for day in figures.by_day)
    assert figures.within_slot == sum(p.kept for p in kept) / len(kept)
    assert figures.broken == sum(not p.kept for p in kept)
    assert figures.broken_silently <= figures.broken
    assert figures.offline_accepted >= figures.accepted
    collected = [p for p in promises if p.collected]
    assert figures.devices == sum(len(p.request.devices) for p in collected)
    assert figures.devices == sum(drive.devices for drive in world.ledger.drives)
    km = sum(drive.metres for drive in world.ledger.drives) / 1_000
    assert figures.km_per_device * figures.devices == pytest.approx(km)
    parcels = world.services.catalogue.emissions.parcel * len(collected)
    assert figures.devices > len(collected)
    assert figures.grams_co2_posted * figures.devices == pytest.approx(parcels)
    assert figures.devices_lost == 0
    assert len(figures.margins) == sum(p.started is not None for p in kept)


def test_most_promises_are_kept_and_the_others_are_told(figures):
    assert figures.within_slot > 0.85
    assert figures.broken_silently == 0
    assert 0.7 < figures.first_attempt <= figures.within_slot
    assert figures.messages_per_customer >= 3


def test_a_van_that_breaks_down_leads_to_another_plan(world, figures):
    (day,) = world.breakdown_days
    events = list(events_of(world.services, world.territory.id, day))
    kinds = Counter(event.type for event in events)
    (out,) = [event for event in events if event.type is EventType.VAN_OUT]
    drives = {d.vehicle_id: d for d in world.ledger.drives if d.day == day and d.broke_down}
    assert set(drives) == {out.vehicle_id}
    assert kinds[EventType.PLAN_PUBLISHED] >= 2
    assert figures.replans >= 1
    plan = world.services.plans.get(world.services.plans.published(world.territory.id, day))
    assert plan.version > 1
    assert plan.violations == ()


def test_every_message_finds_its_customer(world):
    assert world.services.outbox.dead("monaco") == ()
    kinds = {mail.kind for mail in world.mailbox.mails}
    assert kinds >= {"confirmed", "planned", "on_the_way", "collected", "received", "cancelled"}
    broken = [p for p in world.ledger.promises.values() if not (p.kept or p.withdrawn)]
    late = {mail.request_id for mail in world.mailbox.mails if mail.kind in BAD_NEWS}
    assert {promise.request.id for promise in broken} <= late


def test_drivers_never_do_two_things_at_once(world):
    for day in world.days:
        told = Counter()
        for event in events_of(world.services, world.territory.id, day):
            if event.type in {EventType.SHIFT_STARTED, EventType.SHIFT_ENDED}:
                told[event.vehicle_id, event.type] += 1
        assert set(told.values()) <= {1}


def test_the_same_seed_gives_the_same_figures_and_another_one_others():
    tiny = replace(SMALL, days=1, requests_per_day=10)
    first, again = (simulate(tiny, Settings()) for _ in range(2))
    assert first == again
    other = simulate(replace(tiny, seed=2), Settings())
    assert other.summary() != first.summary()


def test_without_noise_everything_is_as_promised():
    calm = Noise(leg_sd=0, day_sd=0, service_sd=0, not_home=0, cancels=0, cancels_late=0)
    setting = replace(SMALL, days=1, requests_per_day=16, breakdowns=0, noise=calm)
    figures = simulate(setting, Settings())
    assert figures.within_slot == figures.first_attempt == 1.0
    assert figures.replans == 0


def test_what_the_hub_overlooks_is_missed_by_its_page_and_found():
    noise = Noise(overlooked=0.5)
    setting = replace(SMALL, days=1, requests_per_day=10, breakdowns=0, noise=noise)
    with played(setting, Settings()) as world:
        events = list(events_of(world.services, "monaco", world.days[0]))
        figures = measure(world)
    scanned = [event.at for event in events if event.type is EventType.RECEIVED]
    back = {event.at for event in events if event.type is EventType.SHIFT_ENDED}
    assert len(scanned) == figures.devices
    assert set(scanned) & back
    assert set(scanned) - back
    assert figures.devices_lost == 0


def test_more_vans_than_there_are_are_made_like_them():
    from collection.catalogue import load_catalogue  # noqa: PLC0415

    monaco = load_catalogue(Settings().data_dir).territory("monaco")
    fleet = replace(SMALL, vans=6).fleet(monaco).vehicles
    assert [van.id for van in fleet] == ["van-1", "van-2", "van-3", "van-4", "van-1-2", "van-2-2"]
    assert [van.id for van in replace(SMALL, vans=2).fleet(monaco).vehicles] == ["van-1", "van-2"]
    with pytest.raises(InvalidRequest, match="no vans"):
        SMALL.fleet(replace(monaco, vehicles=()))


def test_an_unknown_territory_is_named():
    with pytest.raises(NotFound, match="atlantis"):
        simulate(Setting(territory="atlantis", days=1), Settings())
