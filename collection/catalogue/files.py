"""What all files of ``data/`` share: strict tables, clocks, and errors that name a field."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Annotated, Any, TypeAlias, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, ValidationError

from collection.errors import InvalidRequest
from collection.units import parse_clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    Reject: TypeAlias = Callable[[str, str], InvalidRequest]
    """From a field and what is wrong with it to the error."""

ID = re.compile(r"[a-z0-9][a-z0-9-]*")
"""Words that ids and addresses are made of."""


def _clock(value: object) -> int:
    if not isinstance(value, str):
        raise ValueError('write a wall clock in quotes, like "08:00"')  # noqa: TRY004
    return parse_clock(value)


Clock: TypeAlias = Annotated[int, BeforeValidator(_clock)]
"""``"HH:MM"`` as seconds of the day."""


def _time_zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"{name!r} is no IANA time zone") from None
    return name


TimeZone: TypeAlias = Annotated[str, AfterValidator(_time_zone)]
"""Name of a time zone of the tz database."""


class Strict(BaseModel):
    """A table whose every key is known and of its own type."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


_Table = TypeVar("_Table", bound=Strict)


def read_toml(path: Path) -> dict[str, Any]:
    """Read a TOML file.

    Parameters
    ----------
    path : Path
        Which.

    Returns
    -------
    dict
        Its content.

    Raises
    ------
    InvalidRequest
        If it cannot be read or is not TOML.
    """
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidRequest(f"{path}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"{path}: is not TOML ({error})") from error


def parse(table: type[_Table], content: Mapping[str, Any], path: Path, prefix: str = "") -> _Table:
    """Check a table.

    Parameters
    ----------
    table : type of Strict
        What it must be.
    content : Mapping
        What was read.
    path : Path
        Where it stands.
    prefix : str
        Field that holds it, dotted.

    Returns
    -------
    Strict
        The table.

    Raises
    ------
    InvalidRequest
        If it is something else; names file and field.
    """
    try:
        return table.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join([*filter(None, [prefix]), *(str(part) for part in first["loc"])])
        raise InvalidRequest(f"{path}: {field}: {first['msg']}", field=field) from error


def rejector(path: Path) -> Reject:
    """Make errors that name a file.

    Parameters
    ----------
    path : Path
        The file.

    Returns
    -------
    callable
        From a field and what is wrong with it to the error to raise.
    """

    def reject(field: str, message: str) -> InvalidRequest:
        return InvalidRequest(f"{path}: {field}: {message}", field=field)

    return reject
