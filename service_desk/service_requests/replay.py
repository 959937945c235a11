"""Both clocks of a request, told from the lines of its timeline alone (pure; design.md §4).

The lines hold what happened, when, and on what basis; every due time is worked out again by the
rules of the service clock. It shares no step with `timing`, which moved the clocks at the time:
what both say the same of is proved, and what they differ in is wrong in one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from service_desk.service_clock import walk
from service_desk.service_clock.walk import Span
from service_desk.service_requests.lifecycle import PAUSED, CloseReason, State
from service_desk.service_requests.models import ClockKind, ClockOutcome, EntryKind
from service_desk.service_requests.retold import (
    FIRST,
    RESOLUTION,
    anew,
    gain,
    judge,
    longer,
    restate,
    start,
)
from service_desk.service_requests.tape import (
    Line,
    Rules,
    Tape,
    ground_of,
    known,
)
from service_desk.service_requests.told import Clocks, Told

REACHED = "reached"
EVER = datetime.min.replace(tzinfo=UTC)
COUNTS = frozenset({"urgency", "nature", "category", "area"})
"""What of a request decides its limits and opening hours."""


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
        start(tape, line)


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
        start(tape, line)
    for kind, clock in tape.clocks.items():
        _wake(clock, kind, tape.cycle)
        if clock.runs:
            restate(tape, kind, line)


def _stop(tape: Tape, at: datetime) -> None:
    for clock in tape.clocks.values():
        if clock.runs:
            late = clock.is_over(at)
            clock.outcome = ClockOutcome.LATE if late else ClockOutcome.CANCELLED


def _wake(clock: Told, kind: ClockKind, cycle: int) -> None:
    """What was stopped as praise runs on; what was late when a cycle was closed stays late."""
    late_before = kind is FIRST and cycle > 1 and clock.outcome is ClockOutcome.LATE
    if clock.met_at is None and not late_before:
        clock.outcome = ClockOutcome.OPEN


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
    judge(clock, hours)


def _extended(tape: Tape, line: Line) -> None:
    if not line.data.get("approved"):
        return
    days, clock = known(line, "days"), tape.clocks.get(RESOLUTION)
    tape.extensions.append((line.at, days))
    if clock is not None and clock.runs:
        clock.due_at = longer(tape, ground_of(tape, line), clock.due_at, days)


def _gained(tape: Tape, line: Line) -> None:
    """A calendar was changed: what was not over then may be due later, never earlier."""
    since = datetime.fromisoformat(known(line, "since"))
    for kind, clock in tape.clocks.items():
        late_since = clock.outcome is ClockOutcome.LATE and (clock.met_at or EVER) >= since
        stood = min(clock.paused_at or since, since)
        if (clock.runs or late_since) and stood <= clock.due_at and _is_newer(line, clock):
            gain(tape, kind, line)


def _is_newer(line: Line, clock: Told) -> bool:
    """What was promised under this calendar or a later one has nothing to gain from it."""
    return "station" in line.data or clock.calendar_version < int(known(line, "calendar"))


def _moved(tape: Tape, line: Line) -> None:
    """Every line of a move names the state it led to."""
    state, tape.cycle = line.data["state"], known(line, "cycle")
    clock = tape.clocks.get(RESOLUTION)
    if clock is None:
        return
    if state in PAUSED:
        clock.paused_at = clock.paused_at or line.at
    elif state == State.REWORK:
        _again(tape, line)
    else:
        _resumed(tape, clock, line)
        _ended(tape, state, line)


def _again(tape: Tape, line: Line) -> None:
    """The resolution starts again; a first response that nobody had given is owed anew, or as
    before where it was the desk that closed."""
    tape.extensions.clear()
    for kind, clock in tape.clocks.items():
        if kind is RESOLUTION or _is_asked_for_again(tape, clock):
            tape.clocks[kind] = anew(tape, kind, line)
        elif clock.outcome is ClockOutcome.CANCELLED:
            clock.outcome = ClockOutcome.OPEN


def _is_asked_for_again(tape: Tape, clock: Told) -> bool:
    cancelled = clock.outcome is ClockOutcome.CANCELLED
    return cancelled and tape.closed_as == CloseReason.WITHDRAWN


def _resumed(tape: Tape, clock: Told, line: Line) -> None:
    if clock.paused_at is None:
        return
    pause, ground = Span(clock.paused_at, line.at), ground_of(tape, line)
    limits = {each.id: each.clock for each in tape.rules.policies(clock.policy_version)}
    counted = limits[clock.policy_id]
    clock.due_at = max(
        walk.extended(ground.hours(calendar), counted, clock.started_at, clock.due_at, pause)
        for calendar in (clock.calendar_version, ground.calendar)
    )
    clock.paused_at, clock.pauses = None, (*clock.pauses, pause)


def _ended(tape: Tape, state: str, line: Line) -> None:
    if state == State.RESOLVED:
        _meet(tape, RESOLUTION, line)
    elif state == State.CLOSED:
        tape.closed_as = line.data.get("close_reason", "")
        _stop(tape, line.at)


_STEPS: dict[EntryKind, Callable[[Tape, Line], None]] = {
    EntryKind.SUBMITTED: _submitted,
    EntryKind.ASSIGNED: _assigned,
    EntryKind.CLASSIFIED: _classified,
    EntryKind.CONTACT: _contacted,
    EntryKind.RESOLVED: _resolved,
    EntryKind.EXTENSION_DECIDED: _extended,
    EntryKind.CALENDAR_CHANGED: _gained,
}
