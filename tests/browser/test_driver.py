import pytest

from collection.model import EventType, RequestState
from tests.browser.conftest import own_day


@pytest.fixture
def drive(visit, site):
    def make(index, **options):
        route = site.plan.routes[index]
        visitor = visit(width=390, height=844, has_touch=True, **options)
        visitor.open(f"/driver/{site.signer.driver_token(route.id)}")
        return visitor, route

    return make


def state_of(site, stop):
    return site.services.requests.get(stop.request_id).state


def until(page, site, stop, state):
    for _ in range(50):
        if state_of(site, stop) is state:
            return
        page.wait_for_timeout(100)
    raise AssertionError((stop.request_id, state_of(site, stop), state))


def test_a_driver_works_through_the_first_stops(drive, site):
    visitor, route = drive(0)
    page = visitor.page
    first, second = route.stops[:2]
    card = page.locator("#next > li")
    assert card.get_attribute("data-request") == first.request_id
    assert page.locator("#progress").inner_text() == f"0 of {len(route.stops)} stops done"
    for name in ("Call", "Navigate"):
        assert card.get_by_role("link", name=name).is_visible()

    card.get_by_role("button", name="I have arrived").click()
    until(page, site, first, RequestState.ARRIVED)
    card.get_by_role("button", name="Collected").click()
    until(page, site, first, RequestState.COLLECTED)
    assert card.get_attribute("data-request") == second.request_id
    assert page.locator("#progress").inner_text() == f"1 of {len(route.stops)} stops done"

    card.get_by_role("button", name="Could not collect").click()
    page.get_by_role("dialog").get_by_label("Nobody home").check()
    page.get_by_role("button", name="Report").click()
    until(page, site, second, RequestState.FAILED)
    assert site.services.requests.get(second.request_id).reason.startswith("not_home")
    assert page.locator("#done > li").count() == 2

    frame = page.frame_locator("#map")
    page.locator("#map").scroll_into_view_if_needed()
    frame.locator(".stop.next", has_text="3").wait_for()
    assert frame.locator(".stop.done").count() == 2
    assert frame.get_by_text("OpenStreetMap").is_visible()

    page.reload()
    assert card.get_attribute("data-request") == route.stops[2].request_id


def test_without_a_network_nothing_is_lost(drive, site):
    visitor, route = drive(1)
    visitor.excused = ["ERR_INTERNET_DISCONNECTED"]
    page = visitor.page
    stop = route.stops[0]
    page.locator("#map").wait_for()
    page.wait_for_load_state("networkidle")
    page.context.set_offline(True)
    page.locator("#next").get_by_role("button", name="I have arrived").click()
    page.locator("#next").get_by_role("button", name="Collected").click()
    page.get_by_text("2 entries wait for the network.").wait_for()
    assert page.locator("#next > li").get_attribute("data-request") == route.stops[1].request_id
    assert state_of(site, stop) is RequestState.PLANNED
    page.context.set_offline(False)
    until(page, site, stop, RequestState.COLLECTED)
    page.locator("#waiting").wait_for(state="hidden")


def told(page, site, plan, kind):
    """The last event of a kind of the first route of a plan, once it is stored."""
    route = plan.routes[0]
    for _ in range(50):
        events = site.services.events.read("monaco", plan.day)
        found = [e for e in events if (e.type, e.route_id) == (kind, route.id)]
        if found:
            return found[-1]
        page.wait_for_timeout(100)
    raise AssertionError(kind)


def test_a_driver_tells_of_the_shift_and_is_seen_while_it_lasts(visit, site):
    place = {"longitude": 7.42, "latitude": 43.735}
    plan = own_day(site, 7)
    visitor = visit(
        width=390, height=844, has_touch=True, geolocation=place, permissions=["geolocation"]
    )
    visitor.open(f"/driver/{site.signer.driver_token(plan.routes[0].id)}")
    page = visitor.page
    assert page.locator("#shift button:visible").all_inner_texts() == ["Start shift"]
    page.get_by_role("button", name="Start shift").click()
    told(page, site, plan, EventType.SHIFT_STARTED)
    fix = told(page, site, plan, EventType.POSITION)
    assert (fix.position.lon, fix.position.lat) == (7.42, 43.735)

    page.get_by_role("button", name="Start break").click()
    told(page, site, plan, EventType.BREAK_STARTED)
    page.reload()
    assert page.locator("#shift button:visible").all_inner_texts() == ["End break"]
    page.get_by_role("button", name="End break").click()
    told(page, site, plan, EventType.BREAK_ENDED)
    page.get_by_role("button", name="End shift").click()
    told(page, site, plan, EventType.SHIFT_ENDED)
    assert page.get_by_text("Shift ended.").is_visible()


def test_what_a_thumb_must_hit_is_large_enough(drive):
    visitor, _ = drive(0)
    card = visitor.page.locator("#next")
    targets = [*card.get_by_role("button").all(), *card.get_by_role("link").all()]
    assert len(targets) >= 8
    for target in targets:
        box = target.bounding_box()
        assert min(box["width"], box["height"]) >= 48, target.inner_text()


def test_a_name_is_never_run(drive, site):
    visitor, _ = drive(0)
    assert visitor.page.get_by_text("<script>alert(1)</script>").first.is_visible()
