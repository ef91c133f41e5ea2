"""Small files of each kind."""

import json
from copy import deepcopy
from pathlib import Path

from collection.errors import InvalidRequest

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "vrptw"

SOLOMON = """\
TINY

VEHICLE
NUMBER     CAPACITY
  2          10

CUSTOMER
CUST NO.   XCOORD.   YCOORD.    DEMAND   READY TIME   DUE DATE   SERVICE TIME

    0          0         0           0       0         230           0
    1          3         4           4      16          17           1
    2          1         1           5       5          60           2.5
    3         10         0           6       0         100           0
"""

VRPLIB = """\
NAME : tiny
COMMENT : (a test, No of trucks: 2)
TYPE : VRPTW
DIMENSION : 4
VEHICLES : 2
CAPACITY : 10
EDGE_WEIGHT_TYPE : EUC_2D
NODE_COORD_SECTION
1 0 0
2 3 4
3 1 1
4 10 0
DEMAND_SECTION
1 0
2 4
3 5
4 6
TIME_WINDOW_SECTION
1 0 230
2 16 17
3 5 60
4 0 100
SERVICE_TIME_SECTION
1 0
2 1
3 2.5
4 0
DEPOT_SECTION
1
-1
EOF
"""

EXPLICIT = """\
NAME: asymmetric
TYPE: VRPTW
DIMENSION: 3
EDGE_WEIGHT_TYPE: EXPLICIT
VEHICLES: 2
EDGE_WEIGHT_FORMAT: FULL_MATRIX
CAPACITY: 10
EDGE_WEIGHT_SECTION
0 20 30
25 0
15 35 12 0
NODE_COORD_SECTION
1 0 0
2 10 10
3 20 20
DEMAND_SECTION
1 0
2 4
3 5
DEPOT_SECTION
1
-1
SERVICE_TIME_SECTION
1 0
2 60
3 90
TIME_WINDOW_SECTION
1 0 1000
2 100 200
3 0 900
EOF
"""

DURATIONS = [[0, 100, 200, 300], [110, 0, 150, 250], [210, 160, 0, 120], [310, 260, 130, 0]]

VROOM = {
    "vehicles": [
        {
            "id": 7,
            "description": "blue van",
            "start_index": 0,
            "end_index": 0,
            "capacity": [4],
            "skills": [1, 2],
            "time_window": [0, 5000],
            "breaks": [
                {"id": 9, "service": 100, "time_windows": [[1010, 1040]], "description": "tea"}
            ],
        },
        {"id": 8, "start_index": 0, "capacity": [1], "max_tasks": 1},
    ],
    "jobs": [
        {"id": 1, "location_index": 1, "setup": 30, "service": 60, "delivery": [2]},
        {
            "id": 2,
            "location_index": 1,
            "setup": 40,
            "service": 60,
            "pickup": [1],
            "description": "second door",
        },
        {
            "id": 3,
            "location_index": 2,
            "location": [7.42, 43.73],
            "service": 10,
            "skills": [2],
            "priority": 5,
            "time_windows": [[1000, 1100], [2000, 2100]],
        },
        {"id": 4, "location_index": 3, "skills": [3], "time_windows": [[5, 10]]},
    ],
    "shipments": [
        {
            "amount": [1],
            "pickup": {"id": 1, "location_index": 1},
            "delivery": {"id": 1, "location_index": 3, "service": 20},
        }
    ],
    "matrices": {
        "car": {
            "durations": DURATIONS,
            "distances": [[10 * seconds for seconds in row] for row in DURATIONS],
        }
    },
}


def vroom(change=None):
    """The file above as text, after a change of its parsed form."""
    file = deepcopy(VROOM)
    if change is not None:
        change(file)
    return json.dumps(file)


def small(vehicle=None, jobs=None, **changes):
    """A file of one van and two jobs."""
    return {
        "vehicles": [{"id": 1, "start_index": 0, "end_index": 0, **(vehicle or {})}],
        "jobs": jobs or [{"id": 1, "location_index": 1}, {"id": 2, "location_index": 2}],
        "matrices": {"car": {"durations": DURATIONS}},
        **changes,
    }


def set_at(path, value):
    """A change of one field, as ``set_at("jobs.0.id", 5)``; None removes it."""

    def change(file):
        *outer, last = (int(part) if part.isdigit() else part for part in path.split("."))
        for part in outer:
            file = file[part]
        if value is None:
            del file[last]
        else:
            file[last] = value

    return change


def refusal(read, text):
    """The field that a reader names; None where it reads the text. It raises nothing else."""
    try:
        read(text)
    except InvalidRequest as error:
        return error.field or ""
    return None


def decoded(text):
    """Decode a polyline, as clients do; latitude first."""
    numbers, value, shift = [], 0, 0
    for letter in text:
        bits = ord(letter) - 63
        value |= (bits & 0x1F) << shift
        shift += 5
        if bits < 0x20:
            numbers.append(~(value >> 1) if value & 1 else value >> 1)
            value = shift = 0
    points, lat, lon = [], 0, 0
    for north, east in zip(numbers[::2], numbers[1::2], strict=True):
        lat, lon = lat + north, lon + east
        points.append((lat / 100_000, lon / 100_000))
    return points
