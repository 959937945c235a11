"""How far the demo's time can be moved at once (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from service_desk.foundation.clock import SHANGHAI, local

MORNING = time(9, 0)
DAYS_AHEAD = 31

Openings = Callable[[date], Iterable[tuple[int, int]]]
"""The opening intervals of a local day, in minutes from midnight."""


class Move(StrEnum):
    """One press of a button."""

    QUARTER = "15m"
    HOUR = "1h"
    OPENING = "opening"
    TOMORROW = "tomorrow"
    DAY = "1d"
    WEEK = "1w"


STEPS = {
    Move.QUARTER: timedelta(minutes=15),
    Move.HOUR: timedelta(hours=1),
    Move.DAY: timedelta(days=1),
    Move.WEEK: timedelta(weeks=1),
}


def way(move: Move, at: datetime, openings: Openings) -> timedelta:
    """From `at` to where the move leads; whole seconds, rounded up, so that it is reached."""
    if move in STEPS:
        return STEPS[move]
    goal = _tomorrow(at) if move is Move.TOMORROW else _next_opening(at, openings)
    return timedelta(seconds=-((at - goal) // timedelta(seconds=1)))


def _tomorrow(at: datetime) -> datetime:
    return datetime.combine(local(at).date() + timedelta(days=1), MORNING, SHANGHAI).astimezone(UTC)


def _next_opening(at: datetime, openings: Openings) -> datetime:
    """When a station opens next, also while it is open; `at` where it does not in a month."""
    today = local(at).date()
    for day in (today + timedelta(days=number) for number in range(DAYS_AHEAD)):
        midnight = datetime.combine(day, time(), SHANGHAI).astimezone(UTC)
        for start, _end in sorted(openings(day)):
            if midnight + timedelta(minutes=start) > at:
                return midnight + timedelta(minutes=start)
    return at
