"""Opening hours of a week (pure; domain.md §5 and §14), in minutes from local midnight.

Whoever opens past midnight has two intervals, on two days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from itertools import pairwise

DAY = 24 * 60
DAYS = 7
ENOUGH = 8 * 60


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Open on `weekday` (0 is Monday) from `opens` to `closes`, in minutes."""

    weekday: int
    opens: int
    closes: int


class HoursProblem(StrEnum):
    """Why a list of intervals is refused."""

    NO_SUCH_DAY = "no_such_day"
    ENDS_BEFORE_START = "ends_before_start"
    OUTSIDE_THE_DAY = "outside_the_day"
    OVERLAP = "overlap"


Week = Mapping[int, tuple[tuple[int, int], ...]]
"""Weekday to its (opens, closes) pairs in order; a day without an entry is closed."""

_WORKDAY = ((8 * 60 + 30, 12 * 60), (13 * 60 + 30, 18 * 60))
DEFAULT_INTERVALS = tuple(Interval(day, *pair) for day in range(5) for pair in _WORKDAY)


def week(intervals: Iterable[Interval]) -> Week:
    """The intervals by weekday, in order."""
    found: dict[int, tuple[tuple[int, int], ...]] = {}
    for each in sorted(intervals):
        found[each.weekday] = (*found.get(each.weekday, ()), (each.opens, each.closes))
    return found


DEFAULT_WEEK = week(DEFAULT_INTERVALS)


def problem(intervals: Iterable[Interval]) -> tuple[HoursProblem, Interval] | None:
    """The first thing wrong with these hours and where; None when they are good."""
    ordered = sorted(intervals)
    for each in ordered:
        if alone := _problem_alone(each):
            return alone, each
    for before, after in pairwise(ordered):
        if before.weekday == after.weekday and after.opens < before.closes:
            return HoursProblem.OVERLAP, after
    return None


def _problem_alone(each: Interval) -> HoursProblem | None:
    if not 0 <= each.weekday < DAYS:
        return HoursProblem.NO_SUCH_DAY
    if each.closes <= each.opens:
        return HoursProblem.ENDS_BEFORE_START
    if each.opens < 0 or each.closes > DAY:
        return HoursProblem.OUTSIDE_THE_DAY
    return None


def open_minutes(pairs: Iterable[tuple[int, int]]) -> int:
    """Minutes open on one day; lunch lies between pairs and so does not count."""
    return sum(closes - opens for opens, closes in pairs)


def short_days(hours: Week) -> tuple[int, ...]:
    """Weekdays that open, but for less than the plan's eight hours."""
    return tuple(day for day, pairs in sorted(hours.items()) if open_minutes(pairs) < ENOUGH)


def is_open(hours: Week, weekday: int, minute: int) -> bool:
    """Whether the doors are open at this minute; closing time itself is closed."""
    return any(opens <= minute < closes for opens, closes in hours.get(weekday, ()))


def clock_text(minute: int) -> str:
    """`510` to `08:30`; midnight at the end of a day is `24:00`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def minute_of(moment: time) -> int:
    """Minutes from midnight."""
    return moment.hour * 60 + moment.minute
