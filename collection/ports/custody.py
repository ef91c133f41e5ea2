"""The store of labels, and of what was seen of each device on its way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collection.model import Event, PickupRequest, RequestState


@dataclass(frozen=True, slots=True, kw_only=True)
class Labelled:
    """What a label is stuck on.

    Parameters
    ----------
    owner : str
        Id of the pickup request or drop-off.
    number : int
        Which of its devices, from 0.
    drop_off : bool
        Whether it is a drop-off.
    brought : tuple of str and int, optional
        The drop-off that a device of a site's pickup came with, and its number there.
    """

    owner: str
    number: int
    drop_off: bool = False
    brought: tuple[str, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What becomes of a request with a scan of one of its devices.

    Parameters
    ----------
    target : RequestState
        The state to come.
    reason : str
        The failure code with its words.
    event : Event
        What tells it.
    """

    target: RequestState
    reason: str
    event: Event


class CustodyStore(Protocol):
    """Labels and the devices that bear them."""

    def find(self, territory: str, label: str) -> Labelled | None:
        """Look up a label.

        Parameters
        ----------
        territory : str
            Id of the territory.
        label : str
            Ten characters.

        Returns
        -------
        Labelled or None
            None where nothing bears it.
        """
        ...

    def scan(
        self,
        request: PickupRequest,
        number: int,
        event: Event,
        *,
        left: str = "",
        ending: Ending | None = None,
    ) -> PickupRequest:
        """Note what was seen of a device before a hub has it, in one step.

        Parameters
        ----------
        request : PickupRequest
            Whose device, as it was read.
        number : int
            Which of its devices, from 0.
        event : Event
            With the label and the class of the battery, as far as they were seen.
        left : str
            Why the device stays with the customer; empty where it is taken.
        ending : Ending, optional
            What becomes of the request with it.

        Returns
        -------
        PickupRequest
            The changed request; unchanged and without a second event if all that is known.

        Raises
        ------
        NotFound
            If there is no such request.
        Conflict
            If the label is on another device, the device has been received, or the state of
            the request forbids it.
        """
        ...

    def receive(
        self, request: PickupRequest, number: int, event: Event, *, implied: Event
    ) -> PickupRequest:
        """Take a device in at a hub, in one step; with the last one the request is received.

        Parameters
        ----------
        request : PickupRequest
            Whose device, as it was read.
        number : int
            Which of its devices, from 0.
        event : Event
            With its label and the hub.
        implied : Event
            Tells that the request was collected, where its driver's phone has not yet.

        Returns
        -------
        PickupRequest
            The changed request.

        Raises
        ------
        NotFound
            If there is no such request.
        Conflict
            If the device bears another label by now or was received before, or the request
            was not collected and the device bears no label of its day.
        """
        ...
