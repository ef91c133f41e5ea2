"""How often one client may knock on the endpoints that have no role."""

from __future__ import annotations

import ipaddress
import math
import time
from typing import TYPE_CHECKING

from limits import RateLimitItem, parse
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from collection.api.problems import ProblemError
from collection.errors import InvalidRequest, StoreUnavailable

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

LOGIN_LIMIT = parse("10/minute")
KEY_PREFIX = "collection:rate"


class RateLimiter:
    """Counts in the store, so that several API processes share one count.

    Parameters
    ----------
    redis_url : str
        Where the store is.
    public : str
        Limit of the public endpoints, like ``120/minute``.
    places : str
        Limit of what keeps a place that others then lack, like ``30/10 minutes``.

    Raises
    ------
    InvalidRequest
        If one of them is no limit.
    """

    def __init__(self, redis_url: str, public: str, places: str) -> None:
        self.public = _limit(public, "public_rate_limit")
        self.places = _limit(places, "place_rate_limit")
        # The library's own spelling of unix sockets.
        url = f"redis+{redis_url}" if redis_url.startswith("unix:") else redis_url
        storage = storage_from_string(
            url,
            wrap_exceptions=True,
            key_prefix=KEY_PREFIX,
            socket_connect_timeout=1.0,
            socket_timeout=5.0,
        )
        self._limiter = SlidingWindowCounterRateLimiter(storage)

    def hit(self, limit: RateLimitItem, what: str, client: str) -> None:
        """Count a call, and refuse it when there were too many.

        Parameters
        ----------
        limit : RateLimitItem
            How many in which time.
        what : str
            Calls that are counted together.
        client : str
            From `client_address`.

        Raises
        ------
        ProblemError
            429 with Retry-After.
        StoreUnavailable
            If the store does not answer: nobody is let through uncounted.
        """
        try:
            if self._limiter.hit(limit, what, client):
                return
            reset = self._limiter.get_window_stats(limit, what, client).reset_time
        except StorageError as error:
            raise StoreUnavailable(f"rate limit: {error.storage_error}") from error
        wait = max(1, math.ceil(reset - time.time()))
        raise ProblemError(
            429,
            "too-many-requests",
            f"more than {limit.amount} calls; try again in {wait} s",
            {"Retry-After": str(wait)},
        )


def _limit(text: str, field: str) -> RateLimitItem:
    try:
        return parse(text)
    except ValueError:
        raise InvalidRequest(
            f"COLLECTION_{field.upper()}: {text!r} is no limit; write it like 120/minute",
            field=field,
        ) from None


def client_address(connection: HTTPConnection, *, trust_proxy: bool) -> str:
    """Name the client for counting.

    Parameters
    ----------
    connection : HTTPConnection
        The request.
    trust_proxy : bool
        Whether X-Forwarded-For was written by a proxy of one's own.

    Returns
    -------
    str
        Its IPv4 address, or the /64 of its IPv6 address, which one household has for itself.
    """
    address = connection.client.host if connection.client else "local"
    forwarded = connection.headers.getlist("x-forwarded-for")
    if trust_proxy and forwarded:
        # What stands before the last entry, of the last line, may have been invented.
        address = _without_port(forwarded[-1].rpartition(",")[2].strip())
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ipaddress.ip_network(f"{address.partition('%')[0]}/64", strict=False))
    return str(parsed)


def _without_port(address: str) -> str:
    if address.startswith("["):
        return address[1:].partition("]")[0]
    # One colon is a port, more are an IPv6 address.
    return address.partition(":")[0] if address.count(":") == 1 else address
