import pytest

from tests.api.web.pages import Page, assert_strict


def test_the_hub_has_a_field_for_the_scanner_and_follows_a_day(dispatcher):
    page = Page(dispatcher.get("/hub/monaco/2026-03-03"))
    assert_strict(page)
    assert "autofocus" in page.by_id("label")
    assert (page.data["territory"], page.data["date"]) == ("monaco", "2026-03-03")
    assert "Tuesday, 3 March" in page.text


def test_who_is_not_logged_in_is_led_there_and_back(public):
    path = "/hub/monaco/2026-03-03"
    answer = public.get(path, follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/login?next={path}")
    login = Page(public.get(answer.headers["location"]))
    assert login.by_id("login")["data-next"] == path


@pytest.mark.parametrize("path", ["/hub/monaco/yesterday", "/hub/atlantis/2026-03-03"])
def test_what_is_not_there_is_said_so(dispatcher, path):
    assert dispatcher.get(path).status_code == 404


def test_the_dispatchers_day_leads_to_the_hub(dispatcher, published):
    page = Page(dispatcher.get("/dispatch/monaco/2026-03-03"))
    assert "/hub/monaco/2026-03-03" in [tag.get("href") for tag in page.of("a")]
