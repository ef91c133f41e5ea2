"""Connection to the server, its scripts, and whether it keeps what it is given."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import redis
from redis.backoff import NoBackoff
from redis.exceptions import ResponseError
from redis.retry import Retry

from collection.availability import UNAVAILABLE, available
from collection.errors import StoreUnavailable

if TYPE_CHECKING:
    from redis.commands.core import Script

CONNECT_TIMEOUT = 1.0
"""Seconds until an absent server is given up."""
ANSWER_TIMEOUT = 5.0
"""Seconds until a silent server is given up."""
MAX_CONNECTIONS = 64


def connect(
    url: str, *, answer_timeout: float = ANSWER_TIMEOUT, decode_responses: bool = True
) -> redis.Redis:
    """Make a client; nothing is sent yet, and a lost connection is made anew when needed.

    Parameters
    ----------
    url : str
        ``redis://``, ``rediss://`` or ``unix://``.
    answer_timeout : float
        Seconds that one answer may take.
    decode_responses : bool
        Whether answers are text, as the stores need them, or bytes.

    Returns
    -------
    redis.Redis
        A client for any number of threads.

    Raises
    ------
    StoreUnavailable
        If `url` is not such an address.
    """
    try:
        pool = redis.BlockingConnectionPool.from_url(
            url,
            decode_responses=decode_responses,
            max_connections=MAX_CONNECTIONS,
            timeout=answer_timeout,
            socket_timeout=answer_timeout,
            socket_connect_timeout=CONNECT_TIMEOUT,
            # A command whose answer was lost may have been carried out: only a caller knows
            # whether it may be sent again.
            retry=Retry(NoBackoff(), 0),
        )
    except ValueError as error:
        msg = f"COLLECTION_REDIS_URL must be redis://, rediss:// or unix://: {error}"
        raise StoreUnavailable(msg, field="redis_url") from error
    return redis.Redis.from_pool(pool)


def script(client: redis.Redis, name: str) -> Script:
    """Prepare a script of the package; it is sent to the server on its first use.

    Parameters
    ----------
    client : redis.Redis
        Where it runs.
    name : str
        Name of a file in ``lua/`` without its ending.

    Returns
    -------
    Script
        To be called with ``keys`` and ``args``.
    """
    folder = resources.files("collection.store") / "lua"
    texts = [(folder / f"{part}.lua").read_text("utf-8") for part in ("common", name)]
    return client.register_script("\n".join(texts))


@available()
def ping(client: redis.Redis) -> None:
    """Make sure that the server answers.

    Parameters
    ----------
    client : redis.Redis
        The server to ask.

    Raises
    ------
    StoreUnavailable
        If it does not.
    """
    client.ping()


@available()
def durability(client: redis.Redis) -> list[str]:
    """Check that an answered write is on disk.

    Parameters
    ----------
    client : redis.Redis
        The server to look at.

    Returns
    -------
    list of str
        What is wrong and how to mend it, one sentence each; empty where all is well.

    Raises
    ------
    StoreUnavailable
        If the server does not answer.
    """
    wanted = {"appendonly": "yes", "appendfsync": "always", "maxmemory-policy": "noeviction"}
    harm = {
        "appendonly": "a restart loses requests",
        "appendfsync": "a crash loses the latest requests",
        "maxmemory-policy": "a full memory loses requests",
    }
    try:
        found = client.config_get(*wanted)
    except UNAVAILABLE:
        raise
    except ResponseError as error:
        settings = ", ".join(f"{name} {value}" for name, value in wanted.items())
        return [f"the server does not show its settings ({error}): make sure of {settings}"]
    return [
        f"{name} is {found[name]!r} and {harm[name]}: set it to {value!r}"
        for name, value in wanted.items()
        if found.get(name, value) != value
    ]
