"""The shared instances of Solomon, and of Gehring and Homberger."""

import json
from pathlib import Path

from collection.routing import instances
from collection.routing.instances import Rounding

FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "vrptw"
SCALE = Rounding.EXACT.factor
"""Metres, seconds and cents per unit of distance."""


def best_known(name):
    """The shortest total distance that is known, in the file's unit."""
    return json.loads((FOLDER / "solomon" / "best_known_distance.json").read_text())[name]


def read(path):
    """An instance as a problem whose only cost is distance."""
    return instances.read(path, rounding=Rounding.EXACT).problem
