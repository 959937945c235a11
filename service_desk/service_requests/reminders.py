"""Keeps on every clock when it next speaks up, so that a sweep reads an index and nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from service_desk.service_clock import queries as service_clock
from service_desk.service_clock.in_force import Versions
from service_desk.service_clock.queries import Kept, Measure
from service_desk.service_clock.walk import Span
from service_desk.service_requests.lifecycle import OPEN, State
from service_desk.service_requests.models import ClockOutcome, RequestClock, ServiceRequest
from service_desk.service_requests.schedule import STEPS, Course, next_moment


def first_moment(promise: service_clock.Promise, start: datetime) -> datetime | None:
    """When a promise that was just given first speaks up."""
    return next_moment(Course(promise.hours, promise.clock, start, promise.due_at), 0)


def plan(request: ServiceRequest) -> None:
    """What is paused, met or over reminds nobody; what runs on is told when to.

    A clock whose due time moves loses its moment and is given a new one here.
    """
    for clock in request.clocks:
        if not runs(request.state, clock):
            clock.remind_at = None
    waiting = [each for each in request.clocks if runs(request.state, each) and _unplanned(each)]
    measures = service_clock.measures(kept(request.area_code, clock) for clock in waiting)
    for clock in waiting:
        measure = measures[kept(request.area_code, clock)]
        clock.remind_at = next_moment(course(clock, measure), clock.steps)


def runs(state: State, clock: RequestClock) -> bool:
    """Whether this promise of a request in this state may remind somebody."""
    ticks = clock.outcome is ClockOutcome.OPEN and clock.paused_at is None
    return ticks and state in OPEN


def _unplanned(clock: RequestClock) -> bool:
    return clock.remind_at is None and (clock.steps or 0) < len(STEPS)


def kept(area_code: str, clock: RequestClock) -> Kept:
    """By what a clock is measured."""
    return Kept(area_code, clock.policy_id, versions(clock))


def course(clock: RequestClock, measure: Measure) -> Course:
    return Course(*measure, clock.started_at, clock.due_at, spans(clock))


def versions(clock: RequestClock) -> Versions:
    """What the request was promised under; it keeps them."""
    return Versions(policy=clock.policy_version, calendar=clock.calendar_version)


def calendars(clock: RequestClock) -> tuple[Versions, Versions]:
    """Under the calendar it was promised and under the newest: what is added later goes by
    whichever gives more time."""
    promised = versions(clock)
    return promised, promised._replace(calendar=None)


def spans(clock: RequestClock) -> tuple[Span, ...]:
    return spans_of(clock.pauses)


def spans_of(pauses: Iterable[tuple[str, str]]) -> tuple[Span, ...]:
    """Pauses as they are stored: pairs of ISO 8601 moments."""
    return tuple(
        Span(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in pauses
    )
