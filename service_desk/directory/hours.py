"""Opening hours of a week (pure; domain.md §5 and §14), in minutes from local midnight.

Whoever opens past midnight has two intervals, on two days.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from itertools import pairwise
from unicodedata import normalize

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


_RANGE = re.compile(r"(\d{1,2}):?(\d{2})?\s*(?:-|–|—|~|至|到)\s*(\d{1,2}):?(\d{2})?", re.ASCII)
_BETWEEN = re.compile(r"[\s,、;和]*")


def read_day(text: str) -> tuple[tuple[int, int], ...] | None:
    """`8:30-12:00 13:30-18:00` as minutes, as typed on any keypad; nothing is closed.

    None when it cannot be understood. Whether the hours make sense, `problem` says.
    """
    plain = normalize("NFKC", text).strip()
    if _BETWEEN.fullmatch(_RANGE.sub("", plain)) is None:
        return None
    found = [_pair(match) for match in _RANGE.finditer(plain)]
    return None if None in found else tuple(pair for pair in found if pair is not None)


def _pair(match: re.Match[str]) -> tuple[int, int] | None:
    hour, minute, to_hour, to_minute = (int(group or 0) for group in match.groups())
    opens, closes = hour * 60 + minute, to_hour * 60 + to_minute
    good = max(minute, to_minute) < 60 and max(opens, closes) <= DAY
    return (opens, closes) if good else None


def day_text(pairs: Iterable[tuple[int, int]]) -> str:
    """The hours of one day as `read_day` takes them; empty when closed."""
    return " ".join(f"{clock_text(opens)}-{clock_text(closes)}" for opens, closes in pairs)
