"""What a caller of the bench chooses, by environment; see README.md beside it."""

import os
import time
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path

from tests.benchmarks.instances import instances
from tests.benchmarks.peers import ENGINES

PREFIX = "COLLECTION_BENCH_"


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How much of the bench is run."""

    only: tuple[str, ...] = ()
    scale: float = 0.25
    seeds: tuple[int, ...] = (0,)
    engines: tuple[str, ...] = tuple(ENGINES)
    budget: float = float("inf")
    path: Path | None = None
    began: float = field(default_factory=time.monotonic)

    @classmethod
    def read(cls, environment=os.environ):
        told = {
            key.removeprefix(PREFIX): value
            for key, value in environment.items()
            if key.startswith(PREFIX) and value
        }
        readers = {
            "ONLY": ("only", _words),
            "SECONDS": ("scale", float),
            "SEEDS": ("seeds", lambda text: tuple(int(word) for word in _words(text))),
            "ENGINES": ("engines", _words),
            "BUDGET": ("budget", float),
            "SAVE": ("path", Path),
        }
        unknown = told.keys() - readers.keys()
        if unknown:
            names = ", ".join(PREFIX + name for name in readers)
            raise ValueError(f"{PREFIX}{min(unknown)} is unknown; there are {names}")
        chosen = {readers[key][0]: readers[key][1](value) for key, value in told.items()}
        options = cls(**chosen)
        for engine in options.engines:
            if engine not in ENGINES:
                raise ValueError(f"{PREFIX}ENGINES: no engine {engine!r}; use {', '.join(ENGINES)}")
        return options

    def wants(self, name, *groups, quick=True):
        """Whether a part is asked for, by its name or one of its groups."""
        if not self.only:
            return quick
        names = [text.lower() for text in (name, *groups)]
        return any(
            pattern.lower() == "all" or fnmatchcase(text, pattern.lower())
            for pattern in self.only
            for text in names
        )

    def chosen(self, group):
        """The instances of a group that are asked for."""
        return [
            instance
            for instance in instances()
            if instance.group == group and self.wants(instance.name, group, quick=instance.quick)
        ]

    def limit(self, seconds):
        """Seconds of a solve whose full time is `seconds`."""
        return round(self.scale * seconds, 3)

    def has_time_for(self, seconds):
        """Whether a solve still fits into the budget of this call."""
        return time.monotonic() - self.began + seconds <= self.budget


def _words(text):
    return tuple(word.strip() for word in text.split(",") if word.strip())
