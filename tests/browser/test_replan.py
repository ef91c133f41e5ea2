"""A van drops out of a running day, from the dispatcher's panel to the drivers' phones."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from collection.api import assets
from collection.api.links import LinkSigner
from collection.api.security import SESSION_COOKIE, issue_session
from collection.model import EventType, Position
from collection.scheduling.booking import AddressWish
from collection.scheduling.nightly import plan_night
from collection.scheduling.wishes import BookingWish
from collection.store import EmbeddedServer
from tests.api.conftest import make_services, serving
from tests.browser.conftest import Visitor
from tests.places import CUSTOMER, make_request
from tests.store.samples import DAY

MORNING = datetime(2026, 3, 3, 6, 30, tzinfo=UTC)
PLACES = ((7.4197, 43.7325), (7.4205, 43.731), (7.4230, 43.7280), (7.4150, 43.7300))


@pytest.fixture
def running(tmp_path):
    """Serve a published day of two vans, half an hour before its first window opens."""
    if not assets.installed():
        assets.copy_vendor()
    with EmbeddedServer(tmp_path / "store") as store:
        services = make_services(store.url)
        for number in range(8):
            lon, lat = PLACES[number % len(PLACES)]
            services.desk.accept(
                BookingWish(
                    reference=f"R-{number}",
                    customer=CUSTOMER,
                    address=AddressWish(
                        line1=f"{number} Rue Grimaldi",
                        position=Position(lon=lon + number * 0.0004, lat=lat),
                    ),
                    devices=make_request().devices,
                    slot_id=f"monaco.{DAY}.{8 + 2 * (number % 2):02d}00",
                )
            )
        plan = plan_night("monaco", DAY, services.night_ports()).plan
        services.plans.publish(plan.id, at=services.clock.now())
        services.clock.instant = MORNING
        with serving(services) as (base, _):
            settings = services.settings.model_copy(update={"base_url": base})
            yield base, services, LinkSigner.of(settings, services.clock), plan


@pytest.fixture
def people(browser, running):
    base, services, signer, _ = running
    visitors, contexts = [], []

    def make(*, staff=False, **options):
        context = browser.new_context(**{"locale": "en-GB", **options})
        context.set_default_timeout(15_000)
        contexts.append(context)
        if staff:
            value = issue_session(signer, "dora", services.settings.dispatchers["dora"])
            cookie = {"name": SESSION_COOKIE, "value": value, "url": base, "sameSite": "Strict"}
            context.add_cookies([cookie])
        visitor = Visitor(page=context.new_page(), base=base)
        visitor.page.clock.set_fixed_time(MORNING)
        visitor.watch()
        visitors.append(visitor)
        return visitor

    yield make
    for context in contexts:
        context.close()
    assert [breach for visitor in visitors for breach in visitor.breaches] == []


def test_a_van_drops_out_and_the_phones_are_told(people, running):
    _, services, signer, plan = running
    broken = plan.routes[0]
    phone = people(viewport={"width": 390, "height": 844}, has_touch=True)
    link = f"/driver/{signer.driver_token(broken.id)}"
    phone.open(link)
    phone.page.get_by_text(f"0 of {len(broken.stops)} stops done").wait_for()

    staff = people(staff=True)
    page = staff.page
    staff.open(f"/dispatch/monaco/{DAY}")
    page.locator("[data-seen]", has_text="seen").first.wait_for()
    page.locator("#replan > summary").click()
    page.locator(f"#out-{broken.vehicle_id}").check()
    page.get_by_role("button", name="Plan the rest again").click()
    page.get_by_role("heading", name="The rest of the day from 07:30").wait_for()
    assert page.get_by_text("takes nothing more").is_visible()
    assert page.locator("#affected tbody tr").count() >= len(broken.stops)
    page.get_by_role("button", name="Accept and send to the phones").click()
    page.wait_for_url(f"**/dispatch/monaco/{DAY}")
    assert services.plans.published("monaco", DAY) == f"monaco.{DAY}.v2"

    (route, *_) = services.plans.get(f"monaco.{DAY}.v2").routes
    assert route.vehicle_id != broken.vehicle_id
    other = people(viewport={"width": 390, "height": 844}, has_touch=True)
    other.open(f"/driver/{signer.driver_token(route.id)}")
    other.page.get_by_text(f"0 of {len(route.stops)} stops done").wait_for()
    page.locator("[data-seen].good", has_text="seen").wait_for()

    phone.page.reload()
    phone.page.get_by_text("Your stops have gone to other vans").wait_for()


def test_a_driver_confirms_what_changed(people, running):
    _, services, signer, plan = running
    first = plan.routes[0]
    phone = people(viewport={"width": 390, "height": 844}, has_touch=True)
    phone.open(f"/driver/{signer.driver_token(first.id)}")
    phone.page.get_by_text("stops done").wait_for()

    gone = first.stops[-1].request_id
    request = services.requests.get(gone)
    shorter = [stop for stop in first.stops if stop.request_id != gone]
    newer = services.plans.save(
        replace(
            plan, routes=(replace(first, stops=tuple(shorter)), *plan.routes[1:]), fingerprint="x"
        )
    )
    services.plans.publish(newer.id, at=services.clock.now())
    phone.page.reload()
    phone.page.get_by_text("Your route has changed").wait_for()
    assert phone.page.get_by_text(f"No longer yours: {request.address.line1}").is_visible()
    phone.page.get_by_role("button", name="Understood").click()
    for _ in range(50):
        seen = [
            event.plan_id
            for event in services.events.read("monaco", DAY)
            if event.type is EventType.ACKNOWLEDGED
        ]
        if newer.id in seen:
            break
        phone.page.wait_for_timeout(100)
    assert seen == [plan.id, newer.id]
    phone.page.reload()
    phone.page.get_by_text("stops done").wait_for()
    assert phone.page.get_by_text("Your route has changed").count() == 0
