"""The planner beside its peers: two cores and the same seconds for each.

`collection.routing.solution.evaluate` prices everybody's routes and the independent verifier
checks them. README.md tells what can be chosen.
"""

# ruff: noqa: T201

import statistics
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from collection.routing.assemble import assemble
from collection.routing.check import check
from collection.routing.check_solution import check_solution
from collection.routing.costs import COST_PARTS
from collection.routing.day import day_of
from collection.routing.guide import guide_of
from collection.routing.search import Searcher
from collection.routing.solution import evaluate
from tests.benchmarks import heidelberg, tables
from tests.benchmarks.instances import GROUPS, instances
from tests.benchmarks.options import Options
from tests.benchmarks.peers import CORES, DRAWS, ENGINES, collection
from tests.benchmarks.records import Rate, Records, Run, thin
from tests.problems import make_problem

pytestmark = pytest.mark.bench

PACED = ("r1_2_1", "r2_2_1", "rc2_2_5")
"""Instances whose iterations are counted: short routes and long ones."""


@pytest.fixture(scope="module")
def options():
    return Options.read()


@pytest.fixture(scope="module")
def records(options):
    return Records.open(options.path)


@pytest.fixture(scope="module", autouse=True)
def _compiled():
    """Compile the kernels before anything is timed."""
    import numpy as np  # noqa: PLC0415

    collection(make_problem(np.random.default_rng(0), 8, 2, {"windows"}), 0.5, 0)


def measure(problem, engine, *, seconds, seed, **names):
    """Run an engine, price and verify what it found."""
    found = ENGINES[engine](problem, seconds, seed)
    solution = evaluate(problem, found.routes)
    served = sum(len(route) for route in found.routes)
    return Run(
        engine=engine,
        seed=seed,
        limit=seconds,
        seconds=round(found.seconds, 2),
        cost=None if solution is None else solution.cost + solution.soft,
        price=0 if solution is None else solution.price,
        left=len(problem.request_ids) - served if solution is None else len(solution.unassigned),
        violations=len(check_solution(problem, found.routes)),
        trace=thin(found.trace),
        iterations=found.iterations,
        **names,
    )


@pytest.mark.parametrize("group", GROUPS)
def test_against_peers(group, options, records):
    chosen = options.chosen(group)
    if not chosen:
        pytest.skip("nothing of it is there, or asked for")
    for instance in chosen:
        limit, problem = options.limit(instance.seconds), None
        for seed in options.seeds:
            for engine in options.engines:
                key = (group, instance.name, engine, seed, limit)
                repeated = seed != options.seeds[0] and engine not in DRAWS
                if key in records.runs or repeated or not options.has_time_for(limit):
                    continue
                problem = problem or instance.load()
                names = {"group": group, "kind": instance.kind, "instance": instance.name}
                records.add(
                    measure(problem, engine, seconds=limit, seed=seed, best=instance.best, **names)
                )
    names = {instance.name for instance in chosen}
    runs = [
        run
        for run in records.runs.values()
        if run.group == group and run.instance in names and run.limit in _limits(options, chosen)
    ]
    print(f"\n{group}: gap to best known, medians of seeds {options.seeds}")
    print(tables.table(runs, options.engines))
    _targets(group, runs, options)
    ours = [run for run in runs if run.engine == "collection"]
    assert all(run.cost is not None and run.violations == 0 for run in ours)
    assert all(run.seconds <= 1.05 * run.limit + 0.5 for run in ours)


def _limits(options, chosen):
    return {options.limit(instance.seconds) for instance in chosen}


def _targets(group, runs, options):
    """Say which of the targets are met; they are meant for the full time."""
    gap = tables.mean_gap(runs, "collection")
    ratio = tables.ratio(runs, "collection", "pyvrp")
    goals = []
    if group == "homberger_200" and ratio is not None:
        goals.append(("mean cost to PyVRP's", ratio, -0.003))
    if group == "homberger_1000" and gap is not None:
        goals.append(("mean gap", gap, 0.015))
    if group == "solomon" and gap is not None:
        goals.append(("mean gap", gap, 0.0015))
    for goal in goals:
        _say(*goal, options)


def _say(what, value, goal, options):
    met = "met" if value <= goal else "missed"
    print(
        f"{what}: {value:+.3%}, target {goal:+.2%} in {1 / options.scale:g} times the time: {met}"
    )


needs_heidelberg = pytest.mark.skipif(
    not heidelberg.EXTRACT.exists(), reason="no Heidelberg extract"
)


