import re

from icalendar import Calendar

from collection.model import Event, EventType, RequestState, territory_of
from collection.scheduling.calendar import zone_of
from collection.units import to_utc


def fill_in(page, address):
    page.get_by_label("Street and house number").press_sequentially(address.line1, delay=5)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_label("What is broken?").fill("screen cracked")
    page.locator("#slots input[name='slot_id']:not(:disabled)").last.check(force=True)
    page.get_by_label("Name at the door bell").fill("Anna Rossi")
    page.get_by_label("Mobile phone").fill("99 99 12 34")
    page.get_by_label("Email").fill("anna@example.org")


def unambiguous(site):
    def is_one(match):
        found = site.services.geocoder.search(match.line1, limit=6)
        return bool(found) and found[0].line1 == match.line1

    return next(match for match in site.addresses if is_one(match))


def test_a_customer_books_moves_and_cancels_on_a_phone(visit, site):
    visitor = visit(width=390, height=844, has_touch=True)
    page = visitor.page
    visitor.open("/")
    fill_in(page, unambiguous(site))
    page.get_by_label("Battery").select_option("swollen")
    assert page.get_by_text("do not charge it").is_visible()
    # Other vans may come for it: the times are asked for anew, and what was chosen stays.
    page.wait_for_load_state("networkidle")
    page.locator("#slots input[name='slot_id']:checked").wait_for()
    page.get_by_role("button", name="Book this pickup").click()

    page.get_by_role("heading", name="Your pickup is booked").wait_for()
    code = page.locator("#done-code").inner_text()
    assert re.fullmatch("[A-Z3-9]{6}", code)
    with page.expect_download() as download:
        page.get_by_role("link", name="Add to calendar").click()
    (event,) = Calendar.from_ical(download.value.path().read_bytes()).events
    assert code in event["summary"]

    page.get_by_role("link", name="See or change my pickup").click()
    page.get_by_text(code).wait_for()
    token = page.url.rpartition("/")[2]
    request_id = site.signer.request_of(token)
    booked = site.services.requests.get(request_id)
    assert booked.customer.phone == "+37799991234"
    assert booked.devices[0].battery.value == "swollen"
    assert territory_of(request_id) == "monaco"

    page.get_by_role("button", name="Choose another time").click()
    page.locator("#slots input[name='slot_id']:not(:disabled)").first.check(force=True)
    page.get_by_role("button", name="Move my pickup").click()
    page.get_by_text("Your pickup has been moved.").wait_for()
    assert site.services.requests.get(request_id).slot_id != booked.slot_id

    page.get_by_role("button", name="Cancel this pickup").click()
    page.get_by_role("button", name="Yes, cancel it").click()
    page.locator("#state", has_text="Cancelled").wait_for()
    assert site.services.requests.get(request_id).state is RequestState.CANCELLED


def test_a_mistake_is_told_at_its_field_and_mended_there(visit, site):
    visitor = visit(width=390, height=844)
    visitor.excused = ["status of 422"]
    page = visitor.page
    visitor.open("/book")
    page.get_by_role("button", name="Book this pickup").click()
    assert page.locator("#line1-error").inner_text() == "Please fill this in."
    assert page.locator("#slot_id-error").inner_text() == "Please choose a day and a time."
    assert page.evaluate("document.activeElement.id") == "line1"

    fill_in(page, unambiguous(site))
    imei = page.get_by_label("IMEI")
    imei.fill("490154203237519")
    page.get_by_role("button", name="Book this pickup").click()
    page.get_by_text("the check digit of the IMEI is wrong").wait_for()
    assert imei.get_attribute("aria-invalid") == "true"
    assert page.evaluate("document.activeElement.id") == "devices.0.imei"

    imei.fill("490154203237518")
    page.get_by_role("button", name="Book this pickup").click()
    page.get_by_role("heading", name="Your pickup is booked").wait_for()


