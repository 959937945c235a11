"""Due times of a request, worked out again from a line of its timeline (pure).

The second half of `replay`: what a line says happened, this says when it was due.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from service_desk.service_clock import walk
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_clock.walk import Clock
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import ClockKind, ClockOutcome
from service_desk.service_requests.tape import Ground, Line, Tape, ground_of, known, limit_for
from service_desk.service_requests.told import Told

FIRST, RESOLUTION = ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION


class Given(NamedTuple):
    """A due time without what came to it since, by which clock, and when that ticks."""

    due_at: datetime
    counted: Clock
    hours: ServiceHours


def start(tape: Tape, line: Line) -> None:
    """Also later, for what was first taken for praise; counted from when it came in."""
    ground, start = ground_of(tape, line), tape.came or line.at
    for kind in ClockKind:
        policy = limit_for(tape, kind, ground.policy, ground.area)
        due = walk.due(ground.hours(ground.calendar), policy.clock, start, policy.amount)
        tape.clocks[kind] = Told(
            policy_id=policy.id,
            policy_version=ground.policy,
            calendar_version=ground.calendar,
            started_at=start,
            first_due_at=due,
            due_at=due,
            unit_code=tape.unit,
        )


def restate(tape: Tape, kind: ClockKind, line: Line) -> None:
    clock, ground = tape.clocks[kind], ground_of(tape, line)
    policy = limit_for(tape, _limited_as(tape, kind), clock.policy_version, ground.area)
    hours = ground.hours(clock.calendar_version)
    first = walk.due(hours, policy.clock, clock.started_at, policy.amount)
    same_limit, again = policy.id == clock.policy_id, kind is RESOLUTION and tape.cycle > 1
    if same_limit and (again or first <= clock.first_due_at):
        return
    due = _added(tape, kind, line, Given(first, policy.clock, hours))
    due = max(due, clock.due_at) if same_limit else due
    if due <= clock.due_at or not clock.is_over(line.at):
        clock.policy_id, clock.due_at = policy.id, due
        clock.first_due_at = clock.first_due_at if again else first


def gain(tape: Tape, kind: ClockKind, line: Line) -> None:
    clock, ground, calendar = tape.clocks[kind], ground_of(tape, line), known(line, "calendar")
    limits = {each.id: each for each in tape.rules.policies(clock.policy_version)}
    policy, hours = limits[clock.policy_id], ground.hours(calendar)
    given = walk.due(hours, policy.clock, clock.started_at, policy.amount)
    due = _added(tape, kind, line, Given(given, policy.clock, hours))
    again = kind is RESOLUTION and tape.cycle > 1
    if due > clock.due_at or (given > clock.first_due_at and not again):
        clock.calendar_version, clock.due_at = calendar, max(due, clock.due_at)
        clock.first_due_at = clock.first_due_at if again else max(given, clock.first_due_at)
        judge(clock, hours)


def anew(tape: Tape, kind: ClockKind, line: Line) -> Told:
    ground, before = ground_of(tape, line), tape.clocks[kind]
    policy = limit_for(tape, _limited_as(tape, kind), ground.policy, ground.area)
    due = walk.due(ground.hours(ground.calendar), policy.clock, line.at, policy.amount)
    return Told(
        policy_id=policy.id,
        policy_version=ground.policy,
        calendar_version=ground.calendar,
        started_at=line.at,
        first_due_at=due if kind is FIRST else before.first_due_at,
        due_at=due,
        unit_code=tape.unit if kind is FIRST else before.unit_code,
    )


def judge(clock: Told, hours: ServiceHours) -> None:
    if clock.met_at is not None:
        clock.outcome = ClockOutcome.LATE if clock.met_at > clock.due_at else ClockOutcome.ON_TIME
        elapsed = walk.measure(hours, clock.started_at, clock.met_at)
        clock.service_minutes, clock.wall_minutes = elapsed


def _limited_as(tape: Tape, kind: ClockKind) -> str:
    """Rework has a limit of its own, but for danger."""
    again = kind is RESOLUTION and tape.cycle > 1 and tape.urgency != Urgency.P0
    return PolicyKind.REWORK if again else kind


def _added(tape: Tape, kind: ClockKind, line: Line, given: Given) -> datetime:
    """The due time with what came to it since: extensions, then pauses."""
    clock, ground, due = tape.clocks[kind], ground_of(tape, line), given.due_at
    for days in _extensions(tape, kind):
        due = longer(tape, ground, due, days)
    for pause in clock.pauses:
        due = walk.extended(given.hours, given.counted, clock.started_at, due, pause)
    return due


def longer(tape: Tape, ground: Ground, due: datetime, days: int) -> datetime:
    """An extension counts whole days round the clock where it is urgent."""
    return (
        due + timedelta(days=days) if tape.urgency == Urgency.P1 else ground.working_days(due, days)
    )


def _extensions(tape: Tape, kind: ClockKind) -> list[int]:
    return [] if kind is FIRST or tape.urgency == Urgency.P0 else tape.extensions
