"""Due times of a request, worked out again from a line of its timeline (pure).

The second half of `replay`: what a line says happened, this says when it was due.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import itemgetter
from typing import NamedTuple

from service_desk.service_clock import walk
from service_desk.service_clock.policies import Matter, PolicyKind, pick
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_clock.walk import Clock, Span
from service_desk.service_requests.lifecycle import GAIN_AT_MOST, Urgency
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
    if policy.id == clock.policy_id:
        return
    calendars = {
        walk.due(ground.hours(each), policy.clock, clock.started_at, policy.amount): each
        for each in (ground.calendar, clock.calendar_version)
    }
    first = max(calendars)
    due = _added(tape, kind, line, Given(first, policy.clock, ground.hours(calendars[first])))
    if due <= clock.due_at or not clock.is_over(line.at):
        clock.policy_id, clock.due_at = policy.id, due
        clock.calendar_version = calendars[first]
        clock.first_due_at = clock.first_due_at if _is_rework(tape, kind) else first


def gain(tape: Tape, kind: ClockKind, line: Line) -> None:
    clock, ground, calendar = tape.clocks[kind], ground_of(tape, line), known(line, "calendar")
    limits = {each.id: each for each in tape.rules.policies(clock.policy_version)}
    policy, hours = limits[clock.policy_id], ground.hours(calendar)
    given = walk.due(hours, policy.clock, clock.started_at, policy.amount)
    due = _later(clock.due_at, _added(tape, kind, line, Given(given, policy.clock, hours)))
    first = clock.first_due_at
    if not _is_rework(tape, kind):
        first = _later(first, given)
    if (first, due) != (clock.first_due_at, clock.due_at):
        clock.calendar_version, clock.first_due_at, clock.due_at = calendar, first, due
        judge(clock, hours)


def _later(before: datetime, now: datetime) -> datetime:
    """Never earlier, and by so much at most."""
    return min(max(before, now), before + GAIN_AT_MOST)


def anew(tape: Tape, kind: ClockKind, line: Line) -> Told:
    ground, before = ground_of(tape, line), tape.clocks[kind]
    policy = limit_for(tape, _limited_as(tape, kind), ground.policy, ground.area)
    due = walk.due(ground.hours(ground.calendar), policy.clock, line.at, policy.amount)
    return Told(
        policy_id=policy.id,
        policy_version=ground.policy,
        calendar_version=ground.calendar,
        started_at=line.at,
        first_due_at=before.first_due_at,
        due_at=due,
        unit_code=before.unit_code,
    )


def judge(clock: Told, hours: ServiceHours) -> None:
    if clock.met_at is not None:
        clock.outcome = ClockOutcome.LATE if clock.met_at > clock.due_at else ClockOutcome.ON_TIME
        elapsed = walk.measure(hours, clock.started_at, clock.met_at)
        clock.service_minutes, clock.wall_minutes = elapsed


def _is_rework(tape: Tape, kind: ClockKind) -> bool:
    return kind is RESOLUTION and tape.cycle > 1


def _limited_as(tape: Tape, kind: ClockKind) -> str:
    """Rework has a limit of its own, but for danger."""
    again = _is_rework(tape, kind) and tape.urgency != Urgency.P0
    return PolicyKind.REWORK if again else kind


def _added(tape: Tape, kind: ClockKind, line: Line, given: Given) -> datetime:
    """The due time with what came to it since, extensions and pauses in the order they came."""
    clock, ground, due = tape.clocks[kind], ground_of(tape, line), given.due_at
    came: list[tuple[datetime, Span | int]] = [(pause.end, pause) for pause in clock.pauses]
    came += tape.extensions if kind is RESOLUTION else []
    for _, each in sorted(came, key=itemgetter(0)):
        if isinstance(each, int):
            due = longer(tape, ground, due, each)
        else:
            due = walk.extended(given.hours, given.counted, clock.started_at, due, each)
    return due


def longer(tape: Tape, ground: Ground, due: datetime, days: int) -> datetime:
    """By so many days as the limit for what it is now allows, counted by that limit's clock."""
    version = tape.clocks[RESOLUTION].policy_version
    matter = Matter(PolicyKind.EXTENSION, tape.urgency, tape.nature, tape.category, ground.area)
    policy = pick(tape.rules.policies(version), matter)
    if policy is None:
        return due
    if policy.clock is Clock.WALL:
        return due + timedelta(days=min(days, policy.amount // (24 * 60)))
    return ground.working_days(due, min(days, policy.amount))
