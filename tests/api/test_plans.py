import pytest
from rq import SimpleWorker
from rq.serializers import JSONSerializer

from collection.model import RequestState
from tests.api.conftest import book
from tests.api.samples import DAY, PLAN_ID, ROUTE_ID, make_plan, with_rests


def test_a_plan_tells_figures_routes_stops_and_reasons(dispatcher, published, signer):
    plan = dispatcher.get(f"/v1/plans/{PLAN_ID}").json()
    assert plan["summary"] == {
        "requests": 3,
        "planned": 2,
        "unassigned": 1,
        "routes": 1,
        "devices": 2,
        "metres": 4350,
        "travel_seconds": 900,
        "duration_seconds": 2100,
        "cost": 6138,
        "soft": 0,
    }
    assert (plan["date"], plan["version"], plan["published"]) == ("2026-03-03", 1, True)
    route = plan["routes"][0]
    assert route["driver_url"] == signer.driver_url(ROUTE_ID)
    assert [stop["start"] for stop in route["stops"]] == ["08:00", "08:10"]
    assert plan["unassigned"][0]["reason"] == "no_capacity"
    assert plan["unassigned"][0]["detail"] == "the vans are full"


def test_a_plan_tells_pauses_reloads_and_soft_prices(dispatcher, market, services):
    plan = services.plans.save(with_rests(make_plan(book(market)["id"], book(market)["id"])))
    told = dispatcher.get(f"/v1/plans/{plan.id}").json()
    (route,) = told["routes"]

    # One device on board at the first stop, two at the second: two trips, three devices.
    assert (told["summary"]["soft"], told["summary"]["devices"]) == (250, 3)
    assert route["overtime_seconds"] == 600
    assert route["pauses"] == [
        {
            "after": 1,
            "start": "08:04",
            "start_at": "2026-03-03T07:03:30Z",
            "end": "08:06",
            "end_at": "2026-03-03T07:06:00Z",
            "seconds": 150,
        }
    ]
    assert route["reloads"] == [
        {
            "after": 1,
            "site_id": "hub",
            "site_name": "Hub",
            "arrival": "08:08",
            "arrival_at": "2026-03-03T07:08:00Z",
            "departure": "08:18",
            "departure_at": "2026-03-03T07:18:00Z",
            "travel_seconds": 270,
            "metres": 1450,
            "lon": 7.417,
            "lat": 43.729,
        }
    ]


def test_versions_are_listed_oldest_first(dispatcher, published, services):
    keys = [stop.request_id for stop in published.routes[0].stops]
    services.plans.save(make_plan(*keys, fingerprint="f2"))
    query = {"territory": "monaco", "date": "2026-03-03"}
    plans = dispatcher.get("/v1/plans", params=query).json()["plans"]
    assert [(plan["version"], plan["published"]) for plan in plans] == [(1, True), (2, False)]
    assert dispatcher.get(plans[1]["url"]).json()["published"] is False


def test_a_day_without_plans_is_an_empty_list(dispatcher):
    query = {"territory": "monaco", "date": "2026-03-04"}
    assert dispatcher.get("/v1/plans", params=query).json()["plans"] == []


def test_publishing_moves_the_pointer_and_the_states(dispatcher, market, services):
    booked = book(market)
    plan = services.plans.save(make_plan(booked["id"]))
    answer = dispatcher.post(f"/v1/plans/{plan.id}/publish")
    assert answer.status_code == 200, answer.text
    assert answer.json()["published"] is True
    assert services.requests.get(booked["id"]).state is RequestState.PLANNED


def test_a_plan_with_violations_is_not_published(dispatcher, market, services):
    booked = book(market)
    plan = services.plans.save(make_plan(booked["id"], violations=["time_window"]))
    answer = dispatcher.post(f"/v1/plans/{plan.id}/publish")
    assert answer.status_code == 409
    assert answer.json()["type"].endswith(":plan-rejected")
    assert services.plans.published("monaco", DAY) is None
    assert services.requests.get(booked["id"]).state is RequestState.CONFIRMED


