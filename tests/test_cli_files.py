"""Instances and solutions on the command line: real work, and one clear line for what is wrong."""

import json

import pytest
from typer.testing import CliRunner

from collection.cli import app
from collection.routing.streets import network_exists
from collection.settings import Settings
from tests.routing.formats.samples import SHARED, SOLOMON, VRPLIB, set_at, vroom


@pytest.fixture
def run(tmp_path):
    def run(*arguments, **files):
        for name, text in files.items():
            (tmp_path / name).write_text(text)
        words = [str(tmp_path / word) if word in files else word for word in arguments]
        return CliRunner().invoke(app, words)

    return run


def test_a_benchmark_is_solved_and_its_answer_is_sound(run, tmp_path):
    solved = run("solve", "in", "--time-limit", "1", "--workers", "1", "--json", **{"in": SOLOMON})
    assert solved.exit_code == 0, solved.output
    found = json.loads(solved.stdout)
    assert found["summary"]["cost"] == 25.8907
    assert sorted(sorted(route) for route in found["solution_routes"]) == [[1, 3], [2]]
    checked = run("check", "in", "out", **{"in": SOLOMON, "out": solved.stdout})
    assert checked.exit_code == 0, checked.output
    assert checked.stdout == "2 routes, 0 unassigned, cost 25.8907 (exact)\n0 violations\n"


@pytest.mark.parametrize(
    ("rounding", "cost"), [("exact", 25.8907), ("dimacs", 258), ("integer", 25)]
)
def test_the_rounding_says_in_which_unit(run, rounding, cost):
    options = ("--time-limit", "0.5", "--workers", "1", "--rounding", rounding)
    solved = run("solve", "in", *options, "--json", **{"in": VRPLIB})
    assert json.loads(solved.stdout)["summary"]["cost"] == cost
    checked = run("check", "in", "out", **{"in": VRPLIB, "out": solved.stdout})
    assert checked.exit_code == 0, checked.output


def test_without_json_a_table_is_printed(run):
    solved = run("solve", "in", "--time-limit", "0.5", "--workers", "1", **{"in": vroom()})
    assert solved.exit_code == 0, solved.output
    assert "unassigned job 4: no_skill. It needs the skills 3" in solved.stdout
    assert "5 of 6 in 1 routes, cost 680" in solved.stdout


def test_the_objective_may_be_distance(run):
    options = ("--time-limit", "0.5", "--workers", "1", "--objective", "distance", "--json")
    solved = run("solve", "in", *options, **{"in": vroom()})
    assert json.loads(solved.stdout)["summary"]["cost"] == 6_800
    checked = run("check", "in", "out", **{"in": vroom(), "out": solved.stdout})
    assert checked.exit_code == 0, checked.output


@pytest.mark.parametrize("file", ['{"vehicles": []}', '{"vehicles": [], "jobs": []}'])
def test_nothing_to_do_is_a_plan(run, file):
    solved = run("solve", "in", "--json", **{"in": file})
    assert solved.exit_code == 0, solved.output
    assert json.loads(solved.stdout)["solution_routes"] == []
    assert run("solve", "in", **{"in": file}).stdout.startswith("0 of 0 in 0 routes, cost 0")


def test_fields_that_say_nothing_are_told(run):
    file = vroom(set_at("note", "x"))
    solved = run("solve", "in", "--time-limit", "0.5", "--workers", "1", "--json", **{"in": file})
    assert "ignored: note" in solved.stderr
    json.loads(solved.stdout)


def test_violations_are_named_and_exit_1(run):
    late = run("check", "in", "out", **{"in": SOLOMON, "out": "Route #1: 3 1\nCost 23.1\n"})
    assert late.exit_code == 1
    lines = late.stdout.splitlines()
    assert lines[0] == "1 routes, 1 unassigned, cost 23.0623 (exact)"
    assert lines[1].startswith("exactly_once: 2: is not served")
    assert lines[2].startswith("time_window: 1 1: ")
    assert lines[-1] == "2 violations"


@pytest.mark.parametrize(
    ("arguments", "files", "words"),
    [
        (("solve", "in"), {"in": "x"}, "in: unknown format"),
        (("solve", "none"), {}, "none: No such file or directory"),
        (("solve", "in"), {"in": SOLOMON.replace(" 17 ", " 7 ")}, "in: line 11: due date 7 comes"),
        (("solve", "in"), {"in": '{"vehicles": 1}'}, "in: vehicles: write an array"),
        (
            ("solve", "in"),
            {
                "in": '{"vehicles": [{"id": 1, "start": [7, 43]}], "jobs": '
                '[{"id": 1, "location": [7, 43]}]}'
            },
            "in: matrices is missing",
        ),
        (("check", "in", "out"), {"in": SOLOMON, "out": "Route #1: 9"}, "out: line 1: customer 9"),
        (("check", "in", "none"), {"in": SOLOMON}, "none: No such file"),
        (("solve", "in", "--network", "../x"), {"in": vroom()}, "../x"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(run, arguments, files, words):
    result = run(*arguments, **files)
    assert result.exit_code == 2
    assert words in result.stderr
    assert result.stderr.count("error:") == 1
    assert "Traceback" not in result.stderr


@pytest.mark.skipif(
    not network_exists(Settings().network_dir, "monaco"), reason="no network of Monaco"
)
def test_coordinates_are_put_on_a_network(run):
    file = {
        "vehicles": [{"id": 1, "start": [7.4197, 43.7325], "end": [7.4197, 43.7325]}],
        "jobs": [
            {"id": 1, "location": [7.4246, 43.7394]},
            {"id": 2, "location": [7.4205, 43.7310]},
            {"id": 3, "location": [2.35, 48.86]},
        ],
    }
    files = {"in": json.dumps(file)}
    solved = run("solve", "in", "--network", "monaco", "--time-limit", "0.5", "--json", **files)
    assert solved.exit_code == 0, solved.output
    found = json.loads(solved.stdout)
    assert [left["reason"] for left in found["unassigned"]] == ["unreachable"]
    assert 1_000 < found["summary"]["distance"] < 10_000
    files["out"] = solved.stdout
    assert run("check", "in", "out", "--network", "monaco", **files).exit_code == 0


@pytest.mark.skipif(not SHARED.is_dir(), reason="no shared instances")
def test_a_best_known_solution_is_sound_and_a_damaged_one_is_not(run):
    path = SHARED / "homberger_1000" / "C2_10_4.vrp"
    lines = path.with_suffix(".sol").read_text()
    sound = run("check", str(path), "out", out=lines)
    assert sound.exit_code == 0, sound.output
    assert "(dimacs)" in sound.stdout
    damaged = run(
        "check", str(path), "out", "--rounding", "dimacs", out=lines.replace("Cost ", "Cost 1")
    )
    assert damaged.exit_code == 1
    assert "cost: is said to be" in damaged.stdout