@needs_heidelberg
def test_a_day_with_everything_on(options, records):
    """A minute of planning beside ten, and the verifier's word on the plan."""
    if not options.wants("day", "heidelberg_day"):
        pytest.skip("not asked for")
    day = heidelberg.day()
    names = {"group": "heidelberg_day", "kind": "city", "instance": "day"}
    wanted = [(options.limit(600), 99), *((options.limit(60), seed) for seed in options.seeds)]
    for limit, seed in wanted:
        key = ("heidelberg_day", "day", "collection", seed, limit)
        if key not in records.runs and options.has_time_for(limit):
            records.add(measure(day.problem, "collection", seconds=limit, seed=seed, **names))
    runs = [records.runs.get(("heidelberg_day", "day", "collection", s, t)) for t, s in wanted]
    if None in runs:
        pytest.skip("no time for it in this call's budget")
    best = runs[0].total
    print("\nHeidelberg, 300 requests, 10 vans, everything on")
    for run in runs:
        print(
            f"{run.limit:6.0f} s: {run.cost / 100:9.2f} EUR, {run.left} left out, "
            f"{run.total / best - 1:+.2%}, {run.violations} violations"
        )
    _say(
        "gap to ten minutes", statistics.median(r.total for r in runs[1:]) / best - 1, 0.01, options
    )
    assert all(run.cost is not None and run.violations == 0 for run in runs)


@needs_heidelberg
def test_a_plan_of_the_day_has_no_violations(options):
    """The same day as a plan, verified against requests and territory and not the problem."""
    if not options.wants("day", "heidelberg_day") or not options.has_time_for(20):
        pytest.skip("not asked for, or no time for it")
    day = heidelberg.day()
    solution = evaluate(day.problem, collection(day.problem, options.limit(20), 0).routes)
    plan = assemble(day.problem, solution, created_at=heidelberg.CREATED, fingerprint="")
    found = check(
        plan,
        day.requests,
        day.territory,
        day.devices,
        day.travel,
        day.instructions,
        earlier=day.earlier,
    )
    assert found == []


def pace(problem, seconds, workers=1):
    """Iterations per second of so many searchers at a time, half-way down the temperatures."""
    day = day_of(problem)
    searchers = [
        Searcher(problem, day, guide_of(problem, day), seed=seed) for seed in range(workers)
    ]
    for searcher in searchers:
        searcher.construct()
    start = evaluate(problem, searchers[0].best_routes())
    ways = sum(len(route) + 1 for route in start.routes if route)
    temperature = 0.1 * COST_PARTS * start.cost / ways

    def work(searcher):
        began = time.perf_counter()
        while time.perf_counter() - began < seconds:
            searcher.run(50, temperature)
        return searcher.iterations / (time.perf_counter() - began)

    with ThreadPoolExecutor(workers) as executor:
        return sum(executor.map(work, searchers))


def test_iterations_of_the_kernels(options, records):
    """One searcher and two at a time; PyVRP's own iterations stand in its runs."""
    if not options.wants("kernels"):
        pytest.skip("not asked for")
    seconds = options.limit(20)
    print(f"\n{'iterations/s':14}{'1 searcher':>12}{f'{CORES} at a time':>14}{'scaling':>10}")
    for instance in instances():
        if instance.name not in PACED or not options.has_time_for(2 * seconds):
            continue
        problem = instance.load()
        rates = [pace(problem, seconds, workers) for workers in (1, CORES)]
        for workers, rate in zip((1, CORES), rates, strict=True):
            records.add(
                Rate(
                    what=f"{workers} searchers",
                    instance=instance.name,
                    engine="collection",
                    per_second=round(rate, 1),
                )
            )
        print(f"{instance.name:14}{rates[0]:12.0f}{rates[1]:14.0f}{rates[1] / rates[0]:10.2f}")


@needs_heidelberg
def test_traffic_costs_at_most_three_times_the_time(options, records):
    if not options.wants("traffic") or not options.has_time_for(60):
        pytest.skip("not asked for, or no time for it")
    day = heidelberg.day()
    full = day.problem
    bare = heidelberg.plain(full)
    noon = {"periods": full.periods, "seconds": full.seconds[:1], "metres": full.metres[:1]}
    seconds = options.limit(20)
    print(f"\n{'iterations/s':14}{'one period':>12}{'five':>12}{'slower':>10}")
    slower = {}
    for name, without, by_period in (
        ("windows only", bare, replace(bare, **noon)),
        ("everything on", heidelberg.timeless(full), full),
    ):
        # In turns, so that whatever else the machine does meets both.
        rounds = [(pace(without, seconds / 3), pace(by_period, seconds / 3)) for _ in range(3)]
        one, five = (statistics.median(column) for column in zip(*rounds, strict=True))
        slower[name] = one / five
        print(f"{name:14}{one:12.0f}{five:12.0f}{slower[name]:10.2f}")
        for what, rate in (("1 period", one), (f"{len(full.periods)} periods", five)):
            records.add(
                Rate(
                    what=f"{name}, {what}",
                    instance="day",
                    engine="collection",
                    per_second=round(rate, 1),
                )
            )
    assert len(full.periods) == 5
    assert max(slower.values()) <= 3
