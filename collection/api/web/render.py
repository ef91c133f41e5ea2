"""Turns templates into answers, and errors into pages that people can read."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.routing import APIRoute
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.exceptions import HTTPException

from collection.api.assets import CDN_HOST, map_assets
from collection.api.problems import ProblemError
from collection.api.web.texts import LANGUAGE_COOKIE, Texts, choose_language, texts_of
from collection.errors import CollectionError, NotFound, RoutingUnavailable, StoreUnavailable
from collection.languages import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from fastapi import Request, Response

PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'self'"
)
_YEAR = 365 * 86_400
_env = Environment(
    loader=PackageLoader("collection.api", "pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


def page(
    request: Request,
    template: str,
    *,
    status: int = 200,
    language: str | None = None,
    **context: Any,
) -> HTMLResponse:
    """Answer with a page.

    Parameters
    ----------
    request : Request
        What is answered.
    template : str
        File in ``pages/``.
    status : int
        HTTP status.
    language : str, optional
        Instead of the reader's own.
    **context : Any
        What the template shows.

    Returns
    -------
    HTMLResponse
        Never kept by a cache; its policy lets nothing in from elsewhere.
    """
    t = texts_of(language or choose_language(request))

    def query_with_lang(code: str) -> str:
        return urlencode({**request.query_params, "lang": code})

    body = _env.get_template(template).render(
        t=t,
        language=t.language,
        languages=[(code, texts_of(code).words["language"]) for code in LANGUAGES],
        query_with_lang=query_with_lang,
        **context,
    )
    answer = HTMLResponse(
        body,
        status,
        headers={"Content-Security-Policy": PAGE_CSP, "Cache-Control": "no-store"},
    )
    if request.query_params.get("lang") in LANGUAGES:
        answer.set_cookie(LANGUAGE_COOKIE, t.language, max_age=_YEAR, httponly=True, samesite="lax")
    return answer


def texts(request: Request) -> Texts:
    """Words in the reader's language.

    Parameters
    ----------
    request : Request
        From the reader.

    Returns
    -------
    Texts
        The words.
    """
    return texts_of(choose_language(request))


def map_policy(tile_url: str) -> tuple[str, str]:
    """Nonce of a map's scripts, and the policy that goes with it.

    Parameters
    ----------
    tile_url : str
        Of a tile server whose images may be shown; empty for none.

    Returns
    -------
    tuple of str and str
        The nonce and the header.
    """
    nonce = secrets.token_urlsafe(16)
    foreign = f" {CDN_HOST}" if any(asset.integrity for asset in map_assets().scripts) else ""
    tiles = f" {_tile_origin(tile_url)}" if tile_url else ""
    return nonce, (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'{foreign}; "
        f"style-src 'self' 'unsafe-inline'{foreign}; img-src 'self' data:{foreign}{tiles}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'self'"
    )


def _tile_origin(tile_url: str) -> str:
    # {s} stands for one of a server's names, which a policy writes as *.
    scheme, _, rest = tile_url.partition("://")
    host = rest.partition("/")[0]
    return f"{scheme}://{host.replace('{s}', '*')}" if rest else ""


def error_page(request: Request, status: int, kind: str = "") -> HTMLResponse:
    """Say to a person what went wrong.

    Parameters
    ----------
    request : Request
        What is answered.
    status : int
        HTTP status.
    kind : str
        Table entry in ``texts``: ``not_found``, ``link``, ``away`` or ``other``; by the
        status where empty.

    Returns
    -------
    HTMLResponse
        With a way on.
    """
    kind = kind or {401: "link", 403: "link", 404: "not_found", 503: "away"}.get(status, "other")
    t = texts(request)
    answer = page(
        request,
        "error.html",
        status=status,
        title=t(f"error.{kind}_title"),
        text=t(f"error.{kind}"),
        retry=kind in {"away", "other"},
    )
    if status == 503:
        answer.headers["Retry-After"] = "2"
    return answer


class PageRoute(APIRoute):
    """A route whose errors are pages, not JSON."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap the handler.

        Returns
        -------
        callable
            Answers every foreseen error with a page.
        """
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except ProblemError as error:
                return self.refuse(request, error.status)
            except HTTPException as error:
                return self.refuse(request, error.status_code)
            except (StoreUnavailable, RoutingUnavailable):
                return error_page(request, 503)
            except CollectionError as error:
                return error_page(request, 404 if isinstance(error, NotFound) else 400)

        return answer

    def refuse(self, request: Request, status: int) -> Response:
        """Answer a caller who may not, or asks for what is not there.

        Parameters
        ----------
        request : Request
            What is answered.
        status : int
            HTTP status.

        Returns
        -------
        Response
            A page.
        """
        return error_page(request, status)


class StaffRoute(PageRoute):
    """A page for dispatchers: without a session it leads to the log-in."""

    def refuse(self, request: Request, status: int) -> Response:
        """Answer a caller who may not, or asks for what is not there.

        Parameters
        ----------
        request : Request
            What is answered.
        status : int
            HTTP status.

        Returns
        -------
        Response
            The way to the log-in, or a page.
        """
        if status in {401, 403}:
            return RedirectResponse(f"/login?next={quote(request.url.path)}", 303)
        return error_page(request, status)
