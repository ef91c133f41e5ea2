"""The pages: server-rendered HTML for customers, dispatchers and drivers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from collection.api.assets import STATIC
from collection.api.web import customer, dispatch, driver, hub, map_pages, proposals
from collection.api.web.render import error_page

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.responses import Response


def install(app: FastAPI) -> None:
    """Add the pages to an app that has its JSON routers and error handlers.

    Parameters
    ----------
    app : FastAPI
        The app.
    """
    app.state.streets = map_pages.Streets()
    for router in (
        customer.router,
        driver.router,
        dispatch.public,
        dispatch.router,
        hub.router,
        proposals.router,
        map_pages.router,
    ):
        app.include_router(router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")

    for_machines = app.exception_handlers[HTTPException]

    async def answer(request: Request, error: Exception) -> Response:
        # Only a browser that goes to a page asks for HTML first.
        wants_page = request.headers.get("accept", "").startswith("text/html")
        if wants_page and isinstance(error, HTTPException):
            return error_page(request, error.status_code)
        found: Response = await for_machines(request, error)  # type: ignore[misc]
        return found

    app.add_exception_handler(HTTPException, answer)
