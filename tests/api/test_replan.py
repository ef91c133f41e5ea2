from datetime import UTC, date, datetime

import pytest

from collection.api.security import SESSION_COOKIE, issue_session
from collection.model import EventType, RequestState
from tests.api.conftest import bearer, make_body, make_client
from tests.api.samples import PLAN_ID, ROUTE_ID, make_plan
from tests.api.web.pages import Page

DAY = date(2026, 3, 3)
NOW = datetime(2026, 3, 3, 7, 20, tzinfo=UTC)
"""Tuesday, 8:20 on the local clock: the first window is open."""
QUICK = {"seconds": 0.2}


@pytest.fixture
def running(published, clock):
    clock.instant = NOW
    return published


@pytest.fixture
def dispatcher(running, services, server, signer):
    cookie = issue_session(signer, "dora", services.settings.dispatchers["dora"])
    with make_client(server, cookies={SESSION_COOKIE: cookie}) as client:
        yield client


def replan(dispatcher, plan_id=PLAN_ID, **wish):
    return dispatcher.post(f"/v1/plans/{plan_id}/replan", json={**QUICK, **wish})


def stops_of(plan):
    return {stop["request_id"]: r["vehicle_id"] for r in plan["routes"] for stop in r["stops"]}


def test_a_van_drops_out_and_old_and_new_are_told_side_by_side(
    dispatcher, driver, running, services
):
    first, second = (stop.request_id for stop in running.routes[0].stops)
    for kind in ("arrived", "collected"):
        told = {"type": kind, "at": NOW.isoformat(), "request_id": first}
        assert driver.post(f"/v1/routes/{ROUTE_ID}/events", json=told).status_code == 201
    asked = replan(dispatcher, van_out=["van-1"])
    assert asked.status_code == 201, asked.text
    found = asked.json()

    assert asked.headers["location"] == found["url"]
    assert (found["replaces"], found["status"]) == (PLAN_ID, "open")
    assert found["before"]["unserved"].count(second) == 1
    assert found["after"]["unserved"] == []
    assert found["violations"] == []
    (van,) = found["stranded"]
    assert (van["vehicle_id"], van["requests"], van["open"]) == ("van-1", [first], [second])
    assert van["load"]["units"] == 1
    (change,) = (c for c in found["changes"] if c["request_id"] == second)
    assert (change["vehicle_before"], change["vehicle_after"]) == ("van-1", "van-2")
    assert change["expected"] is None
    assert dispatcher.get(found["url"]).json() == {**found, "phases": {}}
    assert services.plans.published("monaco", DAY) == PLAN_ID


def test_accepted_it_is_the_days_plan_and_keeps_what_is_done(dispatcher, driver, running, services):
    first, second = (stop.request_id for stop in running.routes[0].stops)
    told = {"type": "collected", "at": NOW.isoformat(), "request_id": first}
    driver.post(f"/v1/routes/{ROUTE_ID}/events", json=told)
    found = replan(dispatcher, van_out=["van-1"]).json()
    answer = dispatcher.post(f"/v1/plans/{found['plan_id']}/accept")
    assert (answer.status_code, answer.json()["status"]) == (200, "accepted")

    plan = dispatcher.get(f"/v1/plans/{found['plan_id']}").json()
    assert plan["published"]
    assert stops_of(plan)[first] == "van-1"
    assert stops_of(plan)[second] == "van-2"
    assert services.requests.get(first).state is RequestState.COLLECTED
    outs = [e for e in services.events.read("monaco", DAY) if e.type is EventType.VAN_OUT]
    assert [event.vehicle_id for event in outs] == ["van-1"]
    assert dispatcher.get(f"/v1/plans/{found['plan_id']}/explanation").status_code == 200
    assert dispatcher.get(f"/v1/plans/{found['plan_id']}/map").status_code == 200


def test_publishing_a_proposal_is_accepting_it(dispatcher, running, services):
    found = replan(dispatcher, van_out=["van-1"]).json()
    assert dispatcher.post(f"/v1/plans/{found['plan_id']}/publish").json()["published"]
    assert any(e.type is EventType.VAN_OUT for e in services.events.read("monaco", DAY))


def test_dropped_it_is_not_published_any_more(dispatcher, running, services):
    found = replan(dispatcher).json()
    path = f"/v1/plans/{found['plan_id']}"
    dropped = dispatcher.post(f"{path}/drop", json={"note": "it runs again"}).json()
    assert (dropped["status"], dropped["note"]) == ("dropped", "it runs again")
    refused = dispatcher.post(f"{path}/accept")
    assert refused.status_code == 409
    assert "dropped" in refused.json()["detail"]
    assert services.plans.published("monaco", DAY) == PLAN_ID


def test_what_happened_meanwhile_makes_it_look_again(dispatcher, driver, running):
    first = running.routes[0].stops[0].request_id
    found = replan(dispatcher, van_out=["van-1"]).json()
    told = {"type": "arrived", "at": NOW.isoformat(), "request_id": first}
    assert driver.post(f"/v1/routes/{ROUTE_ID}/events", json=told).status_code == 201
    refused = dispatcher.post(f"/v1/plans/{found['plan_id']}/accept")
    assert refused.status_code == 409
    assert f"{first} is arrived meanwhile" in refused.json()["detail"]


