"""Tentative plans: what every promise of a day was tested against."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from collection.availability import available
from collection.model import TentativePlan
from collection.store.client import script
from collection.store.keys import DayKeys

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    import redis


class RedisTentatives:
    """The part of a `RequestStore` that keeps tentative plans.

    Parameters
    ----------
    client : redis.Redis
        As `collection.store.client.connect` makes it.
    """

    def __init__(self, client: redis.Redis) -> None:
        # redis-py types answers as bytes or text; `connect` makes all of them text.
        self._client: Any = client
        self._keep_tentative = script(client, "keep_tentative")

    @available()
    def tentative_versions(self, territory: str, days: Sequence[date]) -> tuple[int, ...]:
        """Count the changes of days, in one round trip.

        Parameters
        ----------
        territory : str
            Which territory.
        days : Sequence of date
            Local dates.

        Returns
        -------
        tuple of int
            The version of each day's tentative plan.
        """
        pipeline = self._client.pipeline(transaction=False)
        for day in days:
            pipeline.hget(DayKeys(territory, day).tentative, "version")
        return tuple(int(version or 0) for version in pipeline.execute())

    @available()
    def tentative(self, territory: str, day: date) -> TentativePlan:
        """Read the tentative plan of a day.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.

        Returns
        -------
        TentativePlan
            Of no routes where nothing was planned yet.
        """
        fields = self._client.hgetall(DayKeys(territory, day).tentative)
        routes = json.loads(fields.get("routes", "{}"))
        return TentativePlan(
            territory=territory,
            day=day,
            version=int(fields.get("version", 0)),
            routes={vehicle: tuple(names) for vehicle, names in routes.items()},
        )

    @available()
    def unimproved(self, territory: str, days: Sequence[date], *, fleet: str) -> tuple[date, ...]:
        """List the days that changed, or whose fleet did, since they were last improved.

        Parameters
        ----------
        territory : str
            Which territory.
        days : Sequence of date
            Local dates.
        fleet : str
            Mark of the fleet as it is now.

        Returns
        -------
        tuple of date
            In the order of `days`; none of those that nobody ever booked.
        """
        pipeline = self._client.pipeline(transaction=False)
        for day in days:
            pipeline.hmget(DayKeys(territory, day).tentative, "version", "improved")
        found = zip(days, pipeline.execute(), strict=True)
        return tuple(
            day
            for day, (version, improved) in found
            if version is not None and improved != f"{version} {fleet}"
        )

    @available()
    def keep_tentative(self, plan: TentativePlan, *, improved: str = "") -> bool:
        """Put another tentative plan in the place of the one that was read.

        Parameters
        ----------
        plan : TentativePlan
            The plan; its version is the one that was read. It is counted up if the routes are
            others.
        improved : str
            Mark of the fleet for which a solver had its time; empty where none had.

        Returns
        -------
        bool
            False where another change of the day came first: nothing is kept.
        """
        key = DayKeys(plan.territory, plan.day).tentative
        return bool(self._keep_tentative([key], [*dump_tentative(plan), improved]))


def dump_tentative(plan: TentativePlan | None) -> tuple[str, str]:
    """Write a tentative plan as the arguments that scripts take.

    Parameters
    ----------
    plan : TentativePlan or None
        None for a change without one.

    Returns
    -------
    tuple of str
        Version, routes.
    """
    if plan is None:
        return "", ""
    return str(plan.version), json.dumps(plan.routes, sort_keys=True)
