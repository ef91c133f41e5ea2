import re

from tests.api.conftest import bearer
from tests.api.samples import PLAN_ID, ROUTE_ID
from tests.api.web.pages import Page


def test_a_plans_map_runs_own_scripts_only(dispatcher, published):
    answer = dispatcher.get(f"/v1/plans/{PLAN_ID}/map")
    assert answer.status_code == 200
    page = Page(answer)
    nonce = re.search(r"'nonce-([^']+)'", page.policy).group(1)
    assert {script.get("nonce") for script in page.of("script")} == {nonce}
    assert "script-src 'self' 'nonce-" in page.policy
    assert "Camille Laurent" in answer.text
    assert "the vans are full" in answer.text


def test_no_two_maps_share_a_nonce(dispatcher, published):
    path = f"/v1/plans/{PLAN_ID}/map"
    policies = {dispatcher.get(path).headers["content-security-policy"] for _ in range(2)}
    assert len(policies) == 2


def test_a_drivers_token_opens_the_map_of_its_own_route(public, published, signer):
    token = signer.driver_token(ROUTE_ID)
    answer = public.get(f"/v1/routes/{ROUTE_ID}/map", params={"token": token})
    assert answer.status_code == 200
    assert '"follow":true' in answer.text


def test_a_map_names_people_and_is_not_for_everybody(public, market, published, services, signer):
    request = services.requests.get(published.routes[0].stops[0].request_id)
    customer = bearer(signer.tracking_token(request))
    other = bearer(signer.driver_token(ROUTE_ID.replace("van-1", "van-2")))
    for path in (f"/v1/plans/{PLAN_ID}/map", f"/v1/routes/{ROUTE_ID}/map"):
        assert public.get(path).status_code == 401
        assert market.get(path).status_code == 403
        assert public.get(path, headers=customer).status_code == 403
        assert public.get(path, headers=other).status_code == 403


def test_an_unknown_map_is_a_problem_not_a_page(dispatcher):
    for path in ("/v1/plans/monaco.2026-03-03.v9/map", "/v1/routes/monaco.2026-03-03.v9.van-1/map"):
        answer = dispatcher.get(path)
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"


def test_the_words_of_a_map_are_the_readers(dispatcher, published):
    answer = dispatcher.get(f"/v1/plans/{PLAN_ID}/map", headers={"Accept-Language": "fr"})
    assert "Créneau 08:00" in answer.text
