"""Folds the board's counts: villages into townships, subcategories into groups, weeks (pure)."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from itertools import accumulate
from operator import attrgetter
from typing import Any

from service_desk.accounts.reach import AreaReach
from service_desk.directory.areas import county_of, township_of
from service_desk.directory.categories import CODES, group_of
from service_desk.foundation.clock import local


@dataclass(frozen=True, slots=True)
class Load:
    """Open requests of one place or person."""

    key: Any
    open: int
    unsigned: int
    soon: int
    overdue: int


WEEKS = 8
SORTS = ("place", "open", "unsigned", "soon", "overdue")


@dataclass(frozen=True, slots=True)
class Week:
    """First responses that were due in the week from Monday `start`: `n` of `d` on time.

    `minutes` is the median of service minutes until those that were given.
    """

    start: datetime
    n: int
    d: int
    minutes: float | None = None

    @property
    def percent(self) -> int | None:
        """Whole percents, rounded down so that only all of them are 100; None of none."""
        return self.n * 100 // self.d if self.d else None


def mondays(at: datetime) -> list[datetime]:
    """Where the last eight weeks begin in Diqing, this one the last, and where it ends."""
    today = local(at).replace(hour=0, minute=0, second=0, microsecond=0)
    this = today - timedelta(days=today.weekday())
    return [this + timedelta(weeks=number) for number in range(1 - WEEKS, 2)]


def lists_villages(areas: Iterable[AreaReach]) -> bool:
    """Whether a reach lies within one township, so that villages are the rows."""
    found = {township_of(area.lo) for area in areas}
    return len(found) == 1 and None not in found


def folded(loads: Iterable[Load], villages: bool) -> list[Load]:
    """One load a village, or a township where there are many; in the order of codes."""

    def place(load: Load) -> str:
        code = str(load.key)
        return code if villages else township_of(code) or county_of(code) or code

    return _summed(loads, place)


def by_group(loads: Iterable[Load]) -> list[Load]:
    """One load a category group, the empty code for those without one; most overdue first, then
    most open."""

    def group(load: Load) -> str:
        return group_of(load.key) if load.key in CODES else ""

    return sorted(_summed(loads, group), key=lambda each: (-each.overdue, -each.open, each.key))


def _summed(loads: Iterable[Load], key: Callable[[Load], str]) -> list[Load]:
    """In the order of the keys."""
    sums: dict[str, Load] = defaultdict(lambda: Load("", 0, 0, 0, 0))
    for load in loads:
        code = key(load)
        total = zip(astuple(sums[code])[1:], astuple(load)[1:], strict=True)
        sums[code] = Load(code, *(before + more for before, more in total))
    return [sums[code] for code in sorted(sums)]


def median_of(counts: Mapping[int, int]) -> float | None:
    """The median of values given with how often each occurs; None of none."""
    total = sum(counts.values())
    if not total:
        return None
    values = sorted(counts)
    ends = list(accumulate(counts[value] for value in values))
    halves = (total - 1) // 2, total // 2
    low, high = (values[bisect_right(ends, half)] for half in halves)
    return (low + high) / 2


def sorted_by(loads: Sequence[Load], column: str, falling: bool) -> list[Load]:
    """By a column of SORTS; equal ones stay in the order of their codes."""
    name = "key" if column not in SORTS or column == "place" else column
    return sorted(loads, key=attrgetter(name), reverse=falling)
