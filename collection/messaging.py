"""Puts together what delivers messages: the senders that are configured, and the links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from collection.api.links import LinkSigner
from collection.errors import InvalidRequest
from collection.model import Channel, TimeWindow
from collection.scheduling.calendar import bookable_days
from collection.scheduling.notify.deliver import Deliverer
from collection.scheduling.notify.dropped import DropOffNews
from collection.scheduling.notify.news import SLOTS, NewsDesk
from collection.scheduling.notify.telling import Links, Teller
from collection.scheduling.slots import offer_to
from collection.senders import HttpProvider, MailFolder, SmtpSender, WebhookSender

if TYPE_CHECKING:
    from datetime import date

    from collection.model import PickupRequest
    from collection.ports import Sender
    from collection.services import Services
    from collection.settings import Settings

MAILS = "mails"
"""Folder in ``run_dir`` for mails, where no mail server is configured."""

_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
_SHORTEST_SECRET = 16


def build_deliverer(services: Services) -> Deliverer:
    """Put together what delivers.

    Parameters
    ----------
    services : Services
        With a ``secret_key`` in its settings.

    Returns
    -------
    Deliverer
        Ready to run.

    Raises
    ------
    InvalidRequest
        If a setting is wrong; names it.
    """
    signer = LinkSigner.of(services.settings, services.clock)

    def day_link(territory: str, day: date) -> str:
        return f"{signer.base_url}/dispatch/{territory}/{day.isoformat()}"

    territories = services.catalogue.territories
    return Deliverer(
        territories=territories,
        outbox=services.outbox,
        teller=Teller(
            desk=NewsDesk(
                territories=territories,
                requests=services.requests,
                plans=services.plans,
                outbox=services.outbox,
                drop_offs=DropOffNews(
                    territories=territories,
                    drop_offs=services.drop_offs,
                    custody=services.custody,
                ),
                offers=lambda request: offered(services, request),
            ),
            links=Links(
                link_of=signer.tracking_url,
                day_link=day_link,
                dispatcher_email=services.settings.dispatcher_email,
            ),
            events=services.events,
        ),
        senders=build_senders(services.settings),
        clock=services.clock,
    )


def build_senders(settings: Settings) -> dict[Channel, Sender]:
    """Build the senders of the channels that are configured.

    Parameters
    ----------
    settings : Settings
        As read at start.

    Returns
    -------
    dict of Channel to Sender
        Mail is always among them: without a server it goes into a folder.

    Raises
    ------
    InvalidRequest
        If a setting is wrong; names it.
    """
    if settings.smtp_url.get_secret_value():
        mail: Sender = SmtpSender(settings.smtp_url.get_secret_value(), settings.mail_from)
    else:
        mail = MailFolder(settings.run_dir / MAILS, settings.mail_from)
    found: dict[Channel, Sender] = {Channel.MAIL: mail}
    if settings.dispatcher_email:
        found[Channel.DISPATCHER] = mail
    if settings.sms_url:
        found[Channel.SMS] = HttpProvider(settings.sms_url, settings.sms_token.get_secret_value())
    if settings.push_url:
        token = settings.push_token.get_secret_value()
        found[Channel.PUSH] = HttpProvider(settings.push_url, token)
    if settings.webhook_url:
        found[Channel.WEBHOOK] = WebhookSender(settings.webhook_url, _webhook_keys(settings))
    return found


def offered(services: Services, request: PickupRequest) -> list[TimeWindow]:
    """Find slots that a request could move to.

    Parameters
    ----------
    services : Services
        The bundle.
    request : PickupRequest
        Whose van does not come.

    Returns
    -------
    list of TimeWindow
        The earliest that are offered, each tried in the plan of its day.
    """
    territory = services.catalogue.territory(request.territory)
    now, found = services.clock.now(), list[TimeWindow]()
    for day in bookable_days(territory, now):
        offers = offer_to(
            territory,
            services.requests,
            services.desk.days,
            now,
            address=request.address,
            devices=request.devices,
            day=day,
            without=request.id,
        )
        found += [offer.slot.window for offer in offers if not offer.reason]
        if len(found) >= SLOTS:
            break
    return found[:SLOTS]


def _webhook_keys(settings: Settings) -> dict[str, str]:
    keys = {name: key.get_secret_value() for name, key in settings.webhook_keys.items()}
    if not keys:
        raise InvalidRequest(
            "COLLECTION_WEBHOOK_URL needs COLLECTION_WEBHOOK_KEYS to sign with",
            field="webhook_keys",
        )
    for name, key in keys.items():
        if not _KEY_ID.fullmatch(name) or name == "t" or len(key) < _SHORTEST_SECRET:
            raise InvalidRequest(
                f"COLLECTION_WEBHOOK_KEYS: {name!r} must be of letters, digits, - and _, not t, "
                f"and its secret of at least {_SHORTEST_SECRET} characters",
                field="webhook_keys",
            )
    return keys
