"""The words of the house as frozen dataclasses; imports nothing but errors, units and dated.

Times are aware UTC ``datetime`` where a thing is seen from outside (`TimeWindow`,
`PickupRequest`) and integer seconds of the local day inside a plan (`Stop`, `Route`,
`Shift`). Costs are integer cents, distances integer metres.
"""

from collection.model.countries import (
    Country,
    EmissionScheme,
    HoursRule,
    LocalHoliday,
    PhoneRule,
    PostcodeRule,
)
from collection.model.dropoff import DropOff, is_of_site, site_reference
from collection.model.emissions import Emissions
from collection.model.eta import EtaDay
from collection.model.events import TOLD, Event, EventType
from collection.model.live import LiveRules
from collection.model.outbox import (
    Channel,
    DeadLetter,
    Delivery,
    NoticeKind,
    OutboxEntry,
    Outcome,
    Pending,
    Told,
)
from collection.model.places import Address, AddressMatch, Building, Position, StreetAddress
from collection.model.plan import (
    Plan,
    Progress,
    Unassigned,
    Violation,
    plan_of,
    territory_of,
    van_day,
)
from collection.model.requests import (
    LOAD_DIMENSIONS,
    NO_LOAD,
    Battery,
    Customer,
    Device,
    DeviceType,
    Load,
    PickupRequest,
    Slot,
    TimeWindow,
)
from collection.model.rest import Outlook, RestOfDay, Resumed, Stranded
from collection.model.route import Leg, Pause, ReloadVisit, Route, Stop
from collection.model.rules import (
    BreakRule,
    ClockBreak,
    DatedRule,
    Fairness,
    Instructions,
    Weights,
)
from collection.model.scenario import Scenario
from collection.model.states import (
    PLANNABLE,
    TRANSITIONS,
    FailureCode,
    RequestState,
    UnassignedReason,
    sources_of,
)
from collection.model.tentative import TentativePlan
from collection.model.territory import (
    Depot,
    ServiceRule,
    Shift,
    Site,
    SlotWindow,
    Territory,
    Vehicle,
)
from collection.model.triage import BatteryClass, TriageRule, triaged

__all__ = [
    "LOAD_DIMENSIONS",
    "NO_LOAD",
    "PLANNABLE",
    "TOLD",
    "TRANSITIONS",
    "Address",
    "AddressMatch",
    "Battery",
    "BatteryClass",
    "BreakRule",
    "Building",
    "Channel",
    "ClockBreak",
    "Country",
    "Customer",
    "DatedRule",
    "DeadLetter",
    "Delivery",
    "Depot",
    "Device",
    "DeviceType",
    "DropOff",
    "EmissionScheme",
    "Emissions",
    "EtaDay",
    "Event",
    "EventType",
    "FailureCode",
    "Fairness",
    "HoursRule",
    "Instructions",
    "Leg",
    "LiveRules",
    "Load",
    "LocalHoliday",
    "NoticeKind",
    "OutboxEntry",
    "Outcome",
    "Outlook",
    "Pause",
    "Pending",
    "PhoneRule",
    "PickupRequest",
    "Plan",
    "Position",
    "PostcodeRule",
    "Progress",
    "ReloadVisit",
    "RequestState",
    "RestOfDay",
    "Resumed",
    "Route",
    "Scenario",
    "ServiceRule",
    "Shift",
    "Site",
    "Slot",
    "SlotWindow",
    "Stop",
    "Stranded",
    "StreetAddress",
    "TentativePlan",
    "Territory",
    "TimeWindow",
    "Told",
    "TriageRule",
    "Unassigned",
    "UnassignedReason",
    "Vehicle",
    "Violation",
    "Weights",
    "is_of_site",
    "plan_of",
    "site_reference",
    "sources_of",
    "territory_of",
    "triaged",
    "van_day",
]
