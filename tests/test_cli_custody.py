from contextlib import contextmanager
from types import SimpleNamespace

import pytest
from typer.testing import CliRunner

from collection import cli_custody
from collection.cli import app
from collection.model import Position
from collection.scheduling.labels import new_label
from tests.places import TERRITORY
from tests.scheduling.custody_day import CustodyDay


@pytest.fixture
def day(monkeypatch):
    day = CustodyDay()

    @contextmanager
    def running(_):
        yield SimpleNamespace(hub=day.hub, catalogue=SimpleNamespace(territory=lambda _: TERRITORY))

    monkeypatch.setattr(cli_custody, "running_services", running)
    return day


def test_the_way_of_a_device_is_told_in_local_time(day):
    label = day.label(position=Position(lon=7.42, lat=43.73))
    day.collect()
    day.clock.advance(hours=1)
    day.receive(label)
    result = CliRunner().invoke(app, ["device", label])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[:2] == ["phone 1 of 1, ref-1", "monaco.1: received; received"]
    assert "2026-03-03 10:00  scanned    van-1 at 43.73000, 7.42000" in lines
    assert lines[-1] == "2026-03-03 11:00  received   dora at hub"


def test_an_unknown_label_is_one_line_and_exit_code_2(day):
    result = CliRunner().invoke(app, ["device", new_label()])
    assert (result.exit_code, "is on no device" in result.output) == (2, True)
