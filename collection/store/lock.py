"""A lock with a lease: renewed while held, free again when its holder dies."""

from __future__ import annotations

import secrets
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from collection.availability import available
from collection.errors import Conflict, StoreUnavailable
from collection.store.client import script

if TYPE_CHECKING:
    from collections.abc import Iterator

    import redis


@contextmanager
def hold(client: redis.Redis, key: str, *, lease: float, what: str) -> Iterator[None]:
    """Hold a lock inside the block.

    Parameters
    ----------
    client : redis.Redis
        Where the lock is.
    key : str
        Its key.
    lease : float
        Seconds after which the lock of a dead holder is free; it is renewed three times in
        each.
    what : str
        What is locked, for the messages.

    Yields
    ------
    None
        The block.

    Raises
    ------
    Conflict
        On entry, if somebody else holds it; on leaving, if it was lost in between.
    StoreUnavailable
        If the server does not answer.
    """
    token = secrets.token_hex(16)
    milliseconds = max(1, round(lease * 1_000))
    renew, unlock = script(client, "renew"), script(client, "unlock")
    with available():
        if not client.set(key, token, nx=True, px=milliseconds):
            raise Conflict(f"{what} is locked by another process")
    left = threading.Event()

    def keep() -> None:
        renewed = time.monotonic()
        held = True
        while held and not left.wait(lease / 3):
            try:
                with available():
                    held = bool(renew([key], [token, milliseconds]))
                renewed = time.monotonic()
            except StoreUnavailable:
                # It may be back before the lease ends; nobody can take the lock till then.
                held = time.monotonic() - renewed < lease

    def leave() -> bool:
        left.set()
        keeper.join()
        with available():
            return bool(unlock([key], [token]))

    keeper = threading.Thread(target=keep, name=f"lock {key}", daemon=True)
    keeper.start()
    try:
        yield
    except BaseException:
        # The block's own error matters more; without the server the lease frees the lock.
        with suppress(StoreUnavailable):
            leave()
        raise
    if not leave():
        raise Conflict(f"the lock of {what} was lost while it was held: start again")
