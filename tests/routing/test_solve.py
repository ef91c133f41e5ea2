import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from collection.routing import solve as module
from collection.routing import workers
from collection.routing.assemble import assemble
from collection.routing.check import check
from collection.routing.problem import points
from collection.routing.solution import evaluate
from collection.routing.solve import solve
from tests import solomon
from tests.fakes import GridMatrix
from tests.places import DEVICES, TERRITORY
from tests.strategies import CREATED, Day, days, make_request

ROOT = Path(__file__).resolve().parents[2]
needs_instances = pytest.mark.skipif(not solomon.FOLDER.is_dir(), reason="no shared instances")


def day_of(*requests, territory=TERRITORY):
    matrix = GridMatrix().matrix(points(requests, territory))
    return Day(requests=requests, territory=territory, matrix=matrix)


def spread(count, **changes):
    return tuple(
        make_request(str(i), lon=7.41 + (i * 7 % 40) / 1_000, lat=43.72 + (i % 5) / 200, **changes)
        for i in range(count)
    )


@settings(
    max_examples=8,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
@given(days().filter(lambda day: day.problem().reasons.count(None) > 1))
def test_every_plan_passes_the_verifier(day):
    problem = day.problem()
    solution = solve(problem, time_limit=1, workers=2, iteration_limit=30)
    plan = assemble(problem, solution, created_at=CREATED, fingerprint="")

    assert check(plan, day.requests, day.territory, DEVICES, day.matrix) == []
    assert solution.total == evaluate(problem, solution.routes).total


def test_nothing_to_do_is_a_plan_too():
    assert solve(day_of().problem(), time_limit=1).routes == ((), ())


def test_one_request_takes_one_van():
    solution = solve(day_of(make_request()).problem(), time_limit=1)

    assert solution.unassigned == ()
    assert sorted(solution.routes) == [(), (0,)]


def test_without_vehicles_all_is_unassigned():
    problem = day_of(*spread(3)).problem()
    none = Day(
        requests=spread(3),
        territory=module.replace(TERRITORY, vehicles=()),
        matrix=day_of(*spread(3)).matrix,
    ).problem()

    assert solve(none, time_limit=1).unassigned == (0, 1, 2)
    assert solve(problem, time_limit=2, iteration_limit=5).unassigned == ()


def test_one_impossible_request_never_empties_a_plan():
    requests = (make_request("far", lat=60.0), *spread(10))
    solution = solve(day_of(*requests).problem(), time_limit=10, iteration_limit=50)

    assert solution.unassigned == (0,)


def test_same_seed_and_iteration_limit_give_the_same_plan():
    problem = day_of(*spread(30, hours=((8, 12), (14, 18)))).problem()
    first, second = (
        solve(problem, time_limit=30, seed=3, workers=2, iteration_limit=100) for _ in range(2)
    )

    assert first == second
    assert first.stopped == "finished"


def test_it_is_no_worse_than_insertion():
    problem = day_of(*spread(40)).problem()
    greedy = module.insert_all(problem, [(), ()], range(40))

    found = solve(problem, time_limit=10, iteration_limit=20)
    assert found.total <= evaluate(problem, greedy).total


@pytest.mark.parametrize("limit", [0.01, 1.5])
def test_the_time_limit_is_kept(limit):
    problem = day_of(*spread(250)).problem()
    began = time.monotonic()
    solution = solve(problem, time_limit=limit, workers=2)

    assert time.monotonic() - began < limit + 1
    assert solution.stopped == "time_limit"
    assert evaluate(problem, solution.routes) is not None


def test_cancelling_gives_the_best_so_far_within_a_second():
    problem = day_of(*spread(60)).problem()
    began = time.monotonic()
    solution = solve(problem, time_limit=60, cancelled=lambda: time.monotonic() - began > 1.5)

    assert time.monotonic() - began < 2.5
    assert solution.stopped == "cancelled"
    assert solution.unassigned == ()


def test_a_small_day_stops_when_it_no_longer_gets_better(monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", 0.5)
    began = time.monotonic()
    solution = solve(day_of(*spread(4)).problem(), time_limit=60)

    assert solution.stopped == "no_improvement"
    assert time.monotonic() - began < 20


def test_progress_grows_to_one_and_tells_cost_and_unassigned():
    told = []
    solve(day_of(*spread(30)).problem(), time_limit=1.5, on_progress=told.append)

    shares = [progress.done for progress in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) > 3
    assert {progress.phase for progress in told} == {"solve"}
    assert "cost" in told[-1].text
    assert "unassigned 0" in told[-1].text


def test_no_worker_outlives_its_solve():
    solve(day_of(*spread(30)).problem(), time_limit=1.5, workers=2)

    assert multiprocessing.active_children() == []


def test_a_worker_that_dies_leaves_the_plan_by_insertion(monkeypatch, caplog):
    start = workers.Pool.__init__

    def start_and_kill(pool, tasks):
        start(pool, tasks)
        for process in pool.processes.values():
            os.kill(process.pid, signal.SIGKILL)

    monkeypatch.setattr(workers.Pool, "__init__", start_and_kill)
    problem = day_of(*spread(20)).problem()

    solution = solve(problem, time_limit=10)
    assert solution.routes == module.insert_all(problem, [(), ()], range(20))
    assert "ended with code -9" in caplog.text


def test_a_script_without_a_main_guard_gets_a_plan_too(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from tests.routing.test_solve import day_of, spread\n"
        "from collection.routing.solve import solve\n"
        "print(len(solve(day_of(*spread(250)).problem(), time_limit=20).unassigned))\n"
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

    assert done.stdout.split()[-1] != "250"
    assert "ended with code 1" in done.stderr


def test_routes_that_break_a_constraint_are_refused(caplog):
    problem = day_of(*(make_request(str(i), hours=((9, 9),)) for i in range(2))).problem()
    search = module._Search(problem, 1, None, None)

    search.take(((0, 1), ()))
    assert search.best.unassigned == (0, 1)
    assert "break a constraint" in caplog.text


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_it_works_in_a_forked_process():
    code = (
        "import os, sys\n"
        "from tests.routing.test_solve import day_of, spread\n"
        "from collection.routing.solve import solve\n"
        "if __name__ == '__main__':\n"
        "    pid = os.fork()\n"
        "    if pid == 0:\n"
        "        s = solve(day_of(*spread(10)).problem(), time_limit=10, iteration_limit=20)\n"
        "        os._exit(0 if s.unassigned == () and s.stopped == 'finished' else 1)\n"
        "    sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], timeout=60, check=False, cwd=ROOT)

    assert done.returncode == 0


@pytest.mark.parametrize(
    "limits", [{"time_limit": 0}, {"time_limit": 1, "workers": 0}, {"time_limit": -1}]
)
def test_limits_must_be_positive(limits):
    with pytest.raises(ValueError, match="must be more than 0"):
        solve(day_of().problem(), **limits)


@needs_instances
@pytest.mark.parametrize(("name", "gap"), [("C101", 0.0001), ("R101", 0.05), ("RC201", 0.1)])
def test_solomon_s_instances_are_solved_near_their_best_known(name, gap):
    problem = solomon.read(solomon.FOLDER / "solomon" / f"{name}.txt")
    solution = solve(problem, time_limit=120, iteration_limit=100)

    assert solution.unassigned == ()
    known = solomon.best_known(name) * solomon.SCALE
    assert known * 0.9999 <= solution.cost <= known * (1 + gap)
