"""Everything that the API and the jobs work with, in one bundle."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from collection.scheduling.custody_rounds import CustodyRounds
from collection.scheduling.door import Door
from collection.scheduling.dropoffs import DropOffDesk
from collection.scheduling.hub import Hub
from collection.scheduling.nightly import NightPorts
from collection.scheduling.open_day import DayPorts
from collection.scheduling.site_pickups import SitePickups

if TYPE_CHECKING:
    from collections.abc import Callable

    import redis

    from collection.catalogue import Catalogue
    from collection.model import Territory
    from collection.ports import (
        Clock,
        CustodyStore,
        DropOffStore,
        EtaStore,
        EventLog,
        Geocoder,
        IdempotencyStore,
        Jobs,
        MatrixSource,
        Outbox,
        PlanStore,
        RequestStore,
    )
    from collection.routing.streets import Network
    from collection.scheduling.booking import BookingDesk
    from collection.settings import Settings


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """Present instant.

        Returns
        -------
        datetime
            Aware, in UTC.
        """
        return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Services:
    """Everything that the API and the jobs work with.

    Parameters
    ----------
    settings : Settings
        As read at start.
    catalogue : Catalogue
        What stands in ``data/``.
    desk : BookingDesk
        Accepts, moves and cancels.
    requests : RequestStore
        Pickup requests.
    plans : PlanStore
        Plans.
    events : EventLog
        Event streams.
    etas : EtaStore
        What past days have shown of predictions.
    idempotency : IdempotencyStore
        First answers.
    custody : CustodyStore
        Labels of devices.
    drop_offs : DropOffStore
        What customers bring to partner sites.
    outbox : Outbox
        What is to be told.
    jobs : Jobs
        Long work.
    geocoder : Geocoder
        Addresses.
    clock : Clock
        The present.
    network : callable
        From a territory to its street arrays, loaded once.
    source : callable
        From a territory to its travel times, loaded once.
    redis_url : str
        Where the store is, for the rate limiter.
    ping : callable
        Returns if the store answers; raises StoreUnavailable otherwise.
    queue : redis.Redis
        Where rq keeps its jobs; answers are bytes.
    """

    settings: Settings
    catalogue: Catalogue
    desk: BookingDesk
    requests: RequestStore
    plans: PlanStore
    events: EventLog
    etas: EtaStore
    idempotency: IdempotencyStore
    custody: CustodyStore
    drop_offs: DropOffStore
    outbox: Outbox
    jobs: Jobs
    geocoder: Geocoder
    clock: Clock
    network: Callable[[Territory], Network]
    source: Callable[[Territory], MatrixSource]
    redis_url: str
    ping: Callable[[], None]
    queue: redis.Redis

    @property
    def door(self) -> Door:
        """What drivers tell of devices."""
        return Door(
            territories=self.catalogue.territories,
            devices=self.catalogue.devices,
            requests=self.requests,
            custody=self.custody,
        )

    @property
    def hub(self) -> Hub:
        """What the repair hub scans."""
        return Hub(
            territories=self.catalogue.territories,
            requests=self.requests,
            plans=self.plans,
            events=self.events,
            custody=self.custody,
            drop_offs=self.drop_offs,
            clock=self.clock,
            grace=timedelta(seconds=self.catalogue.live.unaccounted),
        )

    @property
    def site_pickups(self) -> SitePickups:
        """Vans that come to partner sites."""
        return SitePickups(
            drop_offs=self.drop_offs, requests=self.requests, desk=self.desk, clock=self.clock
        )

    @property
    def drop_off_desk(self) -> DropOffDesk:
        """What customers bring to partner sites."""
        return DropOffDesk(
            territories=self.catalogue.territories,
            devices=self.catalogue.devices,
            drop_offs=self.drop_offs,
            pickups=self.site_pickups,
            source=self.source,
            clock=self.clock,
        )

    def night_ports(self) -> NightPorts:
        """Build what a night works with.

        Returns
        -------
        NightPorts
            Of the same stores.
        """
        return NightPorts(
            territories=self.catalogue.territories,
            devices=self.catalogue.devices,
            requests=self.requests,
            plans=self.plans,
            source=self.source,
            clock=self.clock,
            workers=self.settings.solve_workers or os.cpu_count() or 1,
            events=self.events,
            etas=self.etas,
            rounds=CustodyRounds(hub=self.hub, pickups=self.site_pickups),
        )

    def day_ports(self) -> DayPorts:
        """Build what a running day is planned with.

        Returns
        -------
        DayPorts
            Of the same stores.
        """
        night = self.night_ports()
        of_night = {field.name: getattr(night, field.name) for field in fields(night)}
        return DayPorts(**of_night)
