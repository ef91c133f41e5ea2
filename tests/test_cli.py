"""The command: one clear line and exit code 2 for what is wrong, real work otherwise."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from typer.testing import CliRunner

from collection.catalogue import load_catalogue
from collection.cli import app
from collection.routing import warm
from collection.scheduling.calendar import bookable_days
from collection.settings import Settings

NETWORKS = Settings().network_dir


@pytest.fixture
def run(monkeypatch, tmp_path):
    for name, value in {
        "COLLECTION_RUN_DIR": str(tmp_path / "run"),
        "COLLECTION_NETWORK_DIR": str(NETWORKS),
    }.items():
        monkeypatch.setenv(name, value)

    def run(*arguments):
        return CliRunner().invoke(app, arguments)

    return run


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("network", "build", "x"), "exactly one of"),
        (("network", "build", "x", "--monaco", "--place", "Lyon"), "exactly one of"),
        (("network", "build", "x", "--osm", "nowhere.osm.pbf"), "nowhere.osm.pbf"),
        (("network", "build", "../x", "--monaco"), "../x"),
        (("plan", "atlantis", "2026-11-25"), "no territory 'atlantis'"),
        (("plan", "monaco", "tomorrow"), "YYYY-MM-DD"),
        (("plan", "monaco", "2020-01-02"), "2020-01-02 is over"),
        (("check", "monaco.2026-11-25.v1"), "monaco.2026-11-25.v1"),
        (("export", "monaco.2026-11-25.v1.van-1"), "monaco.2026-11-25.v1"),
    ],
)
def test_mistakes_are_one_line_and_exit_2(run, arguments, words):
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert "Traceback" not in result.stderr
    assert result.stderr.count("error:") == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "cannot be read"),
        ("{", "Invalid JSON"),
        ('{"locked": []}', "$.locked: Extra inputs"),
        (
            '{"prefixes": {"van-1": ["a", 2]}}',
            "$.prefixes.van-1[1]: Input should be a valid string",
        ),
    ],
)
def test_wrong_instructions_name_file_and_path(run, tmp_path, content, words):
    file = tmp_path / "asked.json"
    if content is not None:
        file.write_text(content)
    result = run("plan", "monaco", "2026-11-25", "--instructions", str(file))
    assert result.exit_code == 2
    assert "asked.json: " in result.stderr
    assert words in result.stderr


def test_instructions_are_given_or_dropped(run):
    result = run("plan", "monaco", "2026-11-25", "--instructions", "x", "--no-instructions")
    assert (result.exit_code, "either --instructions or" in result.stderr) == (2, True)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("COLLECTION_PORT", "many"),
        ("COLLECTION_GEOCODER", "guess"),
        ("COLLECTION_API_KEYS", "{not json"),
        ("COLLECTION_PORT", "99999"),
        ("COLLECTION_DISPATCHERS", '{"ada": "plain"}'),
        ("COLLECTION_BASE_URL", "pickup.example.org"),
        ("COLLECTION_SOLVE_WORKERS", "-3"),
        ("COLLECTION_REDIS_ULR", "redis://127.0.0.1"),
    ],
)
def test_a_wrong_setting_is_named(run, monkeypatch, name, value):
    monkeypatch.setenv(name, value)
    result = run("nightly")
    assert result.exit_code == 2
    assert name.removeprefix("COLLECTION_").lower() in result.stderr.lower()


def test_a_store_that_is_away_is_said_and_exits_2(run, monkeypatch):
    monkeypatch.setenv("COLLECTION_REDIS_URL", "redis://127.0.0.1:1/0")
    result = run("nightly")
    assert result.exit_code == 2
    assert "store" in result.stderr


def test_a_day_is_planned_checked_and_published_by_hand(run, tmp_path):
    monaco = load_catalogue(Settings().data_dir).territory("monaco")
    day = next(bookable_days(monaco, datetime.now(UTC)))
    early = run("plan", "monaco", str(day))
    assert early.exit_code == 2
    assert "--close-early" in early.stderr
    planned = run("plan", "monaco", str(day), "--publish", "--close-early")
    assert planned.exit_code == 0, planned.output
    assert f"monaco.{day}.v1: 0 stops in 0 routes" in planned.stdout
    assert "is published" in planned.stdout
    checked = run("check", f"monaco.{day}.v1")
    assert checked.exit_code == 0
    assert "0 violations" in checked.stdout

    asked = tmp_path / "asked.json"
    asked.write_text('{"prefixes": {"van-1": []}}')
    again = ("plan", "monaco", str(day), "--publish", "--close-early")
    assert f"monaco.{day}.v2: " in run(*again, "--instructions", str(asked)).stdout
    kept = run(*again, "--seed", "1").stdout
    assert f"monaco.{day}.v3: " in kept
    assert "--no-instructions drops it" in kept
    free = run(*again, "--seed", "1", "--no-instructions").stdout
    assert f"monaco.{day}.v4: " in free
    assert "drops it" not in free


def test_kernels_are_compiled_ahead(run, monkeypatch):
    monkeypatch.setattr(warm, "is_cached", lambda: False)
    monkeypatch.setattr(warm, "warm", lambda: warm.WarmUp(seconds=64.3, compiled=66))
    result = run("warm")
    assert result.exit_code == 0
    assert result.stdout == "66 kernels compiled, all ready in 64.3 s\n"
    assert "a minute or two, once" in result.stderr


def test_the_demo_does_the_whole_job_over_http(tmp_path, monkeypatch):
    monkeypatch.setenv("COLLECTION_RUN_DIR", str(tmp_path / "run"))
    finished = subprocess.run(
        [sys.executable, "-m", "collection", "demo", "--once", "--json", "--requests", "24"],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    (line,) = finished.stdout.splitlines()
    summary = json.loads(line)
    assert summary["requests"] == 24
    assert summary["planned"] + sum(summary["unassigned"].values()) == 24
    assert summary["violations"] == 0
    assert summary["routes"] >= 1
    assert summary["km"] > 0
    assert set(summary["seconds"]) >= {"start", "book", "matrix", "solve", "check", "publish"}
    assert "/driver/" in finished.stderr
