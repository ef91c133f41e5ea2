from dataclasses import replace

import pytest

from collection.model import Event, EventType, RequestState
from tests.api.conftest import book, make_body
from tests.api.samples import DAY, ROUTE_ID, make_plan, with_rests
from tests.api.web.pages import Page, assert_strict


@pytest.fixture
def path(published, signer):
    return f"/driver/{signer.driver_token(published.routes[0].id)}"


def finish(services, request_id, state=RequestState.COLLECTED):
    event = Event(type=EventType(state.value), territory="monaco", day=DAY, at=services.clock.now())
    services.requests.transition(request_id, state, event)


def cards(page):
    return [tag for tag in page.of("li") if "data-request" in tag]


def test_a_driver_sees_the_next_stop_open_and_all_others(public, path, published):
    page = Page(public.get(path))
    assert_strict(page)
    stops = [stop.request_id for stop in published.routes[0].stops]
    assert [card["data-request"] for card in cards(page)] == stops
    assert ["open" in tag for tag in page.of("details")] == [True, False]
    links = [tag["href"] for tag in page.of("a")]
    assert "tel:+33639980042" in links
    assert any(link.startswith("geo:43.7325,7.4197") for link in links)
    assert page.of("iframe")[0]["src"].startswith(f"/v1/routes/{ROUTE_ID}/map?token=")
    assert "current" not in page.text
    assert "hidden" in page.by_id("stale")


def test_a_finished_stop_makes_room_for_the_next(public, path, services, published):
    first, second = (stop.request_id for stop in published.routes[0].stops)
    finish(services, first)
    page = Page(public.get(path))
    assert [card["data-request"] for card in cards(page)] == [second, first]
    assert cards(page)[1]["data-state"] == "collected"


def test_a_swollen_battery_and_access_notes_stand_out(public, market, services, signer):
    body = make_body(devices=[{"type": "laptop", "battery": "swollen", "defect": "hinge"}])
    body["address"]["access_notes"] = "2nd floor, code 24A6"
    request = book(market, **body)
    plan = services.plans.save(make_plan(request["id"]))
    services.plans.publish(plan.id, at=services.clock.now())
    text = Page(public.get(f"/driver/{signer.driver_token(plan.routes[0].id)}")).text
    assert "2nd floor, code 24A6" in text
    assert "Damaged or swollen battery: fire-safe box" in text
    assert "hinge" in text


def test_every_reason_to_fail_can_be_chosen(public, path):
    codes = [
        tag["value"] for tag in Page(public.get(path)).of("input") if tag.get("name") == "code"
    ]
    assert len(codes) == 10
    assert "not_home" in codes


def publish_next(services, *keys, vehicle="van-1", fingerprint="f2"):
    plan = make_plan(*keys, fingerprint=fingerprint)
    routes = tuple(replace(route, vehicle_id=vehicle) for route in plan.routes)
    newer = services.plans.save(replace(plan, routes=routes))
    services.plans.publish(newer.id, at=services.clock.now())
    return newer


def test_an_older_link_opens_the_vans_route_in_the_published_plan(
    public, path, services, published, signer
):
    keys = [stop.request_id for stop in published.routes[0].stops]
    newer = publish_next(services, *reversed(keys))
    page = Page(public.get(path))
    assert "hidden" in page.by_id("stale")
    assert [card["data-request"] for card in cards(page)] == keys[::-1]
    state = public.get(f"{path}/state").json()
    assert (state["standing"], state["route"]) == ("current", newer.routes[0].id)
    assert page.data["route"] == newer.routes[0].id
    assert page.data["token"] == signer.driver_token(newer.routes[0].id)


def test_a_van_without_a_route_any_more_is_told_so(public, path, services, published):
    keys = [stop.request_id for stop in published.routes[0].stops]
    publish_next(services, *keys, vehicle="van-2")
    page = Page(public.get(path))
    assert "hidden" not in page.by_id("stale")
    assert "have gone to other vans" in page.text
    assert "You have no stops left" in page.text
    assert cards(page) == []
    assert page.data["standing"] == "superseded"
    assert public.get(f"{path}/state").json()["standing"] == "superseded"


def acknowledge(services, route_id):
    event = Event(
        type=EventType.ACKNOWLEDGED,
        territory="monaco",
        day=DAY,
        at=services.clock.now(),
        route_id=route_id,
        plan_id=route_id.rpartition(".")[0],
    )
    services.events.append(event)


def test_the_first_version_is_acknowledged_by_opening_it(public, path, services, published):
    page = Page(public.get(path))
    assert page.data["acknowledge"] is True
    acknowledge(services, ROUTE_ID)
    assert Page(public.get(path)).data["acknowledge"] is False


def test_a_driver_reads_what_changed_and_confirms_it(public, path, market, services, published):
    first, second = (stop.request_id for stop in published.routes[0].stops)
    acknowledge(services, ROUTE_ID)
    new = book(market)["id"]
    newer = publish_next(services, second, new)
    page = Page(public.get(path))
    assert page.data["acknowledge"] is False, "a change is confirmed by hand"
    assert "Your route has changed" in page.text
    assert "No longer yours: 12 Rue Grimaldi" in page.text
    assert "New at 08:10: 12 Rue Grimaldi" in page.text
    assert page.by_id("understood") is not None
    acknowledge(services, newer.routes[0].id)
    assert "Your route has changed" not in Page(public.get(path)).text
    assert services.requests.get(first).state is RequestState.PLANNED


def test_a_route_that_was_never_published_is_said_to_be_so(public, market, services, signer):
    plan = services.plans.save(make_plan(book(market)["id"]))
    text = Page(public.get(f"/driver/{signer.driver_token(plan.routes[0].id)}")).text
    assert "has not been published" in text


def test_the_state_tells_what_changed_meanwhile(public, path, services, published):
    first, second = (stop.request_id for stop in published.routes[0].stops)
    finish(services, first)
    answer = public.get(f"{path}/state")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json() == {
        "standing": "current",
        "route": ROUTE_ID,
        "states": {first: "collected", second: "planned"},
    }


def test_a_customers_link_does_not_open_a_route(public, services, published, signer):
    request = services.requests.get(published.routes[0].stops[0].request_id)
    answer = public.get(f"/driver/{signer.tracking_token(request)}")
    assert answer.status_code == 401
    assert "This link does not work" in Page(answer).text


def test_pauses_and_reloads_stand_between_the_stops(public, market, services, signer):
    plan = services.plans.save(with_rests(make_plan(book(market)["id"], book(market)["id"])))
    services.plans.publish(plan.id, at=services.clock.now())
    text = Page(public.get(f"/driver/{signer.driver_token(plan.routes[0].id)}")).text

    assert "Break from 08:04 to 08:06 Empty the van at Hub, 08:08 2" in text
