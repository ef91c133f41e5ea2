import pytest
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from collection.api.schemas.scenarios import WeightsIn
from collection.model import Fairness, Weights
from tests.api.conftest import book
from tests.api.samples import PLAN_ID, make_plan

DAY = {"territory": "monaco", "date": "2026-03-03"}
LATE = {"start": "2026-03-03T13:00:00Z", "end": "2026-03-03T13:30:00Z"}


def test_a_scenario_is_tried_as_a_job_that_tells_what_changes(
    dispatcher, market, services, monkeypatch
):
    booked = book(market)["id"]
    wish = {
        **DAY,
        "scenario": {
            "name": "later, by a copy",
            "removed": ["van-1"],
            "copies": {"van-2": 1},
            "shifts": {"van-2": {"start": "08:00", "end": "09:00"}},
            "windows": {booked: [LATE]},
            "weights": {"change_of_time": 0},
        },
    }
    asked = dispatcher.post("/v1/scenarios", json=wish)
    assert asked.status_code == 202, asked.text
    url = asked.headers["location"]
    assert (asked.json()["status"], asked.json()["comparison"]) == ("queued", None)
    assert dispatcher.post("/v1/scenarios", json=wish).headers["location"] == url

    monkeypatch.setattr("collection.scheduling.work._ports", services.night_ports)
    SimpleWorker(["nights"], connection=services.queue, serializer=JSONSerializer).work(burst=True)
    done = dispatcher.get(url).json()
    assert (done["status"], done["plan_id"]) == ("finished", None), done
    told = done["comparison"]
    assert told["other_vehicle"][booked]["after"] == "van-2+1"
    assert told["other_time"][booked] >= 4 * 3_600
    assert (told["before"]["stops"], told["after"]["stops"]) == (1, 1)
    assert dispatcher.get("/v1/plans", params=DAY).json()["plans"] == []
    assert dispatcher.get("/v1/slots", params={"territory": "monaco"}).status_code == 200


@pytest.mark.parametrize(
    ("scenario", "field"),
    [
        ({}, "scenario.name"),
        ({"name": "x", "removed": ["van-9"]}, "scenario.removed"),
        ({"name": "x", "copies": {"van-9": 1}}, "scenario.copies"),
        ({"name": "x", "copies": {"van-1": 50, "van-2": 1}}, "scenario.copies"),
        ({"name": "x", "copies": {"van-1": 0}}, "scenario.copies.van-1"),
        (
            {"name": "x", "shifts": {"van-9": {"start": "08:00", "end": "09:00"}}},
            "scenario.shifts",
        ),
        (
            {"name": "x", "shifts": {"van-1": {"start": "09:00", "end": "09:00"}}},
            "scenario.shifts.van-1.end",
        ),
        (
            {"name": "x", "shifts": {"van-1": {"start": "9:00", "end": "10:00"}}},
            "scenario.shifts.van-1.start",
        ),
        ({"name": "x", "windows": {"monaco.z": [LATE]}}, "scenario.windows"),
        ({"name": "x", "windows": {"monaco.z": []}}, "scenario.windows.monaco.z"),
        (
            {"name": "x", "windows": {"monaco.z": [{"start": LATE["end"], "end": LATE["start"]}]}},
            "scenario.windows.monaco.z.0.end",
        ),
        ({"name": "x", "weights": {"unassigned": 0}}, "scenario.weights.unassigned"),
        ({"name": "x", "added": []}, "scenario.added"),
    ],
)
def test_a_wrong_scenario_names_its_field(dispatcher, services, scenario, field):
    answer = dispatcher.post("/v1/scenarios", json={**DAY, "scenario": scenario})
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert services.queue.llen("rq:queue:nights") == 0


def test_a_window_of_another_day_is_refused(dispatcher, market):
    booked = book(market)["id"]
    other = {"start": "2026-03-04T13:00:00Z", "end": "2026-03-04T13:30:00Z"}
    scenario = {"name": "x", "windows": {booked: [other]}}
    answer = dispatcher.post("/v1/scenarios", json={**DAY, "scenario": scenario})
    assert answer.status_code == 422
    assert "is not on 2026-03-03" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("place", "status"), [({"territory": "atlantis"}, 404), ({"date": "2026-03-08"}, 422)]
)
def test_a_day_that_cannot_be_planned_is_not_tried(dispatcher, place, status):
    wish = {**DAY, **place, "scenario": {"name": "x"}}
    assert dispatcher.post("/v1/scenarios", json=wish).status_code == status


def test_only_weights_that_are_said_change():
    usual = Weights(change_of_time=400, fairness=Fairness(measure="time", price=300))
    assert WeightsIn().weights(usual) == usual
    said = WeightsIn(announced_minutes=5, fairness={"measure": "stops", "price": 0})
    assert said.weights(usual) == Weights(change_of_time=400, announced_within=300)
    priced = WeightsIn(fairness={"measure": "stops", "price": 9}).weights(usual)
    assert priced.fairness == Fairness(measure="stops", price=9)


def test_two_plans_of_a_day_are_compared(dispatcher, published, services):
    first, second = (stop.request_id for stop in published.routes[0].stops)
    (left,) = (unassigned.request_id for unassigned in published.unassigned)
    after = services.plans.save(make_plan(first, left, left=[second], fingerprint="f2"))
    path = f"/v1/plans/{after.id}/comparison"
    told = dispatcher.get(path, params={"before": PLAN_ID}).json()

    assert (told["newly_served"], told["newly_unassigned"]) == ([left], [second])
    assert (told["other_vehicle"], told["other_time"], told["gone"]) == ({}, {}, [])
    assert told["before"]["cost"] == told["after"]["cost"] == 6_138
    assert dispatcher.get(path).status_code == 422
    assert dispatcher.get(path, params={"before": f"{PLAN_ID}9"}).status_code == 404
