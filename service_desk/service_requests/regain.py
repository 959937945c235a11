"""A new calendar gives time to what is still open, and never takes any (domain.md §5).

Pulled by a sweep, some requests at a time, each version once: `reached` says how far it has come,
so that a stop in between and two sweeps at once change nothing. What counts is whether a promise
was over when the calendar was changed, not when the sweep came to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from service_desk.foundation.actor import SYSTEM
from service_desk.foundation.database import session
from service_desk.service_clock import queries as service_clock
from service_desk.service_clock.in_force import Versions
from service_desk.service_clock.models import CalendarVersion
from service_desk.service_clock.queries import Kept
from service_desk.service_requests.clocks import facts, in_rework, is_over, refresh_due
from service_desk.service_requests.models import (
    ClockKind,
    ClockOutcome,
    EntryKind,
    RequestClock,
    ServiceRequest,
)
from service_desk.service_requests.promising import moved, settle
from service_desk.service_requests.service import for_change, note
from service_desk.service_requests.timeline import Entry
from service_desk.service_requests.timing import judge

CHUNK, BATCH = 500, 40
"""Clocks read, and requests changed, in one transaction: nobody waits long for a row."""
SETTLED = timedelta(minutes=2)
"""So long a request may be on its way in that was promised under the calendar before."""
LONGEST = timedelta(days=120)
"""What was first due before is not looked for among what was answered since."""

Clocks = Sequence[Any]
"""Rows of `request_clocks`, with the place and the cycle of their requests."""


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed when: a version of the calendar."""

    row: CalendarVersion
    calendar: int

    @property
    def at(self) -> datetime:
        return self.row.created_at

    @property
    def reached(self) -> int:
        return self.row.reached or 0


def regain(at: datetime) -> bool:
    """Looks through the next requests for the oldest change that is not through.

    False when none waits. A young change is looked through again, since a request may have been
    promised under the calendar before and be written only now.
    """
    change = _next_change()
    if change is None:
        return False
    clocks = _clocks(change)
    ids = _candidates(clocks, change)
    change.row.moved += sum(gain(for_change(each), change, at) for each in ids[:BATCH])
    if len(ids) > BATCH:
        change.row.reached = ids[BATCH - 1]
    elif len(clocks) == CHUNK:
        change.row.reached = clocks[-1].request_id - 1
    else:
        change.row.reached = 0 if _looks_again(change, at) else None
    session.flush()
    return change.row.reached != 0


def _looks_again(change: Change, at: datetime) -> bool:
    """A newer version is looked through anyway."""
    newest = session.scalar(sa.select(sa.func.max(CalendarVersion.id)))
    return at - change.at < SETTLED and change.row.id == newest


def _next_change() -> Change | None:
    """Locked: a second sweep waits, then goes on where this one stopped."""
    version = session.scalar(
        sa.select(CalendarVersion)
        .where(CalendarVersion.reached.is_not(None))
        .order_by(CalendarVersion.id)
        .limit(1)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return None if version is None or version.reached is None else Change(version, version.id)


def _clocks(change: Change) -> Clocks:
    """What runs, and what was found late only since the change, in the order of requests."""
    runs = RequestClock.outcome == ClockOutcome.OPEN
    since = sa.and_(
        RequestClock.outcome == ClockOutcome.LATE,
        RequestClock.met_at >= change.at,
        RequestClock.first_due_at >= change.at - LONGEST,
    )
    wanted = sa.union_all(*[_some(rule, change) for rule in (runs, since)]).subquery()
    clocks = RequestClock.__table__
    query = (
        sa.select(*clocks.c, ServiceRequest.area_code, ServiceRequest.cycle)
        .select_from(wanted)
        .join(
            clocks, sa.and_(*[clocks.c[each] == wanted.c[each] for each in ("request_id", "kind")])
        )
        .join(ServiceRequest, ServiceRequest.id == clocks.c.request_id)
    )
    rows: Clocks = session.execute(query.order_by(clocks.c.request_id).limit(CHUNK)).all()
    return rows


def _some(rule: sa.ColumnElement[bool], change: Change) -> sa.Select[int, ClockKind]:
    return sa.select(RequestClock.request_id, RequestClock.kind).where(
        rule, RequestClock.request_id > change.reached
    )


def _candidates(clocks: Clocks, change: Change) -> list[int]:
    """Requests of which a promise may gain: never wrong in leaving one out."""
    terms = service_clock.terms(_kept(each, each.area_code, change) for each in clocks)
    found = {
        each.request_id
        for each in clocks
        if each.due_at != each.first_due_at  # moved before: left to the real look
        or terms[_kept(each, each.area_code, change)].promise(each.started_at).due_at > each.due_at
    }
    return sorted(found)


def _kept(clock: Any, area_code: str, change: Change) -> Kept:
    """The limit it was promised by, under the changed calendar."""
    return Kept(area_code, clock.policy_id, Versions(clock.policy_version, change.calendar))


def gain(request: ServiceRequest, change: Change, at: datetime) -> bool:
    """Whether a promise of it is due later than before; its timeline says so to everybody."""
    gained = [clock for clock in request.clocks if _gain(clock, request, change)]
    if not gained:
        return False
    refresh_due(request)
    data = {"calendar": change.calendar, "since": change.at.isoformat()} | facts(request)
    note(request, SYSTEM, at, Entry(EntryKind.CALENDAR_CHANGED, public=True, data=data))
    return True


def _gain(clock: RequestClock, request: ServiceRequest, change: Change) -> bool:
    if not _was_running(clock, change.at):
        return False
    kept = _kept(clock, request.area_code, change)
    promise = service_clock.terms([kept])[kept].promise(clock.started_at)
    due_at = max(moved(clock, request, promise), clock.due_at)
    first_due_at = clock.first_due_at
    if not in_rework(clock, request):
        first_due_at = max(promise.due_at, first_due_at)
    if (first_due_at, due_at) == (clock.first_due_at, clock.due_at):
        return False
    settle(clock, request, promise._replace(due_at=first_due_at), due_at)
    judge(clock, request)
    return True


def _was_running(clock: RequestClock, at: datetime) -> bool:
    """Not over when the calendar was changed: no later click makes late work look on time."""
    found_late_since = clock.met_at is not None and clock.met_at >= at
    return (clock.outcome is ClockOutcome.OPEN or found_late_since) and not is_over(clock, at)
