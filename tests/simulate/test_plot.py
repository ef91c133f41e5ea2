"""A run as a picture; the product itself needs no library for it."""

import sys

import pytest

from collection.errors import InvalidRequest
from collection.simulate.figures import measure
from collection.simulate.plot import plot, save_plot


def test_a_run_is_drawn(world):
    figure = plot(measure(world))
    titles = [axes.get_title() for axes in figure.axes]
    assert len(titles) == 4
    assert "kept" in titles[0]


def test_without_matplotlib_one_is_told_what_to_install(world, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InvalidRequest, match="pip install matplotlib"):
        plot(measure(world))


def test_a_file_that_cannot_be_written_is_named(world, tmp_path):
    with pytest.raises(InvalidRequest, match="away"):
        save_plot(measure(world), tmp_path / "away" / "run.png")
    with pytest.raises(InvalidRequest, match="cannot be written"):
        save_plot(measure(world), tmp_path / "run.what")
