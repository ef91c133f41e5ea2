"""What a bench measured: one JSON file, a run on each line, to which later calls append."""

import json
import os
import platform
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path

import numpy as np

POINTS = 24
"""Most points of a saved trace."""

_PACKAGES = ("numba", "numpy", "ortools", "pyvrp", "pyvroom")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One solve of one instance by one engine."""

    group: str
    kind: str
    instance: str
    engine: str
    seed: int
    limit: float
    """Seconds that it was given."""
    seconds: float
    """Seconds that it took."""
    cost: int | None
    """Cents, without prices of what was left out; None where a constraint was broken."""
    price: int = 0
    """Cents that what was left out is worth."""
    left: int
    """Requests that it left out."""
    violations: int
    """What the independent verifier found."""
    best: int | None = None
    """Best known cost of the instance, in cents."""
    trace: tuple[tuple[float, int], ...] = ()
    iterations: int | None = None

    @property
    def key(self):
        return (self.group, self.instance, self.engine, self.seed, self.limit)

    @property
    def total(self):
        """What the planner minimizes."""
        return self.cost + self.price

    @property
    def complete(self):
        return self.cost is not None and not self.left


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """Iterations per second of something."""

    what: str
    instance: str
    engine: str
    per_second: float

    @property
    def key(self):
        return (self.what, self.instance, self.engine)


@dataclass(frozen=True, slots=True, kw_only=True)
class Latency:
    """How long answers took, in milliseconds."""

    what: str
    count: int
    errors: int
    p50: float
    p95: float
    p99: float
    most: float

    @classmethod
    def of(cls, what, milliseconds, errors):
        shares = np.percentile(milliseconds, [50, 95, 99, 100]).round(2).tolist()
        return cls(
            what=what,
            count=len(milliseconds),
            errors=errors,
            **dict(zip(("p50", "p95", "p99", "most"), shares, strict=True)),
        )

    @property
    def key(self):
        return self.what


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """A day that random arrivals filled."""

    what: str
    seed: int
    arrivals: int
    accepted: int
    in_plan: int
    """Accepted requests that the night's plan serves."""
    offline: int
    """Requests that a plan serves that knows all arrivals in advance."""

    @property
    def key(self):
        return (self.what, self.seed)


_KINDS = {"runs": Run, "rates": Rate, "latencies": Latency, "filled": Filled}


@dataclass(slots=True)
class Records:
    """Everything measured so far, and the file that keeps it, if any."""

    path: Path | None = None
    runs: dict[tuple, Run] = field(default_factory=dict)
    rates: dict[tuple, Rate] = field(default_factory=dict)
    latencies: dict[str, Latency] = field(default_factory=dict)
    filled: dict[tuple, Filled] = field(default_factory=dict)

    @classmethod
    def open(cls, path):
        records = cls(path)
        if path is not None and path.exists():
            content = json.loads(path.read_text())
            for name, kind in _KINDS.items():
                for row in content.get(name, ()):
                    if "trace" in row:
                        row["trace"] = tuple((clock, cost) for clock, cost in row["trace"])
                    records.add(kind(**row), save=False)
        return records

    def add(self, row, *, save=True):
        """Keep a row in place of an older one of the same key."""
        (name,) = (name for name, kind in _KINDS.items() if isinstance(row, kind))
        getattr(self, name)[row.key] = row
        if save and self.path is not None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            beside = self.path.with_suffix(".tmp")
            beside.write_text(self._text())
            beside.replace(self.path)

    def _text(self):
        parts = [f'"machine": {json.dumps(machine())}']
        for name in _KINDS:
            rows = [json.dumps(_bare(asdict(row))) for row in getattr(self, name).values()]
            if rows or name in {"runs", "rates"}:
                parts.append(f'"{name}": [\n' + ",\n".join(rows) + "\n]")
        return "{" + ",\n".join(parts) + "}\n"


def thin(trace, points=POINTS):
    """The steps of a falling cost, at most so many; the first and the last are kept."""
    steps = []
    for clock, cost in trace:
        if not steps or cost < steps[-1][1]:
            steps.append((round(clock, 2), cost))
    if len(steps) <= points:
        return tuple(steps)
    chosen = {round(number * (len(steps) - 1) / (points - 1)) for number in range(points)}
    return tuple(steps[number] for number in sorted(chosen))


def machine():
    """What it was measured on."""
    names = (
        [
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text().splitlines()
            if line.startswith("model name")
        ]
        if Path("/proc/cpuinfo").exists()
        else []
    )
    return {
        "processor": names[0] if names else platform.processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        **{name: version(name) for name in _PACKAGES},
    }


def _bare(row):
    """Leave out what says nothing."""
    empty = {"trace": (), "best": None, "iterations": None, "price": 0}
    return {key: value for key, value in row.items() if key not in empty or value != empty[key]}