@pytest.mark.parametrize("plan_id", ["monaco.2026-03-03.v9", "monaco.x.v1", "x", "{a}.b.c"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_plan_is_not_found(dispatcher, plan_id, method):
    path = f"/v1/plans/{plan_id}" + ("/publish" if method == "POST" else "")
    assert dispatcher.request(method, path).status_code == 404


def test_an_unknown_job_is_not_found(dispatcher):
    assert dispatcher.get("/v1/jobs/night_monaco_1999-01-01").status_code == 404


def asking(**instructions):
    return {"territory": "monaco", "date": "2026-03-03", "instructions": instructions}


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"territory": "atlantis", "date": "2026-03-03"}, 404, "territory"),
        ({"territory": "monaco", "date": "2026-03-01"}, 422, "date"),
        ({"territory": "monaco", "date": "2026-04-01"}, 422, "date"),
        ({"territory": "monaco", "date": "2026-03-08"}, 422, "date"),  # a Sunday
        ({"territory": "monaco", "date": 20260303}, 422, "date"),
        ({"territory": "monaco", "date": "2026-03-03", "seed": -1}, 422, "seed"),
        ({"territory": "monaco", "date": "2026-03-03", "seed": True}, 422, "seed"),
        ({"territory": "monaco", "date": "2026-03-03", "instructions": []}, 422, "instructions"),
        (asking(vehicles={"monaco.z": "van-1"}), 422, "instructions.vehicles"),
        (asking(prefixes={"van-9": []}), 422, "instructions.prefixes"),
        (asking(prefixes={"van-1": "x"}), 422, "instructions.prefixes.van-1"),
        (asking(together=[["monaco.z"]]), 422, "instructions.together"),
        (asking(earlier="monaco.2026-03-03.v9"), 422, "instructions.earlier"),
        (asking(locked=[]), 422, "instructions.locked"),
        ({"territory": "monaco"}, 422, "date"),
        ({"territory": "monaco", "day": "2026-03-03"}, 422, "date"),
    ],
)
def test_a_wrong_wish_for_a_plan_is_refused(dispatcher, services, body, status, field):
    answer = dispatcher.post("/v1/plans", json=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["errors"][0]["field"] == field
    assert services.queue.llen("rq:queue:nights") == 0


@pytest.fixture
def work(services, monkeypatch):
    monkeypatch.setattr("collection.scheduling.work._ports", services.night_ports)

    def work():
        worker = SimpleWorker(["nights"], connection=services.queue, serializer=JSONSerializer)
        worker.work(burst=True, logging_level="ERROR")

    return work


def test_what_is_asked_stays_until_it_is_dropped(dispatcher, market, work):
    first, second = (book(market, reference=f"R-{number}")["id"] for number in range(2))
    asked = {"vehicles": {first: "van-2"}, "apart": [[first, second]]}

    def planned(**wish):
        answer = dispatcher.post(
            "/v1/plans", json={"territory": "monaco", "date": "2026-03-03", **wish}
        )
        assert answer.status_code == 202, answer.text
        work()
        plan_id = dispatcher.get(answer.json()["url"]).json()["plan_id"]
        assert dispatcher.post(f"/v1/plans/{plan_id}/publish").status_code == 200
        return dispatcher.get(f"/v1/plans/{plan_id}").json()

    one = planned(instructions=asked)
    kept = planned(seed=1)
    free = planned(instructions=None)
    assert one["violations"] == []
    assert [plan["version"] for plan in (one, kept, free)] == [1, 2, 3]
    assert one["instructions"] == {
        "prefixes": {},
        "vehicles": {first: "van-2"},
        "together": [],
        "apart": [sorted([first, second])],
        "familiar": {},
        "earlier": None,
    }
    assert kept["instructions"] == one["instructions"]
    assert not any(free["instructions"].values())
    told = dispatcher.get("/v1/plans/monaco.2026-03-03.v1/explanation")
    assert told.status_code == 200, told.text


def test_a_waiting_day_is_not_asked_otherwise(dispatcher, market):
    wish = {"territory": "monaco", "date": "2026-03-03"}
    assert dispatcher.post("/v1/plans", json=wish).status_code == 202
    answer = dispatcher.post("/v1/plans", json={**wish, "instructions": None})
    assert answer.status_code == 409
    assert "other instructions" in answer.json()["detail"]


def test_a_day_is_planned_as_a_job(dispatcher, market, work):
    for number in range(4):
        book(market, reference=f"R-{number}", address={"lon": 7.42 + number / 1000, "lat": 43.73})
    wish = {"territory": "monaco", "date": "2026-03-03", "seed": 7}
    asked = dispatcher.post("/v1/plans", json=wish)
    assert asked.status_code == 202, asked.text
    url = asked.headers["location"]
    assert asked.json()["url"] == url
    assert dispatcher.get(url).json()["status"] == "queued"
    assert dispatcher.post("/v1/plans", json=wish).headers["location"] == url

    work()
    done = dispatcher.get(url).json()
    assert done["status"] == "finished", done
    assert set(done["phases"]) >= {"matrix", "solve", "check"}
    plan = dispatcher.get(f"/v1/plans/{done['plan_id']}").json()
    assert plan["summary"]["planned"] == 4
    assert plan["violations"] == []
    assert dispatcher.post(f"/v1/plans/{done['plan_id']}/publish").status_code == 200
