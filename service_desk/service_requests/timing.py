"""What each step does to the two clocks of a request; judged from event times only.

Who works something out gives back the `Facts` that it was worked out by (see `promising`).
"""

from __future__ import annotations

from datetime import datetime

from service_desk.service_clock import queries as service_clock
from service_desk.service_clock.in_force import Versions
from service_desk.service_clock.walk import Span
from service_desk.service_requests import steps
from service_desk.service_requests.clocks import (
    Facts,
    clock_of,
    facts,
    is_over,
    refresh_due,
    running,
)
from service_desk.service_requests.lifecycle import PAUSED, CloseReason, State
from service_desk.service_requests.models import (
    ClockKind,
    ClockOutcome,
    RequestClock,
    ServiceRequest,
)
from service_desk.service_requests.promising import start_again, start_rework
from service_desk.service_requests.reminders import calendars


def meet(request: ServiceRequest, kind: ClockKind, at: datetime) -> Facts:
    """The promise is kept or broken now; a second time changes nothing."""
    clock = clock_of(request, kind)
    if clock is None or clock.outcome is not ClockOutcome.OPEN:
        return {}
    _resume(clock, request, at)
    clock.met_at = at
    judge(clock, request)
    refresh_due(request)
    return facts(request)


def judge(clock: RequestClock, request: ServiceRequest) -> None:
    """On time when it was met by its due time; and how long it took."""
    if clock.met_at is None:
        return
    elapsed = service_clock.measure_minutes(
        request.area_code, clock.started_at, clock.met_at, clock.calendar_version
    )
    late = clock.met_at > clock.due_at
    clock.outcome = ClockOutcome.LATE if late else ClockOutcome.ON_TIME
    clock.service_minutes, clock.wall_minutes = elapsed


def follow(request: ServiceRequest, state: State, at: datetime) -> Facts:
    """What a step does to the clocks. The first response never pauses."""
    clock = clock_of(request, ClockKind.RESOLUTION)
    if clock is None:
        return {}
    if state in PAUSED:
        clock.paused_at = clock.paused_at or at
        return {}
    if state is State.REWORK:
        return _again(request, at)
    resumed = _resume(clock, request, at)
    if state is State.CLOSED:
        stop(request, at)
    return meet(request, clock.kind, at) or resumed if state is State.RESOLVED else resumed


def _again(request: ServiceRequest, at: datetime) -> Facts:
    for clock in request.clocks:
        if clock.kind is ClockKind.RESOLUTION:
            start_rework(clock, request, at)
        elif clock.met_at is None and clock.outcome is ClockOutcome.CANCELLED:
            _go_on(clock, request, at)
    return facts(request)


def _go_on(clock: RequestClock, request: ServiceRequest, at: datetime) -> None:
    """Nobody had answered when it was closed: what the desk closed it still owes as before."""
    if request.close_reason is CloseReason.WITHDRAWN:
        start_again(clock, request, at)
    else:
        clock.outcome = ClockOutcome.OPEN


def _resume(clock: RequestClock, request: ServiceRequest, at: datetime) -> Facts:
    if clock.paused_at is None:
        return {}
    pause = Span(clock.paused_at, at)
    clock.pauses = [*clock.pauses, [pause.start.isoformat(), pause.end.isoformat()]]
    clock.paused_at = None
    clock.remind_at = None
    clock.due_at = max(_after(clock, request, pause, each) for each in calendars(clock))
    return facts(request)


def _after(clock: RequestClock, request: ServiceRequest, pause: Span, under: Versions) -> datetime:
    running = service_clock.Running(
        request.area_code, clock.started_at, clock.due_at, clock.policy_id, under
    )
    return service_clock.due_after_pause(running, pause)


def stop(request: ServiceRequest, at: datetime) -> None:
    """It needs no answer any more; what was due before was broken and is late all the same."""
    for clock in running(request):
        clock.outcome = ClockOutcome.LATE if is_over(clock, at) else ClockOutcome.CANCELLED


def hand_over(request: ServiceRequest, at: datetime) -> None:
    """Until the first due time the lead unit is who counts for it (domain.md §9)."""
    for clock in request.clocks:
        if at <= clock.first_due_at:
            clock.unit_code = request.unit_code


def may_lengthen(request: ServiceRequest, at: datetime) -> bool:
    """Only what still runs and is not late: late work is not made to look on time."""
    clock = clock_of(request, ClockKind.RESOLUTION)
    return clock is not None and clock.outcome is ClockOutcome.OPEN and not is_over(clock, at)


def lengthen(request: ServiceRequest, days: int) -> Facts:
    """An approved extension moves the resolution's due time; the first one stays."""
    clock = clock_of(request, ClockKind.RESOLUTION)
    if clock is None or clock.outcome is not ClockOutcome.OPEN:
        return {}
    clock.due_at = steps.longer(request, clock.due_at, days)
    clock.remind_at = None
    refresh_due(request)
    return facts(request)
