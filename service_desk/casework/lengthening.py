"""Putting a request on the ledger (挂账): proposed by its owner, decided by the county."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from service_desk.audit.service import record
from service_desk.casework import queries, telling
from service_desk.casework.checks import check
from service_desk.casework.rules import Act, Cause, may_rest_until
from service_desk.foundation.actor import Actor
from service_desk.foundation.clock import local
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_requests import approvals, steps, timing
from service_desk.service_requests.models import Approval, ApprovalKind, ServiceRequest


@dataclass(frozen=True, slots=True)
class Deferral:
    """What a request waits for, and the last day on which it rests."""

    cause: Cause
    until: date

    @property
    def data(self) -> dict[str, str]:
        return {"cause": self.cause, "until": self.until.isoformat()}


def propose_deferral(
    request: ServiceRequest, deferral: Deferral, reason: str, actor: Actor, at: datetime
) -> Approval:
    """Raises Refused for what is late, urgent, or put off for longer than until the review."""
    check(Act.DEFER, request)
    if not timing.may_lengthen(request, at):
        raise Refused(_("The time is over: it cannot go on the ledger any more."))
    latest = latest_day(request, at)
    if not may_rest_until(deferral.until, local(at).date(), latest):
        raise Refused(_("Choose a day after today and not after %(day)s.", day=latest), "until")
    return approvals.propose(request, ApprovalKind.DEFERRAL, actor, at, reason, **deferral.data)


def latest_day(request: ServiceRequest, at: datetime) -> date:
    """The day of the review: what rests longer than that is proposed anew (domain.md §6)."""
    return local(steps.end(PolicyKind.REVIEW, request, at)).date()


def deferred(request: ServiceRequest, approval: Approval, actor: Actor, at: datetime) -> None:
    """It is on the ledger now: audited, and the resident is told why and until when."""
    until = queries.until_of(approval.data)
    record("deferred", actor.user_id, f"request:{request.reference}", approval.data, at)
    if until is not None:
        telling.deferred(request, Cause(approval.data["cause"]), until, at)