def test_a_plan_of_the_night_does_not_undo_an_accepted_one(dispatcher, running, services):
    found = replan(dispatcher, van_out=["van-1"]).json()
    assert dispatcher.post(f"/v1/plans/{found['plan_id']}/accept").status_code == 200
    refused = dispatcher.post(f"/v1/plans/{PLAN_ID}/publish")
    assert refused.status_code == 409
    assert "plan the rest of it again" in refused.json()["detail"]
    assert services.plans.published("monaco", DAY) == found["plan_id"]
    assert dispatcher.post(f"/v1/plans/{found['plan_id']}/publish").status_code == 200
    page = Page(dispatcher.get(f"/dispatch/monaco/{DAY}?plan={PLAN_ID}"))
    assert "disabled" in page.by_id("publish")
    assert "disabled" in page.by_id("plan-now")


def test_a_day_that_runs_is_not_planned_as_a_whole(dispatcher, driver, running, services, clock):
    keys = [stop.request_id for stop in running.routes[0].stops]
    newer = services.plans.save(make_plan(*reversed(keys), fingerprint="f2"))
    day = {"territory": "monaco", "date": DAY.isoformat()}
    begun = {"type": "shift_started", "at": NOW.isoformat()}
    assert driver.post(f"/v1/routes/{ROUTE_ID}/events", json=begun).status_code == 201
    for refused in (
        dispatcher.post(f"/v1/plans/{newer.id}/publish"),
        dispatcher.post("/v1/plans", json=day),
    ):
        assert refused.status_code == 409, refused.text
        assert "2026-03-03 runs" in refused.json()["detail"]
    assert services.plans.published("monaco", DAY) == PLAN_ID


def test_only_the_published_plan_is_planned_again(dispatcher, running, services):
    keys = [stop.request_id for stop in running.routes[0].stops]
    newer = services.plans.save(make_plan(*reversed(keys), fingerprint="f2"))
    assert replan(dispatcher, newer.id).status_code == 409
    assert replan(dispatcher, "monaco.2026-03-03.v9").status_code == 404


@pytest.mark.parametrize(
    ("wish", "field"),
    [
        ({"van_out": ["van-9"]}, "van_out"),
        ({"urgent": ["monaco.nobody"]}, "urgent"),
        ({"locked": ["monaco.nobody"]}, "locked"),
        ({"seconds": 60.0}, "seconds"),
    ],
)
def test_what_is_wrong_names_its_field(dispatcher, running, wish, field):
    answer = replan(dispatcher, **wish)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field


def test_a_plan_of_the_night_is_no_proposal(dispatcher, running):
    assert dispatcher.get(f"/v1/plans/{PLAN_ID}/proposal").status_code == 422
    assert dispatcher.post(f"/v1/plans/{PLAN_ID}/accept").status_code == 422


def test_nobody_else_may(market, driver, running):
    assert replan(market).status_code == 403
    assert replan(driver).status_code == 403


def urgent(dispatcher, *, start="2026-03-03T08:00:00Z", end="2026-03-03T12:00:00Z", **changes):
    body = make_body(slot_id=None, windows=[{"start": start, "end": end}], **changes)
    del body["slot_id"]
    return dispatcher.post(f"/v1/plans/{PLAN_ID}/urgent", json=body)


def test_an_urgent_request_is_taken_in_though_the_day_is_closed(dispatcher, running, services):
    services.requests.close_day("monaco", DAY, at=NOW)
    taken = urgent(dispatcher)
    assert taken.status_code == 201, taken.text
    name = taken.json()["id"]
    assert services.requests.get(name).state is RequestState.CONFIRMED
    found = replan(dispatcher, urgent=[name]).json()
    dispatcher.post(f"/v1/plans/{found['plan_id']}/accept")
    assert services.requests.get(name).state is RequestState.PLANNED


@pytest.mark.parametrize(
    ("changes", "status", "field"),
    [
        ({"start": "2026-03-04T08:00:00Z", "end": "2026-03-04T12:00:00Z"}, 422, "windows.0"),
        ({"start": "2026-03-03T06:00:00Z", "end": "2026-03-03T07:00:00Z"}, 422, "windows.0"),
    ],
)
def test_an_urgent_request_is_one_of_today(dispatcher, running, changes, status, field):
    answer = urgent(dispatcher, **changes)
    assert answer.status_code == status
    assert answer.json()["errors"][0]["field"] == field


def test_another_day_is_booked_as_usual(dispatcher, running, clock):
    clock.advance(hours=-11)
    assert urgent(dispatcher).status_code == 409


def test_a_dispatcher_cancels_on_the_day_and_a_customer_does_not(
    *, dispatcher, running, services, public, signer, driver
):
    first, second = (stop.request_id for stop in running.routes[0].stops)
    services.requests.close_day("monaco", DAY, at=NOW)
    own = bearer(signer.tracking_token(services.requests.get(first)))
    path = "/v1/pickup-requests/{}/cancel"
    assert public.post(path.format(first), headers=own).status_code == 409
    assert dispatcher.post(path.format(first)).json()["status"] == "cancelled"
    told = {"type": "arrived", "at": NOW.isoformat(), "request_id": second}
    driver.post(f"/v1/routes/{ROUTE_ID}/events", json=told)
    assert dispatcher.post(path.format(second)).status_code == 409
    plan_id = replan(dispatcher).json()["plan_id"]
    assert first not in stops_of(dispatcher.get(f"/v1/plans/{plan_id}").json())
