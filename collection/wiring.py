"""Puts the real sides of all ports together, from the settings; only the CLI calls it."""

from __future__ import annotations

import os
import secrets
from threading import Lock
from typing import TYPE_CHECKING, Generic, TypeVar

import structlog
from pydantic import SecretStr

from collection.catalogue import Catalogue, load_catalogue
from collection.demo_clock import DemoClock
from collection.geocode import (
    BanGeocoder,
    IndexGeocoder,
    MergedGeocoder,
    NominatimGeocoder,
)
from collection.routing.matrix import StreetMatrix
from collection.routing.streets import Network, network_folder
from collection.scheduling.booking import BookingDesk
from collection.scheduling.jobs import RqJobs
from collection.scheduling.tentative import TentativeDays
from collection.services import Services, SystemClock
from collection.store import (
    RedisCustody,
    RedisDropOffs,
    RedisEtaStore,
    RedisEventLog,
    RedisIdempotency,
    RedisOutbox,
    RedisPlanStore,
    RedisRequestStore,
    connect,
    durability,
    migrate,
    ping,
)
from collection.street_rules import read_street_rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from collection.model import Territory
    from collection.ports import (
        Clock,
        Geocoder,
        MatrixSource,
    )
    from collection.settings import Settings

_log = structlog.get_logger(__name__)
_Loaded = TypeVar("_Loaded")


class _OncePerTerritory(Generic[_Loaded]):
    """Loads a thing on first use; two threads that ask at once load it once.

    Who asks for another territory does not wait.
    """

    def __init__(self, load: Callable[[Territory], _Loaded]) -> None:
        self._load = load
        self._loaded: dict[str, _Loaded] = {}
        self._locks: dict[str, Lock] = {}
        self._lock = Lock()

    def __call__(self, territory: Territory) -> _Loaded:
        with self._lock:
            own = self._locks.setdefault(territory.id, Lock())
        with own:
            if territory.id not in self._loaded:
                self._loaded[territory.id] = self._load(territory)
            return self._loaded[territory.id]


def build_services(
    settings: Settings,
    redis_url: str,
    *,
    clock: Clock | None = None,
    catalogue: Catalogue | None = None,
) -> Services:
    """Put everything together.

    Parameters
    ----------
    settings : Settings
        As read at start.
    redis_url : str
        A running store.
    clock : Clock, optional
        The machine's own by default.
    catalogue : Catalogue, optional
        What stands in the settings' data folder by default.

    Returns
    -------
    Services
        Ready to use; the store's schema is up to date.

    Raises
    ------
    InvalidRequest
        If ``data/`` holds a mistake.
    StoreUnavailable
        If the store does not answer or holds an unknown schema.
    """
    catalogue = catalogue or load_catalogue(settings.data_dir)
    client = connect(redis_url)
    migrate(client)
    for problem in durability(client):
        _log.warning("store_is_not_durable", problem=problem)
    requests = RedisRequestStore(client)
    clock = clock or _build_clock(settings)
    geocoder = _build_geocoder(settings, catalogue)
    network = _OncePerTerritory(
        lambda territory: Network.load(network_folder(settings.network_dir, territory.network))
    )
    # Read at start, so that a mistake shows before the night.
    rules = {
        territory.id: read_street_rules(settings.data_dir, territory)
        for territory in catalogue.territories.values()
    }
    source: _OncePerTerritory[MatrixSource] = _OncePerTerritory(
        lambda territory: StreetMatrix(
            network(territory),
            traffic=rules[territory.id].traffic,
            zones=rules[territory.id].zones,
            cache=network_folder(settings.network_dir, territory.network),
        )
    )
    queue = connect(redis_url, decode_responses=False)
    days = TentativeDays(devices=catalogue.devices, requests=requests, source=source, clock=clock)
    return Services(
        settings=settings,
        catalogue=catalogue,
        desk=BookingDesk(
            territories=catalogue.territories,
            devices=catalogue.devices,
            requests=requests,
            geocoder=geocoder,
            clock=clock,
            days=days,
        ),
        requests=requests,
        plans=RedisPlanStore(client),
        events=RedisEventLog(client),
        etas=RedisEtaStore(client),
        idempotency=RedisIdempotency(client),
        custody=RedisCustody(client),
        drop_offs=RedisDropOffs(client),
        outbox=RedisOutbox(client),
        jobs=RqJobs(queue),
        geocoder=geocoder,
        clock=clock,
        network=network,
        source=source,
        redis_url=redis_url,
        ping=lambda: ping(client),
        queue=queue,
    )


def with_secret(settings: Settings) -> Settings:
    """Give settings a secret key: their own, or one that is made once and kept.

    Parameters
    ----------
    settings : Settings
        As read.

    Returns
    -------
    Settings
        With ``secret_key`` set.
    """
    if settings.secret_key.get_secret_value():
        return settings
    path = settings.run_dir / "secret_key"
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        # Exclusive: of two processes that start at once, one makes it and both read it.
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            os.write(file, secrets.token_urlsafe(48).encode())
        finally:
            os.close(file)
    except FileExistsError:
        pass
    key = SecretStr(path.read_text(encoding="utf-8").strip())
    return settings.model_copy(update={"secret_key": key})


def _build_clock(settings: Settings) -> Clock:
    return DemoClock(settings.played_clock) if settings.played_clock else SystemClock()


def _build_geocoder(settings: Settings, catalogue: Catalogue) -> Geocoder:
    indexes = []
    for territory in catalogue.territories.values():
        path = network_folder(settings.network_dir, territory.network) / "addresses.sqlite"
        if path.exists():
            indexes.append(IndexGeocoder(path, country=territory.country.code))
        else:
            build = f"collection network build {territory.network}"
            _log.warning("no_address_index", territory=territory.id, build_it_with=build)
    index = MergedGeocoder(indexes)
    if settings.geocoder == "index":
        return index
    online = {"ban": BanGeocoder, "nominatim": NominatimGeocoder}[settings.geocoder]
    return online(
        url=settings.ban_url if settings.geocoder == "ban" else settings.nominatim_url,
        fallback=index,
        timeout=settings.geocoder_timeout,
        retries=settings.geocoder_retries,
        user_agent=settings.user_agent,
    )
