import pytest

WIDTHS = {390: 844, 768: 1024, 1440: 900}


def pages(site):
    route = site.plan.routes[0]
    request = site.services.requests.get(route.stops[0].request_id)
    return {
        "book": "/book",
        "track": site.path(site.signer.tracking_url(request)),
        "driver": site.path(site.signer.driver_url(route.id)),
        "login": "/login",
        "days": "/dispatch",
        "day": f"/dispatch/monaco/{site.plan.day}",
    }


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", ["book", "track", "driver", "login", "days", "day"])
def test_a_page_fits_its_screen(staff, site, name, width, tmp_path):
    scheme = "dark" if width == 768 else "light"
    visitor = staff(width=width, height=WIDTHS[width], color_scheme=scheme)
    page = visitor.page
    visitor.open(pages(site)[name])
    page.wait_for_load_state("load")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("h1:visible").count() == 1
    page.screenshot(path=tmp_path / f"{name}-{width}.png", full_page=True)


def test_the_keyboard_alone_reaches_the_content(visit):
    visitor = visit()
    page = visitor.page
    visitor.open("/book")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to content"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_a_lost_visitor_is_led_home(visit):
    visitor = visit()
    visitor.excused = ["status of 404"]
    visitor.open("/nowhere")
    visitor.page.get_by_role("link", name="Book a pickup").click()
    visitor.page.get_by_role("heading", name="Book a pickup").wait_for()
