"""The demo's day is played: its drivers tell what happens, over HTTP, many times real speed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
from simpy.rt import RealtimeEnvironment

from collection.demo_clock import set_demo_clock
from collection.demo_phone import HttpPhone, Tokens
from collection.model import RequestState
from collection.scheduling.late import tell_due_late
from collection.simulate.clock import PlayedClock
from collection.simulate.day import Day
from collection.simulate.draws import Draws, Noise
from collection.simulate.stage import Stage
from collection.units import MINUTE, to_utc

if TYPE_CHECKING:
    from collections.abc import Callable, Generator
    from datetime import date
    from pathlib import Path

    import httpx
    import simpy
    from rich.console import Console

    from collection.model import Plan
    from collection.services import Services
    from collection.simulate.phone import Phone

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
