"""The service clock a second time, from the calendar's own lines: one byte for every minute.

It shares no code with the product. A station is a `bytearray` with a 1 for each minute in which
it is open, written day by day from 2024 on; a walk counts these bytes. Times are whole minutes
since `ORIGIN`, local time; kinds of days are their plain words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, timezone

ORIGIN = date(2023, 12, 25)
DAYS = (date(2029, 12, 31) - ORIGIN).days
A_DAY = 24 * 60
BEIJING = timezone(timedelta(hours=8))
Hours = Sequence[tuple[int, int]]
Said = tuple[str, Hours]
"""holiday, working or closure, and the hours of that very day."""
Breaks = Sequence[tuple[int, int]]


def minute_at(moment: datetime) -> int:
    passed = moment - datetime(2023, 12, 25, tzinfo=BEIJING)
    return int(passed.total_seconds()) // 60


def moment_at(minute: int) -> datetime:
    return datetime(2023, 12, 25, tzinfo=BEIJING) + timedelta(minutes=minute)


class Station:
    """`places` are the calendars of the village, the township, the county, the prefecture."""

    def __init__(self, week: Sequence[Hours], places: Sequence[Mapping[date, Said]]) -> None:
        self.week = week
        self.open = bytearray(DAYS * A_DAY + 2 * A_DAY)
        self.worked: list[int] = []
        self.closings: list[int] = []
        for number in range(DAYS):
            self.write(number, [place.get(ORIGIN + timedelta(days=number)) for place in places])

    def write(self, number: int, said: Sequence[Said | None]) -> None:
        """One day of the minutes, and whether it is a working day and when that is over."""
        kind, special = self.decided(said)
        weekday = (ORIGIN.weekday() + number) % 7
        worked = kind == "working" or (kind == "" and weekday < 5)
        hours = self.hours(weekday, kind)
        if special is not None and (worked or hours):
            hours = special
        for opens, closes in hours:
            start = number * A_DAY
            self.open[start + opens : start + closes] = b"\1" * (closes - opens)
        if worked:
            self.work(number, hours)

    @staticmethod
    def decided(said: Sequence[Said | None]) -> tuple[str, Hours | None]:
        """Going outwards: closures are noted until somebody says what kind of day it is."""
        special: Hours | None = None
        for each in said:
            if each is None:
                continue
            kind, hours = each
            if special is None and (hours or kind == "closure"):
                special = hours
            if kind != "closure":
                return kind, special
        return "", special

    def hours(self, weekday: int, kind: str) -> Hours:
        if kind == "holiday":
            return ()
        if kind == "working" and not self.week[weekday]:
            return self.some_day()
        return self.week[weekday]

    def some_day(self) -> Hours:
        for hours in self.week:
            if hours:
                return hours
        return ()

    def work(self, number: int, hours: Hours) -> None:
        """A day that stays shut is over when others are; none before the day before it is."""
        last = max(closes for _, closes in hours or self.some_day())
        closing = number * A_DAY + last
        if self.closings and self.closings[-1] > closing:
            closing = self.closings[-1]
        self.worked.append(number)
        self.closings.append(closing)

    # counting

    def service(self, start: int, minutes: int, breaks: Breaks) -> int:
        """The end of the minute in which the last of so many open minutes passes."""
        if minutes == 0:
            return start
        left, at = minutes, start
        while True:
            stretch = self.ticking(at, at + A_DAY, breaks)
            there = stretch.count(1)
            if there >= left:
                break
            left, at = left - there, at + A_DAY
        for minute, ticks in enumerate(stretch, start=1):
            left -= ticks
            if left == 0:
                return at + minute
        raise AssertionError("counted wrong")

    def ticking(self, start: int, end: int, breaks: Breaks) -> bytearray:
        stretch = self.open[start:end]
        for first, last in breaks:
            low, high = max(first, start), min(last, end)
            if low < high:
                stretch[low - start : high - start] = bytes(high - low)
        return stretch

    def elapsed(self, start: int, end: int) -> int:
        return self.open[start:end].count(1)

    def working_days(self, start: int, days: int, breaks: Breaks) -> int:
        """The closing of the last of so many days; without any, the next closing there is."""
        left = days or 1
        for number, closing in zip(self.worked, self.closings, strict=True):
            begun = number > start // A_DAY if days else closing >= start
            if begun and not any(first < closing <= last for first, last in breaks):
                left -= 1
                if left == 0:
                    return closing
        raise AssertionError("no such day")


def wall(start: int, minutes: int, breaks: Breaks) -> int:
    """Minute by minute, but for whole stretches without a break."""
    at, left = start, minutes
    for first, last in sorted(breaks):
        if last <= at:
            continue
        ahead = max(first - at, 0)
        if left <= ahead:
            break
        left, at = left - ahead, last
    return at + left
