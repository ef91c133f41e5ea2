"""A day that is driven: its vans, what goes wrong, and how it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from collection.errors import Conflict
from collection.model import Event, EventType, FailureCode, RequestState
from collection.ports import UNREACHABLE
from collection.simulate.van import WAITED_FOR, Van
from collection.simulate.ways import Way, straight
from collection.units import HOUR, MINUTE, to_seconds

if TYPE_CHECKING:
    from collections.abc import Generator
    from datetime import date

    import simpy

    from collection.model import Position, Vehicle
    from collection.simulate.stage import Stage
    from collection.units import Seconds

    Process = Generator[simpy.Event, Any, Any]

KNOWN_AFTER = 10 * MINUTE
"""Until the dispatcher knows that a van broke down: the driver tries, then calls."""

LOOKED_FOR_EVERY, LOOKS = HOUR, 3
"""How often the hub looks for devices that it lacks once all vans are back, and how many times."""

TOWED_AFTER = 2 * HOUR
"""Until its devices are at the hub then."""

HUB_STAFF = "hub"
"""Who scans there."""


class Day:
    """A day that is driven.

    Parameters
    ----------
    stage : Stage
        Where.
    day : date
        Local date.
    """

    def __init__(self, stage: Stage, day: date) -> None:
        self.stage, self.day = stage, day
        self.traffic = stage.draws.traffic(day)
        self._watch = stage.watch(day)
        self._hub = stage.draws.of("hub", day)
        self._at_hub: set[str] = set()
        self._in_trouble = False
        self.vans = {vehicle.id: Van(self, vehicle) for vehicle in stage.territory.vehicles}

    def play(self) -> Process:
        """Play it, until all vans are back and everybody who was missed knows it.

        Yields
        ------
        simpy.Event
            What it waits for.
        """
        env = self.stage.env
        shifts = {name: env.process(van.drive()) for name, van in self.vans.items()}
        for promise in self.stage.ledger.of_day(self.day):
            stream = self.stage.draws.of("late", promise.request.id, self.day)
            if stream.random() < self.stage.draws.noise.cancels_late:
                env.process(self._calls_off(promise.request.id, stream.random()))
        if self.day in self.stage.breakdown_days:
            env.process(self._breakdown(shifts))
        watching = env.process(self._watch.look()) if self._watch else None
        yield env.all_of(shifts.values())
        if watching is not None:
            watching.interrupt()
        env.process(self._look_for_missing())
        self._close()

    def clock(self) -> Seconds:
        """Tell the present in seconds of this day.

        Returns
        -------
        int
            Seconds of the local day.
        """
        return to_seconds(self.stage.clock.now(), self.day, self.stage.zone)

    def busy(self) -> bool:
        """Tell whether anybody is out, or will be; then who has nothing to do waits for work.

        Returns
        -------
        bool
            False once all are back.
        """
        return self._in_trouble or any(van.busy for van in self.vans.values())

    def way(self, vehicle: Vehicle, here: Position, there: Position) -> Way:
        """Look up a way that the plan did not think of.

        Parameters
        ----------
        vehicle : Vehicle
            Who drives.
        here : Position
            From where.
        there : Position
            Where to.

        Returns
        -------
        Way
            As it would be planned now.
        """
        line = straight(here, there)
        if here == there:
            return Way(seconds=0, metres=0, line=line)
        source = self.stage.services.source(self.stage.territory)
        table = source.travel((here, there), day=self.day, classes=(vehicle.emission_class,))
        period = sum(start <= self.clock() for start in table.periods) - 1
        seconds = int(table.seconds[0, max(period, 0), 0, 1])
        metres = int(table.metres[0, max(period, 0), 0, 1])
        if UNREACHABLE in {seconds, metres}:
            # It stands on a private road: it gets away somehow.
            return Way(seconds=0, metres=0, line=line)
        return Way(seconds=seconds * 100 // vehicle.speed_percent, metres=metres, line=line)

    def receive(self, labels: list[str], depot: str) -> None:
        """Let the hub scan what a van brings; now and then a device is overlooked.

        Parameters
        ----------
        labels : list of str
            Of the devices.
        depot : str
            Where.
        """
        self._at_hub.update(labels)
        for label in labels:
            overlooked = self._hub.random() < self.stage.draws.noise.overlooked
            if not overlooked:
                self._scan_in(label, depot)

    def _scan_in(self, label: str, depot: str | None = None) -> None:
        hub, territory = self.stage.services.hub, self.stage.territory
        hub.receive(territory, label, who="hub", depot=depot)

    def _look_for_missing(self) -> Process:
        """Let the hub look for what its page says is unaccounted for, until nothing is."""
        for _ in range(LOOKS):
            yield self.stage.env.timeout(LOOKED_FOR_EVERY)
            missing = self.stage.services.hub.day(self.stage.territory, self.day).unaccounted
            for device in missing:
                # What is still in a van that broke down is nowhere to be found.
                if device.label and device.label in self._at_hub:
                    self._scan_in(device.label)

    def _event(self, kind: EventType, request_id: str, **more: Any) -> Event:
        return Event(
            type=kind,
            territory=self.stage.territory.id,
            day=self.day,
            at=self.stage.clock.now(),
            request_id=request_id,
            **more,
        )

    def _calls_off(self, request_id: str, share: float) -> Process:
        """Let a customer call off the pickup some time before the van is planned to come."""
        plan = self.stage.plans[self.day]
        starts = {stop.request_id: stop.start for route in plan.routes for stop in route.stops}
        if request_id not in starts:
            return
        yield self.stage.env.timeout(share * (starts[request_id] - self.clock()))
        promise = self.stage.ledger.promises[request_id, self.day]
        if promise.started is not None:
            return
        event = self._event(EventType.CANCELLED, request_id)
        try:
            self.stage.services.requests.transition(request_id, RequestState.CANCELLED, event)
        except Conflict:
            return  # The driver is at the door.
        promise.withdrawn = True

    def _breakdown(self, shifts: dict[str, simpy.Process]) -> Process:
        """Let a van break down in the middle of its route."""
        stream = self.stage.draws.of("breakdown", self.day)
        routes = self.stage.plans[self.day].routes
        if not routes:
            return
        route = stream.choice(routes)
        when = round(route.start + stream.uniform(0.2, 0.6) * (route.end - route.start))
        yield self.stage.wait(self.stage.at(self.day, when))
        shift, van = shifts[route.vehicle_id], self.vans[route.vehicle_id]
        while van.at_door:
            # Whoever opened is served: the van does not start afterwards.
            yield self.stage.env.timeout(MINUTE)
        if not shift.is_alive:
            return
        self._in_trouble = True
        shift.interrupt("breakdown")
        yield self.stage.env.timeout(KNOWN_AFTER)
        if self._watch is not None:
            self._watch.van_out(route.vehicle_id)
        self._in_trouble = False
        yield self.stage.env.timeout(TOWED_AFTER)
        self.receive(van.unload(), van.vehicle.end_depot)

    def _close(self) -> None:
        """Tell those to whom nobody came, and let all who were missed choose again."""
        requests = self.stage.services.requests
        for promise in self.stage.ledger.of_day(self.day):
            request = requests.get(promise.request.id)
            if request.state in WAITED_FOR:
                event = self._event(EventType.FAILED, request.id, code=FailureCode.NO_TIME)
                request = requests.transition(
                    request.id, RequestState.FAILED, event, reason=FailureCode.NO_TIME
                )
            if request.state in {RequestState.FAILED, RequestState.UNASSIGNED}:
                self.stage.try_again(request.id)
