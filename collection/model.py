"""The words of the house as frozen dataclasses; imports nothing but errors and units.

Times are aware UTC ``datetime`` where a thing is seen from outside (`TimeWindow`,
`PickupRequest`) and integer seconds of the local day inside a plan (`Stop`, `Route`,
`Shift`). Costs are integer cents, distances integer metres.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from collection.units import Cents, Metres, Seconds

LOAD_DIMENSIONS: tuple[str, ...] = ("units", "litres", "grams")
"""What a `Load` counts, in this order."""


class RequestState(StrEnum):
    """Where a pickup request is on its way."""

    REQUESTED = "requested"
    CONFIRMED = "confirmed"
    PLANNED = "planned"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    COLLECTED = "collected"
    RECEIVED = "received"
    FAILED = "failed"
    UNASSIGNED = "unassigned"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"
    REFUSED = "refused"


_S = RequestState
_OPEN = frozenset({_S.CONFIRMED, _S.RESCHEDULED, _S.PLANNED, _S.UNASSIGNED})

TRANSITIONS: dict[RequestState, frozenset[RequestState]] = {
    _S.REQUESTED: frozenset({_S.CONFIRMED, _S.CANCELLED, _S.REFUSED}),
    _S.CONFIRMED: frozenset({_S.PLANNED, _S.UNASSIGNED, _S.RESCHEDULED, _S.CANCELLED}),
    _S.RESCHEDULED: frozenset({_S.PLANNED, _S.UNASSIGNED, _S.RESCHEDULED, _S.CANCELLED}),
    _S.PLANNED: frozenset(
        {
            *(_S.PLANNED, _S.UNASSIGNED, _S.EN_ROUTE, _S.ARRIVED, _S.COLLECTED),
            *(_S.FAILED, _S.CANCELLED, _S.REFUSED),
        }
    ),
    _S.UNASSIGNED: frozenset({_S.PLANNED, _S.UNASSIGNED, _S.RESCHEDULED, _S.CANCELLED}),
    _S.EN_ROUTE: frozenset({_S.ARRIVED, _S.COLLECTED, _S.FAILED, _S.REFUSED, _S.CANCELLED}),
    _S.ARRIVED: frozenset({_S.COLLECTED, _S.FAILED, _S.REFUSED}),
    _S.COLLECTED: frozenset({_S.RECEIVED}),
    _S.FAILED: frozenset({_S.RESCHEDULED, _S.CANCELLED}),
    _S.RECEIVED: frozenset(),
    _S.CANCELLED: frozenset(),
    _S.REFUSED: frozenset(),
}
"""The one transition table: from a state to the states that may follow it."""

PLANNABLE: frozenset[RequestState] = _OPEN
"""States in which a night takes a request into its plan."""


def sources_of(target: RequestState) -> frozenset[RequestState]:
    """States from which `target` may follow.

    Parameters
    ----------
    target : RequestState
        The state to come.

    Returns
    -------
    frozenset of RequestState
        Every state whose transitions hold `target`.
    """
    return frozenset(state for state, following in TRANSITIONS.items() if target in following)


class FailureCode(StrEnum):
    """Why a stop failed at the door."""

    NOT_HOME = "not_home"
    CANT_FIND_ADDRESS = "cant_find_address"
    NO_ACCESS = "no_access"
    NO_PARKING = "no_parking"
    REFUSED_BY_CUSTOMER = "refused_by_customer"
    PACKAGE_NOT_AVAILABLE = "package_not_available"
    DEVICE_MISMATCH = "device_mismatch"
    HAZARD = "hazard"
    NO_TIME = "no_time"
    OTHER = "other"


class UnassignedReason(StrEnum):
    """Why a request is in no route."""

    UNREACHABLE = "unreachable"
    OUTSIDE_TERRITORY = "outside_territory"
    OUTSIDE_SHIFTS = "outside_shifts"
    TOO_LARGE = "too_large"
    NO_SKILL = "no_skill"
    WINDOW_TOO_TIGHT = "window_too_tight"
    NO_CAPACITY = "no_capacity"


class Battery(StrEnum):
    """What the customer says of a device's battery."""

    OK = "ok"
    SWOLLEN = "swollen"
    REMOVED = "removed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """A point on the ground, in WGS 84 degrees.

    Parameters
    ----------
    lon : float
        Longitude, -180 to 180.
    lat : float
        Latitude, -90 to 90.
    """

    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Customer:
    """Who asks for the pickup.

    Parameters
    ----------
    name : str
        As it stands at the door bell.
    phone : str
        E.164, like ``+37799991234``.
    email : str
        Where confirmations go.
    language : str
        Two-letter code: ``fr``, ``de``, ``es`` or ``en``.
    """

    name: str
    phone: str
    email: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where the devices are.

    Parameters
    ----------
    line1 : str
        Street and house number as the country writes them.
    postcode : str
        Postal code.
    city : str
        Town.
    country : str
        ISO 3166 two-letter code in lower case.
    position : Position
        Where it is on the ground.
    access_notes : str
        Floor, code, concierge: what a driver must know.
    """

    line1: str
    postcode: str
    city: str
    country: str
    position: Position
    access_notes: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One thing to collect.

    Parameters
    ----------
    type : str
        A type of ``data/devices.toml``: ``phone``, ``laptop``, ...
    battery : Battery
        What the customer says of it.
    imei : str, optional
        15 digits, Luhn-checked.
    defect : str
        The customer's words.
    """

    type: str
    battery: Battery = Battery.UNKNOWN
    imei: str | None = None
    defect: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeWindow:
    """When service may start, both ends inclusive.

    Parameters
    ----------
    start : datetime
        Aware UTC instant.
    end : datetime
        Aware UTC instant, not before `start`.
    """

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much room something takes, or a vehicle has.

    Parameters
    ----------
    units : int
        Devices.
    litres : int
        Volume, packaged.
    grams : int
        Weight, packaged.
    """

    units: int
    litres: int
    grams: int

    def __add__(self, other: Load) -> Load:
        """Sum of two loads, dimension by dimension."""
        return Load(
            units=self.units + other.units,
            litres=self.litres + other.litres,
            grams=self.grams + other.grams,
        )

    def as_tuple(self) -> tuple[int, int, int]:
        """Amounts in the order of `LOAD_DIMENSIONS`.

        Returns
        -------
        tuple of int
            Units, litres and grams.
        """
        return (self.units, self.litres, self.grams)


