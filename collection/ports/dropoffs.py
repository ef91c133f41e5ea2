"""The store of what customers bring to partner points of sale."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from contextlib import AbstractContextManager
    from datetime import datetime

    from collection.model import DropOff, Event


class DropOffStore(Protocol):
    """Drop-offs, and how full the sites are."""

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
        ...

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
        ...

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
        ...

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
        ...

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
        ...

    def gathering(
        self, territory: str, site_id: str, *, lease: float = 30.0
    ) -> AbstractContextManager[None]:
        """Hold the one lock of booking vans to a site.

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
        ...

    def release(self, drop_off: DropOff) -> None:
        """Give the room of a drop-off back: its devices have left the site.

        Parameters
        ----------
        drop_off : DropOff
            Which.
        """
        ...
