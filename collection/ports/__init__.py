"""What the house needs from outside, as Protocols.

The real sides are in `collection.store`, `collection.routing.matrix`, `collection.geocode`
and `collection.scheduling.jobs`; the fakes are in ``tests/fakes.py``. Only
`collection.wiring` puts the real ones together.
"""

from collection.ports.custody import CustodyStore, Labelled, Outcome
from collection.ports.dropoffs import DropOffStore
from collection.ports.events import EventLog, IdempotencyStore, StoredAnswer
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
    "EventLog",
    "Geocoder",
    "IdempotencyStore",
    "JobStatus",
    "Jobs",
    "Labelled",
    "MatrixSource",
    "Outcome",
    "PlanStore",
    "RequestStore",
    "StoredAnswer",
    "TravelMatrix",
    "TravelRows",
    "TravelTable",
]
