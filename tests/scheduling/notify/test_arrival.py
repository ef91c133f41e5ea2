from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from collection.model import Load, Position, Stop
from collection.scheduling.notify.arrival import announced_range, dump_range, holds, load_range
from collection.units import HOUR, to_utc
from tests.places import DAY, TERRITORY, make_request

ZONE = ZoneInfo(TERRITORY.timezone)


def stop_at(start):
    return Stop(
        request_id="monaco.1",
        position=Position(lon=7.42, lat=43.73),
        arrival=start,
        start=start,
        departure=start + 300,
        travel=300,
        metres=900,
        load=Load(units=1, litres=2, grams=350),
    )


def clock(window):
    return [instant.astimezone(ZONE).strftime("%H:%M") for instant in (window.start, window.end)]


def test_half_an_hour_around_in_whole_five_minutes():
    found = announced_range(stop_at(10 * HOUR + 7 * 60), make_request(), TERRITORY)
    assert clock(found) == ["09:35", "10:40"]


def test_never_outside_the_promise():
    request = make_request(hours=((8, 10), (14, 16)))
    assert clock(announced_range(stop_at(8 * HOUR + 300), request, TERRITORY)) == ["08:00", "08:35"]
    assert clock(announced_range(stop_at(16 * HOUR), request, TERRITORY)) == ["15:30", "16:00"]


def test_the_range_is_the_territorys():
    weights = replace(TERRITORY.weights, announced_within=15 * 60)
    territory = replace(TERRITORY, weights=weights)
    assert clock(announced_range(stop_at(10 * HOUR), make_request(), territory)) == [
        "09:45",
        "10:15",
    ]


@given(st.integers(8 * HOUR, 20 * HOUR), st.integers(8 * HOUR, 20 * HOUR))
def test_what_was_announced_holds_while_the_start_stays_in_it(first, later):
    request = make_request()
    announced = dump_range(announced_range(stop_at(first), request, TERRITORY))
    assert load_range(announced) == announced_range(stop_at(first), request, TERRITORY)
    assert holds(announced, to_utc(DAY, first, ZONE))
    if abs(first - later) <= TERRITORY.weights.announced_within:
        assert holds(announced, to_utc(DAY, later, ZONE))
    if abs(first - later) > TERRITORY.weights.announced_within + 6 * 60:
        assert not holds(announced, to_utc(DAY, later, ZONE))


def test_nothing_announced_holds_nothing():
    assert load_range("") is None
    assert not holds("", to_utc(DAY, 0, ZONE) + timedelta(hours=9))
