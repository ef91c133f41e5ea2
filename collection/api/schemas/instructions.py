"""What a dispatcher asks of a plan."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, Field

from collection.api.fields import Name
from collection.api.schemas.examples import PLAN_ID, REQUEST_ID, incoming, outgoing
from collection.model import Instructions

OTHER_ID = "monaco.89abcdef012301234567"
_EXAMPLE = {
    "prefixes": {"van-1": [REQUEST_ID]},
    "vehicles": {REQUEST_ID: "van-1"},
    "together": [[REQUEST_ID, OTHER_ID]],
    "apart": [],
    "familiar": {OTHER_ID: "driver-7"},
    "earlier": PLAN_ID,
}
_PREFIXES = "By vehicle: requests that its route begins with, in this order."
_VEHICLES = "By request: the only vehicle that may serve it."
_TOGETHER = "Groups of requests of which the served ones share a van; no request in two of them."
_APART = "Groups of requests of which no two share a van."
_FAMILIAR = "By request: id of the driver whom the customer knows."
_EARLIER = "A plan of the day whose drivers and times are announced; changes have a price."

Group = Annotated[list[Name], Field(max_length=50)]
"""Ids of requests."""
Groups = Annotated[list[Group], Field(max_length=200)]
"""Several of them."""
ByName = Annotated[dict[Name, Name], Field(max_length=1_000)]
"""From one id to another."""


class InstructionsIn(BaseModel):
    """What a dispatcher asks of a plan; every field may be left out."""

    model_config = incoming(_EXAMPLE, {"apart": [[REQUEST_ID, OTHER_ID]]})

    prefixes: Annotated[
        dict[Name, Annotated[list[Name], Field(max_length=200)]],
        Field(max_length=200, description=_PREFIXES),
    ] = {}
    vehicles: Annotated[ByName, Field(description=_VEHICLES)] = {}
    together: Annotated[Groups, Field(description=_TOGETHER)] = []
    apart: Annotated[Groups, Field(description=_APART)] = []
    familiar: Annotated[ByName, Field(description=_FAMILIAR)] = {}
    earlier: Annotated[Name | None, Field(description=_EARLIER)] = None

    def instructions(self) -> Instructions:
        """Turn into the model's.

        Returns
        -------
        Instructions
            The same.
        """
        return Instructions(
            prefixes={vehicle: tuple(prefix) for vehicle, prefix in self.prefixes.items()},
            vehicles=self.vehicles,
            together=tuple(map(frozenset, self.together)),
            apart=tuple(map(frozenset, self.apart)),
            familiar=self.familiar,
            earlier=self.earlier,
        )


class InstructionsOut(BaseModel):
    """What was asked of a plan."""

    model_config = outgoing(_EXAMPLE)

    prefixes: dict[str, list[str]] = Field(description=_PREFIXES)
    vehicles: dict[str, str] = Field(description=_VEHICLES)
    together: list[list[str]] = Field(description=_TOGETHER)
    apart: list[list[str]] = Field(description=_APART)
    familiar: dict[str, str] = Field(description=_FAMILIAR)
    earlier: str | None = Field(None, description=_EARLIER)
