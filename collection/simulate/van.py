"""A van and its driver on one day: follows the phone, at the pace of the real world."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import simpy

from collection.model import EventType, FailureCode, Pause, ReloadVisit, RequestState, Stop
from collection.scheduling.door import DoorScan
from collection.scheduling.labels import new_label
from collection.simulate.ledger import Drive
from collection.simulate.ways import planned_way
from collection.units import HOUR

if TYPE_CHECKING:
    from collections.abc import Generator

    from collection.model import Position, Route, Vehicle
    from collection.simulate.day import Day
    from collection.simulate.ways import Way
    from collection.units import Cents, Metres, Seconds

    Process = Generator[simpy.Event, Any, Any]

Task: TypeAlias = Stop | ReloadVisit | Pause

LOOKS_EVERY = 300.0
"""Seconds after which a driver without work looks at the phone again."""

WAITED_FOR = frozenset({RequestState.PLANNED, RequestState.EN_ROUTE, RequestState.ARRIVED})
"""States of a stop that is still to be served."""


class Van:
    """A van and its driver.

    Parameters
    ----------
    day : Day
        On which day.
    vehicle : Vehicle
        As the territory has it.
    """

    def __init__(self, day: Day, vehicle: Vehicle) -> None:
        self.day, self.vehicle = day, vehicle
        self.stage = day.stage
        self.phone = self.stage.phone(day.day, vehicle.id)
        depots = {place.id: place.position for place in self.stage.territory.places}
        self._depot, self._home = depots[vehicle.start_depot], depots[vehicle.end_depot]
        self.place = self._depot
        self._depots = frozenset(depot.id for depot in self.stage.territory.depots)
        self._on_board: list[str] = []
        self._visited: set[str] = set()
        self._paused = self._emptied = 0
        self._left: Seconds | None = None
        self._over = False
        self.at_door = False
        self._metres: Metres = 0
        self._devices = 0

    def drive(self) -> Process:
        """Drive the day's route, whatever the phone shows it to be.

        Yields
        ------
        simpy.Event
            What it waits for.
        """
        broke_down = False
        try:
            if (yield from self._leave()):
                while (task := self._next()) is not None:
                    yield from self._do(task)
                yield from self._return()
        except simpy.Interrupt:
            broke_down = True
            # It is towed home: whoever tows drives that way, and is paid for it.
            self._metres += self.day.way(self.vehicle, self.place, self._home).metres
        self._over = True
        if self._left is not None:
            self._write_down(self._left, broke_down=broke_down)

    @property
    def busy(self) -> bool:
        """Whether it is out, or will be."""
        return not self._over and (self._left is not None or self._next() is not None)

    def unload(self) -> list[str]:
        """Take out what is on board.

        Returns
        -------
        list of str
            Labels of devices.
        """
        unloaded, self._on_board = self._on_board, []
        return unloaded

    def _leave(self) -> Process:
        """Leave the depot when the route says so; False where the shift passes without one."""
        while self.day.clock() < self.vehicle.shift.end and self.day.busy():
            route = self.phone.route
            if route is not None and self._next() is not None:
                if self.day.clock() >= route.start:
                    self._left = self.day.clock()
                    self.phone.tell(EventType.SHIFT_STARTED, position=self.place)
                    return True
                left = self.stage.clock.until(self.stage.at(self.day.day, route.start))
                yield self.stage.env.timeout(min(left, LOOKS_EVERY))
            else:
                yield self.stage.env.timeout(LOOKS_EVERY)
        return False

    def _next(self) -> Task | None:
        """Find what the phone shows next."""
        route = self.phone.route
        pauses = reloads = 0
        for task in () if route is None else tasks(route):
            if isinstance(task, Pause):
                pauses += 1
                if pauses > self._paused:
                    return task
            elif isinstance(task, ReloadVisit):
                reloads += 1
                if reloads > self._emptied:
                    return task
            elif task.request_id not in self._visited:
                request = self.stage.services.requests.get(task.request_id)
                if request.state in WAITED_FOR:
                    return task
        return None

    def _do(self, task: Task) -> Process:
        if isinstance(task, Pause):
            yield from self._pause(task)
        elif isinstance(task, ReloadVisit):
            yield from self._reload(task)
        else:
            yield from self._visit(task)

    def _pause(self, pause: Pause) -> Process:
        # Not before it is planned: the law and the agreed hours say how early it may be.
        yield self.stage.wait(self.stage.at(self.day.day, pause.start))
        self.phone.tell(EventType.BREAK_STARTED, position=self.place)
        yield self.stage.env.timeout(pause.end - pause.start)
        self.phone.tell(EventType.BREAK_ENDED, position=self.place)
        self._paused += 1

    def _reload(self, visit: ReloadVisit) -> Process:
        yield from self._go(visit.position, visit.site_id)
        if visit.start > visit.arrival:
            # It was planned to wait until the place opens.
            yield self.stage.wait(self.stage.at(self.day.day, visit.start))
        yield self.stage.env.timeout(visit.departure - visit.start)
        if visit.site_id in self._depots:
            self.day.receive(self.unload(), visit.site_id)
        self._emptied += 1

    def _visit(self, stop: Stop) -> Process:
        name = stop.request_id
        self.phone.tell(EventType.EN_ROUTE, name, position=self.place)
        yield from self._go(stop.position, name)
        following = self._next()
        if not isinstance(following, Stop) or following.request_id != name:
            return  # A new plan came on the way, or the customer called it off.
        self._visited.add(name)
        if not self.phone.tell(EventType.ARRIVED, name, position=self.place):
            return
        self.at_door = True
        yield from self._serve(stop)
        self.at_door = False

    def _serve(self, stop: Stop) -> Process:
        name = stop.request_id
        # What was put in while the day ran was promised then.
        promise = self.stage.ledger.promised(self.stage.services.requests.get(name))
        windows = promise.request.windows
        opens = next((w.start for w in windows if w.end >= self.stage.clock.now()), None)
        if opens is not None:
            yield self.stage.wait(opens)
        promise.started = self.stage.clock.now()
        about = (name, promise.attempt)
        in_vain = self.stage.draws.missed(*about)
        if in_vain is not None:
            yield self.stage.env.timeout(in_vain)
            self.phone.tell(EventType.FAILED, name, position=self.place, code=FailureCode.NOT_HOME)
            return
        planned = stop.departure - stop.start
        yield self.stage.env.timeout(self.stage.draws.service(planned, *about))
        for number, device in enumerate(promise.request.devices):
            label = new_label()
            now = self.stage.clock.now()
            self.phone.scan(
                DoorScan(
                    request_id=name,
                    number=number,
                    at=now,
                    label=label,
                    battery=device.battery,
                    position=self.place,
                )
            )
            self._on_board.append(label)
        self.phone.tell(EventType.COLLECTED, name, position=self.place)
        promise.collected = True
        self._devices += len(promise.request.devices)

    def _go(self, there: Position, name: str) -> Process:
        way = self._way(there)
        left = took = self.stage.draws.drive(way.seconds, self.day.traffic, self.day.day, name)
        step, begun = self.stage.position_every, self.stage.env.now
        try:
            while step and left > step:
                yield self.stage.env.timeout(step)
                left -= step
                self.place = way.at(1 - left / took)
                self.phone.tell(EventType.POSITION, position=self.place)
            yield self.stage.env.timeout(left)
        except simpy.Interrupt:
            share = (self.stage.env.now - begun) / max(1, took)
            self.place = way.at(share)
            self._metres += round(share * way.metres)
            raise
        self.place = there
        self._metres += way.metres

    def _way(self, there: Position) -> Way:
        """Find the planned way to a place: the route's own, where it begins here."""
        route = self.phone.route
        ends = {"depot": self._depot, "home": self._home}
        planned = planned_way(route, self.place, there, **ends) if route else None
        return planned or self.day.way(self.vehicle, self.place, there)

    def _return(self) -> Process:
        yield from self._go(self._home, f"home {self.vehicle.id}")
        self.phone.tell(EventType.SHIFT_ENDED, position=self.place)
        self.day.receive(self.unload(), self.vehicle.end_depot)

    def _write_down(self, left: Seconds, *, broke_down: bool) -> None:
        territory = self.stage.territory
        seconds = self.day.clock() - left
        emissions = self.stage.services.catalogue.emissions
        self.stage.ledger.drives.append(
            Drive(
                day=self.day.day,
                vehicle_id=self.vehicle.id,
                metres=self._metres,
                seconds=seconds,
                cost=self._cost(seconds),
                grams=emissions.grams(self.vehicle, self._metres, country=territory.country.code),
                devices=self._devices,
                broke_down=broke_down,
            )
        )

    def _cost(self, seconds: Seconds) -> Cents:
        van = self.vehicle
        overtime = max(0, self.day.clock() - van.shift.end)
        hourly = seconds * van.cost_per_hour + overtime * van.overtime_cost_per_hour
        return round(van.fixed_cost + hourly / HOUR + self._metres * van.cost_per_km / 1_000)


def tasks(route: Route) -> list[Task]:
    """List what a driver does on a route.

    Parameters
    ----------
    route : Route
        As the phone shows it.

    Returns
    -------
    list of Stop, ReloadVisit and Pause
        In order.
    """
    listed: list[Task] = []
    for count in range(len(route.stops) + 1):
        between: list[Pause | ReloadVisit] = [
            *(pause for pause in route.pauses if pause.after == count),
            *(reload for reload in route.reloads if reload.after == count),
        ]
        listed += sorted(between, key=lambda one: one.start)
        listed += route.stops[count : count + 1]
    return listed
