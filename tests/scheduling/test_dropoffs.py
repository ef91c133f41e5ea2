"""What customers bring to a shop goes with the next van that comes there."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from collection.errors import Conflict, InvalidRequest, NotFound, RoutingUnavailable
from collection.model import (
    Battery,
    Device,
    Event,
    EventType,
    Position,
    RequestState,
    Site,
)
from collection.scheduling.booking import BookingDesk
from collection.scheduling.calendar import bookable_days
from collection.scheduling.custody_rounds import CustodyRounds
from collection.scheduling.dropoffs import KEPT, DropOffDesk
from collection.scheduling.hub import Hub
from collection.scheduling.labels import new_label
from collection.scheduling.site_pickups import SitePickups
from collection.scheduling.tentative import TentativeDays
from collection.units import HOUR
from tests.custody_fakes import FakeCustody, FakeDropOffs
from tests.fakes import (
    FakeClock,
    FakeEventLog,
    FakeGeocoder,
    FakePlanStore,
    FakeRequestStore,
    GridMatrix,
)
from tests.places import CUSTOMER, DEVICES, TERRITORY

HOME = Position(lon=7.42, lat=43.73)
TOMORROW, LATER = date(2026, 3, 3), date(2026, 3, 4)


def make_site(name, lon, *, capacity=5, **changes):
    fields = {
        "id": name,
        "name": name.title(),
        "position": Position(lon=lon, lat=43.73),
        "service": 300,
        "opening": ((9 * HOUR, round(12.5 * HOUR)), (14 * HOUR, 18 * HOUR)),
        "reload": False,
        "address": f"1 Rue {name.title()}",
        "capacity": capacity,
    }
    return Site(**{**fields, **changes})


SITES = (
    make_site("far", 7.44),
    make_site("near", 7.421),
    make_site("closed", 7.4201, opening=()),
    make_site("depot", 7.4202, capacity=0),
    make_site("island", 7.43),
)


class Shops:
    def __init__(self, **changes):
        self.territory = replace(TERRITORY, sites=SITES, **changes)
        territories = {"monaco": self.territory}
        self.clock = FakeClock()
        self.requests = FakeRequestStore(FakeEventLog())
        self.custody = FakeCustody(self.requests)
        self.drop_offs = FakeDropOffs(self.custody)
        source = GridMatrix(unreachable=[SITES[-1].position])
        desk = BookingDesk(
            territories=territories,
            devices=DEVICES,
            requests=self.requests,
            geocoder=FakeGeocoder(()),
            clock=self.clock,
            days=TentativeDays(
                devices=DEVICES,
                requests=self.requests,
                source=lambda _: source,
                clock=self.clock,
            ),
        )
        self.pickups = SitePickups(
            drop_offs=self.drop_offs, requests=self.requests, desk=desk, clock=self.clock
        )
        self.desk = DropOffDesk(
            territories=territories,
            devices=DEVICES,
            drop_offs=self.drop_offs,
            pickups=self.pickups,
            source=lambda _: source,
            clock=self.clock,
        )
        self.hub = Hub(
            territories=territories,
            requests=self.requests,
            plans=FakePlanStore(self.requests),
            events=self.requests.events,
            custody=self.custody,
            drop_offs=self.drop_offs,
            clock=self.clock,
            grace=timedelta(minutes=60),
        )
        self.site = self.territory.sites[1]

    def announce(self, *batteries, site="near", **changes):
        devices = tuple(Device(type="phone", battery=b) for b in batteries or (Battery.OK,))
        fields = {"reference": "R-1", "customer": CUSTOMER, "devices": devices, **changes}
        return self.desk.announce(self.territory, site, **fields)

    def bring(self, drop_off, number=0, battery=None):
        label = new_label()
        return label, self.desk.bring(drop_off.id, number, label, battery)

    def all(self, day=TOMORROW):
        return self.requests.day("monaco", day)

    def free(self):
        return self.desk.offer(self.territory, HOME)[0].free

    def tell(self, pickup, kind, **fields):
        event = Event(
            type=kind,
            territory="monaco",
            day=pickup.day,
            at=self.clock.now(),
            request_id=pickup.id,
            **fields,
        )
        return self.requests.transition(pickup.id, RequestState(kind.value), event)

    def publish(self, pickup):
        self.requests.publish(pickup.id, pickup.day, RequestState.PLANNED, "")


def test_the_nearest_open_sites_by_road_are_offered():
    shops = Shops()
    first, second = shops.desk.offer(shops.territory, HOME)
    assert (first.site.id, second.site.id) == ("near", "far")
    assert 0 < first.seconds < second.seconds
    assert (first.free, second.free) == (5, 5)
    assert shops.desk.offer(TERRITORY, HOME) == ()


def test_what_is_announced_keeps_room_until_it_expires():
    shops = Shops()
    shops.announce(*[Battery.OK] * 3)
    assert shops.free() == 2
    with pytest.raises(Conflict, match="no room"):
        shops.announce(*[Battery.OK] * 3)
    shops.clock.instant += KEPT
    assert shops.free() == 5


def test_the_same_key_is_the_same_intention():
    shops = Shops()
    assert shops.announce(key="k").code == shops.announce(key="k").code
    assert shops.announce().code != shops.announce().code


def test_what_is_brought_is_one_pickup_of_the_site_in_its_opening_hours():
    shops = Shops()
    first, second = shops.announce(Battery.OK, Battery.REMOVED), shops.announce()
    labels = [shops.bring(first, 0)[0], shops.bring(second)[0], shops.bring(first, 1)[0]]

    (pickup,) = shops.all()
    assert [device.label for device in pickup.devices] == labels
    assert (pickup.reference, pickup.customer.name) == ("SITE-near", "Near")
    assert pickup.address.line1 == "1 Rue Near"
    hours = [(w.start.hour + 1, w.end.hour + 1) for w in pickup.windows]  # Monaco's winter.
    assert hours == [(9, 12), (14, 18)]
    (named,) = shops.requests.tentative("monaco", TOMORROW).routes.values() or [()]
    assert pickup.id in named
    assert shops.all(LATER) == ()


def test_bringing_it_twice_is_one():
    shops = Shops()
    first = shops.announce()
    label, _ = shops.bring(first)
    shops.desk.bring(first.id, 0, label, None)
    (pickup,) = shops.all()
    assert len(pickup.devices) == 1
    with pytest.raises(Conflict, match="bears label"):
        shops.bring(first)


def test_after_the_cut_off_it_goes_with_the_next_day():
    shops = Shops()
    shops.bring(shops.announce())
    shops.clock.advance(hours=12)
    shops.requests.close_day("monaco", TOMORROW, at=shops.clock.now())
    shops.bring(shops.announce())
    assert [len(shops.all(day)[0].devices) for day in (TOMORROW, LATER)] == [1, 1]


def test_a_day_on_which_no_van_has_room_is_passed_over():
    shops = Shops(vehicles=tuple(replace(v, max_stops=0) for v in TERRITORY.vehicles))
    _, kept = shops.bring(shops.announce())
    assert kept.pickups == {}
    assert shops.pickups.gather(shops.territory, shops.site) == ()


def test_a_pickup_that_failed_is_booked_again():
    shops = Shops()
    label, _ = shops.bring(shops.announce())
    (pickup,) = shops.all()
    shops.publish(pickup)
    shops.tell(pickup, EventType.FAILED)
    shops.clock.advance(hours=12)
    (again,) = shops.pickups.gather(shops.territory, shops.site)
    assert again.id != pickup.id
    assert again.day == LATER
    assert shops.custody.find("monaco", label).owner == again.id
    assert shops.requests.get(pickup.id).state is RequestState.CANCELLED
    assert shops.pickups.gather(shops.territory, shops.site) == ()


def test_what_comes_while_another_process_gathers_goes_along(monkeypatch):
    shops = Shops()
    first, second = shops.announce(), shops.announce()
    accept, there = BookingDesk.accept_own, []

    def meanwhile(desk, wish, *, key):
        pickup = accept(desk, wish, key=key)
        if not there:
            there.append(second)
            there.append(shops.bring(second)[0])
        return pickup

    monkeypatch.setattr(BookingDesk, "accept_own", meanwhile)
    label, _ = shops.bring(first)
    (pickup,) = shops.all()
    assert [device.label for device in pickup.devices] == [label, there[1]]
    assert shops.drop_offs.get(second.id).pickups == {0: pickup.id}


def rounds(shops):
    CustodyRounds(hub=shops.hub, pickups=shops.pickups).run()


def test_each_minute_vans_are_booked_for_what_waits():
    shops = Shops()
    for day in bookable_days(shops.territory, shops.clock.now()):
        shops.requests.close_day("monaco", day, at=shops.clock.now())
    label, drop_off = shops.bring(shops.announce())
    shops.clock.advance(minutes=59)
    rounds(shops)
    assert told(shops) == []
    shops.clock.advance(minutes=1)
    for _ in range(2):
        rounds(shops)
        assert [(event.site_id, event.text) for event in told(shops)] == [("near", label)]

    # Another day can be booked.
    shops.clock.advance(days=1)
    for _ in range(2):
        rounds(shops)
        (pickup,) = shops.requests.requests.values()
    assert shops.drop_offs.get(drop_off.id).pickups == {0: pickup.id}
    assert told(shops) == []


def test_a_site_whose_streets_are_away_does_not_keep_the_rounds(monkeypatch):
    def away(*_):
        raise RoutingUnavailable("no streets")

    shops = Shops()
    monkeypatch.setattr(SitePickups, "gather", away)
    rounds(shops)
    assert told(shops) == []


def told(shops):
    today = shops.clock.now().date()
    events = shops.requests.events.read("monaco", today)
    return [event for event in events if event.type is EventType.UNACCOUNTED]


def test_what_a_van_took_makes_room_and_is_known_at_the_hub():
    shops = Shops()
    label, drop_off = shops.bring(shops.announce(reference="ORDER-9"))
    (pickup,) = shops.all()
    shops.publish(pickup)
    assert shops.free() == 4
    shops.tell(pickup, EventType.COLLECTED, route_id="monaco.2026-03-03.v1.van-1")
    assert shops.free() == 5
    shops.announce(*[Battery.OK] * 5)
    assert list(shops.drop_offs.kept["monaco", "near"]) != [drop_off.id]
    request, _ = shops.hub.receive(shops.territory, label, who="dora")
    assert request.state is RequestState.RECEIVED
    chain = shops.hub.chain(label)
    assert (chain.reference, chain.vehicle_id) == ("ORDER-9", "van-1")
    assert [step.what for step in chain.steps] == [
        *("announced", "dropped_off", "booked", "collected", "received")
    ]
    assert chain.steps[1].site_id == "near"


def test_what_waits_without_a_van_is_said_so_at_the_hub():
    shops = Shops(vehicles=tuple(replace(v, max_stops=0) for v in TERRITORY.vehicles))
    label, _ = shops.bring(shops.announce())
    with pytest.raises(NotFound, match="waits at near"):
        shops.hub.receive(shops.territory, label, who="dora")


@pytest.mark.parametrize("battery", [Battery.SWOLLEN, Battery.DAMAGED, Battery.HOT])
def test_a_shop_takes_no_damaged_battery(battery):
    shops = Shops()
    with pytest.raises(InvalidRequest) as caught:
        shops.announce(Battery.OK, battery)
    assert caught.value.field == "devices.1.battery"
    with pytest.raises(InvalidRequest) as caught:
        shops.bring(shops.announce(), battery=battery)
    assert caught.value.field == "battery"
    assert shops.all() == ()


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"site": "depot"}, NotFound),
        ({"site": "moon"}, NotFound),
        ({"devices": (Device(type="fridge"),)}, InvalidRequest),
        ({"devices": ()}, InvalidRequest),
    ],
)
def test_what_is_wrong_is_not_stored(wrong, error):
    shops = Shops()
    with pytest.raises(error):
        shops.announce(**wrong)
    assert shops.free() == 5


def test_only_its_own_devices_are_brought():
    shops = Shops()
    with pytest.raises(InvalidRequest, match="it has 1 devices"):
        shops.bring(shops.announce(), 1)
    with pytest.raises(NotFound):
        shops.desk.bring("monaco.drop-none", 0, new_label(), None)


def test_more_than_a_van_s_stop_takes_go_with_two():
    shops = Shops()
    big = replace(shops.site, capacity=30)
    shops.desk.territories["monaco"] = replace(shops.territory, sites=(big,))
    shops.territory = shops.desk.territories["monaco"]
    for _ in range(3):
        drop_off = shops.announce(*[Battery.OK] * 8)
        for number in range(8):
            shops.bring(drop_off, number)
    shops.clock.advance(minutes=1)
    found = [len(p.devices) for p in shops.all()] + [len(p.devices) for p in shops.all(LATER)]
    assert sum(found) == 24
    assert max(found) <= 20
