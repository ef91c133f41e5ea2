"""Who calls: a marketplace, a dispatcher, or the holder of a link."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from collection.api.links import LinkError
from collection.api.problems import ProblemError
from collection.api.security import SESSION_COOKIE, find_api_key, read_session

if TYPE_CHECKING:
    from starlette.requests import HTTPConnection

    from collection.api.links import LinkSigner
    from collection.settings import Settings

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class Role(StrEnum):
    """Who may call."""

    MARKETPLACE = "marketplace"
    DISPATCHER = "dispatcher"
    DRIVER = "driver"
    CUSTOMER = "customer"


STAFF = frozenset({Role.MARKETPLACE, Role.DISPATCHER})


@dataclass(frozen=True, slots=True)
class Caller:
    """Somebody whose credentials were found good.

    Parameters
    ----------
    role : Role
        What they are.
    subject : str
        Name of the marketplace or dispatcher; id of the route or request of a link.
    """

    role: Role
    subject: str


def identify(connection: HTTPConnection, settings: Settings, signer: LinkSigner) -> Caller | None:
    """Find out who calls, without asking the store.

    Parameters
    ----------
    connection : HTTPConnection
        The request.
    settings : Settings
        With API keys and dispatchers.
    signer : LinkSigner
        Reads links and sessions.

    Returns
    -------
    Caller or None
        None where no credentials came.

    Raises
    ------
    ProblemError
        401 if credentials came and are wrong; 403 if another site sent the session cookie.
    """
    scheme, _, presented = connection.headers.get("authorization", "").partition(" ")
    if scheme:
        if scheme.lower() != "bearer":
            raise unauthorized("invalid-credentials", "send Authorization: Bearer <key or token>")
        return _of_bearer(presented.strip(), settings, signer)
    safe = connection.scope.get("method") in _SAFE_METHODS
    token = connection.query_params.get("token")
    if token is not None and safe:
        return _of_link(token, signer)
    cookie = connection.cookies.get(SESSION_COOKIE)
    if cookie is None:
        return None
    try:
        name = read_session(signer, settings.dispatchers, cookie)
    except LinkError:
        # The cookie of yesterday must not keep anybody from the public endpoints.
        return None
    if not safe:
        require_same_site(connection, signer.base_url)
    return Caller(Role.DISPATCHER, name)


def _of_bearer(presented: str, settings: Settings, signer: LinkSigner) -> Caller:
    keys = {name: key.get_secret_value() for name, key in settings.api_keys.items()}
    owner = find_api_key(keys, presented)
    if owner is not None:
        return Caller(Role.MARKETPLACE, owner)
    return _of_link(presented, signer)


def _of_link(token: str, signer: LinkSigner) -> Caller:
    expired = False
    for role, read in ((Role.DRIVER, signer.route_of), (Role.CUSTOMER, signer.request_of)):
        try:
            return Caller(role, read(token))
        except LinkError as error:
            expired = expired or error.expired
    if expired:
        raise unauthorized("expired-link", "the link has expired; ask for a new one")
    raise unauthorized("invalid-credentials", "the key is unknown, or the link forged or cut off")


def unauthorized(kind: str, detail: str) -> ProblemError:
    """Build the error of missing or wrong credentials.

    Parameters
    ----------
    kind : str
        Last part of the problem's type.
    detail : str
        What to do.

    Returns
    -------
    ProblemError
        401 with WWW-Authenticate.
    """
    return ProblemError(401, kind, detail, {"WWW-Authenticate": "Bearer"})


def require_same_site(connection: HTTPConnection, base_url: str) -> None:
    """Refuse what another site's page sends with a cookie of ours.

    Parameters
    ----------
    connection : HTTPConnection
        The request.
    base_url : str
        Address under which people reach the API.

    Raises
    ------
    ProblemError
        403 if the browser says that another site asked. Other programs than browsers say
        nothing and carry no cookies that they were not given.
    """
    site = connection.headers.get("sec-fetch-site", "same-origin")
    origin = connection.headers.get("origin")
    hosts = {connection.headers.get("host", ""), urlsplit(base_url).netloc} - {""}
    if site not in {"same-origin", "none"} or (origin and _host(origin) not in hosts):
        raise ProblemError(403, "cross-site", "another site may not act in this session")


def _host(origin: str) -> str:
    try:
        return urlsplit(origin).netloc
    except ValueError:  # no browser sends such an origin
        return ""


def allow(caller: Caller, *roles: Role, subject: str | None = None) -> Caller:
    """Let some roles through; a link only to what it was signed for.

    Parameters
    ----------
    caller : Caller
        Who it is.
    *roles : Role
        Who may.
    subject : str, optional
        Id of the route or request that is asked for.

    Returns
    -------
    Caller
        The same.

    Raises
    ------
    ProblemError
        403 otherwise.
    """
    if caller.role not in roles:
        raise ProblemError(403, "wrong-role", f"a {caller.role} may not do this")
    if caller.role not in STAFF and caller.subject != subject:
        raise ProblemError(403, "other-link", "this link opens something else")
    return caller
