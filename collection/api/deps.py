"""Dependencies of the endpoints: the services, the caller, and what they may touch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from fastapi import Depends, Path, Request
from fastapi.security import APIKeyCookie, APIKeyQuery, HTTPBearer

from collection.api.callers import STAFF, Caller, Role, allow, identify, unauthorized
from collection.api.limiter import RateLimiter, client_address
from collection.api.links import LinkError, LinkSigner
from collection.api.security import SESSION_COOKIE
from collection.model import van_day
from collection.services import Services

if TYPE_CHECKING:
    from collections.abc import Callable


def _services(request: Request) -> Services:
    services: Services = request.app.state.services
    return services


def _signer(request: Request) -> LinkSigner:
    signer: LinkSigner = request.app.state.signer
    return signer


def _limiter(request: Request) -> RateLimiter:
    limiter: RateLimiter = request.app.state.limiter
    return limiter


def _booking_key(request: Request) -> str | None:
    key: str | None = getattr(request.state, "idempotency", None)
    return key


BookingKey = Annotated[str | None, Depends(_booking_key)]
ServicesDep = Annotated[Services, Depends(_services)]
SignerDep = Annotated[LinkSigner, Depends(_signer)]
LimiterDep = Annotated[RateLimiter, Depends(_limiter)]


_bearer = HTTPBearer(
    auto_error=False,
    scheme_name="Bearer",
    description="A marketplace's API key, or the token of a driver's or customer's link.",
)
_link = APIKeyQuery(
    name="token",
    auto_error=False,
    scheme_name="Link",
    description="The token of a driver's or customer's link; with GET only.",
)
_session = APIKeyCookie(
    name=SESSION_COOKIE,
    auto_error=False,
    scheme_name="Session",
    description="A dispatcher's session, from POST /v1/session.",
)


async def optional_caller(
    request: Request, services: ServicesDep, signer: SignerDep
) -> Caller | None:
    """Who calls, where anybody may.

    Parameters
    ----------
    request : Request
        The request.
    services : Services
        With keys and dispatchers.
    signer : LinkSigner
        Reads links and sessions.

    Returns
    -------
    Caller or None
        None where no credentials came.
    """
    return identify(request, services.settings, signer)


OptionalCallerDep = Annotated[Caller | None, Depends(optional_caller)]


async def any_caller(
    caller: OptionalCallerDep,
    _bearer: Annotated[object, Depends(_bearer)],
    _link: Annotated[object, Depends(_link)],
    _session: Annotated[object, Depends(_session)],
) -> Caller:
    """Who calls, where a role is needed.

    Parameters
    ----------
    caller : Caller or None
        Who it is.

    Returns
    -------
    Caller
        With some role.

    Raises
    ------
    ProblemError
        401 if no credentials came.
    """
    if caller is None:
        raise unauthorized("missing-credentials", "log in, or send an API key or a link's token")
    return caller


CallerDep = Annotated[Caller, Depends(any_caller)]


def require(*roles: Role) -> Callable[..., object]:
    """Build a dependency that lets some roles through.

    Parameters
    ----------
    *roles : Role
        Who may.

    Returns
    -------
    callable
        Gives the `Caller`.
    """

    async def dependency(caller: CallerDep) -> Caller:
        return allow(caller, *roles)

    return dependency


async def may_touch_request(
    request_id: Annotated[str, Path(max_length=100)], caller: CallerDep
) -> str:
    """Let staff and the request's own customer through.

    Parameters
    ----------
    request_id : str
        From the path.
    caller : Caller
        Who asks.

    Returns
    -------
    str
        The id.
    """
    allow(caller, Role.MARKETPLACE, Role.DISPATCHER, Role.CUSTOMER, subject=request_id)
    return request_id


async def may_touch_route(route_id: Annotated[str, Path(max_length=150)], caller: CallerDep) -> str:
    """Let dispatchers and the route's own driver through.

    A van's link of one version of a day's plan opens its routes of all versions: the phone has
    the link that it got in the morning.

    Parameters
    ----------
    route_id : str
        From the path.
    caller : Caller
        Who asks.

    Returns
    -------
    str
        The id.
    """
    own = caller.role is Role.DRIVER and van_day(caller.subject) == van_day(route_id)
    subject = caller.subject if own else route_id
    allow(caller, Role.DISPATCHER, Role.DRIVER, subject=subject)
    return route_id


OwnRequest = Annotated[str, Depends(may_touch_request)]
OwnRoute = Annotated[str, Depends(may_touch_route)]


async def optional_dispatcher(caller: OptionalCallerDep) -> str | None:
    """Name of the dispatcher who is logged in.

    Parameters
    ----------
    caller : Caller or None
        Who calls.

    Returns
    -------
    str or None
        None for everybody else.
    """
    return caller.subject if caller is not None and caller.role is Role.DISPATCHER else None


async def current_dispatcher(caller: CallerDep) -> str:
    """Name of the dispatcher who is logged in.

    Parameters
    ----------
    caller : Caller
        Who calls.

    Returns
    -------
    str
        The name.

    Raises
    ------
    ProblemError
        401 without credentials, 403 with those of another role.
    """
    return allow(caller, Role.DISPATCHER).subject


def route_of_token(token: str, signer: SignerDep) -> str:
    """Route that the token in the path opens.

    Parameters
    ----------
    token : str
        From the path.
    signer : LinkSigner
        Reads it.

    Returns
    -------
    str
        Id of the route.

    Raises
    ------
    ProblemError
        401 if it is forged or has expired.
    """
    return _opened(signer.route_of, token)


def request_of_token(token: str, signer: SignerDep) -> str:
    """Pickup request that the token in the path opens.

    Parameters
    ----------
    token : str
        From the path.
    signer : LinkSigner
        Reads it.

    Returns
    -------
    str
        Id of the request.

    Raises
    ------
    ProblemError
        401 if it is forged or has expired.
    """
    return _opened(signer.request_of, token)


def _opened(read: Callable[[str], str], token: str) -> str:
    try:
        return read(token)
    except LinkError as error:
        kind = "expired-link" if error.expired else "invalid-credentials"
        raise unauthorized(kind, str(error)) from None


def _counted(what: Literal["public", "places"]) -> Callable[..., None]:
    def dependency(
        request: Request, caller: OptionalCallerDep, services: ServicesDep, limiter: LimiterDep
    ) -> None:
        if caller is None or caller.role not in STAFF:
            client = client_address(request, trust_proxy=services.settings.trust_proxy)
            limiter.hit(getattr(limiter, what), what, client)

    return dependency


limit_public = _counted("public")
"""Count callers without a role by their address."""

limit_places = _counted("places")
"""Count those of them who keep places that others then lack."""
