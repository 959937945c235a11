"""Both clocks of a request, told from the lines of its timeline alone (pure; design.md §4).

The lines hold what happened, when, and on what basis; every due time is worked out again by the
rules of the service clock. It shares no step with `timing`, which moved the clocks at the time:
what both say the same of is proved, and what they differ in is wrong in one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from service_desk.service_clock import walk
from service_desk.service_clock.walk import Clock, Span
from service_desk.service_requests.lifecycle import PAUSED, State, Urgency
from service_desk.service_requests.models import ClockKind, ClockOutcome, EntryKind
from service_desk.service_requests.tape import (
    Line,
    Rules,
    Tape,
    ground_of,
    known,
    limit_for,
)
from service_desk.service_requests.told import Clocks, Told

FIRST, RESOLUTION = ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION
REACHED = "reached"
COUNTS = frozenset({"urgency", "nature", "category", "area"})
"""What of a request decides its limits and opening hours."""
REWORK_DAYS = 5


def rebuild(lines: Iterable[Line], rules: Rules) -> Clocks:
    """The clocks after these lines; none where nobody waits for an answer.

    Raises NotEnough for what was written before lines kept what the clocks go by.
    """
    tape = Tape(rules)
    for line in lines:
        if step := _STEPS.get(line.kind):
            step(tape, line)
        if "state" in line.data:
            _moved(tape, line)
    return tape.clocks


def _submitted(tape: Tape, line: Line) -> None:
    tape.came = line.at
    tape.urgency, tape.nature = known(line, "urgency"), known(line, "nature")
    tape.category = known(line, "category")
    if tape.unanswered:
        _start(tape, line)


def _start(tape: Tape, line: Line) -> None:
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


def _assigned(tape: Tape, line: Line) -> None:
    tape.unit = known(line, "unit_code")
    for clock in tape.clocks.values():
        if line.at <= clock.first_due_at:
            clock.unit_code = tape.unit


def _classified(tape: Tape, line: Line) -> None:
    changed = known(line, "changed")
    if "basis" not in line.data and not COUNTS & changed.keys():
        return  # only who may read it
    tape.urgency = changed.get("urgency", [tape.urgency])[-1]
    tape.nature = changed.get("nature", [tape.nature])[-1]
    tape.category = changed.get("category", [tape.category])[-1]
    if not tape.unanswered:
        _stop(tape, line.at)
        return
    if not tape.clocks:
        _start(tape, line)
    for kind, clock in tape.clocks.items():
        _wake(clock, kind, tape.cycle)
        if clock.runs and (kind is FIRST or tape.cycle == 1):
            _restate(tape, kind, line)


def _stop(tape: Tape, at: datetime) -> None:
    for clock in tape.clocks.values():
        if clock.runs:
            late = clock.is_over(at)
            clock.outcome = ClockOutcome.LATE if late else ClockOutcome.CANCELLED


def _wake(clock: Told, kind: ClockKind, cycle: int) -> None:
    """What was stopped as praise runs on; closing ended what an earlier cycle left open."""
    if clock.met_at is None and (kind is RESOLUTION or cycle == 1):
        clock.outcome = ClockOutcome.OPEN


def _restate(tape: Tape, kind: ClockKind, line: Line) -> None:
    clock, ground = tape.clocks[kind], ground_of(tape, line)
    policy = limit_for(tape, kind, clock.policy_version, ground.area)
    hours = ground.hours(clock.calendar_version)
    first = walk.due(hours, policy.clock, clock.started_at, policy.amount)
    same_limit = policy.id == clock.policy_id
    if same_limit and first <= clock.first_due_at:
        return
    due = _added(tape, kind, first, policy.clock, line)
    due = max(due, clock.due_at) if same_limit else due
    if due <= clock.due_at or not clock.is_over(line.at):
        clock.policy_id, clock.first_due_at, clock.due_at = policy.id, first, due


def _added(tape: Tape, kind: ClockKind, due: datetime, counted: Clock, line: Line) -> datetime:
    """The due time with what came to it since: extensions, then pauses."""
    clock, ground = tape.clocks[kind], ground_of(tape, line)
    for days in _extensions(tape, kind):
        due = ground.working_days(due, days)
    for pause in clock.pauses:
        hours = ground.hours(clock.calendar_version)
        due = walk.extended(hours, counted, clock.started_at, due, pause)
    return due


def _extensions(tape: Tape, kind: ClockKind) -> list[int]:
    return [] if kind is FIRST or tape.urgency == Urgency.P0 else tape.extensions


def _contacted(tape: Tape, line: Line) -> None:
    if line.data.get("outcome") == REACHED:
        _meet(tape, FIRST, line)


def _resolved(tape: Tape, line: Line) -> None:
    _meet(tape, FIRST, line)


def _meet(tape: Tape, kind: ClockKind, line: Line) -> None:
    clock = tape.clocks.get(kind)
    if clock is None or not clock.runs:
        return
    hours = ground_of(tape, line).hours(clock.calendar_version)
    clock.met_at = line.at
    clock.outcome = ClockOutcome.LATE if line.at > clock.due_at else ClockOutcome.ON_TIME
    clock.service_minutes, clock.wall_minutes = walk.measure(hours, clock.started_at, line.at)


def _extended(tape: Tape, line: Line) -> None:
    if not line.data.get("approved"):
        return
    days, clock = known(line, "days"), tape.clocks.get(RESOLUTION)
    tape.extensions.append(days)
    if clock is not None and clock.runs:
        clock.due_at = ground_of(tape, line).working_days(clock.due_at, days)


def _moved(tape: Tape, line: Line) -> None:
    """Every line of a move names the state it led to."""
    state, tape.cycle = line.data["state"], known(line, "cycle")
    clock = tape.clocks.get(RESOLUTION)
    if clock is None:
        return
    if state in PAUSED:
        clock.paused_at = clock.paused_at or line.at
    elif state == State.REWORK:
        _again(tape, clock, line)
    else:
        _resumed(tape, clock, line)
        _ended(tape, state, line)


def _again(tape: Tape, clock: Told, line: Line) -> None:
    ground = ground_of(tape, line)
    clock.started_at, clock.calendar_version = line.at, ground.calendar
    clock.due_at = ground.working_days(line.at, REWORK_DAYS)
    clock.outcome, clock.pauses = ClockOutcome.OPEN, ()
    clock.paused_at = clock.met_at = clock.service_minutes = clock.wall_minutes = None


def _resumed(tape: Tape, clock: Told, line: Line) -> None:
    if clock.paused_at is None:
        return
    pause = Span(clock.paused_at, line.at)
    limits = {each.id: each.clock for each in tape.rules.policies(clock.policy_version)}
    hours = ground_of(tape, line).hours(clock.calendar_version)
    counted = limits[clock.policy_id]
    clock.due_at = walk.extended(hours, counted, clock.started_at, clock.due_at, pause)
    clock.paused_at, clock.pauses = None, (*clock.pauses, pause)


def _ended(tape: Tape, state: str, line: Line) -> None:
    if state == State.RESOLVED:
        _meet(tape, RESOLUTION, line)
    elif state == State.CLOSED:
        _stop(tape, line.at)


_STEPS: dict[EntryKind, Callable[[Tape, Line], None]] = {
    EntryKind.SUBMITTED: _submitted,
    EntryKind.ASSIGNED: _assigned,
    EntryKind.CLASSIFIED: _classified,
    EntryKind.CONTACT: _contacted,
    EntryKind.RESOLVED: _resolved,
    EntryKind.EXTENSION_DECIDED: _extended,
}
