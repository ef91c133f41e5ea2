"""Labels as they are printed: QR codes on a sheet of A4, as one SVG."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno

from collection.scheduling.labels import written

if TYPE_CHECKING:
    from collections.abc import Sequence

COLUMNS, ROWS = 3, 8
PER_SHEET = COLUMNS * ROWS
"""Labels of a sheet: 70 by 37 mm each, as sheets of adhesive labels have them."""

_WIDTH, _HEIGHT = 70.0, 37.125
_SIDE = 26.0
_MARGIN = 5.0


def label_sheet(labels: Sequence[str]) -> str:
    """Draw labels.

    Parameters
    ----------
    labels : Sequence of str
        At most `PER_SHEET`.

    Returns
    -------
    str
        An SVG of 210 by 297 mm.
    """
    parts = "".join(_label(label, place) for place, label in enumerate(labels[:PER_SHEET]))
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" width="210mm" height="297mm" '
        f'viewBox="0 0 210 297"><rect width="210" height="297" fill="#fff"/>{parts}</svg>'
    )


def _label(label: str, place: int) -> str:
    left = place % COLUMNS * _WIDTH + _MARGIN
    top = place // COLUMNS * _HEIGHT + (_HEIGHT - _SIDE) / 2
    rows = [list(row) for row in segno.make(label, error="m", micro=False).matrix]
    scale = _SIDE / len(rows)
    path = "".join(
        f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark
    )
    first, second = written(label).split("-")
    words = left + _SIDE + 3
    style = 'font-family="monospace" font-weight="bold" font-size="6"'
    return (
        f'<g><path transform="translate({left} {top:.3f}) scale({scale:.5f})" d="{path}"/>'
        f'<text x="{words}" y="{top + 11:.3f}" {style}>{first}</text>'
        f'<text x="{words}" y="{top + 19:.3f}" {style}>{second}</text></g>'
    )
