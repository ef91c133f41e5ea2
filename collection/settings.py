"""All settings of the product: one frozen class, read from the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

_PACKAGED_DATA = Path(__file__).parent / "_data"
_CHECKOUT_DATA = Path(__file__).parent.parent / "data"


_URL = r"^(https?://\S+)?$"


def _default_data_dir() -> Path:
    # A checkout keeps data/ beside the package; a wheel carries a copy inside it.
    return _CHECKOUT_DATA if (_CHECKOUT_DATA / "devices.toml").exists() else _PACKAGED_DATA


def _default_state_dir() -> Path:
    # Never inside site-packages: a wheel may be installed where nobody can write.
    if (_CHECKOUT_DATA / "devices.toml").exists():
        return _CHECKOUT_DATA
    return Path.home() / ".local" / "share" / "collection"


class Settings(BaseSettings):
    """Settings, each ``COLLECTION_<NAME>`` in the environment.

    Parameters
    ----------
    **values : Any
        Overrides, for tests and the composition root.
    """

    model_config = SettingsConfigDict(env_prefix="COLLECTION_", extra="forbid", frozen=True)

    data_dir: Path = _default_data_dir()
    """Countries, devices and territories."""
    network_dir: Path = _default_state_dir() / "networks"
    """Built street networks and address indexes."""
    run_dir: Path = _default_state_dir() / "run"
    """The embedded server's files and the generated secrets."""

    redis_url: str = ""
    """A Redis server of your own (``redis://``, ``rediss://`` or ``unix://``); it must run
    with ``appendonly yes`` and ``appendfsync always``. Empty: the embedded one."""

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65_535)
    base_url: str = Field("", pattern=r"^(https?://[^/\s]+)?$")
    """Address under which people reach the API; empty: ``http://<host>:<port>``."""

    secret_key: SecretStr = SecretStr("")
    """Signs links and sessions; empty: generated once and kept in `run_dir`."""
    api_keys: dict[str, SecretStr] = {}
    """Marketplace name to API key."""
    dispatchers: dict[str, Annotated[str, Field(pattern=r"^\$argon2")]] = {}
    """Dispatcher name to argon2 hash, as ``collection password`` prints it."""
    secure_cookies: bool = False
    """Whether the session cookie is sent over HTTPS only; switch on behind TLS."""
    place_rate_limit: str = "30/10 minutes"
    """Limit per client address on holding slots and announcing drop-offs without a role: each
    keeps a place that others then lack."""
    public_rate_limit: str = "120/minute"
    """Limit per client address on the endpoints without a role."""
    trust_proxy: bool = False
    """Whether X-Forwarded-For names the client (only behind your own proxy)."""

    smtp_url: SecretStr = SecretStr("")
    """Mail server: ``smtp+starttls://user:password@host:587``, ``smtps://`` or ``smtp://``
    (in the clear). Empty: mails go into the folder ``mails`` of `run_dir`."""
    mail_from: str = "Collection <collection@localhost>"
    """Who sends the mails."""
    dispatcher_email: str = ""
    """Who is told by mail of promises that no van keeps; empty: nobody."""
    sms_url: str = Field("", pattern=_URL)
    """HTTP provider of SMS, as ``docs/messages.md`` describes it; empty: none are sent."""
    sms_token: SecretStr = SecretStr("")
    push_url: str = Field("", pattern=_URL)
    """The same for push messages."""
    push_token: SecretStr = SecretStr("")
    webhook_url: str = Field("", pattern=_URL)
    """Where the marketplace takes events (``docs/webhooks.md``); empty: none are sent."""
    webhook_keys: dict[str, SecretStr] = {}
    """Key id to secret; each of them signs, so that keys can change without a gap."""

    geocoder: Literal["index", "ban", "nominatim"] = "index"
    ban_url: str = "https://api-adresse.data.gouv.fr/search/"
    nominatim_url: str = "https://nominatim.openstreetmap.org/search"
    geocoder_timeout: float = 3.0
    """Seconds for one try."""
    geocoder_retries: int = 2
    """Tries after the first, before the index answers instead."""
    overpass_url: str = "https://overpass-api.de/api"
    user_agent: str = "collection-planner"
    """Who asks public services; some want a name and an address."""

    solve_workers: int = Field(0, ge=0)
    """Threads of one solve; 0: one per core."""
    worker_memory_mb: int = Field(4_096, ge=256)
    """Megabytes that one night may take on top of what its worker has loaded; a night that needs
    more fails and says so. Held on Linux."""
    live_streams: int = Field(1_000, ge=1)
    """Pages that may follow a day or a pickup at a time, in each process."""
    vroom_open: bool = False
    """Whether POST /vroom answers callers without an API key or session; `public_rate_limit`
    holds for them."""
    vroom_seconds: float = Field(30.0, gt=0, le=3_600)
    """Longest solve of POST /vroom, whatever its caller asks for."""
    tile_url: str = ""
    """Raster tiles under the maps, ``{z}/{x}/{y}`` in it; empty: the territory's own streets."""
    log_json: bool = False
    played_clock: Path | None = None
    """File that moves the clock, for the demo only: ``collection demo --play`` plays a day that
    is still to come. Empty: the machine's clock."""
