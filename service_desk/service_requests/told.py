"""A clock as it is stored and as its timeline tells it, side by side (pure)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, NamedTuple

from service_desk.service_clock.walk import Span
from service_desk.service_requests.models import ClockKind, ClockOutcome


@dataclass(slots=True, kw_only=True)
class Told:
    """One clock; the fields are those of `RequestClock`, the pauses as spans."""

    policy_id: int
    policy_version: int
    calendar_version: int
    started_at: datetime
    first_due_at: datetime
    due_at: datetime
    pauses: tuple[Span, ...] = ()
    paused_at: datetime | None = None
    met_at: datetime | None = None
    outcome: ClockOutcome = ClockOutcome.OPEN
    unit_code: str = ""
    service_minutes: int | None = None
    wall_minutes: int | None = None

    @property
    def runs(self) -> bool:
        return self.outcome is ClockOutcome.OPEN

    def is_over(self, at: datetime) -> bool:
        return (self.paused_at or at) > self.due_at


Clocks = dict[ClockKind, Told]


class Difference(NamedTuple):
    """What is stored and what the timeline tells; None for a clock that one does not have."""

    clock: ClockKind
    field: str
    stored: Any
    told: Any


def differences(stored: Clocks, told: Clocks) -> Iterator[Difference]:
    """Every field that differs; nothing where both agree."""
    for kind in ClockKind:
        one, other = _values(stored.get(kind)), _values(told.get(kind))
        for name in one | other:
            if one.get(name) != other.get(name):
                yield Difference(kind, name, one.get(name), other.get(name))


def _values(clock: Told | None) -> dict[str, Any]:
    return {} if clock is None else {each.name: getattr(clock, each.name) for each in fields(Told)}
