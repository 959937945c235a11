"""When places are open, what the calendar says of its days, and time counted by both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.service_clock import walk
from service_desk.service_clock.in_force import (
    Versions,
    hours_in_force,
    in_force,
    make_up_years,
)
from service_desk.service_clock.models import CalendarDay, CalendarVersion
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_clock.walk import Clock, Elapsed, Span

HISTORY = 20


def due_by_minutes(
    area_code: str, start: datetime, minutes: int, pauses: Sequence[Span] = ()
) -> datetime:
    """When `minutes` of service time have passed in a place."""
    return walk.due(in_force(area_code).hours, Clock.SERVICE_HOUR, start, minutes, pauses)


def add_working_days(area_code: str, start: datetime, days: int) -> datetime:
    """The closing time of working day `days`; day 1 is the day after the start."""
    return walk.due(in_force(area_code).hours, Clock.WORKING_DAY, start, days)


def measure_minutes(
    area_code: str, start: datetime, end: datetime, calendar_version: int | None = None
) -> Elapsed:
    """Whole minutes of service time and of wall time between two moments."""
    rules = in_force(area_code, Versions(calendar=calendar_version))
    return walk.measure(rules.hours, start, end)


def next_opening(area_code: str, at: datetime) -> datetime:
    """`at` while the place's station is open, else when the service clock starts to run."""
    return walk.next_opening(in_force(area_code).hours, at)


def opening_on(area_code: str, day: date) -> tuple[tuple[int, int], ...]:
    """The intervals of one day, holidays and make-up days counted, in minutes from midnight."""
    return in_force(area_code).hours.intervals_on(day)


def hours_of(area_codes: Iterable[str]) -> Mapping[str, ServiceHours]:
    """When each of many places is open, holidays and make-up days counted; one statement."""
    return hours_in_force(area_codes)


def calendar_days(first: date, last: date) -> Sequence[CalendarDay]:
    """The days of the calendar in force between two days, both included, in order."""
    newest = sa.select(sa.func.max(CalendarVersion.id)).scalar_subquery()
    return session.scalars(
        sa.select(CalendarDay)
        .where(CalendarDay.version_id == newest, CalendarDay.day.between(first, last))
        .order_by(CalendarDay.day, CalendarDay.area_code)
    ).all()


def unpublished_years(at: datetime) -> tuple[int, ...]:
    """Of this year and the next, those whose make-up working days are not known yet.

    Cheap enough for every page: one statement, for the days of a version stay in memory.
    """
    year, known = walk.local_day(at).year, make_up_years()
    return tuple(each for each in (year, year + 1) if each not in known)


def versions(most: int = HISTORY) -> Sequence[CalendarVersion]:
    """The versions of the calendar, newest first."""
    newest_first = sa.select(CalendarVersion).order_by(CalendarVersion.id.desc())
    return session.scalars(newest_first.limit(most)).all()
