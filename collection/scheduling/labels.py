"""Codes on the labels that are stuck on devices: ten characters, the last one a check.

Crockford's alphabet has no letter that looks like a digit, so a code may also be typed. The
check is a Reed-Solomon symbol over GF(32): every single wrong character and every two that
changed places are found.
"""

from __future__ import annotations

import secrets

from collection.errors import InvalidRequest

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 10
"""Characters of a label: 45 bits at random, 5 of check."""

_VALUES = {character: value for value, character in enumerate(ALPHABET)} | {
    # What a person may read or write instead.
    **dict.fromkeys("IL", 1),
    "O": 0,
}
_POLYNOMIAL = 0b100101  # x^5 + x^2 + 1, primitive over GF(2)


def new_label() -> str:
    """Draw a label that nobody can guess.

    Returns
    -------
    str
        Ten characters.
    """
    text = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return text + ALPHABET[_twice(_remainder(text))]


def read_label(text: str, *, field: str = "label") -> str:
    """Read a label as it was scanned or typed.

    Parameters
    ----------
    text : str
        With or without spaces and hyphens, in any case.
    field : str
        What the caller named it by.

    Returns
    -------
    str
        As it was printed, without hyphen.

    Raises
    ------
    InvalidRequest
        If it is no label, or was read wrongly.
    """
    plain = text.upper().replace("-", "").replace(" ", "")
    if len(plain) != LENGTH or not set(plain) <= _VALUES.keys():
        raise InvalidRequest(f"a label has {LENGTH} letters and digits; scan it again", field=field)
    code = "".join(ALPHABET[_VALUES[character]] for character in plain)
    if _remainder(code):
        raise InvalidRequest("the label was read wrongly; scan or type it again", field=field)
    return code


def written(label: str) -> str:
    """Write a label so that people can read it.

    Parameters
    ----------
    label : str
        Ten characters.

    Returns
    -------
    str
        In two halves with a hyphen.
    """
    return f"{label[: LENGTH // 2]}-{label[LENGTH // 2 :]}"


def _remainder(text: str) -> int:
    value = 0
    for character in text:
        value = _twice(value) ^ _VALUES[character]
    return value


def _twice(value: int) -> int:
    value <<= 1
    return value ^ _POLYNOMIAL if value & 0b100000 else value
