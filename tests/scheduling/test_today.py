"""What a dispatcher may still do on a day that is closed."""

import pytest

from collection.errors import Conflict, InvalidRequest
from collection.model import Position, RequestState, TimeWindow
from collection.scheduling.booking import BookingDesk
from collection.scheduling.locating import AddressWish
from collection.scheduling.tentative import TentativeDays
from collection.scheduling.today import cancel_late, take_in
from collection.scheduling.wishes import BookingWish
from collection.units import HOUR
from tests.fakes import FakeGeocoder, GridMatrix
from tests.places import CUSTOMER, DEVICES, make_request
from tests.scheduling.live import DAY, FLEET, live_day


@pytest.fixture
def day():
    found = live_day([(8, 12)] * 3)
    found.clock.instant = found.at(9 * HOUR)
    return found


@pytest.fixture
def desk(day):
    return BookingDesk(
        territories={FLEET.id: FLEET},
        devices=DEVICES,
        requests=day.requests,
        geocoder=FakeGeocoder(()),
        clock=day.clock,
        days=TentativeDays(
            devices=DEVICES,
            requests=day.requests,
            source=lambda _: GridMatrix(),
            clock=day.clock,
        ),
    )


def wish(day, first=10, last=12):
    return BookingWish(
        reference="urgent",
        customer=CUSTOMER,
        address=AddressWish(line1="1 Rue Grimaldi", position=Position(lon=7.42, lat=43.73)),
        devices=make_request().devices,
        windows=(TimeWindow(start=day.at(first * HOUR), end=day.at(last * HOUR)),),
    )


def test_what_is_urgent_waits_for_a_van(day, desk):
    taken = take_in(wish(day), FLEET, desk, key="k")
    assert (taken.day, taken.state) == (DAY, RequestState.CONFIRMED)
    assert day.requests.is_closed("monaco", DAY)
    assert take_in(wish(day), FLEET, desk, key="k") == taken


@pytest.mark.parametrize("hours", [(6, 8), (34, 36)])
def test_nobody_can_come_in_the_past_or_on_another_day(day, desk, hours):
    with pytest.raises(InvalidRequest) as caught:
        take_in(wish(day, *hours), FLEET, desk)
    assert caught.value.field == "windows.0"


def test_without_a_window_nobody_knows_when_to_come(day, desk):
    asked = wish(day)
    nameless = BookingWish(
        reference=asked.reference,
        customer=asked.customer,
        address=asked.address,
        devices=asked.devices,
    )
    with pytest.raises(InvalidRequest, match="today"):
        take_in(nameless, FLEET, desk)


def test_a_request_is_cancelled_until_somebody_is_there(day, desk):
    first, second = (stop for route in day.plan.routes for stop in route.stops[:2])
    assert cancel_late(first.request_id, desk).state is RequestState.CANCELLED
    day.tell("arrived", 9 * HOUR, route=day.plan.routes[0], stop=second)
    with pytest.raises(Conflict):
        cancel_late(second.request_id, desk)
