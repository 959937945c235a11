"""What holds for a place: its limits, and its hours under a calendar.

One statement reads what may change: which versions are in force and the hours of the stations.
The limits and days of a version never change and stay in memory under the version's stamp;
places with the same hours and days share one `ServiceHours`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from types import MappingProxyType
from typing import Any, NamedTuple

import sqlalchemy as sa

from service_desk.directory import queries
from service_desk.directory.areas import PREFECTURE, ancestors
from service_desk.directory.hours import read_day
from service_desk.directory.models import Station, StationHours
from service_desk.foundation.database import run, session
from service_desk.service_clock import national
from service_desk.service_clock.layers import Told, layered
from service_desk.service_clock.models import (
    CalendarDay,
    CalendarVersion,
    ClockPolicy,
    PolicyVersion,
)
from service_desk.service_clock.policies import DEFAULTS, Policy
from service_desk.service_clock.schedule import DEFAULT_WEEK, DayKind, ServiceHours, Week


class Versions(NamedTuple):
    """Which versions to go by; None is the one in force, 0 what the program ships."""

    policy: int | None = None
    calendar: int | None = None


CURRENT = Versions()


class Known(NamedTuple):
    """A version that was read: its id and its stamp, which no other version ever has."""

    id: int
    stamp: str


@dataclass(frozen=True, slots=True)
class InForce:
    """Limits and hours, and the versions they are from."""

    policy_version: int
    calendar_version: int
    policies: tuple[Policy, ...]
    hours: ServiceHours


SHIPPED = Known(0, "")
POLICY, CALENDAR, HOURS = "policy", "calendar", "hours"
ByPlace = dict[str, list[tuple[int, int, int]]]
"""Weekday, opening and closing minute of every interval, by place."""


def _tag(text: str) -> sa.ColumnElement[str]:
    return sa.literal_column(f"'{text}'", sa.String)


def _version(
    tag: str, table: type[PolicyVersion | CalendarVersion]
) -> sa.Select[str, int, int, int, str]:
    newest = sa.select(sa.func.max(table.id)).scalar_subquery()
    asked = sa.func.coalesce(sa.bindparam(tag, type_=sa.Integer), newest)
    nothing: sa.ColumnElement[int] = sa.literal_column("0", sa.Integer)
    return sa.select(_tag(tag), table.id, nothing, nothing, table.stamp).where(table.id == asked)


_READ: sa.CompoundSelect[Any] = sa.union_all(
    _version(POLICY, PolicyVersion),
    _version(CALENDAR, CalendarVersion),
    sa.select(
        _tag(HOURS),
        StationHours.weekday,
        StationHours.opens,
        StationHours.closes,
        Station.area_code,
    )
    .join(Station, queries.in_force())
    .where(Station.area_code.in_(sa.bindparam("places", expanding=True))),
)


def in_force(area_code: str, versions: Versions = CURRENT) -> InForce:
    """Limits and hours for a place; a version that is not there is what the program ships.

    The hours are those of its own station, else of the nearest place above that has one,
    else Monday to Friday 08:30-12:00 and 13:30-18:00.
    """
    return many_in_force((area_code,), versions)[area_code]


def many_in_force(area_codes: Iterable[str], versions: Versions = CURRENT) -> dict[str, InForce]:
    """Limits and hours of many places as `in_force` gives them, read with one statement."""
    chains = {code: _chain(code) for code in area_codes}
    places = {code for chain in chains.values() for code in chain}
    known, intervals = _look(places, versions)
    policy, calendar = known.get(POLICY, SHIPPED), known.get(CALENDAR, SHIPPED)
    limits = policy.id, calendar.id, policies_of(policy)
    return {
        code: InForce(*limits, _hours(chain, intervals, calendar)) for code, chain in chains.items()
    }


def hours_in_force(area_codes: Iterable[str]) -> dict[str, ServiceHours]:
    """The hours alone of many places."""
    return {code: each.hours for code, each in many_in_force(area_codes).items()}


def _chain(area_code: str) -> tuple[str, ...]:
    return (area_code, *ancestors(area_code))


def _look(places: Iterable[str], versions: Versions) -> tuple[dict[str, Known], ByPlace]:
    """The versions in force by tag, and the intervals of every station in these places."""
    told = {POLICY: versions.policy, CALENDAR: versions.calendar, "places": list(places)}
    known: dict[str, Known] = {}
    intervals: ByPlace = {}
    for tag, number, opens, closes, text in run(_READ, told):
        if tag == HOURS:
            intervals.setdefault(text, []).append((number, opens, closes))
        else:
            known[tag] = Known(number, text)
    return known, intervals


def _hours(chain: Sequence[str], intervals: ByPlace, calendar: Known) -> ServiceHours:
    nearest = next((intervals[code] for code in chain if code in intervals), [])
    return _under(chain, _week(nearest), calendar)


def hours_under(area_code: str, week: Week, calendar: Known) -> ServiceHours:
    """The hours of a place that is open so, under a version of the calendar."""
    return _under(_chain(area_code), week, calendar)


def _under(chain: Sequence[str], week: Week, calendar: Known) -> ServiceHours:
    with_days = tuple(code for code in chain if code in _days(calendar))
    return _service_hours(week, calendar, with_days)


def _week(intervals: Iterable[tuple[int, int, int]]) -> Week:
    days: list[list[tuple[int, int]]] = [[] for _ in range(7)]
    for weekday, opens, closes in sorted(intervals):
        days[weekday].append((opens, closes))
    return tuple(map(tuple, days)) if any(days) else DEFAULT_WEEK


@lru_cache(maxsize=32)
def policies_of(version: Known) -> tuple[Policy, ...]:
    """The limits of a version."""
    if version == SHIPPED:
        return DEFAULTS
    rows = session.execute(
        sa.select(ClockPolicy.__table__).where(ClockPolicy.version_id == version.id)
    )
    return tuple(_policy({**row}) for row in rows.mappings())


def _policy(row: dict[str, Any]) -> Policy:
    return Policy(version=row.pop("version_id"), **row)


@lru_cache(maxsize=32)
def _days(version: Known) -> Mapping[str, Mapping[date, Told]]:
    """Every place that has days of its own, with these days."""
    by_place: dict[str, dict[date, Told]] = {}
    for place, day, told in _day_rows(version):
        by_place.setdefault(place, {})[day] = told
    return MappingProxyType(by_place)


def _day_rows(version: Known) -> Iterator[tuple[str, date, Told]]:
    if version == SHIPPED:
        for day, known in national.shipped_days().items():
            yield PREFECTURE, day, Told(known.kind)
        return
    rows = session.execute(
        sa.select(
            CalendarDay.area_code, CalendarDay.day, CalendarDay.kind, CalendarDay.hours
        ).where(CalendarDay.version_id == version.id)
    )
    for place, day, kind, hours in rows:
        yield place, day, Told(kind, read_day(hours) or ())


def make_up_years() -> frozenset[int]:
    """The years of which the calendar in force has make-up days for the whole prefecture."""
    calendar = _look((), CURRENT)[0].get(CALENDAR, SHIPPED)
    days = _days(calendar).get(PREFECTURE, {})
    return frozenset(day.year for day, told in days.items() if told.kind is DayKind.WORKING)


@lru_cache(maxsize=1024)
def _service_hours(week: Week, version: Known, places: tuple[str, ...]) -> ServiceHours:
    """`places` are nearest first."""
    return layered(week, [_days(version)[place] for place in places])
