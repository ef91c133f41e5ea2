"""What the house needs from outside, as Protocols.

The real sides are in `collection.store`, `collection.routing.matrix`, `collection.geocode`
and `collection.scheduling.jobs`; the fakes are in ``tests/fakes.py``. Only
`collection.wiring` puts the real ones together.
"""

from collection.ports.custody import CustodyStore, Ending, Labelled
from collection.ports.dropoffs import DropOffStore
from collection.ports.eta import EtaStore
from collection.ports.events import EventLog, IdempotencyStore, StoredAnswer
from collection.ports.outbox import Outbox, Sender
from collection.ports.plans import PlanStore
from collection.ports.requests import RequestStore
from collection.ports.running import Clock, Jobs, JobStatus
from collection.ports.travel import (
    UNREACHABLE,
    Geocoder,
    MatrixSource,
    TravelMatrix,
    TravelRows,
    TravelTable,
)

__all__ = [
    "UNREACHABLE",
    "Clock",
    "CustodyStore",
    "DropOffStore",
    "Ending",
    "EtaStore",
    "EventLog",
    "Geocoder",
    "IdempotencyStore",
    "JobStatus",
    "Jobs",
    "Labelled",
    "MatrixSource",
    "Outbox",
    "PlanStore",
    "RequestStore",
    "Sender",
    "StoredAnswer",
    "TravelMatrix",
    "TravelRows",
    "TravelTable",
]
