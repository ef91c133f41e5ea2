"""Phones of the demo's drivers: they tell everything to the API, as real ones do."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx

from collection.errors import CollectionError
from collection.simulate.phone import Phone

if TYPE_CHECKING:
    from datetime import date

    from collection.model import Event
    from collection.scheduling.door import DoorScan
    from collection.simulate.stage import Stage


class HttpPhone(Phone):
    """A driver's phone that tells everything to the API.

    Parameters
    ----------
    stage : Stage
        Where the published route is read.
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
        stage: Stage,
        day: date,
        vehicle_id: str,
        *,
        client: httpx.Client,
        tokens: Tokens,
    ) -> None:
        super().__init__(stage.services, stage.clock, stage.territory.id, day, vehicle_id)
        self._client, self._tokens = client, tokens

    def scan(self, told: DoorScan) -> None:
        """Post the label of a device.

        Parameters
        ----------
        told : DoorScan
            Label and device.

        Raises
        ------
        CollectionError
            If the server refuses it.
        """
        route = self.route
        if route is None:
            return
        body: dict[str, Any] = {
            "at": told.at.isoformat(),
            "request_id": told.request_id,
            "device": told.number,
            "label": told.label,
        }
        if told.position is not None:
            body["position"] = {"lon": told.position.lon, "lat": told.position.lat}
        answer = self._post(route.id, "scans", body)
        if answer.is_error:
            raise CollectionError(f"the API answered {answer.status_code}: {answer.text}")

    def _post(self, route_id: str, what: str, body: dict[str, Any]) -> httpx.Response:
        return self._client.post(
            f"/v1/routes/{route_id}/{what}",
            json=body,
            headers={
                "Authorization": f"Bearer {self._tokens.of(route_id)}",
                "Idempotency-Key": secrets.token_hex(12),
            },
        )

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
        answer = self._post(event.route_id, "events", body)
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
