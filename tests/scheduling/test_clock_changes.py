"""The nights in which the clock changes, in every zone: nothing moves by an hour."""

from dataclasses import replace
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

import gpxpy
import pytest

from collection.api.export import route_gpx
from collection.api.sheet import RouteSheet
from collection.api.web.texts import texts_of
from collection.model import (
    Channel,
    Customer,
    Device,
    LocalHoliday,
    NoticeKind,
    Position,
    TimeWindow,
)
from collection.routing.demand import local_windows
from collection.scheduling import calendar
from collection.scheduling.booking import BookingDesk, BookingWish
from collection.scheduling.locating import AddressWish
from collection.scheduling.nightly import NightPorts, due_nights, plan_night
from collection.scheduling.notify.quiet import earliest
from collection.scheduling.tentative import TentativeDays
from collection.units import HOUR, MINUTE, to_seconds, to_utc
from tests.fakes import (
    FakeClock,
    FakeEventLog,
    FakeGeocoder,
    FakePlanStore,
    FakeRequestStore,
    GridMatrix,
)
from tests.lands import PLACES, territory_in
from tests.places import DEVICES

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
CHANGES = [SPRING, AUTUMN, date(2027, 3, 28), date(2027, 10, 31)]
ONE_DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)


@pytest.fixture(params=PLACES, ids=lambda place: place[2])
def territory(request):
    """A territory whose vans go out on Sundays too, on which the clock changes, and on Easter."""
    code, subdivision, _ = request.param
    plain = territory_in(code, subdivision, solve_seconds=1)
    country = replace(plain.country, working_weekdays=frozenset(range(7)))
    always = LocalHoliday(
        name="", works=True, valid_from=date(2026, 1, 1), valid_until=None, source="a test"
    )
    return replace(plain, country=country, holidays=(always,))


@pytest.fixture(params=CHANGES, ids=str)
def change(request):
    return request.param


def wall(instant, territory):
    return instant.astimezone(ZoneInfo(territory.timezone)).replace(tzinfo=None)


def clock_of(instant, territory):
    return f"{wall(instant, territory):%H:%M}"


def test_the_clock_changes_then(territory, change):
    zone = calendar.zone_of(territory)
    length = to_utc(change + ONE_DAY, 0, zone) - to_utc(change, 0, zone)
    assert length == timedelta(hours=23 if change.month == 3 else 25)


def test_slots_keep_their_clock_and_their_length(territory, change):
    for day in (change - ONE_DAY, change, change + ONE_DAY):
        for row in territory.slots:
            window = calendar.slot_window(territory, day, row)
            assert wall(window.start, territory).date() == day
            assert to_seconds(window.start, day, calendar.zone_of(territory)) == row.start
            assert window.end - window.start == timedelta(seconds=row.end - row.start)
            identifier = calendar.slot_id(territory, day, row)
            assert calendar.parse_slot_id(territory, identifier) == (day, row)
            shown = texts_of("en").window(window, calendar.zone_of(territory))
            assert shown.endswith(f"{row.start // HOUR:02}:00\u2013{row.end // HOUR:02}:00")


def test_cut_offs_keep_their_clock_and_the_nights_are_due_from_then(territory, change):
    ports, _ = make_ports(territory, change)
    for day in (change, change + ONE_DAY):
        cut_off = calendar.cut_off(territory, day)
        assert wall(cut_off, territory).date() == day - ONE_DAY
        assert clock_of(cut_off, territory) == "18:00"
        assert day in list(calendar.bookable_days(territory, cut_off - SECOND))
        assert day not in list(calendar.bookable_days(territory, cut_off))
        assert (territory.id, day) not in list(due_nights(ports, cut_off - SECOND))
        assert (territory.id, day) in list(due_nights(ports, cut_off))
        # The last van is back at 17:00.
        last = to_utc(day, 17 * HOUR, calendar.zone_of(territory))
        assert day in list(calendar.due_days(territory, last - SECOND))
        assert day not in list(calendar.due_days(territory, last))


def test_each_day_can_be_booked_for_once(territory, change):
    days = list(calendar.bookable_days(territory, to_utc(change - 3 * ONE_DAY, 0, UTC)))
    assert days == sorted(set(days))
    assert {change - ONE_DAY, change, change + ONE_DAY} <= set(days)


