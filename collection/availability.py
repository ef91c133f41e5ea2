"""Which errors of the redis client mean that the server is away, not that a caller erred."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from redis.exceptions import (
    BusyLoadingError,
    ClusterDownError,
    ConnectionError,  # noqa: A004
    OutOfMemoryError,
    ReadOnlyError,
    ResponseError,
    TimeoutError,  # noqa: A004
    TryAgainError,
)

from collection.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

UNAVAILABLE = (
    BusyLoadingError,
    ClusterDownError,
    ConnectionError,
    OutOfMemoryError,
    ReadOnlyError,
    TimeoutError,
    TryAgainError,
)


@contextmanager
def available() -> Iterator[None]:
    """Turn errors of the connection or of the server's health into `StoreUnavailable`.

    Yields
    ------
    None
        The block, or the decorated function.

    Raises
    ------
    StoreUnavailable
        If the server does not answer or cannot write at present.
    """
    try:
        yield
    except UNAVAILABLE as error:
        raise StoreUnavailable(f"the store does not answer, try again later: {error}") from error
    except ResponseError as error:
        if str(error).startswith(("MISCONF", "NOREPLICAS")):
            raise StoreUnavailable(f"the store cannot write at present: {error}") from error
        raise
