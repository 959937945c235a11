"""How far a timeline has been read, and what its lines must hold (pure)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from service_desk.service_clock import walk
from service_desk.service_clock.policies import Matter, Policy, pick
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_clock.walk import Clock
from service_desk.service_requests.lifecycle import CLOCKLESS, Urgency
from service_desk.service_requests.models import EntryKind
from service_desk.service_requests.told import Clocks


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


@dataclass(slots=True)
class Tape:
    """How far the lines have been read."""

    rules: Rules
    clocks: Clocks = field(default_factory=dict)
    urgency: str = ""
    nature: str = ""
    category: str | None = None
    came: datetime | None = None
    unit: str = ""
    cycle: int = 1
    closed_as: str = ""
    extensions: list[tuple[datetime, int]] = field(default_factory=list)

    @property
    def unanswered(self) -> bool:
        """Whether somebody waits for an answer: not after praise, unless in danger."""
        return self.nature not in CLOCKLESS or self.urgency == Urgency.P0


@dataclass(frozen=True, slots=True)
class Ground:
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


def ground_of(tape: Tape, line: Line) -> Ground:
    return Ground(tape.rules, **known(line, "basis"))


def known(line: Line, name: str) -> Any:
    if name not in line.data:
        raise NotEnough(f"{line.kind} without {name}")
    return line.data[name]


def limit_for(tape: Tape, kind: str, version: int, area: str) -> Policy:
    matter = Matter(kind, tape.urgency, tape.nature, tape.category, area)
    found = pick(tape.rules.policies(version), matter)
    if found is None:
        raise NotEnough(f"no limit for {kind} in version {version}")
    return found