def test_it_is_quiet_until_eight_by_the_new_clock(territory, change):
    zone = calendar.zone_of(territory)
    morning = to_utc(change, 8 * HOUR, zone)
    night = to_utc(change - ONE_DAY, 21 * HOUR, zone)
    assert morning - night == timedelta(hours=10 if change.month == 3 else 12)
    passed = timedelta()
    while night + passed < morning:
        due = earliest(NoticeKind.PLANNED, Channel.MAIL, night + passed, zone)
        assert due == morning
        passed += timedelta(minutes=30)
    for instant in (night - SECOND, morning):
        assert earliest(NoticeKind.PLANNED, Channel.MAIL, instant, zone) == instant


def make_ports(territory, change):
    clock = FakeClock(to_utc(change - 2 * ONE_DAY, 9 * HOUR, UTC))
    requests = FakeRequestStore(FakeEventLog())
    ports = NightPorts(
        territories={territory.id: territory},
        devices=DEVICES,
        requests=requests,
        plans=FakePlanStore(requests),
        source=lambda _: GridMatrix(),
        clock=clock,
        workers=1,
    )
    return ports, clock


def book(ports, day):
    """In the first slot, in the one before noon, and in an hour of one's own, of one day."""
    (territory,) = ports.territories.values()
    zone = calendar.zone_of(territory)
    desk = BookingDesk(
        territories=ports.territories,
        devices=DEVICES,
        requests=ports.requests,
        geocoder=FakeGeocoder(()),
        clock=ports.clock,
        days=TentativeDays(
            devices=DEVICES, requests=ports.requests, source=ports.source, clock=ports.clock
        ),
    )
    own = TimeWindow(start=to_utc(day, 14 * HOUR, zone), end=to_utc(day, 15 * HOUR, zone))
    wishes = [
        {"slot_id": f"{territory.id}.{day}.0800"},
        {"slot_id": f"{territory.id}.{day}.1000"},
        {"windows": (own,)},
    ]
    return [
        desk.accept(
            BookingWish(
                reference=f"R-{number}",
                customer=Customer(name="Ada", phone="+33639980001", email="", language=""),
                address=AddressWish(position=Position(lon=7.412 + number / 100, lat=43.73)),
                devices=(Device(type="phone"),),
                **wish,
            ),
            key=f"{day}-{number}",
        )
        for number, wish in enumerate(wishes)
    ]


WANTED = ((8 * HOUR, 10 * HOUR), (10 * HOUR, 12 * HOUR), (14 * HOUR, 15 * HOUR))


def test_the_night_of_the_change_and_the_one_before_keep_every_promise(territory, change):
    zone = calendar.zone_of(territory)
    ports, clock = make_ports(territory, change)
    booked = {day: book(ports, day) for day in (change - ONE_DAY, change)}
    for day, requests in booked.items():
        assert [local_windows(r, day, zone) for r in requests] == [(span,) for span in WANTED]
        assert {r.customer.language for r in requests} == {territory.country.language}
        # In the night itself: at half past two by the clock, or what it is read as.
        clock.instant = to_utc(day, 2 * HOUR + 30 * MINUTE, zone)
        plan = plan_night(territory.id, day, ports).plan

        assert plan.violations == ()
        assert plan.unassigned == ()
        by_id = {request.id: request for request in requests}
        stops = [stop for route in plan.routes for stop in route.stops]
        assert {stop.request_id for stop in stops} == set(by_id)
        for stop in stops:
            (window,) = by_id[stop.request_id].windows
            assert window.start <= to_utc(day, stop.start, zone) <= window.end
        for route in plan.routes:
            out, back = (to_utc(day, clock, zone) for clock in (route.start, route.end))
            assert back - out == timedelta(seconds=route.end - route.start)
            assert "08:00" <= clock_of(out, territory) <= clock_of(back, territory) <= "17:00"
            sheet = RouteSheet(
                route=route, plan=plan, territory=territory, published=True, requests=by_id
            )
            points = [p for p in gpxpy.parse(route_gpx(sheet)).waypoints if p.time]
            arrivals = [to_utc(day, stop.arrival, zone) for stop in route.stops]
            assert [point.time for point in points] == arrivals


def test_a_night_that_is_caught_up_on_the_day_of_the_change_sends_nobody_into_the_past(
    territory, change
):
    zone = calendar.zone_of(territory)
    ports, clock = make_ports(territory, change)
    _, noon, afternoon = book(ports, change)
    clock.instant = to_utc(change, 11 * HOUR, zone)
    plan = plan_night(territory.id, change, ports).plan

    stops = [stop for route in plan.routes for stop in route.stops]
    assert {stop.request_id for stop in stops} == {noon.id, afternoon.id}
    for route in plan.routes:
        assert to_utc(change, route.start, zone) >= clock.instant
    (early,) = [stop for stop in stops if stop.request_id == noon.id]
    assert 11 * HOUR <= early.start <= 12 * HOUR
