"""What if: changes of a day, and what differs between two plans of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated, Literal, Self

from pydantic import BaseModel, Field, model_validator

from collection.api.fields import Clock, LocalDate, Name, wrong
from collection.api.schemas.examples import REQUEST_ID, WINDOW, incoming, outgoing
from collection.api.schemas.wishes import MAX_WINDOWS, WindowIn
from collection.catalogue.weights import MAX_CENTS
from collection.model import Fairness, Scenario, Shift, TimeWindow, Weights
from collection.units import MINUTE, parse_clock

MAX_COPIES = 50
"""Vans that a scenario may add."""

_SHIFT = {"start": "07:00", "end": "15:30"}
_WEIGHTS = {"change_of_driver": 0, "fairness": {"measure": "stops", "price": 300}}
_SCENARIO = {
    "name": "one van more, early",
    "copies": {"van-1": 1},
    "shifts": {"van-1+1": _SHIFT},
    "windows": {REQUEST_ID: [WINDOW]},
    "weights": _WEIGHTS,
}
_FIGURES = {
    "cost": 32750,
    "soft": 400,
    "routes": 2,
    "stops": 40,
    "unassigned": 1,
    "metres": 61200,
    "travel": 9800,
    "duration": 43000,
    "overtime": 0,
    "tight": 0.05,
    "late_if_slower": 2,
}
COMPARISON = {
    "before": _FIGURES,
    "after": {**_FIGURES, "cost": 36900, "routes": 3, "stops": 41, "unassigned": 0},
    "other_vehicle": {REQUEST_ID: {"before": "van-1", "after": "van-1+1"}},
    "other_time": {REQUEST_ID: -2700},
    "newly_served": ["monaco.89abcdef012301234567"],
    "newly_unassigned": [],
    "gone": [],
}

Cents = Annotated[int, Field(ge=0, le=MAX_CENTS)]


class ShiftIn(BaseModel):
    """When a vehicle may be out, on the local clock."""

    model_config = incoming(_SHIFT)

    start: Clock
    end: Clock

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if parse_clock(self.start) >= parse_clock(self.end):
            raise wrong("a shift must end after it starts", field="end")
        return self

    def shift(self) -> Shift:
        """Turn into the model's.

        Returns
        -------
        Shift
            In seconds of the local day.
        """
        return Shift(start=parse_clock(self.start), end=parse_clock(self.end))


class FairnessIn(BaseModel):
    """A price on uneven days; 0 for none."""

    model_config = incoming({"measure": "time", "price": 300})

    measure: Literal["time", "stops"]
    price: Cents


class WeightsIn(BaseModel):
    """What a plan weighs otherwise than ``data/weights.toml`` says, in cents."""

    model_config = incoming(_WEIGHTS)

    unassigned: Annotated[int, Field(ge=1, le=MAX_CENTS)] | None = None
    priority_factor: Annotated[int, Field(ge=1, le=10)] | None = None
    unfamiliar_driver: Cents | None = None
    change_of_driver: Cents | None = None
    change_of_time: Cents | None = None
    announced_minutes: Annotated[int, Field(ge=0, le=1_440)] | None = None
    per_km_from_home: Cents | None = None
    home_radius: Annotated[int, Field(ge=0, le=1_000_000, description="Metres.")] | None = None
    fairness: FairnessIn | None = None

    def weights(self, usual: Weights) -> Weights:
        """Change weights.

        Parameters
        ----------
        usual : Weights
            What holds where nothing is said.

        Returns
        -------
        Weights
            With what is said.
        """
        said = self.model_dump(exclude={"fairness"}, exclude_none=True)
        if (minutes := said.pop("announced_minutes", None)) is not None:
            said["announced_within"] = minutes * MINUTE
        if self.fairness is not None:
            fair = Fairness(measure=self.fairness.measure, price=self.fairness.price)
            said["fairness"] = fair if fair.price else None
        return replace(usual, **said)


class ScenarioIn(BaseModel):
    """What would be otherwise; what is left out stays."""

    model_config = incoming(_SCENARIO, {"name": "without van-2", "removed": ["van-2"]})

    name: Name
    removed: Annotated[
        list[Name], Field(max_length=200, description="Vehicles that do not go out.")
    ] = []
    copies: Annotated[
        dict[Name, Annotated[int, Field(ge=1, le=MAX_COPIES)]],
        Field(
            max_length=MAX_COPIES,
            description=f"By vehicle: how many more of it go out, {MAX_COPIES} in all, as "
            "`<id>+1`, `<id>+2`, ...",
        ),
    ] = {}
    shifts: Annotated[
        dict[Name, ShiftIn],
        Field(max_length=200, description="By vehicle, copies included: another shift."),
    ] = {}
    windows: Annotated[
        dict[Name, Annotated[list[WindowIn], Field(min_length=1, max_length=MAX_WINDOWS)]],
        Field(max_length=1_000, description="By request: other windows."),
    ] = {}
    weights: WeightsIn | None = None

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if sum(self.copies.values()) > MAX_COPIES:
            raise wrong(f"at most {MAX_COPIES} vans can be added", field="copies")
        for request, windows in self.windows.items():
            for number, window in enumerate(windows):
                if window.start > window.end:
                    where = f"windows.{request}.{number}.end"
                    raise wrong("a window must not end before it starts", field=where)
        return self

    def scenario(self, usual: Weights) -> Scenario:
        """Turn into the model's.

        Parameters
        ----------
        usual : Weights
            Of the territory.

        Returns
        -------
        Scenario
            The same.
        """
        return Scenario(
            name=self.name,
            removed=frozenset(self.removed),
            copies=self.copies,
            shifts={vehicle: shift.shift() for vehicle, shift in self.shifts.items()},
            windows={
                request: tuple(TimeWindow(start=w.start, end=w.end) for w in windows)
                for request, windows in self.windows.items()
            },
            weights=None if self.weights is None else self.weights.weights(usual),
        )


class TrialIn(BaseModel):
    """Which day of which territory to plan otherwise."""

    model_config = incoming({"territory": "monaco", "date": "2026-03-30", "scenario": _SCENARIO})

    territory: Annotated[Name, Field(max_length=60)]
    day: Annotated[LocalDate, Field(alias="date")]
    scenario: ScenarioIn
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


class FiguresOut(BaseModel):
    """A plan in figures."""

    cost: int = Field(description="Cents of all routes.")
    soft: int = Field(description="Cents that preferences, changes and uneven days weigh.")
    routes: int
    stops: int
    unassigned: int
    metres: int
    travel: int = Field(description="Seconds of driving.")
    duration: int = Field(description="Seconds from departure to return, over all routes.")
    overtime: int = Field(description="Seconds after the end of shifts.")
    tight: float = Field(
        description="Share of the stops that start less than 10 minutes before their window closes."
    )
    late_if_slower: int = Field(
        description="Stops that are late if every way takes a tenth longer."
    )


class OtherVehicleOut(BaseModel):
    """Who serves a request before and after."""

    before: str
    after: str


class ComparisonOut(BaseModel):
    """What changes from one plan of a day to another."""

    model_config = outgoing(COMPARISON)

    before: FiguresOut
    after: FiguresOut
    other_vehicle: dict[str, OtherVehicleOut] = Field(
        description="By request that both serve, where another vehicle does."
    )
    other_time: dict[str, int] = Field(
        description="By request that both serve: seconds by which it starts later, below zero "
        "for earlier, where that is more than 15 minutes."
    )
    newly_served: list[str]
    newly_unassigned: list[str]
    gone: list[str] = Field(description="Served before, unknown to the plan after.")
