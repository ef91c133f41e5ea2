import pytest

from collection.model import Event, EventType, RequestState
from tests.api.conftest import book
from tests.api.samples import DAY, PLAN_ID, make_plan, with_rests
from tests.api.web.pages import Page, assert_strict

PATH = f"/dispatch/monaco/{DAY}"


@pytest.mark.parametrize("path", ["/dispatch", PATH])
def test_without_a_session_one_is_led_to_the_log_in(public, path):
    answer = public.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next={path}"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("/dispatch/monaco/2026-03-03", "/dispatch/monaco/2026-03-03"),
        ("https://evil.example/", "/dispatch"),
        ("//evil.example", "/dispatch"),
        ("/dispatch\\evil", "/dispatch"),
        ("", "/dispatch"),
    ],
)
def test_the_log_in_leads_to_own_pages_only(public, given, kept):
    page = Page(public.get("/login", params={"next": given}))
    assert_strict(page)
    assert page.by_id("login")["data-next"] == kept


def test_the_coming_days_show_what_is_booked_and_planned(dispatcher, published):
    page = Page(dispatcher.get("/dispatch"))
    assert_strict(page)
    assert "Monday, 2 March 0 closed none yet" in page.text
    assert "Tuesday, 3 March 3 open v1 published" in page.text
    assert {"href": PATH} in page.of("a")


def test_a_day_shows_its_figures_routes_and_who_is_in_none(dispatcher, published):
    page = Page(dispatcher.get(PATH))
    assert_strict(page)
    for figure in (
        "3 Requests",
        "2 Planned",
        "1 Unassigned",
        "4.3 km",
        "0.6 Hours",
        "€ 61.38 Cost",
    ):
        name = figure.rpartition(" ")[2]
        assert f"{name} {figure.rpartition(' ')[0]}" in page.text
    assert "07:55\u201308:30 · 2 stops · 4.3 km" in page.text
    assert "No room left the vans are full" in page.text
    assert page.by_id("map")["src"] == f"/v1/plans/{PLAN_ID}/map"
    assert "disabled" in page.by_id("publish")


def test_a_published_route_has_its_drivers_link_as_text_and_as_code(dispatcher, published, signer):
    answer = dispatcher.get(PATH)
    link = signer.driver_url(published.routes[0].id)
    assert {"href": link} in Page(answer).of("a")
    assert "<svg" in answer.text[answer.text.index('class="qr"') :][:40]


def test_pauses_and_reloads_stand_between_the_stops(dispatcher, market, services):
    services.plans.save(with_rests(make_plan(book(market)["id"], book(market)["id"])))
    text = Page(dispatcher.get(PATH)).text

    assert "Break 08:04\u201308:06 Emptied at Hub, 08:08\u201308:18 2" in text


def test_an_unpublished_plan_gives_no_link_away(dispatcher, market, services):
    services.plans.save(make_plan(book(market)["id"]))
    page = Page(dispatcher.get(PATH))
    assert "not published" in page.text
    assert "/driver/" not in " ".join(tag.get("href", "") for tag in page.of("a"))
    assert "disabled" not in page.by_id("publish")


def test_violations_are_told_in_words(dispatcher, market, services):
    services.plans.save(make_plan(book(market)["id"], violations=["time_window"]))
    text = Page(dispatcher.get(PATH)).text
    assert "1 violation" in text
    assert "time window: 60 s too late" in text


def test_an_older_version_can_be_looked_at(dispatcher, published, services):
    keys = [stop.request_id for stop in published.routes[0].stops]
    services.plans.save(make_plan(*keys, fingerprint="f2"))
    newer = PLAN_ID.replace("v1", "v2")
    assert f"/v1/plans/{PLAN_ID}/map" in dispatcher.get(PATH).text
    assert f"/v1/plans/{newer}/map" in dispatcher.get(PATH, params={"plan": newer}).text
    assert dispatcher.get(PATH, params={"plan": "monaco.2026-03-03.v9"}).status_code == 404


def test_a_day_without_a_plan_says_when_one_comes(dispatcher, market):
    book(market)
    page = Page(dispatcher.get(PATH))
    assert "1 request wait" in page.text
    assert "Monday, 2 March, 18:00" in page.text
    assert page.by_id("plan-now")


def test_states_from_the_road_are_counted(dispatcher, services, published):
    event = Event(type=EventType.COLLECTED, territory="monaco", day=DAY, at=services.clock.now())
    first = published.routes[0].stops[0].request_id
    services.requests.transition(first, RequestState.COLLECTED, event)
    text = Page(dispatcher.get(PATH)).text
    assert "1 /2" in text
    assert "collected" in text


@pytest.mark.parametrize("path", ["/dispatch/atlantis/2026-03-03", "/dispatch/monaco/tomorrow"])
def test_what_does_not_exist_is_a_friendly_404(dispatcher, path):
    answer = dispatcher.get(path)
    assert answer.status_code == 404
    assert "There is nothing here" in Page(answer).text
