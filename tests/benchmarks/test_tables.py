"""The bookkeeping of the bench: what is saved, what is left out, what a table says."""

import pytest

from tests.benchmarks.options import Options
from tests.benchmarks.records import POINTS, Rate, Records, Run, thin
from tests.benchmarks.tables import gaps, mean_gap, ratio, references, table


def make_run(engine="collection", cost=110, **changes):
    fields = {
        "group": "g",
        "kind": "R1",
        "instance": "a",
        "engine": engine,
        "seed": 0,
        "limit": 3.0,
        "seconds": 3.01,
        "cost": cost,
        "left": 0,
        "violations": 0,
        "best": 100,
    }
    return Run(**{**fields, **changes})


def test_what_is_saved_is_read_again(tmp_path):
    path = tmp_path / "deep" / "bench.json"
    records = Records.open(path)
    run = make_run(trace=((0.5, 120), (1.25, 110)), iterations=7, price=30)
    broken = make_run("pyvrp", cost=None, left=2, violations=2, best=None)
    rate = Rate(what="1 searchers", instance="a", engine="collection", per_second=12.5)
    for row in (run, broken, rate):
        records.add(row)

    again = Records.open(path)
    assert list(again.runs.values()) == [run, broken]
    assert again.runs[run.key].total == 110 + 30
    assert list(again.rates.values()) == [rate]


def test_a_later_run_replaces_the_one_of_the_same_seed_and_limit():
    records = Records()
    for cost, seed in ((110, 0), (105, 0), (107, 1)):
        records.add(make_run(cost=cost, seed=seed))
    assert [run.cost for run in records.runs.values()] == [105, 107]


def test_a_trace_keeps_its_falls_and_its_ends():
    assert thin([(0.123, 9), (1, 9), (2, 8), (3, 10)]) == ((0.12, 9), (2, 8))
    thinned = thin([(second, 1_000 - second) for second in range(500)])
    assert len(thinned) == POINTS
    assert (thinned[0], thinned[-1]) == ((0, 1_000), (499, 501))


def test_gaps_are_medians_over_seeds_to_the_best_that_is_known_or_found():
    costs = ((98, 0), (104, 1), (110, 2))
    runs = [make_run(cost=cost, seed=seed) for cost, seed in costs]
    assert references(runs) == {"a": 98}
    assert gaps(runs) == {("a", "collection"): 104 / 98 - 1}
    assert mean_gap(runs, "collection") == 104 / 98 - 1


def test_a_run_that_leaves_customers_out_has_no_gap():
    runs = [make_run(), make_run("vroom", cost=90, left=3)]
    assert gaps(runs) == {("a", "collection"): 110 / 100 - 1, ("a", "vroom"): None}
    assert mean_gap(runs, "vroom") is None
    lines = table(runs, ("collection", "vroom")).splitlines()
    assert lines[1].split() == ["a", "+10.00%", "3", "left"]
    assert lines[-1].split() == ["mean", "+10.00%", "none"]


def test_the_ratio_to_a_peer_is_a_mean_over_instances():
    runs = [make_run(cost=110), make_run("pyvrp", cost=100)]
    runs += [make_run(cost=100, instance="b"), make_run("pyvrp", cost=125, instance="b")]
    assert ratio(runs, "collection", "pyvrp") == pytest.approx((0.1 - 0.2) / 2)
    assert ratio(runs, "collection", "vroom") is None


def test_choices_come_from_the_environment():
    options = Options.read(
        {"COLLECTION_BENCH_ONLY": "R1_*, day", "COLLECTION_BENCH_SEEDS": "0,2", "PATH": "x"}
    )
    assert options.seeds == (0, 2)
    assert [options.wants(name) for name in ("r1_2_1", "rc1_2_1", "day")] == [True, False, True]
    assert Options().wants("c2_2_5", "homberger_200", quick=False) is False
    assert Options(only=("homberger_200",)).wants("c2_2_5", "homberger_200", quick=False)


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [("ENGINE", "vroom", "BENCH_ENGINE is unknown"), ("ENGINES", "cplex", "no engine 'cplex'")],
)
def test_a_wrong_choice_is_named(name, value, message):
    with pytest.raises(ValueError, match=message):
        Options.read({f"COLLECTION_BENCH_{name}": value})


def test_a_call_begins_no_solve_that_its_budget_cannot_hold():
    assert Options(budget=10.0).has_time_for(9)
    assert not Options(budget=10.0).has_time_for(11)
