"""The demo's day is played: its drivers tell what happens, over HTTP, many times real speed."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from simpy.rt import RealtimeEnvironment

from collection.demo_clock import set_demo_clock
from collection.errors import CollectionError
from collection.model import EventType
from collection.scheduling.calendar import zone_of
from collection.simulate.clock import PlayedClock
from collection.simulate.day import Day
from collection.simulate.draws import Draws, Noise
from collection.simulate.phone import Phone
from collection.simulate.stage import Stage
from collection.units import MINUTE, to_utc

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import date
    from pathlib import Path

    import simpy
    from rich.console import Console

    from collection.model import Event, Territory
    from collection.services import Services

    Process = Generator[simpy.Event, Any, Any]

BEFORE = timedelta(minutes=5)
"""How long before the first van leaves the day begins."""

SHOWN_EVERY = 0.5
"""Real seconds between two looks of the terminal."""


class HttpPhone(Phone):
    """A driver's phone that tells everything to the API.

    Parameters
    ----------
    services : Services
        Where the published route is read.
    territory : Territory
        Whose day.
    day : date
        Local date.
    vehicle_id : str
        Whose driver.
    client : httpx.Client
        Of the running server.
    tokens : Tokens
        What opens each route.
    """

    def __init__(
        self,
        services: Services,
        territory: Territory,
        day: date,
        vehicle_id: str,
        *,
        client: httpx.Client,
        tokens: Tokens,
    ) -> None:
        super().__init__(services, territory.id, day, vehicle_id)
        self._client, self._tokens = client, tokens

    def send(self, event: Event) -> bool:
        """Post an event with the token of the driver's link.

        Parameters
        ----------
        event : Event
            What happened.

        Returns
        -------
        bool
            False where the server does not take it: the customer has cancelled, or another plan
            is published.

        Raises
        ------
        CollectionError
            If the server refuses it for another reason.
        """
        if event.route_id is None:
            return False
        body: dict[str, Any] = {"type": event.type.value, "at": event.at.isoformat()}
        if event.request_id is not None:
            body["request_id"] = event.request_id
        if event.position is not None:
            body["position"] = {"lon": event.position.lon, "lat": event.position.lat}
        if event.code is not None:
            body["code"] = event.code.value
        answer = self._client.post(
            f"/v1/routes/{event.route_id}/events",
            json=body,
            headers={
                "Authorization": f"Bearer {self._tokens.of(event.route_id)}",
                "Idempotency-Key": secrets.token_hex(12),
            },
        )
        if answer.status_code == httpx.codes.CONFLICT:
            return False
        if answer.is_error:
            raise CollectionError(f"the API answered {answer.status_code}: {answer.text}")
        return True


class Tokens:
    """What opens each driver's route, as the dispatcher's plan has it.

    Parameters
    ----------
    desk : httpx.Client
        Logged in as a dispatcher.
    """

    def __init__(self, desk: httpx.Client) -> None:
        self._desk = desk
        self._known: dict[str, str] = {}

    def of(self, route_id: str) -> str:
        """Find the token of a route.

        Parameters
        ----------
        route_id : str
            Which.

        Returns
        -------
        str
            From the link on its driver's phone.
        """
        if route_id not in self._known:
            plan = self._desk.get(f"/v1/plans/{route_id.rpartition('.')[0]}").raise_for_status()
            for route in plan.json()["routes"]:
                path = urlsplit(route["driver_url"]).path
                self._known[route["id"]] = path.rpartition("/")[2]
        return self._known[route_id]
