import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collection.errors import InvalidRequest
from collection.routing.formats.vroom_schema import Input, path_of, validated
from tests.routing.formats.samples import VROOM, set_at, vroom


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("vehicles", None, "vehicles: is missing"),
        ("vehicles", {}, "vehicles: write an array"),
        ("vehicles.0", 5, "vehicles[0]: write an object"),
        ("vehicles.0.id", "a", "vehicles[0].id: write an integer"),
        ("vehicles.0.id", None, "vehicles[0].id: is missing"),
        ("jobs.1.id", 1.0, "jobs[1].id: write an integer"),
        ("jobs.1.id", True, "jobs[1].id: write an integer"),
        (
            "jobs.1.id",
            2**64,
            "jobs[1].id: Input should be less than or equal to 18446744073709551615",
        ),
        ("jobs.1.service", -1, "jobs[1].service: Input should be greater than or equal to 0"),
        (
            "jobs.1.service",
            2**31,
            "jobs[1].service: Input should be less than or equal to 2147483646",
        ),
        ("jobs.0.delivery", [2**31], "jobs[0].delivery[0]: Input should be less than or equal"),
        ("jobs.0.delivery", [1] * 17, "jobs[0].delivery: has too many entries"),
        ("jobs.2.priority", 101, "jobs[2].priority: Input should be less than or equal to 100"),
        ("jobs.2.time_windows", [], "jobs[2].time_windows: List should have at least 1 item"),
        ("jobs.2.time_windows", [5], "jobs[2].time_windows[0]: write [start, end]"),
        ("jobs.2.time_windows", [[1, "2"]], "jobs[2].time_windows[0][1]: write an integer"),
        ("jobs.2.time_windows", [[1]], "jobs[2].time_windows[0][1]: is missing"),
        ("jobs.2.time_windows", [[1, 2, 3]], "jobs[2].time_windows[0]: has too many entries"),
        ("jobs.2.time_windows", [[9, 3]], "jobs[2].time_windows[0]: end 3 comes before start 9"),
        ("jobs.2.time_windows", [[0, 2**32]], "jobs[2].time_windows[0][1]: Input should be less"),
        ("jobs.2.location", [7.4], "jobs[2].location: List should have at least 2 items"),
        ("jobs.2.description", 5, "jobs[2].description: write a string"),
        ("vehicles.0.speed_factor", 0, "vehicles[0].speed_factor: Input should be greater than 0"),
        ("vehicles.0.speed_factor", 5.1, "vehicles[0].speed_factor: Input should be less than or"),
        (
            "vehicles.0.steps",
            [{"type": "nap"}],
            "vehicles[0].steps[0].type: Input should be 'start'",
        ),
        ("matrices.car.durations.1.0", 1.5, "matrices.car.durations[1][0]: write an integer"),
        ("matrices.car.durations.1.0", -1, "matrices.car.durations[1][0]: Input should be greater"),
        ("options", {"x": 6}, "options.x: Input should be less than or equal to 5"),
        ("options", {"l": 0}, "options.l: Input should be greater than 0"),
        ("jobs", [{"id": 1}] * 5_001, "jobs: has too many entries"),
    ],
)
def test_what_is_wrong_is_named_by_its_path(path, value, message):
    with pytest.raises(InvalidRequest) as error:
        validated(Input, vroom(set_at(path, value)))
    assert error.value.message.startswith(message)
    assert error.value.field == message.partition(":")[0]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "Invalid JSON: EOF while parsing a value at line 1 column 0"),
        ('{"vehicles": [\n', "Invalid JSON: EOF while parsing a list at line 2 column 0"),
        ("[]", "write an object"),
        ('{"vehicles": [], "a": ' + "[" * 100_000, "Invalid JSON: recursion limit exceeded"),
        ('{"vehicles": [], "jobs": [{"id": 1, "location": [NaN, 1]}]}', "jobs[0].location[0]: "),
        ('{"vehicles": [{"id": ' + "9" * 5_000 + "}]}", "Invalid JSON: number out of range"),
        (b'{"vehicles": \xff}', "Invalid JSON: "),
    ],
)
def test_what_is_no_json_is_said(text, message):
    with pytest.raises(InvalidRequest) as error:
        validated(Input, text)
    assert error.value.message.startswith(message)


def test_fields_that_say_nothing_here_are_named():
    def change(file):
        file["note"] = "x"
        file["jobs"][1]["time_window"] = [1, 2]
        file["vehicles"][0]["breaks"][0]["lunch"] = True
        file["shipments"][0]["pickup"]["who"] = "x"
        file["matrices"]["car"]["tolls"] = []
        file["vehicles"][1]["steps"] = [{"type": "job", "id": 1}]

    assert set(validated(Input, vroom(change)).ignored) == {
        "note",
        "jobs[1].time_window",
        "vehicles[0].breaks[0].lunch",
        "shipments[0].pickup.who",
        "matrices.car.tolls",
        "vehicles[1].steps",
    }
    assert validated(Input, vroom()).ignored == ()


def test_only_the_first_unknown_fields_are_named():
    def change(file):
        file.update({f"field-{number}": 1 for number in range(100)})

    assert len(validated(Input, vroom(change)).ignored) == 20


def test_what_is_left_out_has_the_defaults_of_vroom():
    read = validated(Input, '{"vehicles": [{"id": 1}], "jobs": [{"id": 2}]}')
    vehicle, job = read.vehicles[0], read.jobs[0]
    assert (vehicle.profile, vehicle.speed_factor, vehicle.costs.per_hour) == ("car", 1.0, 3_600)
    assert (vehicle.costs.fixed, vehicle.costs.per_km, vehicle.costs.per_task_hour) == (0, 0, 0)
    assert (job.setup, job.service, job.priority, job.time_windows) == (0, 0, 0, None)
    assert (read.options.x, read.options.limit, read.options.g) == (5, None, False)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)
PATHS = [
    "jobs",
    "jobs.0",
    "jobs.2.time_windows",
    "jobs.2.skills",
    "shipments.0.pickup",
    "vehicles.0.breaks",
    "vehicles.0.costs",
    "vehicles.0.capacity",
    "matrices",
    "matrices.car",
    "matrices.car.durations",
    "options",
]


@given(st.sampled_from(PATHS), json_values.filter(lambda value: value is not None))
def test_anything_else_at_any_place_is_read_or_refused(path, value):
    try:
        read = validated(Input, vroom(set_at(path, value)))
    except InvalidRequest as error:
        field = error.field
    else:
        field = None
        assert len(read.vehicles) == len(VROOM["vehicles"])
    assert field is None or field.startswith(path.partition(".")[0])


def test_paths_of_lone_surrogates_can_be_printed():
    path_of(("jobs", 0, "\ud800")).encode()
    assert path_of(("a" * 300,)) == "a" * 200
    assert json.dumps(path_of(("x", 1, "y"))) == '"x[1].y"'
