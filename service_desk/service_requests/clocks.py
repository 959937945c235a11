"""The clocks of a request as everybody reads them: which run, which are over, what is due next."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from service_desk.foundation.clock import local
from service_desk.service_clock import queries as service_clock
from service_desk.service_requests.lifecycle import State
from service_desk.service_requests.models import (
    ClockKind,
    ClockOutcome,
    RequestClock,
    ServiceRequest,
)
from service_desk.service_requests.reminders import plan

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Due time of what has no clock, so that every open request has its place in a queue."""

Facts = dict[str, Any]
"""`basis`: what was in force in the request's place; empty where nothing was worked out."""


def machine_time(due_at: datetime | None) -> str:
    """`data-due` of pages and rows: ISO 8601 with the local offset; empty when nothing is due."""
    if due_at is None or due_at >= NEVER:
        return ""
    return local(due_at).isoformat(timespec="seconds")


def told(basis: service_clock.Basis) -> Facts:
    return {"basis": basis._asdict()}


def facts(request: ServiceRequest) -> Facts:
    """What is in force where the request lies."""
    return told(service_clock.basis(request.area_code))


def clock_of(request: ServiceRequest, kind: ClockKind) -> RequestClock | None:
    return next((clock for clock in request.clocks if clock.kind is kind), None)


def running(request: ServiceRequest) -> list[RequestClock]:
    return [clock for clock in request.clocks if clock.outcome is ClockOutcome.OPEN]


def is_over(clock: RequestClock, at: datetime) -> bool:
    """Whether its time has passed; while it rests, it stands where it was paused."""
    return (clock.paused_at or at) > clock.due_at


def in_rework(clock: RequestClock, request: ServiceRequest) -> bool:
    """Whether this is the promise of a rework, which has a limit of its own."""
    return clock.kind is ClockKind.RESOLUTION and request.cycle > 1


def refresh_due(request: ServiceRequest) -> None:
    """The soonest running clock orders the queues; nothing is due once it is answered.

    A paused clock is not due: what waits for the resident lies at the end of every queue. When
    the clocks next remind somebody is settled here too.
    """
    plan(request)
    unmet = [clock.due_at for clock in running(request) if clock.paused_at is None]
    done = request.state in (State.RESOLVED, State.CLOSED, State.DECLINED)
    request.due_at = None if done else min(unmet, default=NEVER)
