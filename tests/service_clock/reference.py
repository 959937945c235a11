"""The service clock again, in the dullest way: minute by minute, day by day.

It shares no code with the product but the names of its enums; moments are whole minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from service_desk.service_clock.schedule import DayKind, Week
from service_desk.service_clock.walk import Span
from tests.service_clock.worlds import BEIJING

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


class Dull:
    def __init__(self, week: Week, days: dict[date, DayKind]) -> None:
        self.week = week
        self.days = days
        self.opened: dict[date, set[int]] = {}

    def intervals(self, day: date) -> Sequence[tuple[int, int]]:
        if self.days.get(day) == "holiday":
            return []
        if self.days.get(day) == "working" and not self.week[day.weekday()]:
            return [*self.week, *self.week][[bool(each) for each in self.week].index(True)]
        return self.week[day.weekday()]

    def minutes(self, day: date) -> set[int]:
        if day not in self.opened:
            today = {m for a, b in self.intervals(day) for m in range(a, b)}
            last_night = {m - 1440 for a, b in self.intervals(day - DAY) for m in range(a, b)}
            self.opened[day] = today | last_night
        return self.opened[day]

    def is_open(self, moment: datetime) -> bool:
        moment = moment.astimezone(BEIJING)
        return moment.hour * 60 + moment.minute in self.minutes(moment.date())

    def due(self, start: datetime, minutes: int, pauses: Sequence[Span]) -> datetime:
        moment, left = start, minutes
        while left:
            if self.is_open(moment) and not any(p.start <= moment < p.end for p in pauses):
                left -= 1
            moment += MINUTE
        return moment

    def measure(self, start: datetime, end: datetime) -> int:
        whole = int((end - start) / MINUTE)
        return sum(self.is_open(start + n * MINUTE) for n in range(whole))

    def own_closing(self, day: date) -> datetime:
        some_day = next(each for each in self.week if each)
        last = max(b for _, b in self.intervals(day) or some_day)
        return datetime(day.year, day.month, day.day, tzinfo=BEIJING) + last * MINUTE

    def closing(self, day: date) -> datetime:
        """A day is not over while the night of the working day before still is."""
        before = [day - DAY] if self.works(day - DAY) else []
        return max(self.own_closing(each) for each in [*before, day])

    def works(self, day: date) -> bool:
        kind = self.days.get(day)
        return kind == "working" or (kind is None and day.isoweekday() <= 5)

    def working_day(self, start: datetime, days: int, pauses: Sequence[Span]) -> datetime:
        day, left = start.astimezone(BEIJING).date(), days
        while left:
            day += DAY
            closing = self.closing(day)
            if self.works(day) and not any(p.start < closing <= p.end for p in pauses):
                left -= 1
        return self.closing(day)

    def partway(self, start: datetime, end: datetime, percent: int, pauses: Sequence[Span]):
        """By when so many percent of the open minutes from start to end are over."""
        return partway(start, end, percent, lambda moment: self.ticks(moment, pauses))

    def ticks(self, moment: datetime, pauses: Sequence[Span]) -> bool:
        return self.is_open(moment) and not any(p.start <= moment < p.end for p in pauses)


def partway(start: datetime, end: datetime, percent: int, ticks) -> datetime:
    minutes = [start + n * MINUTE for n in range(int((end - start) / MINUTE))]
    counted = [moment for moment in minutes if ticks(moment)]
    for number, moment in enumerate(counted, start=1):
        if number * 100 >= len(counted) * percent:
            return moment + MINUTE
    return end


def wall(start: datetime, minutes: int, pauses: Sequence[Span]) -> datetime:
    moment, left = start, minutes
    while left:
        left -= not any(p.start <= moment < p.end for p in pauses)
        moment += MINUTE
    return moment
