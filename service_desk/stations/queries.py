"""Reads station days: what is on record, what waits, and how many hours were kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from service_desk.directory.areas import area_range, county_of
from service_desk.directory.models import Station
from service_desk.directory.queries import stations
from service_desk.foundation.database import session
from service_desk.service_clock.calendar_queries import hours_of
from service_desk.service_clock.schedule import ServiceHours
from service_desk.stations.models import StationDay, StationProposal, StationWeekend
from service_desk.stations.rules import (
    Said,
    Tally,
    Verdict,
    Weekends,
    is_scheduled,
    judge,
    tally,
)

Range = tuple[str, str]
"""First and last area code, both included."""
Of = tuple[str, date]
"""Village and day."""
Days = Mapping[Of, StationDay]
"""The last word on each."""
DECIDED_SHOWN = 20
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class StationTally:
    """How one station kept its hours."""

    area_code: str
    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Compliance:
    """Every station of an area with its station days; sums of any part of it by `within`."""

    area_code: str
    first: date
    last: date
    stations: tuple[StationTally, ...]

    def within(self, area_code: str) -> Tally:
        low, high = area_range(area_code)
        inside = (each.tally for each in self.stations if low <= each.area_code <= high)
        return sum(inside, Tally())

    @property
    def total(self) -> Tally:
        return self.within(self.area_code)


def compliance(area_code: str, first: date, last: date) -> Compliance:
    """Station days of an area between two local days, both included (domain.md §14).

    The caller leaves out days that are not over. Scheduled is what the stations' weeks and the
    calendar say now. Four statements, however many stations.
    """
    found = stations(area_code)
    hours = hours_of([each.area_code for each in found])
    judged = _Judge(_said(area_code, first - ONE_DAY, last), _all_weekends())
    days = [first + timedelta(days=ahead) for ahead in range((last - first).days + 1)]
    tallies = (_tally_of(each, hours[each.area_code], judged, days) for each in found)
    return Compliance(area_code, first, last, tuple(tallies))


@dataclass(frozen=True, slots=True)
class _Judge:
    told: Mapping[tuple[str, date], Said]
    weekends: Mapping[str, Weekends]

    def verdict(self, area_code: str, hours: ServiceHours, day: date) -> Verdict:
        weekends = self.weekends.get(county_of(area_code) or "", Weekends())
        before, own = self.told.get((area_code, day - ONE_DAY)), self.told.get((area_code, day))
        return judge(is_scheduled(hours, day, weekends), before, own)


def _tally_of(
    station: Station, hours: ServiceHours, judged: _Judge, days: Iterable[date]
) -> StationTally:
    verdicts = (judged.verdict(station.area_code, hours, day) for day in days)
    return StationTally(station.area_code, station.name, tally(verdicts))


def _said(area_code: str, first: date, last: date) -> dict[tuple[str, date], Said]:
    """As `days_told`, in columns: a year of a prefecture is 70,000 rows."""
    query = sa.select(
        StationDay.area_code,
        StationDay.day,
        StationDay.kind,
        StationDay.hours,
        StationDay.open_since,
    ).where(*_told_of(area_code, first, last))
    return {
        (code, day): Said(kind, tuple((opens, closes) for opens, closes in hours), open_since)
        for code, day, kind, hours, open_since in session.execute(query.order_by(StationDay.number))
    }


def _told_of(area_code: str, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    low, high = area_range(area_code)
    return StationDay.area_code.between(low, high), StationDay.day.between(first, last)


def days_told(area_code: str, first: date, last: date) -> Days:
    """The last word on each day that somebody told of."""
    return {(each.area_code, each.day): each for each in words(area_code, first, last)}


def words(area_code: str, first: date, last: date) -> Sequence[StationDay]:
    """Everything that was told of the days of an area, each correction after what it replaces."""
    query = sa.select(StationDay).where(*_told_of(area_code, first, last))
    return session.scalars(
        query.order_by(StationDay.area_code, StationDay.day, StationDay.number)
    ).all()


def weekends_of(county: str) -> Weekends:
    """Whether a county counts weekends."""
    return _all_weekends().get(county, Weekends())


def _all_weekends() -> dict[str, Weekends]:
    rows = session.scalars(sa.select(StationWeekend))
    return {each.area_code: Weekends(each.saturday, each.sunday) for each in rows}


def waiting(ranges: Iterable[Range]) -> Sequence[StationProposal]:
    """What waits for a decision in these ranges, the oldest first."""
    query = sa.select(StationProposal).where(StationProposal.approved.is_(None), _in(ranges))
    return session.scalars(query.order_by(StationProposal.id)).all()


def decided(ranges: Iterable[Range]) -> Sequence[StationProposal]:
    """What was decided last."""
    query = sa.select(StationProposal).where(StationProposal.approved.is_not(None), _in(ranges))
    return session.scalars(
        query.order_by(StationProposal.decided_at.desc()).limit(DECIDED_SHOWN)
    ).all()


def _in(ranges: Iterable[Range]) -> ColumnElement[bool]:
    parts = (StationProposal.area_code.between(*each) for each in ranges)
    return sa.or_(sa.false(), *parts)


def waits_already(area_code: str, days: Sequence[object]) -> bool:
    """Whether the very same days of a place wait for a decision."""
    query = sa.select(StationProposal.days).where(
        StationProposal.area_code == area_code, StationProposal.approved.is_(None)
    )
    return list(days) in session.scalars(query).all()


def station_names(ranges: Iterable[Range]) -> dict[str, str]:
    """Village code to the name of its station, for every station in these ranges."""
    parts = (Station.area_code.between(*each) for each in ranges)
    query = sa.select(Station.area_code, Station.name).where(sa.or_(sa.false(), *parts))
    return {row.area_code: row.name for row in session.execute(query)}


def days_of(proposal: StationProposal) -> Iterator[tuple[str, date, tuple[tuple[int, int], ...]]]:
    """Village, day and hours of each day that a proposal is about."""
    for area_code, day, hours in proposal.days:
        yield area_code, date.fromisoformat(day), tuple((opens, closes) for opens, closes in hours)
