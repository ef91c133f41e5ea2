"""Drop-offs on Redis, each change in one script."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from collection.availability import available
from collection.errors import Conflict, NotFound
from collection.model import DropOff
from collection.store.client import script
from collection.store.codec import (
    OF_DEVICE,
    dump_devices,
    dump_event,
    fields_of,
    load_devices,
    told_day,
)
from collection.store.keys import (
    DayKeys,
    OutboxKeys,
    drop_off_key,
    gathering_key,
    label_key,
    site_key,
)
from collection.store.lock import hold

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    import redis

    from collection.model import Event

_DROP_OFF = TypeAdapter(DropOff)
_PICKUP = "pickup."


class RedisDropOffs:
    """A `DropOffStore` on Redis.

    Parameters
    ----------
    client : redis.Redis
        As `collection.store.client.connect` makes it.
    """

    def __init__(self, client: redis.Redis) -> None:
        # redis-py types answers as bytes or text; `connect` makes all of them text.
        self._client: Any = client
        self._announce = script(client, "announce")
        self._drop = script(client, "drop")
        self._assign = script(client, "assign")

    @available()
    def announce(self, drop_off: DropOff, event: Event, *, capacity: int) -> DropOff:
        """Store an intention and take its room at the site, in one step.

        Announcing the same id again changes nothing and returns what is stored.

        Parameters
        ----------
        drop_off : DropOff
            What will be brought, and where.
        event : Event
            That tells of it; intentions that have expired by then give their room back.
        capacity : int
            How many devices the site keeps.

        Returns
        -------
        DropOff
            What is stored.

        Raises
        ------
        Conflict
            If the site has no room for it.
        """
        count = len(drop_off.devices)
        answer, *rest = self._announce(
            [
                *(drop_off_key(drop_off.id), site_key(drop_off.territory, drop_off.site_id)),
                DayKeys(event.territory, event.day).events,
                OutboxKeys(event.territory).entries,
            ],
            [
                *(drop_off.id, count, capacity),
                *(event.at.timestamp(), drop_off.expires_at.timestamp()),
                *(dump_event(event), told_day(event)),
                *(text for pair in _dump(drop_off).items() for text in pair),
            ],
        )
        if answer == "full":
            raise Conflict(
                f"the site keeps {rest[0]} of {capacity} devices already and has no room for "
                f"{count}: choose another"
            )
        return _load(fields_of(rest[0]))

    @available()
    def get(self, drop_off_id: str) -> DropOff:
        """Read a drop-off.

        Parameters
        ----------
        drop_off_id : str
            Which.

        Returns
        -------
        DropOff
            As it is now.

        Raises
        ------
        NotFound
            If there is none.
        """
        fields = self._client.hgetall(drop_off_key(drop_off_id))
        if not fields:
            raise NotFound(f"there is no drop-off {drop_off_id!r}", field="id")
        return _load(fields)

    @available()
    def drop(self, drop_off: DropOff, number: int, event: Event) -> DropOff:
        """Note that a site has taken a device, in one step.

        Parameters
        ----------
        drop_off : DropOff
            Whose device, as it was read.
        number : int
            Which of its devices, from 0.
        event : Event
            With the label and the class of the battery.

        Returns
        -------
        DropOff
            The changed one; unchanged and without a second event if it bears that label
            already.

        Raises
        ------
        NotFound
            If there is no such drop-off.
        Conflict
            If the label is on another device, or the device bears another one.
        """
        label = event.label or ""
        answer, *rest = self._drop(
            [
                drop_off_key(drop_off.id),
                label_key(drop_off.territory, label),
                site_key(drop_off.territory, drop_off.site_id),
                DayKeys(event.territory, event.day).events,
                OutboxKeys(event.territory).entries,
            ],
            [
                *(drop_off.id, number, label, event.battery, event.at.isoformat()),
                *(len(drop_off.devices), dump_event(event), told_day(event)),
            ],
        )
        match answer:
            case "missing":
                raise NotFound(f"there is no drop-off {drop_off.id!r}", field="id")
            case "taken":
                raise Conflict(f"label {label} is on another device ({rest[0]}): take a new label")
            case "labelled":
                raise Conflict(f"the device bears label {rest[0]}")
        return _load(fields_of(rest[0]))

    @available()
    def assign(self, drop_off: DropOff, pickup_id: str, numbers: Mapping[int, int]) -> None:
        """Note with which pickup request of the site devices go, in one step.

        Parameters
        ----------
        drop_off : DropOff
            Whose devices.
        pickup_id : str
            Id of the pickup request.
        numbers : Mapping of int to int
            From the number of a device here to its number there.
        """
        labels = [drop_off.devices[number].label or "" for number in numbers]
        self._assign(
            [drop_off_key(drop_off.id), *(label_key(drop_off.territory, one) for one in labels)],
            [pickup_id, *(number for pair in numbers.items() for number in pair)],
        )

    @available()
    def held(self, territory: str, site_id: str, *, now: datetime) -> Mapping[str, int]:
        """Count the devices that a site holds or keeps room for.

        Parameters
        ----------
        territory : str
            Id of the territory.
        site_id : str
            Which site.
        now : datetime
            Aware present; intentions that have expired do not count.

        Returns
        -------
        Mapping of str to int
            By id of the drop-off.
        """
        found = {}
        for name, text in self._client.hgetall(site_key(territory, site_id)).items():
            count, _, expires = text.partition("|")
            if not expires or float(expires) > now.timestamp():
                found[name] = int(count)
        return found

    def gathering(
        self, territory: str, site_id: str, *, lease: float = 30.0
    ) -> AbstractContextManager[None]:
        """Hold the one lock of booking vans to a site; renewed while held, lost with its holder.

        Parameters
        ----------
        territory : str
            Id of the territory.
        site_id : str
            Which site.
        lease : float
            Seconds after which the lock of a dead holder is free.

        Returns
        -------
        context manager
            Held inside the block; raises `Conflict` on entry if somebody else holds it, and
            on leaving if it was lost in between.
        """
        key = gathering_key(territory, site_id)
        return hold(self._client, key, lease=lease, what=f"the gathering at {site_id}")

    @available()
    def release(self, drop_off: DropOff) -> None:
        """Give the room of a drop-off back: its devices have left the site.

        Parameters
        ----------
        drop_off : DropOff
            Which.
        """
        self._client.hdel(site_key(drop_off.territory, drop_off.site_id), drop_off.id)


def _dump(drop_off: DropOff) -> dict[str, str]:
    separate: Any = {"pickups": True, "devices": {"__all__": set(OF_DEVICE.values())}}
    body = _DROP_OFF.dump_json(drop_off, exclude=separate).decode()
    return {"body": body, **dump_devices(drop_off.devices)}


def _load(fields: Mapping[str, str]) -> DropOff:
    body = json.loads(fields["body"])
    pickups = {
        int(name.removeprefix(_PICKUP)): text
        for name, text in fields.items()
        if name.startswith(_PICKUP)
    }
    load_devices(body["devices"], fields)
    return _DROP_OFF.validate_python({**body, "pickups": pickups})
