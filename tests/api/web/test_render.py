from dataclasses import replace

import pytest

from collection.api.web.render import map_policy
from collection.errors import RoutingUnavailable, StoreUnavailable
from tests.api.conftest import make_client, serving
from tests.api.samples import PLAN_ID
from tests.api.web.pages import Page, assert_strict

HTML = {"Accept": "text/html,application/xhtml+xml"}


def test_a_browser_that_goes_astray_gets_a_page(public):
    answer = public.get("/nowhere", headers=HTML)
    assert answer.status_code == 404
    page = Page(answer)
    assert_strict(page)
    assert {"class": "button", "href": "/"} in page.of("a")


def test_a_program_that_goes_astray_gets_a_problem(public):
    answer = public.get("/nowhere")
    assert answer.headers["content-type"] == "application/problem+json"


def test_pages_of_people_are_kept_by_no_cache(public):
    assert public.get("/").headers["cache-control"] == "no-store"


def test_own_files_are_served_with_their_types(public):
    assert public.get("/static/app.css").headers["content-type"].startswith("text/css")
    assert "javascript" in public.get("/static/book.js").headers["content-type"]
    assert public.get("/static/../wiring.py").status_code == 404


class _Away:
    def __getattr__(self, name):
        def refuse(*_, **__):
            raise StoreUnavailable("unix:///secret/path refused")

        return refuse


def test_while_the_store_is_away_a_page_says_so(services, signer, published):
    token = signer.driver_token(published.routes[0].id)
    with serving(replace(services, plans=_Away())) as (url, _), make_client(url) as client:
        answer = client.get(f"/driver/{token}")
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "2"
    assert "Nothing is lost" in Page(answer).text
    assert "secret" not in answer.text


def test_a_plan_is_drawn_even_without_streets(services, published):
    def gone(_):
        raise RoutingUnavailable("no network")

    with serving(replace(services, network=gone)) as (url, _), make_client(url) as client:
        client.post(
            "/v1/session", json={"name": "dora", "password": "correct horse battery staple"}
        )
        answer = client.get(f"/v1/plans/{PLAN_ID}/map")
    assert answer.status_code == 200
    assert '"streets":[]' in answer.text


@pytest.mark.parametrize(
    ("tile_url", "origin"),
    [
        ("https://tiles.example/{z}/{x}/{y}.png", "https://tiles.example"),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png?key=1", "https://*.tiles.example"),
        ("/tiles/{z}/{x}/{y}.png", ""),
    ],
)
def test_a_tile_server_may_give_images_and_nothing_else(tile_url, origin):
    _, policy = map_policy(tile_url)
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["img-src"].split() == ["'self'", "data:", *filter(None, [origin])]
    assert "tiles" not in rules["script-src"] + rules["style-src"] + rules["default-src"]
