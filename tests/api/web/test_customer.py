from datetime import timedelta

import pytest
from icalendar import Calendar

from collection.model import Event, EventType, FailureCode, RequestState
from tests.api.conftest import book
from tests.api.samples import DAY, make_plan
from tests.api.web.pages import Page, assert_strict


@pytest.fixture
def booking(market):
    return book(market)


def path_of(booking):
    return "/" + booking["tracking_url"].split("/", 3)[3]


@pytest.mark.parametrize("path", ["/", "/book"])
def test_the_booking_page_offers_the_devices_of_the_catalogue(public, path):
    page = Page(public.get(path))
    assert page.status == 200
    assert_strict(page)
    offered = [option["value"] for option in page.of("option")]
    assert offered[:3] == ["apartment", "house", "office"]
    assert offered[3:5] == ["phone", "laptop"]
    assert page.data["zones"] == {"monaco": "Europe/Monaco"}


def test_the_booking_page_speaks_the_readers_language_and_keeps_a_choice(public):
    assert "Abholung buchen" in Page(public.get("/", headers={"Accept-Language": "de"})).text
    assert "Reservar una recogida" in Page(public.get("/?lang=es")).text
    assert "Reservar una recogida" in Page(public.get("/", headers={"Accept-Language": "de"})).text


def test_a_customer_sees_the_pickup_and_may_change_it(public, booking):
    page = Page(public.get(path_of(booking)))
    assert_strict(page)
    assert booking["confirmation_code"] in page.text
    assert "Tuesday, 3 March, 08:00\u201310:00" in page.text
    assert "12 Rue Grimaldi" in page.text
    assert page.by_id("cancel")
    assert page.by_id("reschedule")


def test_after_the_cut_off_nothing_can_be_changed(public, booking, clock, services):
    clock.instant = services.requests.get(booking["id"]).cancel_by
    page = Page(public.get(path_of(booking)))
    assert "can no longer be changed" in page.text
    assert not [tag for tag in page.of("button") if tag.get("id") == "cancel"]


def test_a_published_plan_tells_when_to_expect_the_driver(public, services, booking):
    assert "expect" not in Page(public.get(path_of(booking))).text
    plan = services.plans.save(make_plan(booking["id"]))
    services.plans.publish(plan.id, at=services.clock.now())
    # Planned at 08:00: what comes before lies outside of the promise.
    text = Page(public.get(path_of(booking))).text
    assert "We expect to be with you 08:00\u201308:40" in text


def test_who_was_not_at_home_reads_why_and_may_choose_again(public, services, published, signer):
    request = services.requests.get(published.routes[0].stops[0].request_id)
    event = Event(
        type=EventType.FAILED,
        territory="monaco",
        day=DAY,
        at=services.clock.now(),
        code=FailureCode.NOT_HOME,
    )
    services.requests.transition(
        request.id, RequestState.FAILED, event, reason="not_home: rang twice"
    )
    services.clock.instant += timedelta(days=1)
    page = Page(public.get(f"/track/{signer.tracking_token(request)}"))
    assert "Nobody home" in page.text
    assert "rang twice" not in page.text
    assert page.by_id("reschedule")


def test_the_calendar_file_holds_the_promise(public, booking, services):
    answer = public.get(f"{path_of(booking)}/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    (event,) = Calendar.from_ical(answer.text).events
    window = services.requests.get(booking["id"]).windows[0]
    assert (event.start, event.end) == (window.start, window.end)
    assert booking["confirmation_code"] in event["summary"]
    assert event["status"] == "CONFIRMED"


def test_a_cancelled_pickup_is_cancelled_in_the_calendar_too(public, booking, market):
    market.post(f"/v1/pickup-requests/{booking['id']}/cancel")
    (event,) = Calendar.from_ical(public.get(f"{path_of(booking)}/calendar.ics").text).events
    assert event["status"] == "CANCELLED"


def test_a_name_is_never_markup(public, market):
    customer = {
        "name": "Anna",
        "phone": "+33639980042",
        "email": "a@example.org",
        "language": "fr",
    }
    bad = "<script>alert(1)</script>"
    address = {"line1": bad, "lon": 7.4197, "lat": 43.7325}
    page = Page(public.get(path_of(book(market, customer=customer, address=address))))
    assert_strict(page)
    assert bad in page.text


@pytest.mark.parametrize("suffix", ["", "/calendar.ics"])
def test_a_forged_link_is_said_to_be_one(public, booking, suffix):
    answer = public.get(f"{path_of(booking)[:-2]}xx{suffix}")
    assert answer.status_code == 401
    assert "This link does not work" in Page(answer).text


def test_an_expired_link_is_said_to_be_one(public, booking, clock):
    clock.instant += timedelta(days=400)
    answer = public.get(path_of(booking))
    assert answer.status_code == 401
    assert "expired" in Page(answer).text
