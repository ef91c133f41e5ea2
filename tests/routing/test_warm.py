"""Kernels are compiled ahead of their use, and again when what they hold has changed."""

import subprocess
import sys
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from collection.routing import warm
from collection.routing.warm import DIGEST_FILE, discard, sources_digest

# Warms up, then plans a day with every constraint and lets CP-SAT recombine its routes.
FRESH = """
import numpy as np
from collection.routing.solve import solve
from collection.routing.warm import _kernels, is_cached, warm
from tests.problems import CONSTRAINTS, make_problem
warm()
assert is_cached()
import collection.api.app  # loads more of the package, and no other kernels
assert is_cached()
before = {id(kernel): set(kernel.signatures) for kernel in _kernels()}
for seed in range(3):
    problem = make_problem(np.random.default_rng(seed), 12, 3, set(CONSTRAINTS))
    solve(problem, time_limit=5, workers=2, iteration_limit=60)
late = [k.__name__ for k in _kernels() if set(k.signatures) != before[id(k)]]
print("late:", late)
print("second:", warm().compiled)
"""


def test_after_a_warm_up_no_day_compiles_anything():
    done = subprocess.run(
        [sys.executable, "-c", FRESH],
        cwd=Path(__file__).parent.parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "late: []"


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """A package of three modules: a imports b, and c for its types only."""
    texts = {
        "a": (
            "from typing import TYPE_CHECKING\n"
            "from collection.b import X\n"
            "if TYPE_CHECKING:\n    from collection.c import Y\n"
        ),
        "b": "X = 1\n",
        "c": "Y = 1\n",
    }
    for name, text in texts.items():
        (tmp_path / f"{name}.py").write_text(text)

    def find_spec(name):
        file = tmp_path / f"{name.removeprefix('collection.')}.py"
        return ModuleSpec(name, None, origin=str(file)) if file.exists() else None

    monkeypatch.setattr(warm, "find_spec", find_spec)
    return tmp_path


@pytest.mark.parametrize(("changed", "differs"), [("a", True), ("b", True), ("c", False)])
def test_a_digest_follows_what_a_kernel_is_made_of(sources, changed, differs):
    before = sources_digest(["collection.a"])
    with (sources / f"{changed}.py").open("a") as file:
        file.write("Z = 2\n")
    assert (sources_digest(["collection.a"]) != before) is differs


def test_only_compiled_kernels_are_thrown_away(tmp_path):
    for name in ("a.f-1.py311.nbi", "a.f-1.py311.1.nbc", DIGEST_FILE, "a.cpython-311.pyc"):
        (tmp_path / name).write_text("")
    discard([tmp_path, tmp_path / "absent"])
    assert [file.name for file in tmp_path.iterdir()] == ["a.cpython-311.pyc"]
