"""From an explanation to the body that goes out."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from collection.api.schemas.explanations import (
    BlockOut,
    ExplanationOut,
    LeftOut,
    RouteCostOut,
    UnlockOut,
)

if TYPE_CHECKING:
    from collection.scheduling.explaining import Explanation


def present_explanation(told: Explanation) -> ExplanationOut:
    """Tell why a plan is as it is.

    Parameters
    ----------
    told : Explanation
        Of the plan.

    Returns
    -------
    ExplanationOut
        With ids instead of numbers.
    """
    unassigned = {left.request_id: left for left in told.plan.unassigned}
    lefts = []
    for left in told.left:
        name = told.problem.request_ids[left.request]
        lefts.append(
            LeftOut(
                request_id=name,
                reason=unassigned[name].reason,
                detail=unassigned[name].detail,
                blocks=[
                    BlockOut(vehicle_id=block.vehicle_id, constraints=list(block.constraints))
                    for block in left.blocks
                ],
                unlocks=[
                    UnlockOut(
                        kind=unlock.kind,
                        vehicle_id=unlock.vehicle_id,
                        cost=unlock.cost,
                        detail=unlock.detail,
                    )
                    for unlock in left.unlocks
                ],
                complete=left.complete,
            )
        )
    return ExplanationOut(
        plan_id=told.plan.id,
        routes=[RouteCostOut(**asdict(cost)) for cost in told.costs],
        unassigned=lefts,
    )
