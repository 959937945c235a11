"""What needs a second person: proposed by one, decided by another (design.md §4).

Until it is decided the request keeps its owner and its clock runs.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service_desk.foundation.actor import Actor
from service_desk.foundation.database import session
from service_desk.foundation.faults import Forbidden, Refused, StaleEdit
from service_desk.foundation.localisation import gettext as _
from service_desk.service_requests import steps, timing
from service_desk.service_requests.lifecycle import State, Urgency
from service_desk.service_requests.models import (
    Approval,
    ApprovalKind,
    EntryKind,
    ServiceRequest,
)
from service_desk.service_requests.queries import pending_approval
from service_desk.service_requests.service import approved_move, note
from service_desk.service_requests.timeline import Entry

PROPOSED = {
    ApprovalKind.RETURN: EntryKind.RETURN_PROPOSED,
    ApprovalKind.EXTENSION: EntryKind.EXTENSION_PROPOSED,
    ApprovalKind.DEFERRAL: EntryKind.DEFERRAL_PROPOSED,
}
DECIDED = {
    ApprovalKind.RETURN: EntryKind.RETURN_DECIDED,
    ApprovalKind.EXTENSION: EntryKind.EXTENSION_DECIDED,
    ApprovalKind.DEFERRAL: EntryKind.DEFERRAL_DECIDED,
}
TARGETS = {ApprovalKind.DECLINE: State.DECLINED, ApprovalKind.DEFERRAL: State.DEFERRED}
LENGTHENS = frozenset({ApprovalKind.EXTENSION, ApprovalKind.DEFERRAL})
"""What the resident is told of once it is approved."""
NOT_FOR_P0 = frozenset({ApprovalKind.RETURN, ApprovalKind.EXTENSION, ApprovalKind.DEFERRAL})


def propose(
    request: ServiceRequest,
    kind: ApprovalKind,
    actor: Actor,
    at: datetime,
    reason: str,
    **data: Any,
) -> Approval:
    """Raises Refused for a danger to life and when one of this kind is already waiting."""
    _refuse_in_danger(request, kind)
    if pending_approval(request.id, kind) is not None:
        raise Refused(_("This is already waiting for a decision."))
    approval = Approval(
        request_id=request.id,
        kind=kind,
        proposed_by=actor.user_id,
        proposed_at=at,
        reason=reason,
        data=data,
    )
    session.add(approval)
    session.flush()
    entry = Entry(PROPOSED.get(kind, EntryKind.NOTE), reason, data=data | {"approval": approval.id})
    note(request, actor, at, entry)
    return approval


def _refuse_in_danger(request: ServiceRequest, kind: ApprovalKind) -> None:
    if request.urgency is Urgency.P0 and kind in NOT_FOR_P0:
        raise Refused(_("Somebody is in danger: act first, argue afterwards."))
    if request.urgency is Urgency.P1 and kind is ApprovalKind.DEFERRAL:
        raise Refused(_("What is urgent cannot go on the ledger."))


def decide(approval: Approval, actor: Actor, at: datetime, approved: bool, reason: str) -> None:
    """Raises Forbidden for the proposer, StaleEdit when it is decided already.

    Raises Refused when it may no longer be approved: somebody is in danger meanwhile, or the
    time that should be extended is over.
    What an approved return hands over to whom is the caller's (casework) to carry out.
    """
    if actor.user_id == approval.proposed_by:
        raise Forbidden
    if approval.decided_at is not None:
        raise StaleEdit
    if approved:
        _refuse_too_late(approval, at)
    approval.decided_by, approval.decided_at = actor.user_id, at
    approval.approved, approval.decision_reason = approved, reason
    session.flush()
    _carry_out(approval, actor, at)


def _refuse_too_late(approval: Approval, at: datetime) -> None:
    request = session.get_one(ServiceRequest, approval.request_id)
    _refuse_in_danger(request, approval.kind)
    if approval.kind in LENGTHENS and not timing.may_lengthen(request, at):
        raise Refused(_("The time is over: it can no longer be extended."))
    if approval.kind is ApprovalKind.EXTENSION and _is_too_long(approval, request):
        raise Refused(_("It has become more urgent: it cannot be extended by so much any more."))
    if approval.kind is ApprovalKind.DEFERRAL and request.state is not State.ACCEPTED:
        raise Refused(_("It is not being worked on now, so it cannot go on the ledger."))


def _is_too_long(approval: Approval, request: ServiceRequest) -> bool:
    return int(approval.data["days"]) > steps.longest_extension(request)


def _carry_out(approval: Approval, actor: Actor, at: datetime) -> None:
    request = session.get_one(ServiceRequest, approval.request_id)
    data: dict[str, Any] = {"approval": approval.id, "approved": approval.approved}
    if approval.approved:
        data |= _lengthened(approval, request)
    entry = Entry(
        DECIDED.get(approval.kind, EntryKind.NOTE),
        approval.decision_reason,
        public=bool(approval.approved) and approval.kind in LENGTHENS,
        data=data,
    )
    if approval.approved and approval.kind in TARGETS:
        approved_move(request, TARGETS[approval.kind], actor, at, entry)
    else:
        note(request, actor, at, entry)


def _lengthened(approval: Approval, request: ServiceRequest) -> dict[str, Any]:
    """Moves the due time of what is extended; gives what the line tells of it."""
    if approval.kind is ApprovalKind.DEFERRAL:
        return dict(approval.data)
    if approval.kind is not ApprovalKind.EXTENSION:
        return {}
    days = int(approval.data["days"])
    return {"days": days} | timing.lengthen(request, days)
