"""Opening hours of a week (pure; domain.md §5 and §14), in minutes from local midnight.

Whoever opens past midnight closes after 24:00: `20:00-26:00` belongs to the day it begins on.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from unicodedata import normalize

DAY = 24 * 60
DAYS = 7
WEEK = DAYS * DAY
LATEST = 2 * DAY
ENOUGH = 8 * 60


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """Open from `opens` on `weekday` (0 is Monday) to `closes`, in minutes from its midnight."""

    weekday: int
    opens: int
    closes: int


class HoursProblem(StrEnum):
    """Why a list of intervals is refused."""

    NO_SUCH_DAY = "no_such_day"
    ENDS_BEFORE_START = "ends_before_start"
    OUTSIDE_THE_DAY = "outside_the_day"
    OVERLAP = "overlap"


Pairs = tuple[tuple[int, int], ...]
"""(opens, closes) of one day, in order."""
Week = Mapping[int, Pairs]
"""Weekday to its (opens, closes) pairs in order; a day without an entry is closed."""

_WORKDAY = ((8 * 60 + 30, 12 * 60), (13 * 60 + 30, 18 * 60))
DEFAULT_INTERVALS = tuple(Interval(day, *pair) for day in range(5) for pair in _WORKDAY)


def week(intervals: Iterable[Interval]) -> Week:
    """The intervals by weekday, in order."""
    found: dict[int, Pairs] = {}
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
    overlapping = _overlapping(ordered)
    return None if overlapping is None else (HoursProblem.OVERLAP, overlapping)


def _problem_alone(each: Interval) -> HoursProblem | None:
    if not 0 <= each.weekday < DAYS:
        return HoursProblem.NO_SUCH_DAY
    if each.closes <= each.opens:
        return HoursProblem.ENDS_BEFORE_START
    if not 0 <= each.opens < DAY or each.closes > LATEST:
        return HoursProblem.OUTSIDE_THE_DAY
    return None


def _overlapping(ordered: Sequence[Interval]) -> Interval | None:
    """Also with the night of the day before; the week is gone through twice for Sunday's."""
    until = 0
    for week_start in (0, WEEK):
        for each in ordered:
            midnight = week_start + each.weekday * DAY
            if midnight + each.opens < until:
                return each
            until = midnight + each.closes
    return None


def open_minutes(pairs: Iterable[tuple[int, int]]) -> int:
    """Minutes open of these pairs; lunch lies between pairs and so does not count."""
    return sum(closes - opens for opens, closes in pairs)


def pairs_on(hours: Week, weekday: int) -> Pairs:
    """When the doors are open between one midnight and the next, the night before included."""
    night = hours.get((weekday - 1) % DAYS, ())
    early = [(max(opens - DAY, 0), closes - DAY) for opens, closes in night if closes > DAY]
    own = [(opens, min(closes, DAY)) for opens, closes in hours.get(weekday, ())]
    return (*early, *own)


def short_days(hours: Week) -> tuple[int, ...]:
    """Weekdays that open, but for less than the plan's eight hours; a night is split."""
    return tuple(day for day in sorted(hours) if open_minutes(pairs_on(hours, day)) < ENOUGH)


def is_open(hours: Week, weekday: int, minute: int) -> bool:
    """Whether the doors are open at this minute; closing time itself is closed."""
    return any(opens <= minute < closes for opens, closes in pairs_on(hours, weekday))


def clock_text(minute: int) -> str:
    """`510` to `08:30`; midnight at the end of a day is `24:00`, two hours later `26:00`."""
    return f"{minute // 60:02d}:{minute % 60:02d}"


def minute_of(moment: time) -> int:
    """Minutes from midnight."""
    return moment.hour * 60 + moment.minute


_NEXT_DAY = r"(?P<next>次日|翌日|next\s*day)?"
_RANGE = re.compile(
    rf"(\d{{1,2}}):?(\d{{2}})?\s*(?:-|–|—|~|至|到)\s*{_NEXT_DAY}\s*(\d{{1,2}}):?(\d{{2}})?",
    re.ASCII | re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,、;和]*")


def read_day(text: str) -> Pairs | None:
    """`8:30-12:00 13:30-18:00` as minutes, as typed on any keypad; nothing is closed.

    Past midnight is `20:00-26:00` or `20:00-次日02:00` (翌日, next day). None when it cannot be
    understood. Whether the hours make sense, `problem` says.
    """
    plain = normalize("NFKC", text).strip()
    if _BETWEEN.fullmatch(_RANGE.sub("", plain)) is None:
        return None
    found = [_pair(match) for match in _RANGE.finditer(plain)]
    return None if None in found else tuple(pair for pair in found if pair is not None)


def _pair(match: re.Match[str]) -> tuple[int, int] | None:
    hour, minute, to_hour, to_minute = (int(match[group] or 0) for group in (1, 2, 4, 5))
    opens, closes = hour * 60 + minute, to_hour * 60 + to_minute
    latest = DAY if match["next"] else LATEST
    good = max(minute, to_minute) < 60 and opens <= DAY and closes <= latest
    return (opens, closes + LATEST - latest) if good else None


def day_text(pairs: Iterable[tuple[int, int]]) -> str:
    """The hours of one day as `read_day` takes them; empty when closed."""
    return " ".join(f"{clock_text(opens)}-{clock_text(closes)}" for opens, closes in pairs)


def read_hours(text: str) -> Pairs | HoursProblem | None:
    """The hours of a single day in order, what is wrong with them, or None as `read_day`."""
    pairs = read_day(text)
    wrong = problem(Interval(0, *pair) for pair in pairs or ())
    if wrong is not None:
        return wrong[0]
    return None if pairs is None else tuple(sorted(pairs))
