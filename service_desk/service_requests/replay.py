"""Both clocks of a request, told from the lines of its timeline alone (pure; design.md §4).

The lines hold what happened, when, and on what basis; every due time is worked out again by the
rules of the service clock. It shares no step with `timing`, which moved the clocks at the time:
what both say the same of is proved, and what they differ in is wrong in one of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from service_desk.service_clock import walk
from service_desk.service_clock.policies import Matter, Policy, pick
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_clock.walk import Clock, Span
from service_desk.service_requests.lifecycle import CLOCKLESS, PAUSED, State, Urgency
from service_desk.service_requests.models import ClockKind, ClockOutcome, EntryKind
from service_desk.service_requests.told import Clocks, Told

FIRST, RESOLUTION = ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION
REACHED = "reached"
REWORK_DAYS = 5


class NotEnough(Exception):
    """A line was written before the timeline kept what the clocks go by."""


class Line(Protocol):
    """What is read of a timeline entry, oldest first."""

    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> EntryKind: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


class Rules(Protocol):
    """Limits and hours by the versions and weeks that lines name."""

    def policies(self, version: int) -> Sequence[Policy]: ...
    def hours(self, area_code: str, calendar: int, week: str) -> ServiceHours: ...


def rebuild(lines: Iterable[Line], rules: Rules) -> Clocks:
    """The clocks after these lines; none where nobody waits for an answer.

    Raises NotEnough for what was written before lines kept what the clocks go by.
    """
    tape = _Tape(rules)
    for line in lines:
        if step := _STEPS.get(line.kind):
            step(tape, line)
        if "state" in line.data:
            _moved(tape, line)
    return tape.clocks


@dataclass(slots=True)
class _Tape:
    """How far the lines have been read."""

    rules: Rules
    clocks: Clocks = field(default_factory=dict)
    urgency: str = ""
    nature: str = ""
    category: str | None = None
    came: datetime | None = None
    unit: str = ""
    cycle: int = 1
    extensions: list[int] = field(default_factory=list)

    @property
    def unanswered(self) -> bool:
        """Whether somebody waits for an answer: not after praise, unless in danger."""
        return self.nature not in CLOCKLESS or self.urgency == Urgency.P0


@dataclass(frozen=True, slots=True)
class _Ground:
    """What was in force where the request lay when a line was written."""

    rules: Rules
    area: str
    policy: int
    calendar: int
    week: str

    def hours(self, calendar: int) -> ServiceHours:
        return self.rules.hours(self.area, calendar, self.week)

    def working_days(self, start: datetime, days: int) -> datetime:
        return walk.due(self.hours(self.calendar), Clock.WORKING_DAY, start, days)


def _ground(tape: _Tape, line: Line) -> _Ground:
    return _Ground(tape.rules, **_known(line, "basis"))


def _known(line: Line, name: str) -> Any:
    if name not in line.data:
        raise NotEnough(f"{line.kind} without {name}")
    return line.data[name]


def _submitted(tape: _Tape, line: Line) -> None:
    tape.came = line.at
    tape.urgency, tape.nature = _known(line, "urgency"), _known(line, "nature")
    tape.category = _known(line, "category")
    if tape.unanswered:
        _start(tape, line)


def _start(tape: _Tape, line: Line) -> None:
    """Also later, for what was first taken for praise; counted from when it came in."""
    ground, start = _ground(tape, line), tape.came or line.at
    for kind in ClockKind:
        policy = _policy(tape, kind, ground.policy)
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


def _policy(tape: _Tape, kind: ClockKind, version: int) -> Policy:
    matter = Matter(kind, tape.urgency, tape.nature, tape.category)
    found = pick(tape.rules.policies(version), matter)
    if found is None:
        raise NotEnough(f"no limit for {kind} in version {version}")
    return found


def _assigned(tape: _Tape, line: Line) -> None:
    tape.unit = _known(line, "unit_code")
    for clock in tape.clocks.values():
        if line.at <= clock.first_due_at:
            clock.unit_code = tape.unit


def _classified(tape: _Tape, line: Line) -> None:
    changed = _known(line, "changed")
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


def _stop(tape: _Tape, at: datetime) -> None:
    for clock in tape.clocks.values():
        if clock.runs:
            late = clock.is_over(at)
            clock.outcome = ClockOutcome.LATE if late else ClockOutcome.CANCELLED


def _wake(clock: Told, kind: ClockKind, cycle: int) -> None:
    """What was stopped as praise runs on; closing ended what an earlier cycle left open."""
    if clock.met_at is None and (kind is RESOLUTION or cycle == 1):
        clock.outcome = ClockOutcome.OPEN


def _restate(tape: _Tape, kind: ClockKind, line: Line) -> None:
    clock, ground = tape.clocks[kind], _ground(tape, line)
    policy = _policy(tape, kind, clock.policy_version)
    hours = ground.hours(clock.calendar_version)
    first = walk.due(hours, policy.clock, clock.started_at, policy.amount)
    if (policy.id, first) == (clock.policy_id, clock.first_due_at):
        return
    due = first
    for days in _extensions(tape, kind):
        due = ground.working_days(due, days)
    for pause in clock.pauses:
        due = walk.extended(hours, policy.clock, clock.started_at, due, pause)
    if due <= clock.due_at or not clock.is_over(line.at):
        clock.policy_id, clock.first_due_at, clock.due_at = policy.id, first, due


def _extensions(tape: _Tape, kind: ClockKind) -> list[int]:
    return [] if kind is FIRST or tape.urgency == Urgency.P0 else tape.extensions


def _contacted(tape: _Tape, line: Line) -> None:
    if line.data.get("outcome") == REACHED:
        _meet(tape, FIRST, line)


def _resolved(tape: _Tape, line: Line) -> None:
    _meet(tape, FIRST, line)


def _meet(tape: _Tape, kind: ClockKind, line: Line) -> None:
    clock = tape.clocks.get(kind)
    if clock is None or not clock.runs:
        return
    hours = _ground(tape, line).hours(clock.calendar_version)
    clock.met_at = line.at
    clock.outcome = ClockOutcome.LATE if line.at > clock.due_at else ClockOutcome.ON_TIME
    clock.service_minutes, clock.wall_minutes = walk.measure(hours, clock.started_at, line.at)


def _extended(tape: _Tape, line: Line) -> None:
    if not line.data.get("approved"):
        return
    days, clock = _known(line, "days"), tape.clocks.get(RESOLUTION)
    tape.extensions.append(days)
    if clock is not None and clock.runs:
        clock.due_at = _ground(tape, line).working_days(clock.due_at, days)


def _moved(tape: _Tape, line: Line) -> None:
    """Every line of a move names the state it led to."""
    state, tape.cycle = line.data["state"], _known(line, "cycle")
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


def _again(tape: _Tape, clock: Told, line: Line) -> None:
    ground = _ground(tape, line)
    clock.started_at, clock.calendar_version = line.at, ground.calendar
    clock.due_at = ground.working_days(line.at, REWORK_DAYS)
    clock.outcome, clock.pauses = ClockOutcome.OPEN, ()
    clock.paused_at = clock.met_at = clock.service_minutes = clock.wall_minutes = None


def _resumed(tape: _Tape, clock: Told, line: Line) -> None:
    if clock.paused_at is None:
        return
    pause = Span(clock.paused_at, line.at)
    limits = {each.id: each.clock for each in tape.rules.policies(clock.policy_version)}
    hours = _ground(tape, line).hours(clock.calendar_version)
    counted = limits[clock.policy_id]
    clock.due_at = walk.extended(hours, counted, clock.started_at, clock.due_at, pause)
    clock.paused_at, clock.pauses = None, (*clock.pauses, pause)


def _ended(tape: _Tape, state: str, line: Line) -> None:
    if state == State.RESOLVED:
        _meet(tape, RESOLUTION, line)
    elif state == State.CLOSED:
        _stop(tape, line.at)


_STEPS: dict[EntryKind, Callable[[_Tape, Line], None]] = {
    EntryKind.SUBMITTED: _submitted,
    EntryKind.ASSIGNED: _assigned,
    EntryKind.CLASSIFIED: _classified,
    EntryKind.CONTACT: _contacted,
    EntryKind.RESOLVED: _resolved,
    EntryKind.EXTENSION_DECIDED: _extended,
}
