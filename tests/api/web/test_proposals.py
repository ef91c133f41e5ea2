from datetime import UTC, datetime

import pytest

from collection.api.security import SESSION_COOKIE, issue_session
from collection.model import Event, EventType
from tests.api.conftest import make_client
from tests.api.samples import DAY, PLAN_ID, ROUTE_ID
from tests.api.web.pages import Page, assert_strict

NOW = datetime(2026, 3, 3, 7, 20, tzinfo=UTC)
DAY_PAGE = f"/dispatch/monaco/{DAY}"


@pytest.fixture
def dispatcher(published, clock, services, server, signer):
    clock.instant = NOW
    cookie = issue_session(signer, "dora", services.settings.dispatchers["dora"])
    with make_client(server, cookies={SESSION_COOKIE: cookie}) as client:
        yield client


@pytest.fixture
def proposal(dispatcher):
    wish = {"van_out": ["van-1"], "seconds": 0.2}
    return dispatcher.post(f"/v1/plans/{PLAN_ID}/replan", json=wish).json()


def test_the_running_day_offers_to_be_planned_again(dispatcher):
    page = Page(dispatcher.get(DAY_PAGE))
    assert_strict(page)
    assert "Vans that drop out" in page.text
    assert page.by_id("out-van-1")["value"] == "van-1"
    assert "2 open" in page.text
    assert "Unassigned requests that are urgent" in page.text


def test_no_other_day_does(dispatcher, clock):
    clock.advance(hours=-11)
    assert "Vans that drop out" not in Page(dispatcher.get(DAY_PAGE)).text


def test_old_and_new_stand_side_by_side(dispatcher, proposal):
    page = Page(dispatcher.get(f"{DAY_PAGE}/proposals/{proposal['plan_id']}"))
    assert_strict(page)
    assert "The rest of the day from 08:20" in page.text
    assert "As it is: version 1 Proposal: version 2" in page.text
    assert "Van-1 takes nothing more. 2 open stops. Nothing on board." in page.text
    assert "3 customers affected" in page.text
    assert "Van-1 → Van-2" in page.text
    assert page.by_id("accept") is not None
    assert page.by_id("drop") is not None


def test_who_is_on_board_of_a_broken_van_is_said(dispatcher, published, services):
    first = published.routes[0].stops[0].request_id
    done = Event(
        type=EventType.COLLECTED,
        territory="monaco",
        day=DAY,
        at=NOW,
        route_id=ROUTE_ID,
        request_id=first,
    )
    services.requests.transition(first, "collected", done)
    wish = {"van_out": ["van-1"], "seconds": 0.2}
    found = dispatcher.post(f"/v1/plans/{PLAN_ID}/replan", json=wish).json()
    text = Page(dispatcher.get(f"{DAY_PAGE}/proposals/{found['plan_id']}")).text
    assert "On board: 1 device of Camille Laurent; somebody must fetch it." in text


@pytest.mark.parametrize(
    ("verb", "words"), [("accept", "Accepted: version 2"), ("drop", "Dropped")]
)
def test_what_was_decided_is_said_and_cannot_be_again(dispatcher, proposal, verb, words):
    body = {} if verb == "drop" else None
    dispatcher.post(f"/v1/plans/{proposal['plan_id']}/{verb}", json=body)
    page = Page(dispatcher.get(f"{DAY_PAGE}/proposals/{proposal['plan_id']}"))
    assert words in page.text
    assert not any(tag.get("id") == "accept" for tag in page.of("button"))


def test_the_day_tells_which_phones_know_its_version(dispatcher, services):
    assert "not seen" in Page(dispatcher.get(DAY_PAGE)).text
    seen = Event(
        type=EventType.ACKNOWLEDGED,
        territory="monaco",
        day=DAY,
        at=NOW,
        route_id=ROUTE_ID,
        plan_id=PLAN_ID,
    )
    services.events.append(seen)
    text = Page(dispatcher.get(DAY_PAGE)).text
    assert "not seen" not in text
    assert "seen" in text


def test_a_plan_of_a_night_has_no_such_page(dispatcher):
    assert dispatcher.get(f"{DAY_PAGE}/proposals/{PLAN_ID}").status_code == 404


def test_nobody_but_a_dispatcher_sees_it(public, proposal):
    answer = public.get(f"{DAY_PAGE}/proposals/{proposal['plan_id']}")
    assert answer.status_code == 303
