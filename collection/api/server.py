"""The web server of the app."""

from __future__ import annotations

from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    import asyncio
    import socket

    from fastapi import FastAPI

    from collection.settings import Settings

GRACE_SECONDS = 5
"""How long answers on their way may take once the server is told to stop."""


class Server(uvicorn.Server):
    """A server that ends event streams when it stops; they would keep it up for ever.

    Parameters
    ----------
    config : uvicorn.Config
        With an app of ``create_app``.
    stopping : asyncio.Event
        The app's ``state.stopping``.
    """

    def __init__(self, config: uvicorn.Config, stopping: asyncio.Event) -> None:
        super().__init__(config)
        self._stopping = stopping

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop accepting, let answers end, stop.

        Parameters
        ----------
        sockets : list of socket, optional
            Those that were given to ``run``.
        """
        self._stopping.set()
        await super().shutdown(sockets)


def make_server(app: FastAPI, settings: Settings) -> Server:
    """Build a server.

    Parameters
    ----------
    app : FastAPI
        From ``create_app``.
    settings : Settings
        With host and port.

    Returns
    -------
    Server
        To be started with ``run()``.
    """
    config = uvicorn.Config(
        app,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        # Paths hold tokens; the app writes a log of its own.
        access_log=False,
        # Who the client is, is decided in one place, from the same header.
        proxy_headers=False,
        server_header=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )
    return Server(config, app.state.stopping)
