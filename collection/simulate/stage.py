"""Where days are played: a territory, its product, time, and chance."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collection.scheduling.calendar import zone_of
from collection.simulate.ledger import Ledger
from collection.simulate.phone import Phone
from collection.units import to_utc

if TYPE_CHECKING:
    from datetime import date, datetime

    import simpy

    from collection.model import Plan, Territory
    from collection.services import Services
    from collection.simulate.clock import PlayedClock
    from collection.simulate.draws import Draws
    from collection.simulate.watch import Watch
    from collection.units import Seconds


class Stage:
    """Where days are played.

    Parameters
    ----------
    territory : Territory
        Whose vans.
    services : Services
        The product.
    env : simpy.Environment
        Plays; a unit of its time is a second.
    clock : PlayedClock
        Its time.
    draws : Draws
        Chance.
    """

    breakdown_days: frozenset[date] = frozenset()
    """Days on which a van breaks down."""

    position_every: Seconds = 0
    """How often a van tells where it is; 0 for never."""

    def __init__(
        self,
        territory: Territory,
        services: Services,
        env: simpy.Environment,
        clock: PlayedClock,
        draws: Draws,
    ) -> None:
        self.territory, self.services = territory, services
        self.env, self.clock, self.draws = env, clock, draws
        self.zone = zone_of(territory)
        self.ledger = Ledger()
        self.plans: dict[date, Plan] = {}
        # Its scanner has the time of the stage, also where the product's servers have another.
        self.hub = replace(services.hub, clock=clock)

    def at(self, day: date, seconds: Seconds) -> datetime:
        """Turn a clock of a local day into an instant.

        Parameters
        ----------
        day : date
            Local date.
        seconds : int
            Seconds of it.

        Returns
        -------
        datetime
            Aware, in UTC.
        """
        return to_utc(day, seconds, self.zone)

    def wait(self, instant: datetime) -> simpy.Event:
        """Let time pass.

        Parameters
        ----------
        instant : datetime
            Until when; nothing passes if it is over.

        Returns
        -------
        simpy.Event
            To be yielded.
        """
        return self.env.timeout(self.clock.until(instant))

    def phone(self, day: date, vehicle_id: str) -> Phone:
        """Give a driver a phone.

        Parameters
        ----------
        day : date
            Local date.
        vehicle_id : str
            Whose driver.

        Returns
        -------
        Phone
            Of that driver.
        """
        return Phone(self.services, self.clock, self.territory.id, day, vehicle_id)

    def watch(self, day: date) -> Watch | None:  # noqa: ARG002
        """Give a day somebody who watches it; here nobody does.

        Parameters
        ----------
        day : date
            Local date.

        Returns
        -------
        Watch or None
            Looks at the day, and plans the rest of it anew.
        """
        return None

    def try_again(self, request_id: str) -> None:
        """Let a customer who was not served choose again; here nobody does.

        Parameters
        ----------
        request_id : str
            Whose request.
        """
