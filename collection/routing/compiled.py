"""How the planner's kernels are compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    _Kernel = TypeVar("_Kernel", bound=Callable[..., object])


def kernel(function: _Kernel) -> _Kernel:
    """Compile a function that allocates nothing.

    Parameters
    ----------
    function : callable
        Takes numbers, arrays, and named tuples of arrays.

    Returns
    -------
    callable
        Compiled on its first call and cached on disk; releases the interpreter. Arrays are
        only borrowed: counting references to them makes a search about five times slower.
    """
    # The stub of `njit` does not know `_nrt`.
    compiled: _Kernel = njit(cache=True, nogil=True, _nrt=False)(function)  # type: ignore[call-overload]
    return compiled


def inlined(function: _Kernel) -> _Kernel:
    """Compile a function into each of its callers.

    Parameters
    ----------
    function : callable
        As for `kernel`, and called from few places.

    Returns
    -------
    callable
        Compiled.
    """
    compile_ = njit(cache=True, nogil=True, _nrt=False, inline="always")  # type: ignore[call-overload]
    compiled: _Kernel = compile_(function)
    return compiled
