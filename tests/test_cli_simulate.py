"""`collection simulate`: one line of JSON, or tables and a picture."""

import json
import subprocess
import sys

from typer.testing import CliRunner

from collection.cli import app

TINY = ("--days", "1", "--requests-per-day", "8", "--iterations", "50", "--breakdowns", "0")
ASKED = {
    *("within_slot", "first_attempt", "broken_silently", "devices_lost", "accepted"),
    *("offline_accepted", "km_per_device", "grams_co2_per_device", "grams_co2_posted"),
    *("seed", "days", "territory", "messages_per_customer", "devices_per_van_hour"),
    *("cost_per_device_cents", "seconds"),
}


def test_json_is_one_line_and_nothing_else():
    finished = subprocess.run(
        [sys.executable, "-m", "collection", "simulate", "monaco", *TINY, "--json"],
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    (line,) = finished.stdout.splitlines()
    figures = json.loads(line)
    assert set(figures) >= ASKED
    assert (figures["territory"], figures["days"], figures["seed"]) == ("monaco", 1, 1)
    assert figures["accepted"] <= figures["offline_accepted"]
    assert figures["devices_lost"] == figures["broken_silently"] == 0


def test_people_see_tables_with_sources_and_a_picture(tmp_path):
    picture = tmp_path / "run.png"
    result = CliRunner().invoke(app, ["simulate", "monaco", *TINY, "--plot", str(picture)])
    assert result.exit_code == 0, result.output
    assert "Started within the promised slot" in result.stdout
    assert "Day by day" in result.stdout
    assert "Umweltbundesamt" in result.stdout
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_a_territory_that_is_not_there_is_named():
    result = CliRunner().invoke(app, ["simulate", "atlantis", *TINY])
    assert result.exit_code == 2
    assert "atlantis" in result.stderr
