"""What is told, before it is put into words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from collection.model import PLANNABLE, EventType, FailureCode, NoticeKind, RequestState
from collection.scheduling.notify.arrival import dump_range, load_range
from collection.scheduling.triage import NO_PACKAGE, NO_SKILL

if TYPE_CHECKING:
    from datetime import datetime

    from collection.model import Event, PickupRequest, Site, TimeWindow, Told

PROMISE, ARRIVAL, VAN, UNASSIGNED, HUB = "promise", "arrival", "van", "unassigned", "hub"
"""Topics of which a customer is told news once: what is booked, when we come, that the van has
left, that no van comes, that the hub has the devices."""

YES = "yes"
"""News of a topic that is told or not."""

_S = RequestState
_BOOKED = PLANNABLE | {_S.EN_ROUTE, _S.ARRIVED}
TRUE_IN: dict[NoticeKind, frozenset[RequestState]] = {
    NoticeKind.CONFIRMED: _BOOKED,
    NoticeKind.RESCHEDULED: _BOOKED,
    NoticeKind.PLANNED: frozenset({_S.PLANNED, _S.EN_ROUTE}),
    NoticeKind.UNASSIGNED: frozenset({_S.UNASSIGNED, _S.PLANNED, _S.CONFIRMED, _S.RESCHEDULED}),
    NoticeKind.ON_THE_WAY: frozenset({_S.PLANNED, _S.EN_ROUTE}),
    NoticeKind.NEXT_STOP: frozenset({_S.PLANNED, _S.EN_ROUTE}),
    NoticeKind.DELAYED: frozenset({_S.PLANNED, _S.EN_ROUTE}),
    NoticeKind.COLLECTED: frozenset({_S.COLLECTED, _S.RECEIVED}),
    NoticeKind.FAILED: frozenset({_S.FAILED, _S.REFUSED}),
    NoticeKind.RECEIVED: frozenset({_S.RECEIVED}),
    NoticeKind.CANCELLED: frozenset({_S.CANCELLED}),
}
"""States in which a request must be for a notice to be true."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What one customer is told.

    Parameters
    ----------
    kind : NoticeKind
        What.
    form : str
        Which text tells it: a table of the files in ``texts/``.
    request : PickupRequest
        Whose.
    at : datetime
        Aware UTC instant when it happened.
    arrival : TimeWindow, optional
        When the van is expected.
    code : str
        Why it failed, or which reason there is for no van.
    slots : tuple of TimeWindow
        Other times that could be chosen.
    topic : str
        Of which topic it tells the news.
    news : str
        That news.
    site : Site, optional
        Where the devices are brought; None where a van comes for them.
    """

    kind: NoticeKind
    form: str
    request: PickupRequest
    at: datetime
    arrival: TimeWindow | None = None
    code: str = ""
    slots: tuple[TimeWindow, ...] = ()
    topic: str = ""
    news: str = ""
    site: Site | None = None


@dataclass(slots=True)
class News:
    """What an event is to those outside.

    Parameters
    ----------
    notices : list of Notice
        To customers and the marketplace.
    unassigned : list of (PickupRequest, str)
        Of which the dispatcher is told, with the reason, by mail and in the day's stream.
    told : dict
        What is then told of the day.
    """

    notices: list[Notice] = field(default_factory=list)
    unassigned: list[tuple[PickupRequest, str]] = field(default_factory=list)
    told: Told = field(default_factory=dict)


def plain(kind: NoticeKind, request: PickupRequest, event: Event) -> News:
    """Tell a request's customer what happened, if it is still so.

    Parameters
    ----------
    kind : NoticeKind
        What.
    request : PickupRequest
        Whose.
    event : Event
        What happened.

    Returns
    -------
    News
        One notice; none if the request is past it.
    """
    if request.state not in TRUE_IN[kind]:
        return News()
    return News(notices=[Notice(kind=kind, form=kind.value, request=request, at=event.at)])


def promised(request: PickupRequest, event: Event) -> News:
    """Tell of a promise; what was told of an earlier one of that day is void.

    Parameters
    ----------
    request : PickupRequest
        Whose.
    event : Event
        What happened.

    Returns
    -------
    News
        One notice; none if the request is past it.
    """
    first = event.type is EventType.BOOKED
    kind = NoticeKind.CONFIRMED if first else NoticeKind.RESCHEDULED
    news, version = plain(kind, request, event), str(request.version)
    news.notices = [replace(one, topic=PROMISE, news=version) for one in news.notices]
    news.told = {(request.id, topic): "" for topic in (ARRIVAL, UNASSIGNED, VAN)}
    news.told[request.id, PROMISE] = version
    return news


def delayed(request: PickupRequest, event: Event) -> News:
    """Tell that the van comes later than it was promised or announced.

    Parameters
    ----------
    request : PickupRequest
        Whose.
    event : Event
        Its text is the range of the arrival.

    Returns
    -------
    News
        One notice; none if the request is past it.
    """
    arrival = load_range(event.text)
    if request.state not in TRUE_IN[NoticeKind.DELAYED] or arrival is None:
        return News()
    news = dump_range(arrival)
    notice = Notice(
        kind=NoticeKind.DELAYED,
        form="delayed",
        request=request,
        at=event.at,
        arrival=arrival,
        topic=ARRIVAL,
        news=news,
    )
    return News(notices=[notice], told={(request.id, ARRIVAL): news})


def failed(request: PickupRequest, event: Event) -> News:
    """Tell why nothing was collected.

    Parameters
    ----------
    request : PickupRequest
        Whose.
    event : Event
        What happened.

    Returns
    -------
    News
        One notice; none if the request is past it.
    """
    if request.state not in TRUE_IN[NoticeKind.FAILED]:
        return News()
    refused = event.type is EventType.REFUSED
    code: str = event.code or (FailureCode.HAZARD if refused else FailureCode.OTHER)
    if code == FailureCode.HAZARD and event.text in {NO_SKILL, NO_PACKAGE}:
        # Another van on another day may carry it: the customer chooses when.
        code = event.text
    notice = Notice(
        kind=NoticeKind.FAILED,
        form="refused" if refused else "failed",
        request=request,
        at=event.at,
        code=str(code),
    )
    return News(notices=[notice])
