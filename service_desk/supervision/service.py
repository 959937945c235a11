"""What the desk does by itself for supervisors: ends pauses, calls again in danger."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta

import sqlalchemy as sa

from service_desk.casework.queries import ledger_entry, resting, until_of
from service_desk.casework.rules import Task, back_at
from service_desk.casework.service import WAITING_DAYS, resume
from service_desk.foundation.actor import SYSTEM
from service_desk.foundation.database import session
from service_desk.foundation.localisation import DEFAULT, speak
from service_desk.foundation.localisation import gettext as _
from service_desk.service_clock.queries import add_working_days
from service_desk.service_requests.lifecycle import State
from service_desk.service_requests.models import (
    EntryKind,
    RequestClock,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.queries import is_open, unacknowledged
from service_desk.service_requests.service import for_change
from service_desk.triage.alerts import page_on_call

BATCH = 200
CALL_AGAIN = timedelta(minutes=5)
CALLS_AN_HOUR = 12
LATER = timedelta(hours=1)
"""After an hour of calls in vain they come once an hour, so that phones stay usable."""


def end_waiting(at: datetime) -> int:
    """Waiting ends after five working days: back to work, with a task to ask again.

    Only a person closes for no reply. Returns how many requests went back.
    """
    earliest = at - timedelta(days=WAITING_DAYS)
    query = (
        sa.select(RequestClock.request_id)
        .join(ServiceRequest, ServiceRequest.id == RequestClock.request_id)
        .where(RequestClock.paused_at.is_not(None), RequestClock.paused_at <= earliest)
        .where(ServiceRequest.state == State.WAITING)
        .order_by(RequestClock.paused_at)
        .limit(BATCH)
    )
    return _each(session.scalars(query).all(), _end_waiting, at)


def _each(
    ids: Iterable[int], work: Callable[[ServiceRequest, datetime], bool], at: datetime
) -> int:
    return sum(work(for_change(request_id), at) for request_id in ids)


def _end_waiting(request: ServiceRequest, at: datetime) -> bool:
    since = next((clock.paused_at for clock in request.clocks if clock.paused_at), None)
    if request.state is not State.WAITING or since is None:
        return False
    if add_working_days(request.area_code, since, WAITING_DAYS) > at:
        return False
    with speak(DEFAULT):
        task = _("No answer in %(days)s working days: ask the resident again.", days=WAITING_DAYS)
    resume(request, SYSTEM, at, task, Task.ASK_AGAIN)
    return True


def end_deferrals(at: datetime) -> int:
    """What was deferred is back at work once its last day is over, with a task to go on.

    Returns how many requests went back. To stay on the ledger it needs two people again.
    """
    over = [request_id for request_id, until in resting().items() if back_at(until) <= at]
    return _each(over[:BATCH], _end_deferral, at)


def _end_deferral(request: ServiceRequest, at: datetime) -> bool:
    entry = ledger_entry(request.id) if request.state is State.DEFERRED else None
    until = until_of(entry.data) if entry else None
    if until is None or back_at(until) > at:
        return False
    resume(request, SYSTEM, at, task=Task.REVIEW)
    return True


def call_again(at: datetime) -> int:
    """Calls again, and one rung higher, while a danger lies unacknowledged (domain.md §7).

    Returns how many requests somebody was called for.
    """
    query = sa.select(ServiceRequest.id).where(unacknowledged(), is_open())
    return _each(session.scalars(query.order_by(ServiceRequest.id)).all(), _call_again, at)


def _call_again(request: ServiceRequest, at: datetime) -> bool:
    if request.acknowledged_at is not None:
        return False
    calls = session.scalars(
        sa.select(TimelineEntry.at).where(
            TimelineEntry.request_id == request.id, TimelineEntry.kind == EntryKind.PAGED
        )
    ).all()
    pause = CALL_AGAIN if len(calls) <= CALLS_AN_HOUR else LATER
    if calls and at - max(calls) < pause:
        return False
    page_on_call(request, at)
    return True
