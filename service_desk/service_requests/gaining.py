"""What an open request gains from a changed calendar, and its line of the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm.attributes import flag_modified

from service_desk.directory.models import StationWeek
from service_desk.foundation.actor import SYSTEM
from service_desk.foundation.database import insert_rows, session
from service_desk.service_clock import queries as service_clock
from service_desk.service_clock.in_force import Versions
from service_desk.service_clock.models import CalendarVersion
from service_desk.service_clock.queries import Kept, Terms
from service_desk.service_requests.clocks import in_rework, refresh_due, told
from service_desk.service_requests.lifecycle import GAIN_AT_MOST
from service_desk.service_requests.models import (
    ClockOutcome,
    EntryKind,
    RequestClock,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.promising import moved, settle
from service_desk.service_requests.reminders import course, runs
from service_desk.service_requests.schedule import next_moment
from service_desk.service_requests.timeline import Entry, row
from service_desk.service_requests.timing import judge


@dataclass(frozen=True, slots=True)
class Change:
    """What was changed when: a version of the calendar, or of one station's week.

    `calendar` is the version to go by now; only requests of the area from `low` to `high` can
    gain.
    """

    row: CalendarVersion | StationWeek
    calendar: int
    low: str
    high: str

    @property
    def at(self) -> datetime:
        return self.row.created_at

    @property
    def reached(self) -> int:
        return self.row.reached or 0

    def is_newer_than(self, clock: Any) -> bool:
        """What was promised under this calendar or a later one has nothing to gain from it."""
        return isinstance(self.row, StationWeek) or clock.calendar_version < self.row.id


Under = Mapping[Kept, Terms]


def kept_under(clock: Any, area_code: str, change: Change) -> Kept:
    """The limit it was promised by, under the changed calendar."""
    return Kept(area_code, clock.policy_id, Versions(clock.policy_version, change.calendar))


def gain_all(requests: Sequence[ServiceRequest], change: Change, at: datetime) -> int:
    """How many of them are due later than before; their timelines say so to everybody."""
    under = service_clock.terms(
        kept_under(clock, each.area_code, change) for each in requests for clock in each.clocks
    )
    gained = [each for each in requests if _gain(each, change, under)]
    session.flush()
    bases = service_clock.bases({each.area_code for each in gained})
    lines = [row(each.id, SYSTEM, at, _entry(change, bases[each.area_code])) for each in gained]
    if lines:
        insert_rows(TimelineEntry, lines)
    return len(gained)


def _entry(change: Change, basis: service_clock.Basis) -> Entry:
    data = {"calendar": change.calendar, "since": change.at.isoformat()} | told(basis)
    if isinstance(change.row, StationWeek):
        data["station"] = True
    return Entry(EntryKind.CALENDAR_CHANGED, public=True, data=data)


def _gain(request: ServiceRequest, change: Change, under: Under) -> bool:
    gained = [clock for clock in request.clocks if _gains(clock, request, change, under)]
    if gained:
        refresh_due(request)
        flag_modified(request, "due_at")  # be it the same: the version moves
    return bool(gained)


def _gains(clock: RequestClock, request: ServiceRequest, change: Change, under: Under) -> bool:
    """Whether this promise is due later than before; it is settled then."""
    if not (change.is_newer_than(clock) and _was_running(clock, change.at)):
        return False
    terms = under[kept_under(clock, request.area_code, change)]
    given = terms.promise(clock.started_at)
    first_due_at = clock.first_due_at
    if not in_rework(clock, request):
        first_due_at = _later(first_due_at, given.due_at)
    due_at = _later(clock.due_at, _due(clock, request, given))
    if (first_due_at, due_at) == (clock.first_due_at, clock.due_at):
        return False
    settle(clock, request, given._replace(due_at=first_due_at), due_at)
    if runs(request.state, clock):
        clock.remind_at = next_moment(course(clock, terms.measure), clock.steps)
    judge(clock, request)
    return True


def _due(clock: RequestClock, request: ServiceRequest, given: service_clock.Promise) -> datetime:
    """What nothing came to since is asked for nothing more."""
    untouched = clock.due_at == clock.first_due_at and not clock.pauses
    return given.due_at if untouched else moved(clock, request, given)


def _was_running(clock: RequestClock, at: datetime) -> bool:
    """Not over when the calendar was changed: no later click makes late work look on time."""
    found_late_since = clock.met_at is not None and clock.met_at >= at
    stood = min(clock.paused_at or at, at)
    return (clock.outcome is ClockOutcome.OPEN or found_late_since) and stood <= clock.due_at


def _later(before: datetime, now: datetime) -> datetime:
    """Never earlier, and by no more than one change may give."""
    return min(max(before, now), before + GAIN_AT_MOST)
