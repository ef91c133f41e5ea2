import pytest

from collection.model import Event, EventType, RequestState
from collection.scheduling.calendar import zone_of
from collection.units import HOUR, to_utc
from tests.browser.conftest import PASSWORD, book_day


def test_a_dispatcher_logs_in_plans_and_publishes(visit, site):
    book_day(site.services, site.addresses, site.quiet_day, count=8)
    visitor = visit()
    visitor.excused = ["status of 401"]
    page = visitor.page
    visitor.open(f"/dispatch/monaco/{site.quiet_day}")
    page.get_by_label("Name").fill("dora")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Log in").click()
    page.get_by_text("name or password is wrong").wait_for()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()

    page.get_by_role("heading", name="8 requests wait for a plan").wait_for()
    page.get_by_role("button", name="Plan now").click()
    page.locator("#job progress").wait_for()
    page.get_by_text("Version 1").wait_for(timeout=30_000)
    page.get_by_role("button", name="Publish").click()
    page.get_by_text("published", exact=True).wait_for()
    plan_id = site.services.plans.published("monaco", site.quiet_day)
    assert plan_id == f"monaco.{site.quiet_day}.v1"
    page.locator(".route summary").first.click()
    assert page.get_by_role("link", name="page").first.is_visible()


def test_routes_and_map_follow_each_other(staff, site):
    visitor = staff()
    page = visitor.page
    visitor.open(f"/dispatch/monaco/{site.plan.day}")
    frame = page.frame_locator("#map")
    assert frame.get_by_text("OpenStreetMap").is_visible()
    stops = sum(len(route.stops) for route in site.plan.routes)
    assert frame.locator(".stop:not(.open)").count() == stops
    first, second = (route.vehicle_id for route in site.plan.routes[:2])

    page.locator(f"[data-route='{first}'] summary").click()
    frame.locator(f".legend [data-key='{first}'][aria-pressed='true']").wait_for()
    assert frame.locator(".stop.faded").count() == stops - len(site.plan.routes[0].stops)

    frame.locator(f".legend [data-key='{second}']").click()
    page.locator(f"[data-route='{second}'][open]").wait_for()
    assert page.locator("[data-route][open]").count() == 1


def test_what_a_driver_tells_appears_without_reloading(staff, site):
    visitor = staff()
    page = visitor.page
    visitor.open(f"/dispatch/monaco/{site.plan.day}")
    route = site.plan.routes[-1]
    row = page.locator(f"tr[data-request='{route.stops[-1].request_id}'] [data-state]")
    assert row.text_content() == "planned"
    event = Event(
        type=EventType.ARRIVED,
        territory="monaco",
        day=site.plan.day,
        at=site.services.clock.now(),
        request_id=route.stops[-1].request_id,
    )
    site.services.requests.transition(event.request_id, RequestState.ARRIVED, event)
    page.locator(f"tr[data-request='{event.request_id}'] [data-state='arrived']").wait_for(
        state="attached"
    )
    assert row.text_content() == "arrived"


def test_a_day_tells_when_each_van_comes_and_what_calls_for_a_dispatcher(staff, site):
    visitor = staff()
    page = visitor.page
    visitor.open(f"/dispatch/monaco/{site.plan.day}")
    state = {r.id: r.state for r in site.services.requests.day("monaco", site.plan.day)}
    route = next(
        route
        for route in site.plan.routes
        if all(state[stop.request_id] is RequestState.PLANNED for stop in route.stops)
    )
    page.locator("#live-now", has_text="As of").wait_for()
    eta = page.locator(f"tr[data-request='{route.stops[0].request_id}'] [data-eta]")
    assert eta.text_content().startswith("expected ")
    assert "back" in page.locator(f"[data-route='{route.vehicle_id}'] [data-live]").text_content()

    # A driver who does not get on makes every later stop late: told in words, not in red alone.
    zone = zone_of(site.services.catalogue.territory("monaco"))
    for kind in (EventType.SHIFT_STARTED, EventType.EN_ROUTE):
        site.services.events.append(
            Event(
                type=kind,
                territory="monaco",
                day=site.plan.day,
                at=to_utc(site.plan.day, 20 * HOUR, zone),
                route_id=route.id,
                request_id=route.stops[0].request_id if kind is EventType.EN_ROUTE else None,
            )
        )
    page.locator(f"tr[data-request='{route.stops[0].request_id}'] .eta.late").wait_for(
        state="attached"
    )
    page.locator("#alerts li.urgent", has_text="min late").first.wait_for()
    assert not page.get_by_text("Nothing calls for you.").is_visible()
    assert "\u25b2 Urgent" in page.locator("#alerts li.urgent").first.inner_text()
    assert "\u25b2" in eta.text_content()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_stop_on_the_map_says_who_when_and_where(staff, site, scheme):
    visitor = staff(color_scheme=scheme)
    page = visitor.page
    visitor.open(f"/v1/plans/{site.plan.id}/map")
    request = site.services.requests.get(site.plan.routes[0].stops[0].request_id)
    page.locator(".leaflet-marker-icon[role='button']", has_text="1").first.focus()
    page.keyboard.press("Enter")
    popup = page.locator(".leaflet-popup-content")
    popup.wait_for()
    assert request.address.line1 in popup.inner_text()
    page.locator(".depot").click()
    page.locator(".leaflet-popup-content", has_text="Repair hub Fontvieille").wait_for()


def test_stops_do_not_hide_each_other(staff, site):
    visitor = staff()
    visitor.open(f"/v1/plans/{site.plan.id}/map")
    boxes = [stop.bounding_box() for stop in visitor.page.locator(".stop").all()]
    middles = [(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2) for box in boxes]
    nearest = min(
        ((ax - bx) ** 2 + (ay - by) ** 2) ** 0.5
        for index, (ax, ay) in enumerate(middles)
        for bx, by in middles[:index]
    )
    assert nearest > 14


def test_a_day_that_was_refused_a_stream_asks_again(staff, site):
    visitor = staff()
    visitor.excused = ["status of 503"]
    refused = []

    def refuse_once(route):
        if refused:
            route.continue_()
        else:
            refused.append(route.request.url)
            route.fulfill(status=503, headers={"Retry-After": "60"}, body="")

    visitor.page.route("**/progress/stream", refuse_once)
    visitor.open(f"/dispatch/monaco/{site.plan.day}")
    visitor.page.locator("#live-now", has_text="As of").wait_for(timeout=30_000)
    assert refused
