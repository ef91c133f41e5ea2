"""Shifts that the law of today, or a coming one, forbids."""

from datetime import date

import pytest
import structlog

from collection.catalogue import load_catalogue
from collection.errors import InvalidRequest
from collection.units import HOUR

TOML = "territories/monaco/territory.toml"
SHIFT = 'shift = ["07:45", "15:45"]'
TODAY = date(2026, 11, 27)
NEW_LAW = """
[[working_hours]]
per = "day"
limit = 25_200
valid_from = 2027-01-01
source = "a new law"
"""


@pytest.fixture
def in_germany(edit):
    edit(TOML, 'country = "mc"\ntimezone = "Europe/Monaco"', 'country = "de"')


def test_the_shipped_shifts_keep_the_law(folder):
    with structlog.testing.capture_logs() as logs:
        load_catalogue(folder, today=TODAY)
    assert logs == []


@pytest.mark.usefixtures("in_germany")
def test_a_shift_that_is_too_long_names_file_field_and_law(folder, edit):
    # Ten hours of work and the 45 minutes that the law asks for above nine.
    path = edit(TOML, SHIFT, 'shift = ["07:45", "18:30"]')
    load_catalogue(folder, today=TODAY)
    edit(TOML, 'shift = ["07:45", "18:30"]', 'shift = ["07:45", "18:31"]')
    with pytest.raises(InvalidRequest) as caught:
        load_catalogue(folder, today=TODAY)

    assert caught.value.field == "vehicles.0.shift"
    assert caught.value.message == (
        f"{path}: vehicles.0.shift: lasts 10 h 46 min with its overtime; Arbeitszeitgesetz § 3 "
        "allows 10 h of work a day, with pauses 10 h 45 min from departure to return: shorten "
        "it, or set max_seconds = 38700"
    )


@pytest.mark.usefixtures("in_germany")
@pytest.mark.parametrize(
    ("lines", "fine"),
    [("max_seconds = 38_700", True), ("max_seconds = 38_701", False), ("overtime = 0", False)],
)
def test_a_long_shift_may_be_used_in_part(folder, edit, lines, fine):
    edit(TOML, SHIFT, f'shift = ["06:00", "22:00"]\n{lines}')
    if fine:
        load_catalogue(folder, today=TODAY)
    else:
        with pytest.raises(InvalidRequest, match="Arbeitszeitgesetz"):
            load_catalogue(folder, today=TODAY)


def test_overtime_counts(folder, edit):
    edit(TOML, SHIFT, f"{SHIFT}\novertime = 9_001")
    with pytest.raises(InvalidRequest, match="Loi n° 677"):
        load_catalogue(folder, today=TODAY)


def test_a_coming_law_warns_and_then_refuses(folder, edit):
    edit("countries/mc.toml", "limit = 36_000 ", "valid_until = 2026-12-31\nlimit = 36_000 ")
    path = folder / "countries" / "mc.toml"
    path.write_text(path.read_text(encoding="utf-8") + NEW_LAW, encoding="utf-8")

    with structlog.testing.capture_logs() as logs:
        load_catalogue(folder, today=TODAY)
    assert {(log["event"], log["valid_from"]) for log in logs} == {("shift_too_long", "2027-01-01")}
    assert [log["vehicle"] for log in logs] == ["van-1", "van-2", "van-3", "van-4"]
    with pytest.raises(InvalidRequest, match="a new law allows 7 h of work"):
        load_catalogue(folder, today=date(2027, 1, 1))


def test_the_week_of_a_driver_who_always_comes_is_warned_of(folder, edit):
    long = 'shift = ["07:45", "17:15"]\ndriver = "ada"'
    edit(TOML, SHIFT, long)
    with structlog.testing.capture_logs() as logs:
        load_catalogue(folder, today=TODAY)

    (log,) = logs
    assert (log["event"], log["vehicle"], log["driver"]) == ("week_too_long", "van-1", "ada")
    # Nine and a half hours less half an hour for lunch, six times.
    assert f"are {6 * 9 * HOUR // HOUR} h; Loi n° 677" in log["detail"]
