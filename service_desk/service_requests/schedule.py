"""When a running promise speaks up: half gone, most of it gone, due, a working day after (pure).

domain.md §6. Each moment is worked out by the promise's own clock: minutes of wall time, or
minutes during which the station is open, pauses not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service_desk.service_clock.schedule import NeverDue, ServiceHours
from service_desk.service_clock.walk import Clock, Span, due, measure


class Step(StrEnum):
    """What a promise reminds of, in this order, each once in a cycle."""

    HALF = "half"
    MOST = "most"
    DUE = "due"
    AFTER = "after"


STEPS = tuple(Step)
PERCENT = {Step.HALF: 50, Step.MOST: 80}
DAYS_AFTER = 1


@dataclass(frozen=True, slots=True)
class Course:
    """A promise that runs: by which clock, from when to when, and its pauses so far.

    The pauses lie in order and do not overlap. `hours` are those it was promised under.
    """

    hours: ServiceHours
    clock: Clock
    started_at: datetime
    due_at: datetime
    pauses: Sequence[Span] = ()

    @property
    def counted_in(self) -> Clock:
        """Working days are too coarse to halve: the minutes the station is open count."""
        return Clock.WALL if self.clock is Clock.WALL else Clock.SERVICE_HOUR


def moment(course: Course, step: Step) -> datetime:
    """When the step is reached. Raises NeverDue where the station does not open any more."""
    if step is Step.AFTER:
        return due(course.hours, Clock.WORKING_DAY, course.due_at, DAYS_AFTER)
    if step is Step.DUE:
        return course.due_at
    return _partway(course, PERCENT[step])


def _partway(course: Course, percent: int) -> datetime:
    """The first moment at which so much of the promise's minutes are over; at most its due time."""
    minutes = _minutes(course, Span(course.started_at, course.due_at))
    minutes -= sum(_minutes(course, _before(pause, course.due_at)) for pause in course.pauses)
    if minutes <= 0:
        return course.due_at
    amount = -(-minutes * percent // 100)
    found = due(course.hours, course.counted_in, course.started_at, amount, course.pauses)
    return min(found, course.due_at)


def _before(pause: Span, end: datetime) -> Span:
    return Span(min(pause.start, end), min(pause.end, end))


def _minutes(course: Course, span: Span) -> int:
    elapsed = measure(course.hours, *span)
    wall = course.counted_in is Clock.WALL
    return elapsed.wall_minutes if wall else elapsed.service_minutes


@dataclass(frozen=True, slots=True)
class Progress:
    """The steps that were reached since the last look, and when the next one is; null after
    the last."""

    reached: tuple[Step, ...]
    next_at: datetime | None


def progress(course: Course, behind: int, at: datetime) -> Progress:
    """How far a promise has come that has `behind` steps of STEPS behind it."""
    reached: list[Step] = []
    for step in STEPS[behind:]:
        when = _moment_if_any(course, step)
        if when is None or when > at:
            return Progress(tuple(reached), when)
        reached.append(step)
    return Progress(tuple(reached), None)


def next_moment(course: Course, behind: int) -> datetime | None:
    """When the next step is, be it over already; null after the last."""
    return _moment_if_any(course, STEPS[behind]) if behind < len(STEPS) else None


def _moment_if_any(course: Course, step: Step) -> datetime | None:
    try:
        return moment(course, step)
    except NeverDue:
        return None
