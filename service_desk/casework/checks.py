"""Whether a step may be taken now: asked again by every service, whatever a page offered."""

from __future__ import annotations

from datetime import datetime

from service_desk.casework import queries
from service_desk.casework.rules import (
    NOT_FOR_P0,
    NOT_FOR_P1,
    WAITS,
    Act,
    back_at,
    fits,
    may_wait,
)
from service_desk.foundation.clock import local
from service_desk.foundation.faults import Refused, StaleEdit
from service_desk.foundation.localisation import gettext as _
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import Approval, ApprovalKind, ServiceRequest


def check(act: Act, request: ServiceRequest) -> None:
    """Raises Refused for what is never done in danger, StaleEdit when the state forbids it."""
    if request.urgency is Urgency.P0 and act in NOT_FOR_P0:
        raise Refused(_("Somebody is in danger: act first, argue afterwards."))
    if request.urgency is Urgency.P1 and act in NOT_FOR_P1:
        raise Refused(_("What is urgent cannot go on the ledger."))
    if not fits(act, request):
        raise StaleEdit


def check_wait(request: ServiceRequest, at: datetime) -> None:
    """Raises Refused for a wait too many in this cycle, or too soon after one in vain."""
    began, ended_alone = queries.waits(request.id, request.cycle)
    if may_wait(began, ended_alone, local(at).date()):
        return
    if began >= WAITS:
        raise Refused(_("It has waited for the resident twice. The clock runs on now."))
    raise Refused(_("The wait ended without an answer today. Ask the resident on another day."))


def check_decision(approval: Approval, at: datetime) -> None:
    """Raises Refused for a deferral whose last day is over."""
    until = queries.until_of(approval.data)
    if approval.kind is ApprovalKind.DEFERRAL and until and back_at(until) <= at:
        raise Refused(_("The day until which it should rest is over. It needs a new proposal."))
