"""The demo's day is played: its drivers tell what happens, over HTTP, many times real speed."""

from __future__ import annotations

import secrets
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import httpx
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from simpy.rt import RealtimeEnvironment

from collection.demo_clock import set_demo_clock
from collection.errors import CollectionError
from collection.model import RequestState
from collection.scheduling.late import tell_due_late
from collection.simulate.clock import PlayedClock
from collection.simulate.day import Day
from collection.simulate.draws import Draws, Noise
from collection.simulate.phone import Phone
from collection.simulate.stage import Stage
from collection.units import MINUTE, to_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from datetime import date
    from pathlib import Path

    import simpy
    from rich.console import Console

    from collection.model import Event, Plan, Route
    from collection.scheduling.door import DoorScan
    from collection.services import Services

    Process = Generator[simpy.Event, Any, Any]

BEFORE = timedelta(minutes=5)
"""How long before the first van leaves the day begins."""

SHOWN_EVERY = 0.5
"""Real seconds between two looks of the terminal."""

_OVER = frozenset({RequestState.COLLECTED, RequestState.RECEIVED, RequestState.FAILED})


def play_day(
    services: Services,
    plan: Plan,
    log_in: Callable[[], httpx.Client],
    clock_file: Path,
    console: Console,
    *,
    speed: float,
    seed: int,
) -> None:
    """Play the day of a published plan.

    Parameters
    ----------
    services : Services
        Reads the published routes; everything that happens is told to the API.
    plan : Plan
        The published plan.
    log_in : callable
        Gives a client of the API that is logged in as a dispatcher.
    clock_file : Path
        By which the servers' clock is moved.
    console : Console
        Told how the day goes.
    speed : float
        How many seconds are played in one.
    seed : int
        Draws how drives and doors differ from the plan.

    Raises
    ------
    CollectionError
        If the API refuses what a driver tells.
    """
    env = RealtimeEnvironment(factor=1 / speed, strict=False)
    leaves = min((route.start for route in plan.routes), default=0)
    stage = _Demo(services, plan, env, seed=seed, begins=leaves)
    begins = stage.clock.now()
    set_demo_clock(clock_file, begins, speed=speed)
    # Only now: a session that began before the clock was moved has ended.
    client = log_in()
    stage.connect(client)
    env.sync()
    done = env.process(Day(stage, plan.day).play())
    env.process(stage.tell_late())
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as shown:
        draw = stage.bars(shown)
        env.process(stage.show(draw, speed))
        env.run(until=done)
        draw()
    set_demo_clock(clock_file, stage.clock.now(), speed=1)
    ends = stage.clock.now().astimezone(stage.zone)
    console.print(f"[green]✓[/] The day was played to {ends:%H:%M}; from here time runs as usual")


class _Demo(Stage):
    """The demo's day, with phones that speak HTTP."""

    position_every = MINUTE

    def __init__(
        self, services: Services, plan: Plan, env: RealtimeEnvironment, *, seed: int, begins: int
    ) -> None:
        territory = services.catalogue.territory(plan.territory)
        zone = ZoneInfo(territory.timezone)
        clock = PlayedClock(env, to_utc(plan.day, begins, zone) - BEFORE)
        # Nobody calls off: whoever looks at the pages may do that.
        super().__init__(territory, services, env, clock, Draws(seed, Noise(cancels_late=0)))
        self.plans[plan.day] = plan
        for route in plan.routes:
            for stop in route.stops:
                self.ledger.promise(services.requests.get(stop.request_id))
        self._plan = plan
        self._client: httpx.Client | None = None
        self._tokens: Tokens | None = None

    def connect(self, client: httpx.Client) -> None:
        self._client, self._tokens = client, Tokens(client)

    def phone(self, day: date, vehicle_id: str) -> Phone:
        assert self._client is not None  # noqa: S101 - `connect` came before
        assert self._tokens is not None  # noqa: S101
        return HttpPhone(self, day, vehicle_id, client=self._client, tokens=self._tokens)

    def tell_late(self) -> Process:
        """Tell customers who will be late, as the cron of the nights does."""
        while True:
            yield self.env.timeout(MINUTE)
            tell_due_late(self.services.night_ports(), self.clock.now())

    def show(self, show: Callable[[], None], speed: float) -> Process:
        """Let the terminal be drawn a few times a second."""
        while True:
            show()
            yield self.env.timeout(SHOWN_EVERY * speed)

    def bars(self, shown: Progress) -> Callable[[], None]:
        """Draw how many stops of each route are over."""
        vans = {vehicle.id: vehicle.name for vehicle in self.territory.vehicles}
        names = {route.vehicle_id: vans[route.vehicle_id] for route in self._plan.routes}
        tasks = {
            route.vehicle_id: shown.add_task(names[route.vehicle_id], total=len(route.stops))
            for route in self._plan.routes
        }

        def draw() -> None:
            requests = self.services.requests.day(self.territory.id, self._plan.day)
            over = {request.id for request in requests if request.state in _OVER}
            now = self.clock.now().astimezone(self.zone)
            for route in self._plan.routes:
                shown.update(
                    tasks[route.vehicle_id],
                    completed=sum(stop.request_id in over for stop in route.stops),
                    description=f"{now:%H:%M} {names[route.vehicle_id]}",
                )

        return draw


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
        return self._post(event.route_id, "events", body)

    def show(self, plan: Plan, route: Route, told: DoorScan) -> bool:  # noqa: ARG002
        """Post a scan in the same way.

        Parameters
        ----------
        plan : Plan
            The published one.
        route : Route
            The driver's.
        told : DoorScan
            What is told of a device.

        Returns
        -------
        bool
            False where the server does not take it.

        Raises
        ------
        CollectionError
            If the server refuses it for another reason.
        """
        body: dict[str, Any] = {
            "at": told.at.isoformat(),
            "request_id": told.request_id,
            "device": told.number,
            "label": told.label,
        }
        if told.position is not None:
            body["position"] = {"lon": told.position.lon, "lat": told.position.lat}
        return self._post(route.id, "scans", body)

    def _post(self, route_id: str, what: str, body: dict[str, Any]) -> bool:
        answer = self._client.post(
            f"/v1/routes/{route_id}/{what}",
            json=body,
            headers={
                "Authorization": f"Bearer {self._tokens.of(route_id)}",
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
