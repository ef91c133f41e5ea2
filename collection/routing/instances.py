"""The one door for files: instances in, answers out, and solutions back in for the check."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING

from collection.errors import InvalidRequest
from collection.routing.formats.instance import Instance
from collection.routing.formats.options import Objective, Rounding
from collection.routing.formats.solomon import read_solomon
from collection.routing.formats.solutions import choices_of, read_solution
from collection.routing.formats.verify import Finding, verify_solution
from collection.routing.formats.vroom_problem import build
from collection.routing.formats.vroom_schema import Input, validated
from collection.routing.formats.vrplib import read_vrplib

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from collection.routing.formats.vroom_places import Travel

__all__ = ["Instance", "Objective", "Rounding", "check_files", "read", "read_text"]

MAX_BYTES = 256 * 1024 * 1024
"""Largest file."""

_VRPLIB = re.compile(r"^\s*(NAME|TYPE|DIMENSION|CAPACITY|COMMENT)\s*:", re.MULTILINE)
_SOLOMON = re.compile(r"^\s*VEHICLE\s*$", re.MULTILINE | re.IGNORECASE)


def read(
    path: Path,
    *,
    rounding: Rounding = Rounding.EXACT,
    objective: Objective = Objective.COST,
    travel: Travel | None = None,
) -> Instance:
    """Read an instance from a file.

    Parameters
    ----------
    path : Path
        Solomon or Gehring-Homberger text, VRPLIB, or VROOM JSON; told apart by what is in it.
    rounding : Rounding
        How benchmarks become integers. VROOM JSON has only integers.
    objective : Objective
        What to minimize; benchmarks have no other cost than distance.
    travel : callable, optional
        Gives the ways between the coordinates of VROOM JSON that has no matrices.

    Returns
    -------
    Instance
        The problem, and the file's names for what is in it.

    Raises
    ------
    InvalidRequest
        If the file cannot be read, or something in it is wrong; names the file and the line
        or JSON path.
    """
    text = _text(path)
    with _naming(path):
        return read_text(text, rounding=rounding, objective=objective, travel=travel)


def read_text(
    text: str,
    *,
    rounding: Rounding = Rounding.EXACT,
    objective: Objective = Objective.COST,
    travel: Travel | None = None,
) -> Instance:
    """Read an instance from what a file says.

    Parameters
    ----------
    text : str
        As in `read`.
    rounding : Rounding
        As in `read`.
    objective : Objective
        As in `read`.
    travel : callable, optional
        As in `read`.

    Returns
    -------
    Instance
        As in `read`.

    Raises
    ------
    InvalidRequest
        If something in it is wrong; names the line or JSON path.
    """
    if text.lstrip().startswith("{"):
        return build(validated(Input, text), objective=objective, travel=travel)
    if _VRPLIB.search(text):
        return read_vrplib(text).rounded(rounding)
    if _SOLOMON.search(text):
        return read_solomon(text).rounded(rounding)
    raise InvalidRequest(
        "unknown format; give Solomon or Gehring-Homberger text, VRPLIB or VROOM JSON",
        field="file",
    )


def check_files(
    path: Path,
    solution: Path,
    *,
    rounding: Rounding | None = None,
    objective: Objective | None = None,
    travel: Travel | None = None,
) -> tuple[Instance, Finding]:
    """Verify a solution of an instance.

    Parameters
    ----------
    path : Path
        The instance, as in `read`.
    solution : Path
        JSON of ours or VROOM's, or a VRPLIB .sol.
    rounding : Rounding, optional
        With which it was made; by default what it says itself, or else the rounding that
        fits it best.
    objective : Objective, optional
        With which it was made; by default what it says itself, or else cost.
    travel : callable, optional
        As in `read`.

    Returns
    -------
    instance : Instance
        As it was read.
    finding : Finding
        What the independent verifier found.

    Raises
    ------
    InvalidRequest
        If a file cannot be read, or the solution names what the instance does not have;
        names the file and the line or JSON path.
    """
    text = _text(solution)
    with _naming(solution):
        said = choices_of(text)
    known = rounding or said.rounding
    wanted = objective or said.objective or Objective.COST
    found = []
    for each in [known] if known else Rounding:
        instance = read(path, rounding=each, objective=wanted, travel=travel)
        with _naming(solution):
            found.append((instance, verify_solution(instance, read_solution(text, instance))))
        if instance.rounding is None or not found[-1][1].violations:
            return found[-1]
    return min(found, key=lambda pair: pair[1].misfit)


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Say in which file something is wrong."""
    try:
        yield
    except InvalidRequest as error:
        raise InvalidRequest(f"{path}: {error.message}", field=error.field) from None


def _text(path: Path) -> str:
    """Read UTF-8, else Latin-1, which older benchmarks have in their comments."""
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InvalidRequest(f"{path}: larger than {MAX_BYTES} bytes", field="file")
        content = path.read_bytes()
    except OSError as error:
        reason = error.strerror or "cannot be read"
        raise InvalidRequest(f"{path}: {reason}", field="file") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")
