"""When a running day calls for a dispatcher (``data/live.toml``)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from collection.catalogue.files import Strict, parse, read_toml
from collection.model import LiveRules
from collection.units import MINUTE

if TYPE_CHECKING:
    from pathlib import Path

_Minutes = Annotated[int, Field(ge=0, le=1_440)]


class _LiveFile(Strict):
    late_minutes: _Minutes
    late_urgent_minutes: _Minutes
    silent_minutes: _Minutes
    off_route_metres: int = Field(ge=0)
    break_minutes: _Minutes
    overrun_minutes: _Minutes
    not_started_minutes: _Minutes
    unaccounted_minutes: _Minutes


def read_live(path: Path) -> LiveRules:
    """Read the thresholds of alerts.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    LiveRules
        In seconds and metres.

    Raises
    ------
    InvalidRequest
        If the file is missing or wrong; names the field.
    """
    row = parse(_LiveFile, read_toml(path), path)
    return LiveRules(
        late=row.late_minutes * MINUTE,
        late_urgent=row.late_urgent_minutes * MINUTE,
        silent=row.silent_minutes * MINUTE,
        off_route=row.off_route_metres,
        break_ahead=row.break_minutes * MINUTE,
        overrun=row.overrun_minutes * MINUTE,
        not_started=row.not_started_minutes * MINUTE,
        unaccounted=row.unaccounted_minutes * MINUTE,
    )
