"""The world around the product: customers who ask, nights that fall due, days that are driven."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from collection.errors import CollectionError, SlotUnavailable
from collection.geocode import iter_addresses
from collection.model import PLANNABLE
from collection.routing.streets import network_folder
from collection.scheduling import calendar
from collection.scheduling.eta_learning import learn_day
from collection.scheduling.improving import improve
from collection.scheduling.nightly import due_improvements, due_nights, plan_night
from collection.scheduling.slots import offer_to
from collection.scheduling.wishes import BookingWish
from collection.simulate.customers import Town, choose, people, suiting, wished
from collection.simulate.day import Day
from collection.simulate.draws import Draws
from collection.simulate.ledger import Refusal
from collection.simulate.messages import Mailbox, deliverer_to
from collection.simulate.setting import PATIENT
from collection.simulate.stage import Stage
from collection.simulate.watch import Watch
from collection.units import DAY, HOUR, MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    import simpy

    from collection.model import Territory
    from collection.services import Services
    from collection.simulate.clock import PlayedClock
    from collection.simulate.customers import Person
    from collection.simulate.setting import Setting

    Process = Generator[simpy.Event, Any, Any]

SOLVERS = 2
"""Searchers of a night's solve: fixed, so that a run does not depend on the machine's cores."""

IMPROVED_EVERY = 2 * HOUR
"""How often the tentative plans that changed are improved."""

DELIVERED_EVERY = 10 * MINUTE
"""How often the outbox is looked into beside the looks at a running day."""

IMPROVED_SHARE = 4
"""A tentative plan gets so much fewer moves than a night."""


class World(Stage):
    """A territory, its product, and what happens around both.

    Parameters
    ----------
    setting : Setting
        What is played.
    territory : Territory
        With the vans of this run.
    services : Services
        The product, on the clock of this world.
    env : simpy.Environment
        Plays.
    clock : PlayedClock
        Its time.
    """

    def __init__(
        self,
        setting: Setting,
        territory: Territory,
        services: Services,
        env: simpy.Environment,
        clock: PlayedClock,
    ) -> None:
        super().__init__(territory, services, env, clock, Draws(setting.seed, setting.noise))
        self.setting = setting
        self.ports = replace(services.night_ports(), workers=SOLVERS)
        self.days = driven_days(setting, territory)
        self.persons: dict[str, Person] = {}
        self.mailbox = Mailbox(self.ledger, clock)
        self._deliverer = deliverer_to(self.mailbox, services)
        network = services.network(territory)
        folder = network_folder(services.settings.network_dir, territory.network)
        houses = tuple(iter_addresses(folder / "addresses.sqlite", country=territory.country.code))
        self.town = Town(territory, network, houses)
        stream = self.draws.of("breakdowns")
        broken = min(setting.breakdowns, len(self.days))
        self.breakdown_days = frozenset(stream.sample(self.days, k=broken))

    def play(self, tell: Callable[[str], None]) -> None:
        """Play it to the end.

        Parameters
        ----------
        tell : callable
            Told now and then how far it is.
        """
        self.env.process(self._asking())
        self.env.process(self._improving())
        self.env.process(self._delivering())
        for number, day in enumerate(self.days, start=1):
            self.env.process(self._night(day, f"{day}, day {number} of {len(self.days)}", tell))
        self.env.run(until=self.clock.until(self.at(self.days[-1], DAY)))
        self.deliver()

    def deliver(self) -> None:
        """Let the outbox deliver what is due."""
        self._deliverer.once()

    def watch(self, day: date) -> Watch:
        """Give a day a dispatcher.

        Parameters
        ----------
        day : date
            Local date.

        Returns
        -------
        Watch
            Of that day.
        """
        return Watch(self, day)

    def try_again(self, request_id: str) -> None:
        """Let a customer who was not served choose another slot, or give up.

        Parameters
        ----------
        request_id : str
            Whose request.
        """
        stream = self.draws.of("again", request_id, self.ledger.attempts[request_id])
        person = self.persons[request_id]
        if stream.random() < self.setting.noise.tries_again:
            tomorrow = self.clock.now().astimezone(self.zone).date() + timedelta(days=1)
            person = replace(person, first_day=tomorrow)
            slot_id = self._slot(person, stream)
            if slot_id is not None:
                try:
                    self.services.desk.reschedule(request_id, slot_id=slot_id)
                except SlotUnavailable:
                    pass
                else:
                    return
        self.services.desk.cancel(request_id)

    def _asking(self) -> Process:
        first = self.days[0] - timedelta(days=self.setting.warm_up)
        days = [first + timedelta(days=n) for n in range((self.days[-1] - first).days)]
        for person in people(
            self.town, self.draws, days, per_day=self.setting.asks(self.territory)
        ):
            if working_day(self.territory, person.first_day) >= self.days[0]:
                yield self.wait(person.asks_at)
                self._ask(person)

    def _ask(self, person: Person) -> None:
        self.ledger.asked += 1
        stream = self.draws.of("choice", person.number)
        slot_id = self._slot(person, stream)
        if slot_id is None:
            return
        wish = BookingWish(
            reference=f"S-{person.number}",
            customer=person.customer,
            address=person.address,
            devices=person.devices,
            slot_id=slot_id,
        )
        # The key makes the id, which would be drawn otherwise.
        key = f"{self.setting.seed}|{person.number}"
        request = self.services.desk.accept(wish, key=key)
        self.persons[request.id] = person
        if stream.random() < self.setting.noise.cancels:
            self.env.process(self._cancelling(request.id, stream.random()))

    def _slot(self, person: Person, stream: Any) -> str | None:
        """Ask for slots and choose one; write down who finds none."""
        address, _ = self.services.desk.locate(person.address)
        offers = offer_to(
            self.territory,
            self.services.requests,
            self.services.desk.days,
            self.clock.now(),
            address=address,
            devices=person.devices,
        )
        suits = suiting(person, self.territory, offers)
        chosen = choose(person, suits, stream)
        if chosen is not None:
            return chosen.slot.id
        if suits:
            self.ledger.refusals.append(Refusal(person=person, windows=wished(suits)))
        return None

    def _cancelling(self, request_id: str, share: float) -> Process:
        request = self.services.requests.get(request_id)
        yield self.env.timeout(share * self.clock.until(request.cancel_by))
        if self.services.requests.get(request_id).state in PLANNABLE:
            self.services.desk.cancel(request_id)

    def _delivering(self) -> Process:
        while True:
            yield self.env.timeout(DELIVERED_EVERY)
            self.deliver()

    def _improving(self) -> Process:
        while True:
            yield self.env.timeout(IMPROVED_EVERY)
            for _, day in due_improvements(self.ports, self.clock.now()):
                improve(
                    self.territory,
                    day,
                    self.ports.requests,
                    self.ports.devices,
                    self.ports.source(self.territory),
                    now=self.clock.now(),
                    seconds=PATIENT,
                    iteration_limit=max(1, self.setting.iterations // IMPROVED_SHARE),
                )

    def _night(self, day: date, name: str, tell: Callable[[str], None]) -> Process:
        yield self.wait(calendar.cut_off(self.territory, day) + timedelta(minutes=1))
        tell(f"{name}: the night")
        promised = [
            request
            for request in self.services.requests.day(self.territory.id, day)
            if request.state in PLANNABLE
        ]
        for request in promised:
            self.ledger.promise(request)
        # As the worker's cron does, which finds it due.
        if (self.territory.id, day) not in due_nights(self.ports, self.clock.now()):
            raise CollectionError(f"the night of {day} is not due")
        plan = plan_night(
            self.territory.id,
            day,
            self.ports,
            seed=self.setting.seed,
            iteration_limit=self.setting.iterations,
        ).plan
        self.ledger.violations += len(plan.violations)
        self.services.plans.publish(plan.id, at=self.clock.now())
        self.plans[day] = plan
        yield self.wait(self.at(day, 5 * MINUTE))
        tell(f"{name}: {len(promised)} pickups, {len(plan.routes)} routes")
        yield from Day(self, day).play()
        # As a worker does in the night that follows.
        learn_day(self.territory.id, day, self.ports)


def driven_days(setting: Setting, territory: Territory) -> tuple[date, ...]:
    """List the days that are driven.

    Parameters
    ----------
    setting : Setting
        From when, and how many.
    territory : Territory
        Whose working days.

    Returns
    -------
    tuple of date
        Working days in order.
    """
    days = [working_day(territory, setting.start)]
    while len(days) < setting.days:
        days.append(working_day(territory, days[-1] + timedelta(days=1)))
    return tuple(days)


def working_day(territory: Territory, day: date) -> date:
    """Find the first day on which vans go out.

    Parameters
    ----------
    territory : Territory
        Whose working days.
    day : date
        The first that it may be.

    Returns
    -------
    date
        That day or one after it.
    """
    while not calendar.is_working_day(territory, day):
        day += timedelta(days=1)
    return day
