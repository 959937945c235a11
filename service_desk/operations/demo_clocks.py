"""The two clocks of an invented request, as the service clock judges its life."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from service_desk.operations.demo_ground import Limits
from service_desk.operations.demo_story import Life
from service_desk.service_clock import walk
from service_desk.service_clock.in_force import InForce
from service_desk.service_clock.policies import Policy
from service_desk.service_clock.walk import Span
from service_desk.service_requests.clocks import NEVER
from service_desk.service_requests.models import ClockKind, ClockOutcome
from service_desk.service_requests.schedule import Course, progress

OPEN, ON_TIME = ClockOutcome.OPEN.value, ClockOutcome.ON_TIME.value
LATE, CANCELLED = ClockOutcome.LATE.value, ClockOutcome.CANCELLED.value
NO_PAUSE = "[]"


class ClockRow(NamedTuple):
    """One row of request_clocks as it is stored, but for the request's id, versions and unit."""

    kind: str
    policy_id: int
    started_at: datetime
    first_due_at: datetime
    due_at: datetime
    pauses: str
    paused_at: datetime | None
    met_at: datetime | None
    outcome: str
    service_minutes: int | None
    wall_minutes: int | None
    steps: int = 0
    remind_at: datetime | None = None


def course_of(rules: InForce, clock: ClockRow) -> Course:
    """A running clock as the rules of reminders see it."""
    measured = next(each.clock for each in rules.policies if each.id == clock.policy_id)
    pauses = [Span(*map(datetime.fromisoformat, each)) for each in json.loads(clock.pauses)]
    return Course(rules.hours, measured, clock.started_at, clock.due_at, pauses)


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges by what is in force in the request's place, as things are at `until`."""

    rules: InForce
    until: datetime

    def clocks(self, life: Life, limits: Limits | None) -> list[ClockRow]:
        if limits is None:
            return []
        judged = self._first(life, limits.first_response), self._last(life, limits)
        return [self._reminding(clock) if clock.outcome == OPEN else clock for clock in judged]

    def _reminding(self, clock: ClockRow) -> ClockRow:
        """What it has reminded of; while it is paused no moment of a next time is known."""
        known = progress(course_of(self.rules, clock), 0, clock.paused_at or self.until)
        next_at = None if clock.paused_at else known.next_at
        return clock._replace(steps=len(known.reached), remind_at=next_at)

    def _due(self, policy: Policy, start: datetime, *pauses: Span) -> datetime:
        return walk.due(self.rules.hours, policy.clock, start, policy.amount, pauses)

    def _first(self, life: Life, policy: Policy) -> ClockRow:
        start = life.rounds[0].began
        due = self._due(policy, start)
        return ClockRow(
            ClockKind.FIRST_RESPONSE.value,
            policy.id,
            start,
            due,
            due,
            NO_PAUSE,
            None,
            life.responded,
            _outcome(life.responded, due, life.closed),
            *self._elapsed(start, life.responded),
        )

    def _last(self, life: Life, limits: Limits) -> ClockRow:
        first, now = life.rounds[0].began, life.rounds[-1]
        again = now.began > first
        policy = limits.rework if again else limits.resolution
        paused = [Span(life.waiting, life.resumed)] if life.waiting and life.resumed else []
        paused = [] if again else paused
        due = self._due(policy, now.began, *paused)
        return ClockRow(
            ClockKind.RESOLUTION.value,
            policy.id,
            now.began,
            self._due(limits.resolution, first),
            due,
            _told(paused),
            life.waiting if life.resumed is None else None,
            now.resolved,
            _outcome(now.resolved, due, life.closed),
            *self._elapsed(now.began, now.resolved),
        )

    def _elapsed(self, start: datetime, met: datetime | None) -> tuple[int | None, int | None]:
        return (None, None) if met is None else walk.measure(self.rules.hours, start, met)


def _told(paused: list[Span]) -> str:
    if not paused:
        return NO_PAUSE
    return json.dumps([[span.start.isoformat(), span.end.isoformat()] for span in paused])


def _outcome(met: datetime | None, due: datetime, closed: datetime | None) -> str:
    """An unanswered promise of a closed request ends without a verdict, unless it was over."""
    if met is not None:
        return ON_TIME if met <= due else LATE
    if closed is None:
        return OPEN
    return CANCELLED if closed <= due else LATE


def soonest(clocks: list[ClockRow], done: bool) -> datetime | None:
    """What orders the queues: the soonest running clock that is not paused."""
    if done:
        return None
    unmet = [clock.due_at for clock in clocks if clock.outcome == OPEN and clock.paused_at is None]
    return min(unmet, default=NEVER)
