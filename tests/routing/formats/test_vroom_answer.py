"""Answers in VROOM's shape, with exact figures."""

import json
from pathlib import Path

import pytest

from collection.routing.formats.options import Rounding
from collection.routing.formats.vroom_answer import answer
from collection.routing.instances import read_text
from collection.routing.solution import evaluate
from tests.routing.formats.samples import DURATIONS, SOLOMON, vroom

GOLDEN = Path(__file__).parent / "golden"


def golden(name, found):
    """What a file of the folder says; written anew where it is missing."""
    path = GOLDEN / name
    if not path.exists():
        path.write_text(json.dumps(found, indent=1) + "\n")
        pytest.fail(f"{path} was missing and is written; look at it and run again")
    return json.loads(path.read_text())


def answer_of(text, routes, **options):
    instance = read_text(text, **options)
    solution = evaluate(instance.problem, routes)
    assert solution is not None
    return answer(instance, solution, loading=0.012, solving=0.5)


def test_a_vroom_file_is_answered_step_by_step():
    found = answer_of(vroom(), [(0, 1, 4, 2, 6, 5), ()])
    assert found == golden("vroom_answer.json", found)


def test_a_benchmark_is_answered_in_its_own_unit():
    found = answer_of(SOLOMON, [(1, 0), (2,)])
    assert found == golden("solomon_answer.json", found)
    assert found["summary"]["cost"] == pytest.approx(2**0.5 + 13**0.5 + 25, abs=1e-4)
    assert found["solution_routes"] == [[2, 1], [3]]


def test_tenths_are_answered_as_tenths():
    found = answer_of(SOLOMON, [(1, 0), (2,)], rounding=Rounding.DIMACS)
    assert found["summary"]["cost"] == 14 + 36 + 50 + 200
    assert [step["arrival"] for step in found["routes"][0]["steps"]] == [85, 99, 160, 220]


@pytest.mark.parametrize("file", [{"vehicles": []}, {"vehicles": [], "jobs": []}])
def test_nothing_is_answered_with_nothing(file):
    found = answer_of(json.dumps(file), [])
    assert (found["code"], found["routes"], found["unassigned"]) == (0, [], [])
    assert found["summary"]["cost"] == 0


def test_a_route_that_ends_anywhere_ends_at_its_last_task():
    found = answer_of(vroom(), [(), (1,)])
    steps = found["routes"][0]["steps"]
    assert [(step["type"], step.get("location_index")) for step in steps] == [
        ("start", 0),
        ("job", 1),
        ("end", 1),
    ]
    assert steps[-1]["arrival"] == steps[1]["arrival"] + 40 + 60


def breaks_at(windows, routes=((0,),), **vehicle):
    """Steps of a van whose one job takes it from 0 to 270 seconds, or later."""
    file = {
        "vehicles": [
            {
                "id": 1,
                "start_index": 0,
                "end_index": 0,
                "breaks": [
                    {"id": 5, "service": 50, "time_windows": [window]} for window in windows
                ],
                **vehicle,
            }
        ],
        "jobs": [{"id": 1, "location_index": 1, "service": 60, "time_windows": [[1000, 1000]]}],
        "matrices": {"car": {"durations": DURATIONS}},
    }
    for number, rest in enumerate(file["vehicles"][0]["breaks"]):
        rest["id"] = number
    route = answer_of(json.dumps(file), routes)["routes"][0]
    steps = [(s["type"], s["arrival"], s["waiting_time"], s["service"]) for s in route["steps"]]
    return steps, route["violations"]


DRIVE = [("start", 900, 0, 0), ("job", 1000, 0, 60), ("end", 1170, 0, 0)]


@pytest.mark.parametrize(
    ("windows", "steps"),
    [
        ([], DRIVE),
        # After the drive, at once or when it opens.
        ([(0, 9000)], [*DRIVE[:2], ("break", 1170, 0, 50), ("end", 1220, 0, 0)]),
        ([(2000, 9000)], [*DRIVE[:2], ("break", 1170, 830, 50), ("end", 2050, 0, 0)]),
        # Before it.
        ([(100, 850)], [("start", 850, 0, 0), ("break", 850, 0, 50), *DRIVE[1:]]),
        (
            [(100, 850), (500, 800)],
            [("start", 800, 0, 0), ("break", 800, 0, 50), ("break", 850, 0, 50), *DRIVE[1:]],
        ),
        (
            [(0, 9000), (1000, 9000)],
            [
                *DRIVE[:2],
                ("break", 1170, 0, 50),
                ("break", 1220, 0, 50),
                ("end", 1270, 0, 0),
            ],
        ),
    ],
)
def test_a_break_that_is_not_due_is_taken_before_the_drive_or_after_it(windows, steps):
    assert breaks_at(windows) == (steps, [])


