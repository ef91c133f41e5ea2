"""From a proposal to the body that goes out."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from collection.api.schemas.plans import ViolationOut
from collection.api.schemas.proposals import ChangeOut, ProposalOut, SideOut, StrandedOut
from collection.api.schemas.routes import LoadOut
from collection.scheduling.calendar import zone_of
from collection.units import to_utc

if TYPE_CHECKING:
    from datetime import datetime

    from collection.model import Territory
    from collection.scheduling.proposals import Proposal, Side


def present_proposal(found: Proposal, territory: Territory) -> ProposalOut:
    """Tell of a proposal.

    Parameters
    ----------
    found : Proposal
        The proposal.
    territory : Territory
        With the time zone.

    Returns
    -------
    ProposalOut
        With the requests that are affected.
    """
    plan, zone = found.plan_after, zone_of(territory)

    def instant(seconds: int | None) -> datetime | None:
        return None if seconds is None else to_utc(plan.day, seconds, zone)

    return ProposalOut(
        plan_id=plan.id,
        url=f"/v1/plans/{plan.id}/proposal",
        replaces=found.plan_before.id,
        status=found.status,
        note=found.note,
        since=plan.rest.since if plan.rest else plan.created_at,
        before=_side(found.before),
        after=_side(found.after),
        changes=[
            ChangeOut(
                request_id=change.request_id,
                vehicle_before=change.vehicle_before,
                vehicle_after=change.vehicle_after,
                announced=instant(change.announced),
                expected=instant(change.expected),
                start=instant(change.start),
                late_before=change.late_before,
                late_after=change.late_after,
                told=change.told,
                reason=change.reason,
            )
            for change in found.changes
            if change.affected
        ],
        stranded=[
            StrandedOut(
                vehicle_id=van.vehicle_id,
                load=LoadOut(**asdict(van.load)),
                requests=list(van.requests),
                open=list(van.open),
            )
            for van in found.stranded
        ],
        violations=[ViolationOut(**asdict(violation)) for violation in plan.violations],
        phases=found.phases,
    )


def _side(side: Side) -> SideOut:
    return SideOut(**{**asdict(side), "unserved": list(side.unserved)})
