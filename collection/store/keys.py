"""Every key of the store, in one table.

``{t}`` is the id of a territory in literal braces: the hash tag of Redis Cluster. All keys of
a territory live on one node, so a request moves from one date to another in one script.

======================================  ======  ==================================  ========
key                                     type    content                             lifetime
======================================  ======  ==================================  ========
collection:schema                       string  schema version                      for ever
collection:schema:lock                  string  token of the process that migrates  60 s
collection:{t}:request:<request id>     hash    body (JSON) and what changes in it: for ever
                                                day, slot_id, state, reason, version;
                                                label, seen, left, scanned, for
                                                and received of a device
collection:{t}:label:<label>            hash    request_id and device, or drop_off  for ever
                                                and number, that bear it
collection:{t}:dropoff:<drop-off id>    hash    body (JSON); label, seen, scanned   for ever
                                                and pickup of a device
collection:{t}:site:<site id>           hash    drop-off id -> devices|expiry       for ever
collection:{t}:site:<site id>:gathering string  token of the process that gathers   its lease
collection:{t}:<date>:requests          set     ids of the day's requests           for ever
collection:{t}:<date>:closed            string  instant of the cut-off              for ever
collection:{t}:<date>:events            stream  one event (JSON) per entry          for ever
collection:{t}:<date>:dedupe            hash    dedupe key -> id of its event       for ever
collection:{t}:<date>:plans             hash    version -> plan (JSON)              for ever
collection:{t}:<date>:fingerprint       string  fingerprint of the newest plan      for ever
collection:{t}:<date>:published         string  id of the published plan            for ever
collection:{t}:<date>:tentative         hash    version, improved, routes (JSON)     for ever
collection:{t}:<date>:night             string  token of the planning process       its lease
collection:{t}:<date>:told              hash    what a customer was told of the     for ever
                                                day: '<request id> <topic>' -> text
collection:{t}:outbox                   stream  event, its id and day, request      until notices
                                                after it (JSON): what is to be told are made
collection:{t}:outbox:deliveries        hash    delivery id -> delivery (JSON)      until it is over
collection:{t}:outbox:attempts          hash    delivery id -> times it was tried   until it is over
collection:{t}:outbox:errors            hash    delivery id -> why it failed last   until it is over
collection:{t}:outbox:due:<channel>     zset    delivery ids by the millisecond     until it is over
                                                of their next attempt
collection:{t}:outbox:dead              hash    id -> dead letter (JSON)            until replayed
collection:{t}:outbox:journal           stream  how each delivery ended, no texts   the last 10,000
collection:{t}:outbox:counts            hash    '<channel> <outcome>' -> how many   for ever
collection:{t}:etas                     hash    date -> how far predictions lay     for ever,
                                                from what happened (JSON)           60 days
collection:idempotency:<sha256 of key>  hash    fingerprint, then the answer        20 s, then
                                                                                    24 h
collection:rate/...                     string  calls of a public client in a       its window
                                                window, written by package limits
rq:...                                  -       the queue, written by package rq    a day to a
                                                                                    week
======================================  ======  ==================================  ========
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from collection.errors import NotFound
from collection.model import territory_of

if TYPE_CHECKING:
    from datetime import date

PREFIX = "collection"
SCHEMA = f"{PREFIX}:schema"
SCHEMA_LOCK = f"{SCHEMA}:lock"

_TERRITORY = re.compile(r"[a-z0-9-]+", re.ASCII)


def _root(territory: str) -> str:
    # A brace or an empty name would move the key to another node of a cluster.
    if not _TERRITORY.fullmatch(territory):
        raise NotFound(f"there is no territory {territory!r}", field="territory")
    return f"{PREFIX}:{{{territory}}}"


def request_key(request_id: str) -> str:
    """Key of a request.

    Parameters
    ----------
    request_id : str
        ``<territory>.<token>``.

    Returns
    -------
    str
        The key of its hash.

    Raises
    ------
    NotFound
        If the id names no territory.
    """
    return f"{_root(territory_of(request_id))}:request:{request_id}"


def label_key(territory: str, label: str) -> str:
    """Key of a label.

    Parameters
    ----------
    territory : str
        Id of the territory.
    label : str
        Ten characters.

    Returns
    -------
    str
        The key of its hash.
    """
    return f"{_root(territory)}:label:{label}"


def drop_off_key(drop_off_id: str) -> str:
    """Key of a drop-off.

    Parameters
    ----------
    drop_off_id : str
        ``<territory>.drop-<code>``.

    Returns
    -------
    str
        The key of its hash.
    """
    return f"{_root(territory_of(drop_off_id))}:dropoff:{drop_off_id}"


def site_key(territory: str, site_id: str) -> str:
    """Key of what a site holds.

    Parameters
    ----------
    territory : str
        Id of the territory.
    site_id : str
        Which site.

    Returns
    -------
    str
        The key of its hash.
    """
    return f"{_root(territory)}:site:{site_id}"


def gathering_key(territory: str, site_id: str) -> str:
    """Key of the lock of booking vans to a site.

    Parameters
    ----------
    territory : str
        Id of the territory.
    site_id : str
        Which site.

    Returns
    -------
    str
        The key of its string.
    """
    return f"{site_key(territory, site_id)}:gathering"


def eta_key(territory: str) -> str:
    """Key of what a territory's days have shown of its predictions.

    Parameters
    ----------
    territory : str
        Id of the territory.

    Returns
    -------
    str
        The key of its hash.
    """
    return f"{_root(territory)}:etas"


def request_pattern() -> str:
    """Pattern of the keys of all requests, for migrations.

    Returns
    -------
    str
        A glob pattern for SCAN.
    """
    return f"{PREFIX}:{{*}}:request:*"


def idempotency_key(key: str) -> str:
    """Key of an Idempotency-Key.

    Parameters
    ----------
    key : str
        Caller and Idempotency-Key, of any length.

    Returns
    -------
    str
        The key of its hash.
    """
    return f"{PREFIX}:idempotency:{hashlib.sha256(key.encode()).hexdigest()}"


@dataclass(frozen=True, slots=True)
class DayKeys:
    """Keys of a territory's day, as the table of this module lists them.

    Parameters
    ----------
    territory : str
        Id of the territory.
    day : date
        Local date.
    """

    territory: str
    day: date

    def _key(self, name: str) -> str:
        return f"{_root(self.territory)}:{self.day.isoformat()}:{name}"

    @property
    def requests(self) -> str:
        """Set of request ids."""
        return self._key("requests")

    @property
    def closed(self) -> str:
        """Instant of the cut-off; absent while the day is open."""
        return self._key("closed")

    @property
    def events(self) -> str:
        """Stream of events."""
        return self._key("events")

    @property
    def dedupe(self) -> str:
        """Hash of the events that are stored once only."""
        return self._key("dedupe")

    @property
    def plans(self) -> str:
        """Hash of plans by version."""
        return self._key("plans")

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the newest plan."""
        return self._key("fingerprint")

    @property
    def published(self) -> str:
        """Id of the published plan."""
        return self._key("published")

    @property
    def tentative(self) -> str:
        """Tentative plan, and the count of the day's changes."""
        return self._key("tentative")

    @property
    def night(self) -> str:
        """Lock of the planning."""
        return self._key("night")

    @property
    def told(self) -> str:
        """What customers were told of the day."""
        return self._key("told")