def test_a_van_that_rests_before_its_drive_waits_at_its_first_task():
    waiting = [("start", 100, 0, 0), ("break", 100, 0, 50), ("job", 250, 750, 60), DRIVE[2]]
    assert breaks_at([(0, 100)]) == (waiting, [])


def test_a_van_that_rests_twice_before_its_drive_waits_between():
    steps, violations = breaks_at([(0, 500), (10, 100)])
    assert steps == [
        *(("start", 100, 0, 0), ("break", 100, 0, 50), ("break", 150, 350, 50)),
        *(("job", 650, 350, 60), DRIVE[2]),
    ]
    assert violations == []


@pytest.mark.parametrize(
    ("windows", "hours"),
    [
        # After the end of the working hours.
        ([(1190, 9000)], [0, 1200]),
        # Two at once.
        ([(1170, 1170), (1170, 1171)], [0, 9000]),
    ],
)
def test_a_break_that_fits_nowhere_is_told(windows, hours):
    _, violations = breaks_at(windows, time_window=hours)
    assert violations == [{"cause": "missing_break"}]


def test_a_break_that_is_due_stands_in_the_route():
    steps, violations = breaks_at([(1050, 1100)], routes=((0, 1),))
    assert steps == [*DRIVE[:2], ("break", 1060, 0, 50), ("end", 1220, 0, 0)]
    assert violations == []


def reason(change, routes=((), ())):
    found = answer_of(vroom(change), routes)
    return {
        (left["type"], left["id"]): (left["reason"], left["detail"]) for left in found["unassigned"]
    }


NO_PLACE = (
    "Of 2 vehicles {} could serve it alone; beside what 0 routes serve no place for it was found "
    "that keeps capacities, windows and limits."
)


def test_whoever_is_left_out_is_told_why():
    def change(file):
        file["jobs"] = [
            {"id": 1, "location_index": 1, "pickup": [9]},
            {"id": 2, "location_index": 1, "skills": [2, 4]},
            {"id": 3, "location_index": 1, "time_windows": [[20_000, 20_001]]},
            {"id": 4, "location_index": 3, "time_windows": [[0, 9]]},
            {"id": 5, "location_index": 3},
            {"id": 6, "location_index": 2},
        ]
        file["shipments"] = []
        file["vehicles"][0]["breaks"] = []
        for vehicle in file["vehicles"]:
            vehicle.update(time_window=[0, 5_000], max_travel_time=500)

    assert reason(change) == {
        ("job", 1): ("too_large", "It needs [9]; no vehicle has that (the most there is: [4])."),
        ("job", 2): ("no_skill", "It needs the skills 2, 4; no vehicle has them all."),
        ("job", 3): (
            "outside_shifts",
            "Service must start in [20000, 20001]; vehicles work in [0, 5000].",
        ),
        ("job", 4): (
            "window_too_tight",
            "Service must start in [0, 9]; the first to be there, vehicle 7, arrives at 300.",
        ),
        ("job", 5): ("no_capacity", NO_PLACE.format(1)),
        ("job", 6): ("no_capacity", NO_PLACE.format(2)),
    }


def test_what_lies_beyond_a_limit_is_told_with_the_limit():
    def change(file):
        file["jobs"] = [{"id": 5, "location_index": 3}]
        file["vehicles"][0]["breaks"] = []
        for vehicle in file["vehicles"]:
            vehicle.update(max_travel_time=290, max_distance=2_500)
        file["vehicles"][1]["max_tasks"] = 0

    name, detail = reason(change)["job", 5]
    assert name == "too_far"
    assert detail == (
        "For it alone vehicle 8 would need 300 of travel time (at most 290), 3000 of distance "
        "(at most 2500), 1 tasks (at most 0)."
    )


def test_a_way_that_leads_nowhere_is_told():
    def change(file):
        for row in file["matrices"]["car"]["durations"]:
            row[3] = 2**31 - 1

    assert reason(change)["job", 4] == (
        "unreachable",
        "No way leads from a vehicle's start to location_index 3 and on to its end.",
    )
