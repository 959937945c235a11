"""What the human look decides (pure; domain.md §6 and §7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from service_desk.directory.categories import category
from service_desk.service_requests.lifecycle import Nature, State, Urgency

SHORTEST_REASON = 2
PLACEABLE = frozenset({State.RECEIVED, State.ASSIGNED})
"""Before somebody has signed for it, a new category sends it on by rule."""


class Looked(Protocol):
    """What a look may change: a stored request."""

    urgency: Urgency
    nature: Nature
    category: str | None
    area_code: str
    restricted: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What a person saw in the words. `category` is a group or subcategory code.

    `reason` is for colleagues and the record; a danger is never called off without one.
    """

    urgency: Urgency
    nature: Nature
    category: str
    area_code: str
    restricted: bool
    reason: str = ""

    @property
    def restricts(self) -> bool:
        """A restricted category restricts, whatever was ticked."""
        return self.restricted or category(self.category).restricted


def calls_off(before: Urgency, look: Look) -> bool:
    """Whether the look lowers P0, which only a person may do, and only with a reason."""
    return before is Urgency.P0 and look.urgency is not Urgency.P0


def says_why(reason: str) -> bool:
    """Whether it holds two letters at least: a dot or a sign that nobody sees is no reason."""
    return sum(char.isalnum() for char in reason) >= SHORTEST_REASON


def changes(request: Looked, look: Look) -> dict[str, list[str | bool | None]]:
    """What differs, as name to [before, after]; empty when the look confirms everything."""
    before: dict[str, str | bool | None] = {
        "urgency": request.urgency,
        "nature": request.nature,
        "category": request.category,
        "area": request.area_code,
        "restricted": request.restricted,
    }
    after: dict[str, str | bool | None] = {
        "urgency": look.urgency,
        "nature": look.nature,
        "category": look.category,
        "area": look.area_code,
        "restricted": look.restricts,
    }
    return {name: [before[name], after[name]] for name in before if before[name] != after[name]}


def gives_time(before: Mapping[str, datetime], after: Mapping[str, datetime]) -> bool:
    """Whether a promise that ran is due later now, or is not owed any more."""
    return any(kind not in after or after[kind] > due for kind, due in before.items())


@dataclass(frozen=True, slots=True)
class TimeLeft:
    """Until a person should have looked; `state` is due, soon or overdue."""

    state: str
    minutes: int


def time_left(arrived: datetime, until: datetime, at: datetime) -> TimeLeft:
    """How long the look may still take, or by how much it is late, in whole minutes."""
    left = until - at
    if left < timedelta(0):
        return TimeLeft("overdue", int(-left.total_seconds() // 60))
    state = "soon" if left <= (until - arrived) / 2 else "due"
    return TimeLeft(state, int(left.total_seconds() // 60))
