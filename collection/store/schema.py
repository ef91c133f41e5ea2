"""Version of what the store holds, and the way from an older one.

A migration is a function of the client. It must be able to start again where it was killed:
the version is counted up after it, not with it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from collection.availability import available
from collection.errors import StoreUnavailable
from collection.store.keys import SCHEMA, SCHEMA_LOCK
from collection.store.lock import hold

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import redis

    Migration: TypeAlias = Callable[[redis.Redis], None]

MIGRATIONS: Sequence[Migration] = ()
"""The first leads from version 1 to version 2, and so on."""


@available()
def migrate(client: redis.Redis, *, migrations: Sequence[Migration] = MIGRATIONS) -> int:
    """Bring the store to this program's schema version; an empty store starts with it.

    Parameters
    ----------
    client : redis.Redis
        The store.
    migrations : Sequence of callables
        One for each step between two versions.

    Returns
    -------
    int
        The version, 1 more than there are migrations.

    Raises
    ------
    StoreUnavailable
        If the server does not answer, or holds a version that this program does not know.
    Conflict
        If another process migrates at this moment.
    """
    newest = len(migrations) + 1
    if client.set(SCHEMA, newest, nx=True):
        return newest
    version = _version(client, newest)
    if version < newest:
        with hold(client, SCHEMA_LOCK, lease=60.0, what="the migration of the store"):
            # Another process may have migrated before this one got the lock.
            for step in range(_version(client, newest), newest):
                migrations[step - 1](client)
                client.set(SCHEMA, step + 1)
    return newest


def _version(client: redis.Redis, newest: int) -> int:
    text = str(client.get(SCHEMA))
    if not text.isdecimal() or int(text) < 1:
        raise StoreUnavailable(
            f"the store's schema version {text!r} is unknown: is {SCHEMA} another program's key?"
        )
    if int(text) > newest:
        raise StoreUnavailable(
            f"the store has schema version {text} and this program knows {newest}: "
            "start a newer release"
        )
    return int(text)
