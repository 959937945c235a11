"""Which first responses count and which were on time: one rule for the report and the board.

Judged from event times only (domain.md §9): by `met_at` and by `first_due_at`, which moves only
with what the request is found to be and with a changed calendar that gives time (docs/adr/0013).
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from service_desk.service_requests.lifecycle import CloseReason, Nature
from service_desk.service_requests.models import (
    ClockKind,
    ClockOutcome,
    RequestClock,
    ServiceRequest,
)

FIRST = sa.and_(
    RequestClock.request_id == ServiceRequest.id,
    RequestClock.kind == ClockKind.FIRST_RESPONSE,
)
COUNTED = ServiceRequest.nature != Nature.INVALID
KEPT = sa.or_(
    ServiceRequest.close_reason.is_(None),
    ServiceRequest.close_reason != CloseReason.WITHDRAWN,
    ServiceRequest.closed_at > RequestClock.first_due_at,
)
"""Not withdrawn before the first response was due (domain.md §9, X_all)."""
MET = RequestClock.met_at <= RequestClock.first_due_at


def due_between(start: datetime, end: datetime, at: datetime) -> ColumnElement[bool]:
    """First responses that were due from `start` until before `end` and can be judged by `at`."""
    judged = sa.or_(RequestClock.first_due_at <= at, RequestClock.outcome != ClockOutcome.OPEN)
    return sa.and_(
        RequestClock.first_due_at >= start,
        RequestClock.first_due_at < end,
        RequestClock.outcome != ClockOutcome.CANCELLED,
        judged,
        KEPT,
        COUNTED,
    )
