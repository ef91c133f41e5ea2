import pytest

from collection.routing.formats.instance import Break
from collection.routing.formats.vroom_breaks import breaks_of, pause_of
from collection.routing.formats.vroom_schema import Input, Vehicle


def make_break(*windows, seconds=100):
    return Break(id=1, node=5, windows=windows, seconds=seconds)


@pytest.mark.parametrize(
    ("hours", "windows", "pause"),
    [
        (None, [(0, 5000)], (0, 5000, 100)),
        # It must be over when the vehicle's hours are.
        ([100, 1000], [(0, 5000)], (100, 900, 100)),
        ([100, 1000], [(200, 400)], (200, 400, 100)),
        # Of several windows the last one that there is room for.
        ([100, 1000], [(200, 400), (600, 650), (950, 990)], (600, 650, 100)),
        (None, [(200, 400), (600, 650)], (600, 650, 100)),
        ([100, 1000], [(5000, 6000)], (5000, 6000, 100)),
    ],
)
def test_a_break_is_due_in_the_last_window_that_the_hours_leave_room_for(hours, windows, pause):
    vehicle = Vehicle.model_validate({"id": 1, "time_window": hours})
    assert pause_of(make_break(*windows), vehicle) == pause


def test_breaks_of_all_vehicles_have_nodes_and_come_in_the_order_of_their_windows():
    late = {"id": 1, "time_windows": [[500, 600]], "service": 60, "description": "tea"}
    early = {"id": 2, "time_windows": [[300, 400], [100, 200]]}
    file = Input.model_validate(
        {"vehicles": [{"id": 1, "breaks": [late, early]}, {"id": 2}, {"id": 3, "breaks": [late]}]}
    )
    first, none, third = breaks_of(file, 10)
    assert [(rest.id, rest.node, rest.windows, rest.seconds) for rest in first] == [
        (2, 11, ((100, 200), (300, 400)), 0),
        (1, 10, ((500, 600),), 60),
    ]
    assert none == ()
    assert [(rest.id, rest.node, rest.description) for rest in third] == [(1, 12, "tea")]
