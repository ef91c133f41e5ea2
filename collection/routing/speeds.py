"""The speed table: how free-flow speeds become the travel times of a van."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from collection.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SECTIONS = {
    "factor": ("default",),
    "free_flow_kmh": ("default",),
    "delay_seconds": ("junction", "signal"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedTable:
    """Speeds and delays by class of street (``data/speeds.toml``).

    Parameters
    ----------
    factor : Mapping of str to float
        Driven speed over free-flow speed, by OSM highway class; ``default`` for the rest.
    free_flow_kmh : Mapping of str to float
        Kilometres per hour where no way of the class has a maxspeed.
    junction_delay : float
        Seconds added where an edge ends at a junction: a node with three or more
        neighbouring nodes.
    signal_delay : float
        Seconds added for each traffic signal met.
    """

    factor: Mapping[str, float]
    free_flow_kmh: Mapping[str, float]
    junction_delay: float
    signal_delay: float

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a speed table.

        Parameters
        ----------
        path : Path
            A TOML file with the tables ``factor``, ``free_flow_kmh`` and ``delay_seconds``.

        Returns
        -------
        SpeedTable
            The table.

        Raises
        ------
        InvalidRequest
            If the file is absent, no TOML, lacks an entry or holds a value that is not a
            positive number.
        """
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise InvalidRequest(f"cannot read the speed table {path}: {error.strerror}") from error
        except ValueError as error:
            raise InvalidRequest(f"{path} is not a TOML file: {error}") from error
        tables = {name: _numbers(document, name, path) for name in _SECTIONS}
        return cls(
            factor=tables["factor"],
            free_flow_kmh=tables["free_flow_kmh"],
            junction_delay=tables["delay_seconds"]["junction"],
            signal_delay=tables["delay_seconds"]["signal"],
        )

    def factor_of(self, highway: str) -> float:
        """Driven speed over free-flow speed.

        Parameters
        ----------
        highway : str
            OSM highway class.

        Returns
        -------
        float
            The class's own factor, else that of the road a ``_link`` belongs to, else the
            default.
        """
        return of_class(self.factor, highway)

    def free_flow_of(self, highway: str) -> float:
        """Free-flow speed where OSM tells none.

        Parameters
        ----------
        highway : str
            OSM highway class.

        Returns
        -------
        float
            Kilometres per hour, found as in `factor_of`.
        """
        return of_class(self.free_flow_kmh, highway)


def of_class(table: Mapping[str, float], highway: str) -> float:
    """Look a class of street up.

    Parameters
    ----------
    table : Mapping of str to float
        By OSM highway class; has ``default``.
    highway : str
        OSM highway class.

    Returns
    -------
    float
        The class's own number, else that of the road a ``_link`` belongs to, else the
        default.
    """
    for key in (highway, highway.removesuffix("_link")):
        if key in table:
            return table[key]
    return table["default"]


def _numbers(document: dict[str, object], section: str, path: Path) -> dict[str, float]:
    table = document.get(section)
    if not isinstance(table, dict):
        raise InvalidRequest(f"{path} lacks the table [{section}]", field=section)
    for key in _SECTIONS[section]:
        if key not in table:
            raise InvalidRequest(f"{path} lacks {section}.{key}", field=f"{section}.{key}")
    zero_allowed = section == "delay_seconds"
    for key, value in table.items():
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or value < 0 or (value == 0 and not zero_allowed):
            raise InvalidRequest(
                f"{path}: {section}.{key} must be a positive number, not {value!r}",
                field=f"{section}.{key}",
            )
    return {key: float(value) for key, value in table.items()}
