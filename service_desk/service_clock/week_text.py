"""Opening hours of a week as one short line, for records that must stay readable (pure)."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby

from service_desk.service_clock.schedule import Interval, Week


@lru_cache(maxsize=1024)
def week_text(week: Week) -> str:
    """`1-5 08:30-12:00 13:30-18:00; 6-6 10:00-12:00`: days from 1 (Monday), then intervals.

    An interval that ends past midnight ends after 24:00.
    """
    groups = groupby(enumerate(week, start=1), key=lambda day: day[1])
    told = [(intervals, [day for day, _ in days]) for intervals, days in groups]
    return "; ".join(
        " ".join([f"{days[0]}-{days[-1]}", *map(_told, intervals)])
        for intervals, days in told
        if intervals
    )


def _told(interval: Interval) -> str:
    return "-".join(f"{minute // 60:02}:{minute % 60:02}" for minute in interval)


@lru_cache(maxsize=1024)
def week_of(text: str) -> Week:
    """The week that `week_text` told. Raises ValueError for anything else."""
    days: list[tuple[Interval, ...]] = [()] * 7
    for group in text.split("; "):
        between, *intervals = group.split(" ")
        first, last = map(int, between.split("-"))
        for day in range(first, last + 1):
            days[day - 1] = tuple(map(_read, intervals))
    return tuple(days)


def _read(text: str) -> Interval:
    opens, closes = (_minute(each) for each in text.split("-"))
    return opens, closes


def _minute(text: str) -> int:
    hours, minutes = text.split(":")
    return int(hours) * 60 + int(minutes)
