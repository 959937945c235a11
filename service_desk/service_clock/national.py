"""The national days off and make-up working days that the `holidays` library knows (pure).

The library lists days as the law names them. The State Council's notice gives whole stretches
off, weekends inside and beside them included, so a station that opens on Saturdays is closed
in the National Day week; `days_of` gives these stretches.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

from holidays import HolidayBase, country_holidays

from service_desk.service_clock.schedule import SATURDAY, DayKind

FIRST_YEAR = 2024
SHIPPED_YEARS = 6
ONE_DAY = timedelta(days=1)
MAKE_UP = "调休上班"
REST = "连休"
NAME_LENGTH = 80


class NamedDay(NamedTuple):
    """What a day is and why."""

    kind: DayKind
    name: str


def is_published(year: int) -> bool:
    """Whether the library has the State Council's notice; each one names make-up days."""
    return any(each.kind is DayKind.WORKING for each in days_of(year).values())


@lru_cache(maxsize=256)
def days_of(year: int) -> Mapping[date, NamedDay]:
    """Days off and make-up days of one year; without make-up days while unpublished."""
    known = country_holidays("CN", years=[year - 1, year, year + 1], language="zh_CN")
    off = _stretches(known, known.weekend_workdays)
    named = {day: NamedDay(DayKind.HOLIDAY, _name(known, day)) for day in off}
    named |= {day: NamedDay(DayKind.WORKING, MAKE_UP) for day in known.weekend_workdays}
    return MappingProxyType({day: named[day] for day in sorted(named) if day.year == year})


def days_between(first_year: int, last_year: int) -> dict[date, NamedDay]:
    """Days off and make-up days of these years, both included."""
    years = range(first_year, last_year + 1)
    return {day: named for year in years for day, named in days_of(year).items()}


def shipped_days() -> dict[date, NamedDay]:
    """What holds while no calendar is in the database yet."""
    return days_between(FIRST_YEAR, FIRST_YEAR + SHIPPED_YEARS)


def _name(known: HolidayBase, day: date) -> str:
    return str(known.get(day) or REST)[:NAME_LENGTH]


def _stretches(holidays: Iterable[date], worked: set[date]) -> set[date]:
    """The holidays and the free weekend days that touch them, directly or one another."""
    off = set(holidays) - worked
    for day in sorted(off):
        for step in (ONE_DAY, -ONE_DAY):
            off.update(_weekend_from(day + step, step, worked))
    return off


def _weekend_from(day: date, step: timedelta, worked: set[date]) -> Iterator[date]:
    while day.weekday() >= SATURDAY and day not in worked:
        yield day
        day += step
