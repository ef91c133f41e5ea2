"""What the process counts, for Prometheus; nothing of it names a person."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest


class Metrics:
    """Counters of one app, in a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self.requests = Counter(
            "collection_http_requests",
            "Answered requests.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self.latency = Histogram(
            "collection_http_request_seconds",
            "Seconds from a request to the end of its answer; event streams left out.",
            ("method", "route"),
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
            registry=self._registry,
        )
        self.bookings = Counter(
            "collection_bookings",
            "Pickup requests booked.",
            ("territory",),
            registry=self._registry,
        )
        self.jobs = Counter(
            "collection_jobs",
            "Nights asked for.",
            ("territory",),
            registry=self._registry,
        )

        self.deliveries = Gauge(
            "collection_deliveries",
            "Messages that are over, of all processes, by how they ended.",
            ("territory", "channel", "outcome"),
            registry=self._registry,
        )

    def exposition(self) -> bytes:
        """Write all of it.

        Returns
        -------
        bytes
            In the text format of Prometheus 0.0.4.
        """
        return generate_latest(self._registry)
