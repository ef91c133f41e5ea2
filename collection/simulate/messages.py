"""What customers are told: the outbox delivers to a mail box that keeps count."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from collection.messaging import build_deliverer
from collection.model import Channel, NoticeKind

if TYPE_CHECKING:
    from collection.model import Delivery
    from collection.ports import Clock
    from collection.scheduling.notify.deliver import Deliverer
    from collection.services import Services
    from collection.simulate.ledger import Ledger

BAD_NEWS = frozenset({NoticeKind.DELAYED, NoticeKind.UNASSIGNED})
"""What tells a customer that a promise will not be kept."""


class Mailbox:
    """A `Sender` that keeps the mails of all customers.

    Parameters
    ----------
    ledger : Ledger
        Where it is written down who was told that a promise breaks.
    clock : Clock
        The present.
    """

    def __init__(self, ledger: Ledger, clock: Clock) -> None:
        self._ledger, self._clock = ledger, clock
        self.mails: list[Delivery] = []

    def send(self, delivery: Delivery) -> None:
        """Take a mail.

        Parameters
        ----------
        delivery : Delivery
            The mail.
        """
        self.mails.append(delivery)
        promise = self._ledger.promises.get((delivery.request_id or "", delivery.day))
        if promise is not None and delivery.kind in BAD_NEWS and promise.told_at is None:
            promise.told_at = self._clock.now()


def deliverer_to(mailbox: Mailbox, services: Services) -> Deliverer:
    """Let the product's own deliverer put all mails into a box; it sends nothing else.

    Parameters
    ----------
    mailbox : Mailbox
        The box.
    services : Services
        The product.

    Returns
    -------
    Deliverer
        To be asked now and then.
    """
    return replace(build_deliverer(services), senders={Channel.MAIL: mailbox})
