"""What is asked of a plan as a whole: everything kept, in time, again and again the same."""

import os
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from collection.routing.check_solution import verdict
from collection.routing.insertion import insert_all
from collection.routing.problem import served
from collection.routing.solution import evaluate
from collection.routing.solve import solve
from tests import solomon
from tests.places import TERRITORY
from tests.problems import problems
from tests.routing.line_day import OPENING, line_day
from tests.strategies import make_day, make_request

ROOT = Path(__file__).resolve().parents[2]
needs_instances = pytest.mark.skipif(not solomon.FOLDER.is_dir(), reason="no shared instances")
random_days = settings(
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


def spread(count, **changes):
    return tuple(
        make_request(str(i), lon=7.41 + (i * 7 % 40) / 1_000, lat=43.72 + (i % 5) / 200, **changes)
        for i in range(count)
    )


def problem_of(*requests, territory=TERRITORY):
    return make_day(requests, territory).problem()


# 100 examples; thousands with the long profile of tests/conftest.py.
@random_days
@given(problems(), st.integers(0, 2**30), st.sampled_from([40, 60]))
def test_every_plan_passes_the_verifier_to_the_cent(problem, seed, moves):
    solution = solve(problem, time_limit=60, seed=seed, workers=2, iteration_limit=moves)
    found = verdict(problem, solution.routes, cost=solution.cost, soft=solution.soft)

    assert found.violations == ()
    assert (found.cost, found.soft, found.price) == (solution.cost, solution.soft, solution.price)
    visits = [request for route in solution.routes for request in served(problem, route)]
    assert sorted((*visits, *solution.unassigned)) == list(range(len(problem.request_ids)))


@settings(random_days, max_examples=max(20, settings.default.max_examples // 5))
@given(problems(), st.integers(0, 2**30))
def test_the_same_seed_gives_the_same_plan(problem, seed):
    first, second = (
        solve(problem, time_limit=60, seed=seed, workers=2, iteration_limit=40) for _ in range(2)
    )

    assert first == second


def test_nothing_to_do_is_a_plan_too():
    solution = solve(problem_of(), time_limit=1)

    assert (solution.routes, solution.total) == (((), ()), 0)


def test_one_request_takes_one_van():
    solution = solve(problem_of(make_request()), time_limit=1)

    assert solution.unassigned == ()
    assert sorted(solution.routes) == [(), (0,)]


def test_without_vehicles_all_is_unassigned():
    problem = problem_of(*spread(3), territory=replace(TERRITORY, vehicles=()))
    solution = solve(problem, time_limit=1)

    assert (solution.routes, solution.unassigned) == ((), (0, 1, 2))
    assert solution.price == problem.prices.sum()


def test_impossible_requests_never_empty_a_plan():
    requests = (make_request("far", lat=60.0), *spread(10), make_request("early", hours=((1, 2),)))
    solution = solve(problem_of(*requests), time_limit=10, iteration_limit=50)

    assert solution.unassigned == (0, 11)


def test_a_day_of_impossible_requests_is_a_plan_too():
    solution = solve(problem_of(make_request("far", lat=60.0)), time_limit=1)

    assert (solution.routes, solution.unassigned) == (((), ()), (0,))


def test_a_prefix_that_cannot_be_kept_is_left_out_and_named():
    windows = (((OPENING, OPENING),), *line_day().windows[1:])
    problem = line_day(prefixes=((0,), ()), windows=windows)
    solution = solve(problem, time_limit=5, iteration_limit=20)

    assert solution.unassigned == (0,)
    named = {violation.constraint for violation in verdict(problem, solution.routes).violations}
    assert named <= {"prefix"}


def test_it_finds_the_best_row():
    solution = solve(line_day(), time_limit=5, iteration_limit=50)

    assert sorted(map(len, solution.routes)) == [0, 4]
    assert solution.cost == 1_000 + 4_800 + 1_200 + 4_000


def test_it_is_no_worse_than_insertion():
    problem = problem_of(*spread(40))
    greedy = insert_all(problem, [(), ()], range(40))

    found = solve(problem, time_limit=10, iteration_limit=20)
    assert found.parts <= evaluate(problem, greedy).parts


def test_another_seed_searches_elsewhere():
    problem = problem_of(*spread(60, hours=((8, 12), (14, 18))))
    found = {solve(problem, time_limit=30, seed=s, iteration_limit=30).routes for s in range(3)}

    assert len(found) > 1


@pytest.mark.parametrize("workers", [1, 2])
def test_the_time_limit_is_kept(workers):
    problem = problem_of(*spread(120))
    solve(problem, time_limit=0.2)  # loads the kernels
    began = time.monotonic()
    solution = solve(problem, time_limit=3, workers=workers)
    took = time.monotonic() - began

    assert solution.stopped == "time_limit"
    assert 2.8 < took < 3 * 1.05
    assert verdict(problem, solution.routes, cost=solution.cost).violations == ()


def test_the_shortest_time_gives_a_plan():
    problem = problem_of(*spread(120))
    began = time.monotonic()
    solution = solve(problem, time_limit=0.01)

    assert time.monotonic() - began < 1
    assert solution.stopped == "time_limit"
    assert solution.unassigned == ()


@pytest.mark.parametrize("size", [60, 400])
def test_cancelling_gives_the_best_so_far_within_a_second(size):
    problem = problem_of(*spread(size))
    began = time.monotonic()
    solution = solve(
        problem,
        time_limit=60,
        workers=2,
        cancelled=lambda: time.monotonic() - began > 1.5,
    )

    assert time.monotonic() - began < 2.5
    assert solution.stopped == "cancelled"
    assert len(solution.unassigned) < size


def test_a_small_day_stops_early_if_it_may():
    began = time.monotonic()
    solution = solve(problem_of(*spread(4)), time_limit=60)

    assert solution.stopped == "no_improvement"
    assert time.monotonic() - began < 5


def test_progress_is_told_while_the_plan_gets_better():
    told = []
    solution = solve(problem_of(*spread(60)), time_limit=2, on_progress=told.append)

    shares = [progress.done for progress in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) > 4
    assert {progress.phase for progress in told} == {"solve"}
    assert told[-1].text.startswith(f"cost {solution.cost / 100:.2f}, unassigned 0, ")
    gaps = [float(progress.text.split()[-4].rstrip("%")) for progress in told]
    assert gaps == sorted(gaps, reverse=True)
    assert 0 >= gaps[0] > gaps[-1]


def test_a_script_without_a_main_guard_gets_a_plan_too(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from tests.routing.test_solve import problem_of, spread\n"
        "from collection.routing.solve import solve\n"
        "found = solve(problem_of(*spread(20)), time_limit=9, workers=2, iteration_limit=20)\n"
        "print(found.unassigned, found.stopped)\n"
    )
    done = subprocess.run(
        [sys.executable, script],
        timeout=60,
        check=True,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
    )

    assert done.stdout.split("\n")[-2] == "() finished"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_it_works_in_a_forked_process():
    code = (
        "import os, sys\n"
        "from tests.routing.test_solve import problem_of, spread\n"
        "from collection.routing.solve import solve\n"
        "pid = os.fork()\n"
        "if pid == 0:\n"
        "    s = solve(problem_of(*spread(10)), time_limit=10, iteration_limit=20)\n"
        "    os._exit(0 if s.unassigned == () and s.stopped == 'finished' else 1)\n"
        "sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False, cwd=ROOT)

    assert done.returncode == 0


@pytest.mark.parametrize(
    "limits",
    [
        {"time_limit": 0},
        {"time_limit": 1, "workers": 0},
        {"time_limit": 1, "iteration_limit": 0},
        {"time_limit": -1},
        {"time_limit": float("nan")},
    ],
)
def test_limits_must_be_positive(limits):
    with pytest.raises(ValueError, match="must be more than 0"):
        solve(problem_of(), **limits)


@needs_instances
@pytest.mark.parametrize(("name", "gap"), [("C101", 0.0001), ("R101", 0.03), ("RC201", 0.1)])
def test_solomon_s_instances_are_solved_near_their_best_known(name, gap):
    problem = solomon.read(solomon.FOLDER / "solomon" / f"{name}.txt")
    solution = solve(problem, time_limit=120, iteration_limit=2_000)

    assert solution.unassigned == ()
    known = solomon.best_known(name) * solomon.SCALE
    assert known * 0.9999 <= solution.cost <= known * (1 + gap)
