"""A device on its way: judged and labelled at the door, scanned at the hub."""

import pytest

from collection.model import RequestState
from collection.scheduling.labels import new_label, written
from tests.browser.conftest import own_day


@pytest.fixture(scope="module")
def route(site):
    """The first route of a day of its own."""
    return own_day(site, 6).routes[0]


def test_a_device_is_labelled_at_the_door_and_received_at_the_hub(visit, staff, site, route):
    request_id = route.stops[0].request_id
    requests, label = site.services.requests, new_label()
    phone = visit(width=390, height=844, has_touch=True)
    page = phone.page
    phone.open(f"/driver/{site.signer.driver_token(route.id)}")
    card = page.locator(f"li[data-request='{request_id}']")
    door = card.locator(".door").first
    door.get_by_label("Label on the device").fill("AAAAA-AAAAB")
    door.get_by_label("Label on the device").press("Enter")
    door.get_by_text("Read wrongly").wait_for()
    door.get_by_label("Label on the device").fill(written(label))
    door.get_by_label("Label on the device").press("Enter")
    door.get_by_text(f"Label {label}").wait_for()
    door.get_by_label("What is the battery like?").select_option("ok")
    door.get_by_text("Padded box").wait_for()
    assert wait_for(page, lambda: requests.get(request_id).devices[0].seen) == "fine"

    hub = staff()
    hub.open(f"/hub/monaco/{requests.get(request_id).day}")
    row = hub.page.locator(f"tr[data-request='{request_id}']").first
    row.get_by_text("missing").wait_for()
    for code, told in ((label[:-1] + "*", "read wrongly"), (label, "Received: ")):
        hub.page.get_by_label("Scan a label").fill(code)
        hub.page.keyboard.press("Enter")
        hub.page.get_by_text(told).wait_for()
    row.get_by_text("received").wait_for()
    hub.excused = ["status of 409"]
    hub.page.get_by_label("Scan a label").fill(label)
    hub.page.keyboard.press("Enter")
    hub.page.get_by_text("received already").wait_for()
    request = requests.get(request_id)
    assert request.devices[0].received_at
    assert request.state in {RequestState.RECEIVED, RequestState.COLLECTED}


def wait_for(page, found):
    for _ in range(50):
        if value := found():
            return value
        page.wait_for_timeout(100)
    raise AssertionError(found())