def test_devices_are_added_and_removed(visit):
    visitor = visit()
    page = visitor.page
    visitor.open("/book")
    page.get_by_role("button", name="Add another device").click()
    assert page.locator(".device h3").all_inner_texts() == ["Device 1", "Device 2"]
    page.locator("#summary", has_text=re.compile("2 . Phone")).wait_for()
    page.get_by_role("button", name="Remove this device").last.click()
    assert page.locator(".device h3").all_inner_texts() == ["Device"]


def test_a_slot_that_was_just_taken_leads_to_another(visit, site):
    visitor = visit()
    visitor.excused = ["status of 409"]
    page = visitor.page
    visitor.open("/book")
    fill_in(page, unambiguous(site))
    page.route(
        "**/v1/pickup-requests",
        lambda route: route.fulfill(
            status=409,
            content_type="application/problem+json",
            body='{"type": "urn:collection:problem:slot-unavailable", "detail": "full"}',
        ),
        times=1,
    )
    page.get_by_role("button", name="Book this pickup").click()
    page.get_by_text("This time has just been taken.").wait_for()
    page.locator("#slots input[name='slot_id']:not(:disabled)").last.check(force=True)
    page.get_by_role("button", name="Book this pickup").click()
    page.get_by_role("heading", name="Your pickup is booked").wait_for()


def test_the_language_can_be_switched(visit):
    visitor = visit(locale="fr-FR")
    page = visitor.page
    visitor.open("/")
    page.get_by_role("heading", name="Réserver une collecte").wait_for()
    page.get_by_role("link", name="DE").click()
    page.get_by_role("heading", name="Abholung buchen").wait_for()
    visitor.open("/book")
    page.get_by_role("heading", name="Abholung buchen").wait_for()


def test_a_customer_sees_the_range_narrow_and_the_van_come(visit, site):
    route = site.plan.routes[-1]
    request = site.services.requests.get(route.stops[0].request_id)
    visitor = visit(width=390, height=844)
    page = visitor.page
    visitor.open(f"/track/{site.signer.tracking_token(request)}")
    before = page.locator("#expected").inner_text()
    assert re.fullmatch(r"\d\d:\d\d\u2013\d\d:\d\d", before)

    stop = route.stops[0]
    zone = zone_of(site.services.catalogue.territory("monaco"))
    for kind, at in (
        (EventType.SHIFT_STARTED, route.start),
        (EventType.POSITION, stop.arrival + 3_600),
    ):
        site.services.events.append(
            Event(
                type=kind,
                territory="monaco",
                day=site.plan.day,
                at=to_utc(site.plan.day, at, zone),
                route_id=route.id,
                position=stop.position,
            )
        )
    page.get_by_text("You are the next stop.").wait_for()
    assert page.locator("#expected").inner_text() != before


def test_a_customer_may_bring_it_to_a_shop(visit, site):
    visitor = visit(width=390, height=844, has_touch=True)
    page = visitor.page
    visitor.open("/")
    fill_in(page, unambiguous(site))
    page.get_by_role("button", name="Or bring it to a shop").click()
    page.locator("#shops input:not(:disabled)").first.check(force=True)
    assert page.locator("#slots input:checked[name='slot_id']").count() == 0
    page.get_by_role("button", name="Book this pickup").click()

    page.get_by_role("heading", name="Your drop-off is announced").wait_for()
    code = page.locator("#done-code").inner_text()
    drop_off = site.services.drop_offs.get(f"monaco.drop-{code.lower()}")
    assert drop_off.customer.phone == "+37799991234"
    assert "(example)" in page.locator("#done-where").inner_text()


def test_a_dangerous_battery_is_refused_with_advice(visit, site):
    visitor = visit(width=390, height=844, has_touch=True)
    page = visitor.page
    visitor.open("/")
    fill_in(page, unambiguous(site))
    page.get_by_label("Battery").select_option("hot")
    assert page.get_by_role("status").get_by_text("call 112").is_visible()
    page.get_by_role("button", name="Book this pickup").click()
    page.get_by_text("Please check the fields marked in red.").wait_for()
