"""The same files through a peer: one arithmetic, one shape."""

import json

import pytest

from collection.routing.formats.vroom_answer import answer
from collection.routing.formats.vroom_problem import build
from collection.routing.formats.vroom_schema import Input
from collection.routing.solve import solve
from tests.routing.formats.samples import DURATIONS

SHAPED = [
    # One order is best, and every leg, wait and set-up of it differs.
    {
        "vehicles": [
            {
                "id": 3,
                "start_index": 0,
                "end_index": 0,
                "capacity": [5],
                "time_window": [0, 4_000],
                "breaks": [{"id": 1, "service": 100, "time_windows": [[1_010, 1_015]]}],
            }
        ],
        "jobs": [
            {
                "id": 11,
                "location_index": 1,
                "setup": 30,
                "service": 60,
                "delivery": [2],
                "pickup": [0],
            },
            {
                "id": 12,
                "location_index": 2,
                "service": 10,
                "delivery": [0],
                "pickup": [1],
                "time_windows": [[1_000, 1_000]],
                "priority": 4,
                "description": "by the park",
            },
            {
                "id": 13,
                "location_index": 3,
                "setup": 5,
                "service": 20,
                "delivery": [1],
                "pickup": [2],
                "time_windows": [[1_700, 1_800]],
            },
            {"id": 14, "location_index": 3, "delivery": [9], "pickup": [0]},
        ],
    },
    # A shipment in a van that ends anywhere, at a price by the hour.
    {
        "vehicles": [
            {
                "id": 4,
                "start_index": 0,
                "capacity": [2, 2],
                "time_window": [100, 9_000],
                "costs": {"fixed": 50, "per_hour": 7_200},
            }
        ],
        "jobs": [{"id": 1, "location_index": 1, "pickup": [1, 0], "delivery": [0, 1]}],
        "shipments": [
            {
                "amount": [1, 2],
                "priority": 7,
                "pickup": {"id": 2, "location_index": 2, "setup": 15, "service": 5},
                "delivery": {
                    "id": 3,
                    "location_index": 3,
                    "setup": 9,
                    "time_windows": [[600, 650], [2_000, 2_010]],
                },
            }
        ],
    },
]


def same(found, names):
    """The fields that both have, without how long it took and what only one of them tells."""
    return {name: found[name] for name in names if name in found}


SUMMARY = (
    "cost routes unassigned delivery pickup amount setup service duration waiting_time priority"
)
STEP = "type id job arrival duration setup service waiting_time load distance location_index"


@pytest.mark.parametrize("file", SHAPED)
def test_a_peer_answers_the_same(file, tmp_path):
    peer = pytest.importorskip("vroom")
    distances = [[10 * seconds for seconds in row] for row in DURATIONS]
    file = {**file, "matrices": {"car": {"durations": DURATIONS, "distances": distances}}}
    (tmp_path / "in.json").write_text(json.dumps(file))
    solution = peer.Input.from_json(tmp_path / "in.json").solve(exploration_level=5, nb_threads=1)
    solution._distances = True
    theirs = solution.to_dict()
    instance = build(Input.model_validate(file))
    ours = answer(instance, solve(instance.problem, time_limit=1.0))
    assert same(ours["summary"], theirs["summary"]).keys() == theirs["summary"].keys()
    names = [*SUMMARY.split(), "distance", "violations"]
    assert same(ours["summary"], names) == same(theirs["summary"], names)
    assert [same(left, ("id", "type", "location_index")) for left in ours["unassigned"]] == (
        theirs["unassigned"]
    )
    for mine, other in zip(ours["routes"], theirs["routes"], strict=True):
        assert {**mine, "steps": 0} == {**other, "steps": 0}
        fields = [*STEP.split(), "description", "violations"]
        assert [same(step, fields) for step in mine["steps"]] == other["steps"]
