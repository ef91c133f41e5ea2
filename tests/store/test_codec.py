import json
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collection.model import (
    Address,
    Event,
    Pause,
    PickupRequest,
    Position,
    ReloadVisit,
    TimeWindow,
)
from collection.store.codec import (
    dump_event,
    dump_plan,
    dump_request,
    load_event,
    load_plan,
    load_request,
    numbered,
    split_plan_id,
)
from tests.store.samples import HOME, make_plan, make_request

INSTANTS = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001
    max_value=datetime(2200, 1, 1),  # noqa: DTZ001
    timezones=st.integers(-840, 840).map(lambda n: timezone(timedelta(minutes=n))),
)
DEGREES = st.floats(-180, 180)
POSITIONS = st.builds(Position, lon=DEGREES, lat=DEGREES)
WINDOWS = st.builds(TimeWindow, start=INSTANTS, end=INSTANTS)
REQUESTS = st.builds(
    PickupRequest,
    address=st.builds(Address, position=POSITIONS),
    windows=st.lists(WINDOWS, max_size=3).map(tuple),
    slot_id=st.none() | st.text(min_size=1),
    cancel_by=INSTANTS,
    created_at=INSTANTS,
)
EVENTS = st.builds(Event, at=INSTANTS, position=st.none() | POSITIONS)


@settings(max_examples=50, deadline=None)
@given(REQUESTS)
def test_requests_come_back(request):
    fields = dump_request(request)
    assert load_request(fields) == request
    assert all(isinstance(value, str) for value in fields.values())


@settings(max_examples=50, deadline=None)
@given(EVENTS)
def test_events_come_back(event):
    entry = (event.id, {"body": dump_event(event)})
    assert load_event(event.territory, event.day, entry) == event


@given(st.integers(1, 10**6))
def test_plans_come_back_under_their_version(version):
    plan = make_plan("monaco.r1", unassigned=["monaco.r2"])
    loaded = load_plan(dump_plan(plan), version)
    assert loaded == numbered(plan, version)
    assert split_plan_id(loaded.id) == ("monaco", date(2026, 3, 3), version)


def test_pauses_reloads_and_soft_prices_come_back():
    (route,) = make_plan("monaco.r1").routes
    visit = ReloadVisit(
        site_id="hub",
        position=HOME,
        arrival=30_000,
        start=30_000,
        departure=30_600,
        travel=300,
        metres=1_200,
        after=1,
    )
    full = replace(
        route, pauses=(Pause(start=29_100, end=30_900, after=1),), reloads=(visit,), overtime=60
    )
    plan = make_plan("monaco.r1", routes=(full,), soft=450)

    assert load_plan(dump_plan(plan), 3) == numbered(plan, 3)


def test_what_was_written_before_there_were_pauses_and_instructions_is_read():
    plan, request = make_plan("monaco.r1"), make_request()
    body, fields = json.loads(dump_plan(plan)), dump_request(request)
    address = json.loads(fields["body"])
    del body["soft"], body["instructions"]
    for name in ("pauses", "reloads", "overtime"):
        del body["routes"][0][name]
    for name in ("floor", "lift"):
        del address["address"][name]

    assert load_plan(json.dumps(body), 1) == numbered(plan, 1)
    assert load_request({**fields, "body": json.dumps(address)}) == request


@pytest.mark.parametrize(
    "text",
    [
        "",
        "monaco",
        "monaco.v1",
        "monaco.2026-03-03.v",
        "monaco.20260303.v1",
        "monaco.2026-03-03.v1_0",
    ],
)
def test_what_is_no_plan_id(text):
    assert split_plan_id(text) is None
