"""The API keeps to its own document, whatever is thrown at it."""

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode, checks

from collection.api.security import SESSION_COOKIE, issue_session
from collection.scheduling.labels import new_label
from tests.api.conftest import API_KEY, bearer, book, hold
from tests.api.samples import PLAN_ID, ROUTE_ID, make_plan

EFFORT = settings(
    max_examples=10,
    derandomize=True,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
LEFT_OUT = [
    # What JSON Schema cannot say (check digits, known ids, one of two fields) is refused as well.
    checks.positive_data_acceptance,
    # It adds wrong credentials to a good session; test_callers.py tries every role instead.
    checks.ignored_auth,
]


@pytest.fixture
def api_schema(server, services):
    found = schemathesis.openapi.from_url(f"{server}/openapi.json")
    # An endless stream, see test_dispatch.py; and a peer's interface, which takes any field and
    # has errors of its own, see test_vroom.py.
    return found.exclude(path=["/v1/events", "/vroom"]).exclude(path_regex="/stream$")


def try_all(schema, send, mode=GenerationMode.POSITIVE):
    """Send generated calls to every operation of the document."""
    tried = 0
    for result in schema.get_all_operations():

        @given(case=result.ok().as_strategy(generation_mode=mode))
        @EFFORT
        def run(case):
            send(case)

        try:
            run()
        except Unsatisfiable:
            # Nothing can be wrong with a call that has no parameters.
            continue
        tried += 1
    return tried


@pytest.fixture
def known(market, services):
    """Things that are there, by the name of their path parameter."""
    booked = book(market)
    plan = services.plans.save(make_plan(booked["id"]))
    services.plans.publish(plan.id, at=services.clock.now())
    other = book(market)
    job = services.jobs.enqueue_night("monaco", plan.day)
    return {
        "request_id": other["id"],
        "hold_id": hold(market)["id"],
        "plan_id": PLAN_ID,
        "route_id": ROUTE_ID,
        "job_id": job,
        "territory_id": "monaco",
        "label": new_label(),
        "drop_off_id": "monaco.drop-none",
        "territory": "monaco",
        "date": plan.day.isoformat(),
    }


@pytest.fixture
def session(services, signer):
    value = issue_session(signer, "dora", services.settings.dispatchers["dora"])
    return {SESSION_COOKIE: value}


def test_a_dispatcher_gets_documented_answers(api_schema, known, session):
    def send(case):
        case.call_and_validate(cookies=session, excluded_checks=LEFT_OUT)

    assert try_all(api_schema, send) >= 18


def test_what_the_document_forbids_is_refused(api_schema, known, session):
    def send(case):
        case.call_and_validate(cookies=session, excluded_checks=LEFT_OUT)

    assert try_all(api_schema, send, GenerationMode.NEGATIVE) >= 14


def test_known_things_give_documented_answers(api_schema, known, session):
    def send(case):
        case.path_parameters = {name: known[name] for name in case.path_parameters}
        case.call_and_validate(cookies=session, excluded_checks=LEFT_OUT)

    assert try_all(api_schema.include(path_regex="{"), send) >= 8


def test_a_marketplace_gets_documented_answers(api_schema, known):
    def send(case):
        case.call_and_validate(headers=bearer(API_KEY), excluded_checks=LEFT_OUT)

    assert try_all(api_schema, send) >= 18


def resolved(schema, document):
    return {**schema, "components": document["components"]}


def test_every_operation_is_told_well(public):
    document = public.get("/openapi.json").json()
    ids = set()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            where = f"{method} {path}"
            assert operation["tags"], where
            assert operation["summary"], where
            assert operation["operationId"] not in ids, where
            ids.add(operation["operationId"])
            for status, response in operation["responses"].items():
                if int(status) >= 400:
                    # Clients of VROOM read its own errors.
                    kind = "application/json" if path == "/vroom" else "application/problem+json"
                    assert set(response["content"]) == {kind}, where
    assert "HTTPValidationError" not in document["components"]["schemas"]
    assert document["components"]["schemas"]["Problem"]["examples"]


def test_examples_are_what_they_are_examples_of(public):
    document = public.get("/openapi.json").json()
    schemas = document["components"]["schemas"]
    shown = 0
    for name, schema in schemas.items():
        for example in schema.get("examples", []):
            validator = jsonschema.Draft202012Validator(resolved(schema, document))
            errors = [f"{name}: {error.message}" for error in validator.iter_errors(example)]
            assert errors == []
            shown += 1
        if name.endswith("In"):
            assert schema["examples"], name
            assert schema["additionalProperties"] is False, name
    assert shown >= 20
    for operations in document["paths"].values():
        for operation in operations.values():
            content = operation.get("requestBody", {}).get("content", {})
            for part in content.values():
                name = part["schema"]["$ref"].rpartition("/")[2]
                assert schemas[name]["examples"], name
