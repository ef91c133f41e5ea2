from datetime import date

import numpy as np
import pytest

from collection.model import Position
from collection.routing.problem import NO_LIMIT, Problem, served


def problem(**changes):
    fields = {
        "territory": "flat",
        "day": date(2026, 3, 4),
        "request_ids": ("a", "b"),
        "vehicle_ids": ("van",),
        "positions": (Position(lon=0.0, lat=0.0),) * 3,
        "depots": 1,
        "seconds": np.full((3, 3), 60),
        "metres": np.full((3, 3), 500),
        "service": np.array([30, 30]),
        "loads": np.array([[1], [2]]),
        "windows": (((0, 900),),) * 2,
        "prices": np.array([10, 10]),
        "shifts": np.array([[0, 3_600]]),
        "capacities": np.array([[5]]),
        "starts": np.array([0]),
        "ends": np.array([0]),
        "fixed_costs": np.array([1]),
        "hour_costs": np.array([1]),
        "km_costs": np.array([1]),
    }
    return Problem(**{**fields, **changes})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("periods", [0]),
        ("setup", [0, 0]),
        ("addresses", [0, 1]),
        ("initial", [[0], [0]]),
        ("partner", [-1, -1]),
        ("together", [-1, -1]),
        ("preferences", [[0], [0]]),
        ("announced", [[-NO_LIMIT, NO_LIMIT]] * 2),
        ("change_prices", [0, 0]),
        ("profiles", [0]),
        ("latest_ends", [3_600]),
        ("overtime_costs", [0]),
        ("drive_costs", [0]),
        ("max_metres", [NO_LIMIT]),
        ("max_stops", [NO_LIMIT]),
        ("max_seconds", [NO_LIMIT]),
        ("max_travel", [NO_LIMIT]),
        ("pauses", []),
        ("reload_points", []),
        ("reload_allowed", [[]]),
        ("allowed", [[True], [True]]),
        ("skilled", [[True], [True]]),
        ("inside", [True, True]),
        ("zoned", [[False], [False]]),
    ],
)
def test_what_is_left_out_means_that_nothing_of_it_holds(field, value):
    assert getattr(problem(), field).tolist() == value


def test_per_vehicle_lists_that_are_left_out_are_empty():
    plain = problem()

    assert (plain.breaks, plain.rules, plain.prefixes) == (((),), ((),), ((),))
    assert plain.pauses.shape == (0, 3)
    assert (plain.reasons, plain.skills) == ((None, None), (frozenset(), frozenset()))


def test_one_table_holds_for_every_vehicle_all_day():
    plain = problem()

    assert plain.seconds.shape == plain.metres.shape == (1, 1, 3, 3)
    assert plain.seconds.dtype == plain.metres.dtype == np.int32


def test_nodes_are_requests_then_reloads_then_pauses():
    day = problem(
        reload_ids=("hub",),
        reload_points=np.array([0]),
        reload_service=np.array([600]),
        reload_windows=(((0, 3_600),),),
        pauses=np.array([[0, 900, 60], [900, 1_800, 60]]),
    )

    assert list(day.reload_nodes) == [2]
    assert list(day.pause_nodes) == [3, 4]
    assert served(day, (1, 2, 3, 0)) == (1, 0)
