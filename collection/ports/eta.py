"""What past days have shown of predictions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from collection.model import EtaDay


class EtaStore(Protocol):
    """A count of errors for each of a territory's last days."""

    def keep(self, territory: str, day: date, shown: EtaDay, *, most: int = 60) -> None:
        """Put a day's count, in place of one that is there.

        Parameters
        ----------
        territory : str
            Which territory.
        day : date
            Local date.
        shown : EtaDay
            Its errors.
        most : int
            How many days are kept; the oldest go.
        """
        ...

    def days(self, territory: str) -> Mapping[date, EtaDay]:
        """Read the counts of a territory.

        Parameters
        ----------
        territory : str
            Which territory.

        Returns
        -------
        Mapping of date to EtaDay
            By local date.
        """
        ...
