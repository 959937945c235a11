"""What the desk does by itself for supervisors: ends pauses, calls again in danger."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from service_desk.casework.queries import ledger_entry, resting, until_of
from service_desk.casework.rules import Task, back_at
from service_desk.casework.service import resume
from service_desk.foundation.actor import SYSTEM
from service_desk.foundation.database import session
from service_desk.foundation.localisation import DEFAULT, speak
from service_desk.foundation.localisation import gettext as _
from service_desk.service_clock.limits import ends, shortest
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_requests import steps
from service_desk.service_requests.lifecycle import State
from service_desk.service_requests.models import (
    EntryKind,
    RequestClock,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.queries import is_open, unacknowledged
from service_desk.service_requests.service import for_change
from service_desk.service_requests.steps import FIELDS, PROMISED, begun
from service_desk.supervision.policy_words import amount_text
from service_desk.triage.alerts import page_on_call

LOOKED = 5000
CALL_AGAIN = timedelta(minutes=5)
CALLS_AN_HOUR = 12
LATER = timedelta(hours=1)
"""After an hour of calls in vain they come once an hour, so that phones stay usable."""


def waited_enough(at: datetime) -> Sequence[int]:
    """Ids of requests whose waiting is over by its limit; those that waited longest, if many."""
    query = (
        sa.select(ServiceRequest.id, RequestClock.paused_at, *FIELDS)
        .join(RequestClock, PROMISED)
        .where(
            ServiceRequest.state == State.WAITING,
            RequestClock.paused_at <= at - shortest(PolicyKind.WAITING),
        )
        .order_by(RequestClock.paused_at)
        .limit(LOOKED)
    )
    rows = session.execute(query).all()
    over = ends([begun(PolicyKind.WAITING, row, row.paused_at) for row in rows])
    return [row.id for row, end in zip(rows, over, strict=True) if end is not None and end <= at]


def end_waiting(ids: Iterable[int], at: datetime) -> int:
    """Waiting ends by its limit: back to work, with a task to ask again.

    Only a person closes for no reply. Returns how many requests went back; these are few, since
    all stay locked until the transaction ends.
    """
    return _each(ids, _end_waiting, at)


def _each(
    ids: Iterable[int], work: Callable[[ServiceRequest, datetime], bool], at: datetime
) -> int:
    return sum(work(for_change(request_id), at) for request_id in ids)


def _end_waiting(request: ServiceRequest, at: datetime) -> bool:
    since = next((clock.paused_at for clock in request.clocks if clock.paused_at), None)
    if request.state is not State.WAITING or since is None:
        return False
    if steps.end(PolicyKind.WAITING, request, since) > at:
        return False
    with speak(DEFAULT):
        limit = amount_text(steps.limit(PolicyKind.WAITING, request))
        task = _("No answer within %(limit)s: ask the resident again.", limit=limit)
    resume(request, SYSTEM, at, task, Task.ASK_AGAIN)
    return True


def rested_enough(at: datetime) -> Sequence[int]:
    """Ids of requests whose last day on the ledger is over."""
    return [request_id for request_id, until in resting().items() if back_at(until) <= at]


def end_deferrals(ids: Iterable[int], at: datetime) -> int:
    """What was deferred is back at work once its last day is over, with a task to go on.

    Returns how many of these few requests went back. To stay on the ledger it needs two people
    again.
    """
    return _each(ids, _end_deferral, at)


def _end_deferral(request: ServiceRequest, at: datetime) -> bool:
    entry = ledger_entry(request.id) if request.state is State.DEFERRED else None
    until = until_of(entry.data) if entry else None
    if until is None or back_at(until) > at:
        return False
    resume(request, SYSTEM, at, task=Task.REVIEW)
    return True


def in_danger(_at: datetime) -> Sequence[int]:
    """Ids of requests whose danger nobody has taken on."""
    return session.scalars(sa.select(ServiceRequest.id).where(unacknowledged(), is_open())).all()


def call_again(ids: Iterable[int], at: datetime) -> int:
    """Calls again, and one rung higher, while a danger lies unacknowledged (domain.md §7).

    Returns for how many of these few requests somebody was called.
    """
    return _each(ids, _call_again, at)


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
