from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.model import Channel, NoticeKind
from collection.scheduling.notify.quiet import AT_ANY_TIME, earliest

ZONES = [
    ZoneInfo(name) for name in ("Europe/Paris", "Europe/Berlin", "Europe/Madrid", "Europe/Monaco")
]
PARIS = ZONES[0]
START = datetime(2025, 1, 1, tzinfo=UTC)
WAKING = (Channel.MAIL, Channel.SMS, Channel.PUSH)


def local(text, zone=PARIS):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


@pytest.mark.parametrize(
    ("now", "then"),
    [
        ("2026-03-02T20:59:59", "2026-03-02T20:59:59"),
        ("2026-03-02T21:00:00", "2026-03-03T08:00:00"),
        ("2026-03-02T23:59:59", "2026-03-03T08:00:00"),
        ("2026-03-03T00:00:00", "2026-03-03T08:00:00"),
        ("2026-03-03T07:59:59", "2026-03-03T08:00:00"),
        ("2026-03-03T08:00:00", "2026-03-03T08:00:00"),
        # The clock goes forward at 2, then back at 3: ten hours of night, then twelve.
        ("2026-03-28T22:00:00", "2026-03-29T08:00:00"),
        ("2026-03-29T03:30:00", "2026-03-29T08:00:00"),
        ("2026-10-24T22:00:00", "2026-10-25T08:00:00"),
        ("2026-10-25T02:30:00", "2026-10-25T08:00:00"),
        ("2026-12-31T21:30:00", "2027-01-01T08:00:00"),
    ],
)
@pytest.mark.parametrize("zone", ZONES, ids=str)
def test_what_can_wait_waits_for_the_morning(now, then, zone):
    found = earliest(NoticeKind.PLANNED, Channel.MAIL, local(now, zone), zone)
    assert found == local(then, zone).astimezone(UTC)


def test_the_nights_of_clock_change_are_an_hour_shorter_and_longer():
    for evening, hours in (
        ("2026-03-28T22:00", 9),
        ("2026-10-24T22:00", 11),
        ("2026-06-01T22:00", 10),
    ):
        now = local(evening).astimezone(UTC)
        assert earliest(NoticeKind.PLANNED, Channel.SMS, now, PARIS) - now == timedelta(hours=hours)


@given(
    st.integers(0, 3 * 365 * 86_400).map(lambda n: START + timedelta(seconds=n)),
    st.sampled_from(NoticeKind),
    st.sampled_from(Channel),
    st.sampled_from(ZONES),
)
def test_nobody_is_woken_and_nothing_waits_without_need(now, kind, channel, zone):
    then = earliest(kind, channel, now, zone)
    assert then >= now
    if kind in AT_ANY_TIME or channel not in WAKING:
        assert then == now
    else:
        assert 8 <= then.astimezone(zone).hour < 21
        assert then == now or then.astimezone(zone).strftime("%H:%M:%S") == "08:00:00"
        assert then - now <= timedelta(hours=12)


def test_what_is_waited_for_goes_at_any_time():
    assert {kind.value for kind in AT_ANY_TIME} == {
        *("on_the_way", "next_stop", "delayed", "collected"),
        *("confirmed", "rescheduled", "cancelled", "announced", "dropped_off"),
    }
