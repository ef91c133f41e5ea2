"""Fields that contradict each other, and what is not supported."""

import pytest

from collection.errors import InvalidRequest
from collection.routing.formats.vroom_problem import build
from collection.routing.formats.vroom_schema import Input, validated
from tests.routing.formats.samples import DURATIONS, set_at, small, vroom


@pytest.mark.parametrize(
    ("path", "value", "field", "message"),
    [
        ("jobs.1.id", 1, "jobs[1].id", "is 1, as one before"),
        ("vehicles.1.id", 7, "vehicles[1].id", "is 7, as one before"),
        ("jobs.1.location_index", None, "jobs[1].location_index", "is missing: matrices are"),
        ("jobs.1.location_index", 4, "jobs[1].location_index", "is 4; the matrices have 4 rows"),
        ("vehicles.1.start_index", 9, "vehicles[1].start_index", "is 9; the matrices have 4"),
        ("vehicles.1.start_index", None, "vehicles[1].start_index", "has neither start nor end"),
        ("vehicles.1.end", [7.4, 43.7], "vehicles[1].end_index", "is missing: matrices are given"),
        (
            "vehicles.1.profile",
            "bike",
            "matrices.bike.durations",
            "is missing: vehicles[1].profile",
        ),
        ("vehicles.1.capacity", [1, 1], "vehicles[0].capacity", "has 1 numbers; another vehicle's"),
        (
            "jobs.0.delivery",
            [1, 1],
            "jobs[0].delivery",
            "has 2 numbers; the vehicles' capacity has 1",
        ),
        ("shipments.0.amount", [], "shipments[0].amount", "has 0 numbers; the vehicles' capacity"),
        (
            "jobs.2.time_windows",
            [[0, 9], [9, 20]],
            "jobs[2].time_windows",
            "overlap at 9; make one",
        ),
        (
            "vehicles.0.breaks.0.time_windows",
            None,
            "vehicles[0].breaks[0].time_windows",
            "is missing",
        ),
        ("vehicles.0.breaks.0.max_load", [1], "vehicles[0].breaks[0].max_load", "is not supported"),
        (
            "vehicles.0.steps",
            [{"type": "job", "id": 77}],
            "vehicles[0].steps[0].id",
            "is 77: no such",
        ),
        ("matrices.car.durations", [[0]], "matrices.car.distances", "has 4 rows; give 1, as many"),
        ("matrices.car.durations", [], "matrices.car.durations", "has 0 rows; give from 1 to 5000"),
        ("matrices.car.durations.1", [0], "matrices.car.durations[1]", "has 1 numbers; give 4"),
        ("matrices.car.distances", [[0]], "matrices.car.distances", "has 1 rows; give 4, as many"),
        (
            "matrices.car.distances",
            None,
            "vehicles[0].max_distance",
            "needs matrices.car.distances",
        ),
        ("vehicles.0.speed_factor", 0.001, "vehicles[0].speed_factor", "is less than 0.01"),
        ("options", {"c": True}, "options.c", "asks for plan mode, which is not supported"),
        (
            "vehicles.0.costs",
            {"per_task_hour": 5},
            "vehicles[0].costs.per_task_hour",
            "beside setup",
        ),
        ("jobs.0.service_per_type", {"truck": 5}, "jobs[0].service_per_type", "differs between"),
    ],
)
def test_what_contradicts_itself_is_named_by_its_path(path, value, field, message):
    def change(file):
        file["vehicles"][0]["max_distance"] = 10**6
        file["vehicles"][1]["type"] = "truck"
        set_at(path, value)(file)

    with pytest.raises(InvalidRequest) as error:
        build(validated(Input, vroom(change)))
    assert error.value.field == field
    assert message in error.value.message


@pytest.mark.parametrize(
    ("vehicle", "field"),
    [
        ({"costs": {"per_hour": 5}}, "vehicles[0].costs.per_hour"),
        ({"costs": {"per_km": 5}}, "vehicles[0].costs.per_km"),
        ({"max_distance": 5}, "vehicles[0].max_distance"),
    ],
)
def test_what_means_nothing_beside_a_matrix_of_costs_is_refused(vehicle, field):
    tables = {"durations": DURATIONS, "distances": DURATIONS, "costs": DURATIONS}
    with pytest.raises(InvalidRequest) as error:
        build(Input.model_validate(small(vehicle, matrices={"car": tables})))
    assert error.value.field == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"vehicles": [{"id": 1, "start": [190, 0]}]}, "vehicles[0].start"),
        ({"vehicles": [{"id": 1, "start_index": 0}]}, "vehicles[0].start"),
        ({"vehicles": [{"id": 1, "start": [7, 43], "profile": "bike"}]}, "vehicles[0].profile"),
        ({"jobs": [{"id": 1, "location_index": 0}]}, "jobs[0].location"),
        ({}, "matrices"),
    ],
)
def test_coordinates_need_streets_and_matrices_need_rows(change, field):
    file = {
        "vehicles": [{"id": 1, "start": [7, 43]}],
        "jobs": [{"id": 1, "location": [7, 43]}],
        **change,
    }
    with pytest.raises(InvalidRequest) as error:
        build(Input.model_validate(file))
    assert error.value.field == field


def test_costs_that_no_integer_holds_are_refused():
    costs = {"per_hour": 2**31 - 2}
    table = [[0, 2**31 - 2, 5]] * 3
    with pytest.raises(InvalidRequest, match=r"may cost .* in all; the limit is 70368744177664"):
        build(Input.model_validate(small({"costs": costs}, matrices={"car": {"durations": table}})))
