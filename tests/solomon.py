"""Solomon and Gehring-Homberger instances as problems: distance is the only cost."""

import json
from datetime import date
from pathlib import Path

import numpy as np

from collection.model import Position
from collection.routing.problem import Problem

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "vrptw"
SCALE = 1_000
"""Metres, seconds and cents per unit of distance."""


def best_known(name):
    return json.loads((FOLDER / "solomon" / "best_known_distance.json").read_text())[name]


def read(path):
    """Read one instance; a request left unassigned costs more than any route."""
    numbers = [line.split() for line in Path(path).read_text().splitlines()]
    rows = [[float(word) for word in row] for row in numbers if row and row[0][0].isdigit()]
    (vans, capacity), table = map(int, rows[0]), np.array(rows[1:])
    count = len(table) - 1
    place = table[:, 1] + 1j * table[:, 2]
    metres = np.rint(SCALE * np.abs(place[:, None] - place)).astype(np.int64)
    windows = (SCALE * table[:, 4:6]).astype(np.int64)
    zeros = np.zeros(vans, dtype=np.int64)
    return Problem(
        territory=Path(path).stem,
        day=date(2026, 1, 1),
        request_ids=tuple(str(index) for index in range(count)),
        vehicle_ids=tuple(str(index) for index in range(vans)),
        positions=tuple(Position(lon=0.0, lat=0.0) for _ in table),
        depots=1,
        seconds=metres,
        metres=metres,
        service=(SCALE * table[1:, 6]).astype(np.int64),
        loads=table[1:, 3:4].astype(np.int64),
        windows=tuple((tuple(window),) for window in windows[1:].tolist()),
        prices=np.full(count, 10**7),
        shifts=np.tile(windows[0], (vans, 1)),
        capacities=np.full((vans, 1), capacity),
        starts=zeros,
        ends=zeros,
        fixed_costs=zeros,
        hour_costs=zeros,
        km_costs=zeros + 1_000,
    )
