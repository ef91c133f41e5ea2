"""The last few results of something that is dear to work out."""

from __future__ import annotations

from collections import OrderedDict
from threading import RLock
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

_Key = TypeVar("_Key", bound="Hashable")
_Result = TypeVar("_Result")


class Kept(Generic[_Key, _Result]):
    """Keeps what was used last; threads may share one.

    Parameters
    ----------
    most : int
        How many results.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._results: OrderedDict[_Key, _Result] = OrderedDict()
        self._lock = RLock()

    def get(self, key: _Key) -> _Result | None:
        """Look a result up.

        Parameters
        ----------
        key : hashable
            What it was kept by.

        Returns
        -------
        object, optional
            None where it is no longer kept.
        """
        with self._lock:
            if key in self._results:
                self._results.move_to_end(key)
            return self._results.get(key)

    def put(self, key: _Key, result: _Result) -> None:
        """Keep a result, and drop the one that was not used for longest.

        Parameters
        ----------
        key : hashable
            What to keep it by.
        result : object
            Not None.
        """
        with self._lock:
            self._results[key] = result
            self._results.move_to_end(key)
            if len(self._results) > self._most:
                self._results.popitem(last=False)

    def get_or_make(self, key: _Key, make: Callable[[], _Result]) -> _Result:
        """Look a result up, or work it out; others wait meanwhile, so that it is made once.

        Parameters
        ----------
        key : hashable
            What to keep it by.
        make : callable
            Works it out.

        Returns
        -------
        object
            The same for the same key while it is kept.
        """
        with self._lock:
            result = self.get(key)
            if result is None:
                result = make()
                self.put(key, result)
            return result
