"""Puts notices into words, one message for each channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from collection.languages import LANGUAGES
from collection.model import Channel, Delivery, FailureCode, NoticeKind
from collection.scheduling.calendar import zone_of
from collection.scheduling.notify.bodies import webhook_body
from collection.scheduling.notify.dropped import hours_of
from collection.scheduling.notify.quiet import earliest
from collection.scheduling.notify.words import no_link, one_line, words_of
from collection.scheduling.triage import DANGEROUS, NO_PACKAGE, NO_SKILL
from collection.units import MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from collection.model import Event, PickupRequest, Territory
    from collection.scheduling.notify.notices import Notice
    from collection.scheduling.notify.words import Words

SHORT_FOR = frozenset(
    {
        *(NoticeKind.ON_THE_WAY, NoticeKind.NEXT_STOP, NoticeKind.DELAYED),
        NoticeKind.UNASSIGNED,
    }
)
"""What goes by SMS and push too: what the customer waits for or must act on."""

_NEXT_STOP_LIFE = timedelta(hours=1)
_GRAIN = 5 * MINUTE


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Writes the messages of a territory.

    Parameters
    ----------
    territory : Territory
        Whose clock and language count.
    link_of : callable
        From a request to the address of its customer's page.
    """

    territory: Territory
    link_of: Callable[[PickupRequest], str]

    def deliveries(
        self, notice: Notice, *, entry_id: str, event_id: str, now: datetime
    ) -> list[Delivery]:
        """Write a notice for every channel that it goes by.

        Parameters
        ----------
        notice : Notice
            What is told.
        entry_id : str
            Of the outbox entry: the same entry gives the same ids.
        event_id : str
            Of the event in the stream of its day.
        now : datetime
            Aware present.

        Returns
        -------
        list of Delivery
            A mail where there is an address, SMS and push for what matters at once, and a
            webhook.
        """
        request, zone = notice.request, zone_of(self.territory)
        stem = f"{request.id}.{entry_id}.{notice.kind}"
        subject, text, short = self.words(notice)
        common = Delivery(
            id=stem,
            territory=request.territory,
            day=request.day,
            kind=notice.kind,
            channel=Channel.WEBHOOK,
            request_id=request.id if notice.site is None else None,
            language=self.language(request),
            text="",
            link="" if notice.site else self.link_of(request),
            due=now,
            topic=notice.topic,
            news=notice.news,
        )

        def one(channel: Channel, to: str, text: str, subject: str = "") -> Delivery:
            return replace(
                common,
                id=f"{stem}.{channel}",
                channel=channel,
                to=to,
                subject=subject,
                text=text,
                due=earliest(notice.kind, channel, now, zone),
                expires=_expires(notice),
            )

        body = webhook_body(notice, f"{stem}.{Channel.WEBHOOK}", event_id)
        webhook = replace(
            common, id=f"{stem}.{Channel.WEBHOOK}", to=request.reference, text=body, topic=""
        )
        found = [webhook]
        if request.customer.email:
            found.append(one(Channel.MAIL, request.customer.email, text, subject))
        if notice.kind in SHORT_FOR:
            if request.customer.phone:
                found.append(one(Channel.SMS, request.customer.phone, short))
            found.append(one(Channel.PUSH, request.reference, short, subject))
        return found

    def alarm(
        self,
        unassigned: Sequence[tuple[PickupRequest, str]],
        *,
        day: date,
        entry_id: str,
        to: str,
        link: str,
        now: datetime,
    ) -> Delivery:
        """Write to the dispatcher which promises no van keeps.

        Parameters
        ----------
        unassigned : Sequence of (PickupRequest, str)
            Requests, each with the reason.
        day : date
            Local date.
        entry_id : str
            Of the outbox entry.
        to : str
            The dispatcher's mail address.
        link : str
            Address of the day's page.
        now : datetime
            Aware present.

        Returns
        -------
        Delivery
            One mail.
        """
        words, zone = words_of(self.territory.country.language), zone_of(self.territory)
        form = words.form("dispatcher")
        lines = [
            form["line"].format(
                reference=no_link(request.reference),
                code=request.code,
                when=words.windows(request.windows, zone),
                why=why,
            )
            for request, why in unassigned
        ]
        values = {
            "territory": self.territory.name,
            "day": words.day(day),
            "count": words.number(len(unassigned)),
            "lines": "\n".join(lines),
            "link": link,
        }
        return self._to_dispatcher("dispatcher", values, day=day, entry_id=entry_id, to=to, now=now)

    def search(self, event: Event, *, entry_id: str, to: str, link: str, now: datetime) -> Delivery:
        """Write to the dispatcher of devices that are overdue.

        Parameters
        ----------
        event : Event
            Its text are their labels; in which van or at which site they were last.
        entry_id : str
            Of the outbox entry.
        to : str
            The dispatcher's mail address.
        link : str
            Address of the day's page.
        now : datetime
            Aware present.

        Returns
        -------
        Delivery
            One mail.
        """
        words = words_of(self.territory.country.language)
        places = {vehicle.id: vehicle.name for vehicle in self.territory.vehicles}
        places |= {site.id: site.name for site in self.territory.sites}
        where = event.vehicle_id or event.site_id or ""
        values = {
            "territory": self.territory.name,
            "day": words.day(event.day),
            "where": places.get(where, where),
            "labels": event.text,
            "link": link,
        }
        return self._to_dispatcher(
            "dispatcher_devices", values, day=event.day, entry_id=entry_id, to=to, now=now
        )

    def _to_dispatcher(
        self,
        name: str,
        values: Mapping[str, str],
        *,
        day: date,
        entry_id: str,
        to: str,
        now: datetime,
    ) -> Delivery:
        words = words_of(self.territory.country.language)
        form = words.form(name)
        return Delivery(
            id=f"{self.territory.id}.{entry_id}.{Channel.DISPATCHER}",
            territory=self.territory.id,
            day=day,
            kind=NoticeKind.UNASSIGNED,
            channel=Channel.DISPATCHER,
            language=words.language,
            to=to,
            subject=form["subject"].format(**values),
            text=form["text"].strip().format(**values) + "\n",
            link=values["link"],
            due=now,
        )

    def language(self, request: PickupRequest) -> str:
        """Language of a request's customer.

        Parameters
        ----------
        request : PickupRequest
            Whose.

        Returns
        -------
        str
            One that there are texts in: the customer's, or the country's.
        """
        wanted = request.customer.language
        return wanted if wanted in LANGUAGES else words_of(self.territory.country.language).language

    def words(self, notice: Notice) -> tuple[str, str, str]:
        """Put a notice into words.

        Parameters
        ----------
        notice : Notice
            What is told.

        Returns
        -------
        tuple of str
            Subject, text, and the short form where there is one.
        """
        words = words_of(self.language(notice.request))
        form = words.form(notice.form)
        values = self._values(notice, words)
        text = form["text"].strip().format(**values)
        text += f"\n\n-- \n{words.tables['brand']}\n"
        return form["subject"].format(**values), text, form.get("short", "").format(**values)

    def _values(self, notice: Notice, words: Words) -> dict[str, str]:
        request, zone = notice.request, zone_of(self.territory)
        devices = request.devices
        if notice.kind in {NoticeKind.COLLECTED, NoticeKind.RECEIVED}:
            devices = tuple(device for device in devices if not request.stays(device))
        values = {
            "name": no_link(request.customer.name),
            "day": words.day(request.day),
            "where": no_link(one_line(request.address)),
            "devices": words.devices(devices),
            "receipt": words.receipt(devices),
            "stayed": _stayed(request, words),
            "count": words.number(len(devices)),
            "code": request.code,
            "reference": no_link(request.reference),
            "until": words.instant(request.cancel_by, zone),
            "at": words.instant(notice.at, zone),
            "slots": _slots(notice, words, zone),
        }
        if notice.site is None:
            values["when"] = words.windows(request.windows, zone)
            values["link"] = self.link_of(request)
        else:
            values["where"] = ", ".join(filter(None, (notice.site.name, notice.site.address)))
            values["site"] = notice.site.name
            values["hours"] = hours_of(notice.site)
        if notice.code:
            values["why"] = words.word("why", notice.code)
            values["next"] = words.word("next", notice.code)
        if notice.arrival is not None:
            values["arrival"] = words.span(notice.arrival, zone)
            values["expected"] = words.clock(_rounded_up(notice.arrival.start), zone)
        return values


