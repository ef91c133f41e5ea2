from dataclasses import replace

from collection.model import UnassignedReason
from tests.api.conftest import book
from tests.api.samples import PLAN_ID, make_plan


def test_a_plan_is_explained(dispatcher, published):
    told = dispatcher.get(f"/v1/plans/{PLAN_ID}/explanation").json()

    assert told["plan_id"] == PLAN_ID
    (route,) = told["routes"]
    parts = ("fixed", "hours", "overtime", "driving", "kilometres")
    assert route["cost"] == sum(route[part] for part in parts) > route["fixed"] == 4_500
    assert route["last_request_id"]
    assert set(route["constraints"]) == {"time_windows", "shift", "capacity"}
    (left,) = told["unassigned"]
    assert (left["reason"], left["detail"]) == (UnassignedReason.NO_CAPACITY, "the vans are full")
    # The sample is left out by hand: it fits, so there is nothing to change.
    assert [block["constraints"] for block in left["blocks"]] == [[], []]
    assert (left["unlocks"], left["complete"]) == ([], True)


def test_a_plan_of_another_day_s_fleet_is_a_conflict(dispatcher, market, services):
    plan = make_plan(book(market)["id"])
    (route,) = plan.routes
    strange = services.plans.save(replace(plan, routes=(replace(route, vehicle_id="van-9"),)))
    answer = dispatcher.get(f"/v1/plans/{strange.id}/explanation")

    assert answer.status_code == 409
    assert "vehicle van-9" in answer.json()["detail"]


def test_only_a_dispatcher_is_told(public, market):
    assert public.get(f"/v1/plans/{PLAN_ID}/explanation").status_code == 401
    assert market.get(f"/v1/plans/{PLAN_ID}/explanation").status_code == 403
