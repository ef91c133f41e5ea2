"""A clock that the demo can move: its day lies in the future, and shall be played now.

Servers that are started with ``COLLECTION_PLAYED_CLOCK`` read the time from the file that it
names: what was played when, and how fast. Until the demo writes that file it is the machine's
own time.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


class DemoClock:
    """A `Clock` that a file moves.

    Parameters
    ----------
    path : Path
        The file; looked at each time, and need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read = 0
        self._real = self._played = datetime.now(UTC)
        self._speed = 1.0

    def now(self) -> datetime:
        """Present instant.

        Returns
        -------
        datetime
            Aware, in UTC: as it is played.
        """
        with suppress(FileNotFoundError):
            changed = self._path.stat().st_mtime_ns
            if changed != self._read:
                told = json.loads(self._path.read_text(encoding="utf-8"))
                self._real = datetime.fromisoformat(told["real"])
                self._played = datetime.fromisoformat(told["played"])
                self._speed = float(told["speed"])
                self._read = changed
        real = datetime.now(UTC)
        return self._played + (real - self._real) * self._speed if self._read else real


def set_demo_clock(path: Path, played: datetime, *, speed: float) -> None:
    """Move the clock of all who read a file.

    Parameters
    ----------
    path : Path
        The file.
    played : datetime
        Aware instant that is to be now.
    speed : float
        How many seconds are played in one.
    """
    told = {"real": datetime.now(UTC).isoformat(), "played": played.isoformat(), "speed": speed}
    # Replaced in one step: a server may be reading.
    draft = path.with_suffix(".new")
    draft.write_text(json.dumps(told), encoding="utf-8")
    draft.replace(path)