def _slots(notice: Notice, words: Words, zone: ZoneInfo) -> str:
    if not notice.slots:
        return ""
    lines = [f"- {words.window(slot, zone)}" for slot in notice.slots]
    return "\n".join(["", words.word("slots", "some"), *lines, ""])


def _stayed(request: PickupRequest, words: Words) -> str:
    """Tell which devices were left with the customer, why, and what to do about it."""
    left = [(device, request.stays(device)) for device in request.devices]
    lines = [
        words.word("stays", "line").format(
            device=words.word("device", device.type), why=words.word("stays", _why(reason))
        )
        for device, reason in left
        if reason
    ]
    return "\n".join(["", words.word("stays", "some"), *lines, "", ""]) if lines else ""


def _why(reason: str) -> str:
    # Anything else is a driver's own words, in the driver's language.
    verdict = reason.removeprefix(f"{FailureCode.HAZARD.value}: ")
    return verdict if verdict in {DANGEROUS, NO_SKILL, NO_PACKAGE} else "other"


def _rounded_up(instant: datetime) -> datetime:
    return instant + timedelta(seconds=-int(instant.timestamp()) % _GRAIN)


def _expires(notice: Notice) -> datetime | None:
    """Instant after which a message is no help any more."""
    ends = [window.end for window in notice.request.windows]
    match notice.kind:
        case NoticeKind.NEXT_STOP | NoticeKind.DELAYED:
            return notice.at + _NEXT_STOP_LIFE
        case NoticeKind.ON_THE_WAY | NoticeKind.PLANNED if ends:
            return max(ends) + _NEXT_STOP_LIFE
    return None