@dataclass(frozen=True, slots=True)
class OutboxKeys:
    """Keys of a territory's outbox, as the table of this module lists them.

    Parameters
    ----------
    territory : str
        Id of the territory.
    """

    territory: str

    def _key(self, *names: str) -> str:
        return ":".join((_root(self.territory), "outbox", *names))

    @property
    def entries(self) -> str:
        """Stream of what is to be told."""
        return self._key()

    @property
    def deliveries(self) -> str:
        """Hash of deliveries that are not over."""
        return self._key("deliveries")

    @property
    def attempts(self) -> str:
        """Hash of how often each was tried."""
        return self._key("attempts")

    @property
    def errors(self) -> str:
        """Hash of why each failed last."""
        return self._key("errors")

    def due(self, channel: str) -> str:
        """Deliveries of a channel, by when they are to be tried.

        Parameters
        ----------
        channel : str
            Which channel.

        Returns
        -------
        str
            The key of its sorted set.
        """
        return self._key("due", channel)

    @property
    def dead(self) -> str:
        """Hash of dead letters."""
        return self._key("dead")

    @property
    def journal(self) -> str:
        """Stream of how deliveries ended."""
        return self._key("journal")

    @property
    def counts(self) -> str:
        """Hash of how many ended how."""
        return self._key("counts")
