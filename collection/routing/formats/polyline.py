"""Lines as strings, in Google's polyline encoding, which VROOM's clients decode."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_FIVE_DECIMALS = 100_000


def encode(line: Sequence[tuple[float, float]]) -> str:
    """Encode a line.

    Parameters
    ----------
    line : Sequence of (float, float)
        Longitudes and latitudes.

    Returns
    -------
    str
        Differences between latitudes and longitudes times 100,000, in groups of five bits.
    """
    before = (0, 0)
    text: list[str] = []
    for lon, lat in line:
        here = (round(lat * _FIVE_DECIMALS), round(lon * _FIVE_DECIMALS))
        if here == before and text:
            continue
        for value, last in zip(here, before, strict=True):
            text.append(_number(value - last))
        before = here
    return "".join(text)


def _number(value: int) -> str:
    # The sign goes to the lowest bit, so that small negative numbers stay short.
    rest = ~(value << 1) if value < 0 else value << 1
    groups = ""
    while rest >= 0x20:
        groups += chr((rest & 0x1F | 0x20) + 63)
        rest >>= 5
    return groups + chr(rest + 63)
