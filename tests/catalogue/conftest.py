import shutil
from pathlib import Path

import pytest

DATA = Path(__file__).parents[2] / "data"


@pytest.fixture
def folder(tmp_path):
    """A copy of the shipped data, to make mistakes in."""
    for name in ("countries", "regulations", "territories"):
        shutil.copytree(DATA / name, tmp_path / name)
    for name in ("devices.toml", "triage.toml", "weights.toml", "emissions.toml", "live.toml"):
        shutil.copy(DATA / name, tmp_path)
    return tmp_path


@pytest.fixture
def edit(folder):
    """Replace a text of one file."""

    def edit(name, old, new):
        path = folder / name
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return edit