NO_LOAD = Load(units=0, litres=0, grams=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceType:
    """What the house knows of a type of device (``data/devices.toml``).

    Parameters
    ----------
    id : str
        The word requests use.
    label : str
        The word people read.
    load : Load
        One device, packaged.
    service : int
        Seconds that one device adds at the door.
    battery_class : str
        ``lithium_ion`` or ``none``.
    """

    id: str
    label: str
    load: Load
    service: Seconds
    battery_class: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PickupRequest:
    """A customer's wish to have devices collected at home.

    Parameters
    ----------
    id : str
        ``<territory>.<token>``.
    territory : str
        Id of the territory whose vans collect it.
    day : date
        Local date of the pickup.
    reference : str
        The marketplace's own number.
    code : str
        Confirmation code that a customer can say on the phone.
    customer : Customer
        Who asks.
    address : Address
        Where.
    devices : tuple of Device
        What, at least one.
    windows : tuple of TimeWindow
        When service may start; one of them is enough.
    slot_id : str, optional
        The promised slot, where one was chosen.
    cancel_by : datetime
        Aware UTC instant after which it can no longer be cancelled or moved.
    created_at : datetime
        Aware UTC instant of the booking.
    state : RequestState
        Where it is on its way.
    reason : str
        The failure code or the reason of being unassigned, with its text; empty otherwise.
    priority : int
        0 is usual; each step up doubles the price of leaving it unassigned.
    version : int
        Counts changes, from 1.
    """

    id: str
    territory: str
    day: date
    reference: str
    code: str
    customer: Customer
    address: Address
    devices: tuple[Device, ...]
    windows: tuple[TimeWindow, ...]
    slot_id: str | None
    cancel_by: datetime
    created_at: datetime
    state: RequestState = RequestState.CONFIRMED
    reason: str = ""
    priority: int = 0
    version: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A window of a territory's grid that may be promised.

    Parameters
    ----------
    id : str
        ``<territory>.<date>.<HHMM>``.
    territory : str
        Id of the territory.
    day : date
        Local date.
    window : TimeWindow
        When service may start.
    capacity : int
        How many requests it takes.
    left : int
        How many more it takes.
    """

    id: str
    territory: str
    day: date
    window: TimeWindow
    capacity: int
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Depot:
    """A repair hub, where routes start and end.

    Parameters
    ----------
    id : str
        Unique in its territory.
    name : str
        The word people read.
    position : Position
        Where it is.
    """

    id: str
    name: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """When a vehicle may be out, in seconds of the local day.

    Parameters
    ----------
    start : int
        Earliest departure from the start depot.
    end : int
        Latest return to the end depot.
    """

    start: Seconds
    end: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Vehicle:
    """A van with its driver for one day.

    Parameters
    ----------
    id : str
        Unique in its territory.
    name : str
        The word people read.
    shift : Shift
        When it may be out.
    capacity : Load
        What it carries.
    start_depot : str
        Id of the depot it leaves from.
    end_depot : str
        Id of the depot it returns to.
    skills : frozenset of str
        What it and its driver may carry (``battery_trained``).
    fixed_cost : int
        Cents, once if it is used.
    cost_per_hour : int
        Cents per hour from departure to return.
    cost_per_km : int
        Cents per kilometre.
    """

    id: str
    name: str
    shift: Shift
    capacity: Load
    start_depot: str
    end_depot: str
    skills: frozenset[str] = frozenset()
    fixed_cost: Cents
    cost_per_hour: Cents
    cost_per_km: Cents


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotWindow:
    """One row of a slot grid, in seconds of the local day.

    Parameters
    ----------
    start : int
        Earliest start of service.
    end : int
        Latest start of service.
    capacity : int
        How many requests it takes.
    """

    start: Seconds
    end: Seconds
    capacity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceRule:
    """How long a stop takes before its devices are counted.

    Parameters
    ----------
    at_door : int
        Seconds for parking, the way to the door and the papers.
    unknown_battery : int
        Seconds that each battery of unknown or swollen state adds, to look and to pack.
    """

    at_door: Seconds
    unknown_battery: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Country:
    """What differs by country (``data/countries/*.toml``).

    Parameters
    ----------
    code : str
        ISO 3166 two-letter code in lower case.
    name : str
        The word people read.
    language : str
        Default language of its customers.
    working_weekdays : frozenset of int
        Monday is 0.
    """

    code: str
    name: str
    language: str
    working_weekdays: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Territory:
    """An area that one fleet serves (``data/territories/<id>/``).

    Parameters
    ----------
    id : str
        The word in ids and addresses, lower case letters, digits and ``-``.
    name : str
        The word people read.
    country : Country
        Whose holidays and rules hold.
    subdivision : str, optional
        Region whose own holidays hold too (``BW``), as package holidays names it.
    timezone : str
        IANA name.
    network : str
        Name of the street network, as ``collection network build`` took it.
    area : tuple of rings
        Outlines of the served polygons; each ring is a tuple of (lon, lat), closed.
    depots : tuple of Depot
        At least one.
    vehicles : tuple of Vehicle
        The fleet of a usual day.
    slots : tuple of SlotWindow
        The grid of a working day.
    cut_off : int
        Seconds of the local day *before* the pickup's date, after which a day is frozen.
    booking_days : int
        How many days ahead can be booked.
    service : ServiceRule
        How long a stop takes.
    publish : str
        ``auto``: a plan without violations is published by the night; ``review``: by a
        dispatcher.
    solve_seconds : int
        Time limit of one night's solve.
    """

    id: str
    name: str
    country: Country
    subdivision: str | None
    timezone: str
    network: str
    area: tuple[tuple[tuple[float, float], ...], ...]
    depots: tuple[Depot, ...]
    vehicles: tuple[Vehicle, ...]
    slots: tuple[SlotWindow, ...]
    cut_off: Seconds
    booking_days: int
    service: ServiceRule
    publish: str
    solve_seconds: Seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """One pickup in a route, in seconds of the local day.

    Parameters
    ----------
    request_id : str
        Which request.
    position : Position
        Where.
    arrival : int
        When the van is there.
    start : int
        When service starts: `arrival` plus the waiting time.
    departure : int
        When the van leaves: `start` plus the service time.
    travel : int
        Seconds from the stop before, or from the depot.
    metres : int
        Metres from the stop before, or from the depot.
    load : Load
        On board after this stop.
    """

    request_id: str
    position: Position
    arrival: Seconds
    start: Seconds
    departure: Seconds
    travel: Seconds
    metres: Metres
    load: Load


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """The way from one stop to the next on real streets.

    Parameters
    ----------
    line : tuple of (lon, lat)
        Vertices in driving order, at least two.
    streets : tuple of str
        Street names in driving order, each once per stretch.
    """

    line: tuple[tuple[float, float], ...]
    streets: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """What one vehicle drives on one day, in seconds of the local day.

    Parameters
    ----------
    id : str
        ``<plan>.<vehicle>``.
    vehicle_id : str
        Who drives it.
    stops : tuple of Stop
        In driving order, at least one.
    legs : tuple of Leg
        One more than stops: out of the depot, between stops, back to the depot. Empty
        where no geometry was asked for.
    start : int
        Departure from the start depot.
    end : int
        Return to the end depot.
    travel : int
        Seconds of driving.
    metres : int
        Metres of driving, the way back included.
    cost : int
        Cents: fixed, by the hour and by the kilometre.
    load : Load
        On board at the end.
    """

    id: str
    vehicle_id: str
    stops: tuple[Stop, ...]
    legs: tuple[Leg, ...] = ()
    start: Seconds
    end: Seconds
    travel: Seconds
    metres: Metres
    cost: Cents
    load: Load


@dataclass(frozen=True, slots=True, kw_only=True)
class Unassigned:
    """A request in no route, and why.

    Parameters
    ----------
    request_id : str
        Which request.
    reason : UnassignedReason
        Why.
    detail : str
        The same in a sentence, with figures.
    """

    request_id: str
    reason: UnassignedReason
    detail: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A constraint that a plan breaks, as `collection.routing.check` finds it.

    Parameters
    ----------
    constraint : str
        Its name: ``time_window``, ``capacity``, ``shift``, ``skills``, ``exactly_once``, ...
    detail : str
        What is broken, with figures.
    vehicle_id : str, optional
        In whose route.
    request_id : str, optional
        At whose stop.
    """

    constraint: str
    detail: str
    vehicle_id: str | None = None
    request_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One immutable version of a territory's day.

    Parameters
    ----------
    id : str
        ``<territory>.<date>.v<version>``.
    territory : str
        Id of the territory.
    day : date
        Local date.
    version : int
        From 1.
    created_at : datetime
        Aware UTC instant.
    routes : tuple of Route
        Only routes with stops.
    unassigned : tuple of Unassigned
        The rest, each with a reason.
    violations : tuple of Violation
        What the independent verifier found; a plan with any is not published.
    cost : int
        Cents of all routes, without the prices of unassigned requests.
    fingerprint : str
        Hash of requests, vehicles and network that it was made from: the same inputs give
        the same plan and no second version.
    seed : int
        Of the solve.
    """

    id: str
    territory: str
    day: date
    version: int
    created_at: datetime
    routes: tuple[Route, ...]
    unassigned: tuple[Unassigned, ...]
    violations: tuple[Violation, ...] = ()
    cost: Cents
    fingerprint: str
    seed: int


class EventType(StrEnum):
    """What an entry of a territory's event stream tells."""

    BOOKED = "booked"
    CANCELLED = "cancelled"
    RESCHEDULED = "rescheduled"
    CLOSED = "closed"
    PLAN_CREATED = "plan_created"
    PLAN_PUBLISHED = "plan_published"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    COLLECTED = "collected"
    FAILED = "failed"
    POSITION = "position"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One entry of a day's append-only event stream.

    Parameters
    ----------
    id : str
        Place in the stream, growing; empty before it is stored.
    type : EventType
        What happened.
    territory : str
        Id of the territory.
    day : date
        Local date of the day it belongs to.
    at : datetime
        Aware UTC instant when it happened (on the phone, not when it arrived).
    request_id : str, optional
        Which request.
    route_id : str, optional
        Whose route.
    plan_id : str, optional
        Which plan.
    position : Position, optional
        Where.
    code : FailureCode, optional
        Why a stop failed.
    text : str
        Anything said with it.
    """

    id: str = ""
    type: EventType
    territory: str
    day: date
    at: datetime
    request_id: str | None = None
    route_id: str | None = None
    plan_id: str | None = None
    position: Position | None = None
    code: FailureCode | None = None
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreetAddress:
    """A house or a street as the map knows it: one row of the address index.

    Parameters
    ----------
    street : str
        Name of the street, or of the place that numbers its houses.
    number : str
        House number as written on the house; empty for the street itself.
    postcode : str
        Postal code; empty where the map has none.
    city : str
        Town; empty where the map has none.
    position : Position
        The house, or the middle of the street.
    """

    street: str
    number: str
    postcode: str
    city: str
    position: Position


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressMatch:
    """What a geocoder answers.

    Parameters
    ----------
    label : str
        The whole address in one line, as its country writes it.
    line1 : str
        Street and house number.
    postcode : str
        Postal code; empty where the source has none.
    city : str
        Town; empty where the source has none.
    country : str
        ISO 3166 two-letter code in lower case; empty where the source has none.
    position : Position
        Where it is.
    score : float
        0 to 1; 1 is the address as written.
    exact : bool
        Whether the house itself was found, not only its street.
    """

    label: str
    line1: str
    postcode: str
    city: str
    country: str
    position: Position
    score: float
    exact: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a long step is.

    Parameters
    ----------
    phase : str
        ``snapshot``, ``matrix``, ``solve``, ``check``, ``paths``, ``save``.
    done : float
        0 to 1 of that phase.
    text : str
        What to show.
    """

    phase: str
    done: float
    text: str = ""


def territory_of(identifier: str) -> str:
    """Territory in the id of a request, slot, plan or route.

    Parameters
    ----------
    identifier : str
        ``<territory>.<rest>``.

    Returns
    -------
    str
        What stands before the first dot.
    """
    return identifier.partition(".")[0]


def plan_of(route_id: str) -> str:
    """Plan in the id of a route.

    Parameters
    ----------
    route_id : str
        ``<plan>.<vehicle>``.

    Returns
    -------
    str
        What stands before the last dot.
    """
    return route_id.rpartition(".")[0]
