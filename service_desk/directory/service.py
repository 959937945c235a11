"""Loads places and stations; sets opening hours. All or nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from service_desk.audit.service import record
from service_desk.directory.areas import AreaLevel, parent_of
from service_desk.directory.divisions import BadRow, Division, Row, RowProblem, read_divisions
from service_desk.directory.hours import (
    DEFAULT_INTERVALS,
    HoursProblem,
    Interval,
    clock_text,
    problem,
    week,
)
from service_desk.directory.models import Area, Station, StationHours
from service_desk.directory.queries import forget, week_of
from service_desk.foundation.clock import local
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _

DESCRIBED = ("name", "phone", "address")
BUNDLED = Path(__file__).parent / "data" / "diqing_divisions.csv"


def load_bundled_divisions(at: datetime) -> int:
    """The real divisions of the prefecture, and a station for each village."""
    with BUNDLED.open(encoding="utf-8") as file:
        return load_divisions(list(csv.DictReader(file)), at)


def load_divisions(rows: Sequence[Row], at: datetime) -> int:
    """Brings the places up to a whole list; returns how many changed.

    Places that are no longer listed end today; nothing is deleted. Raises Refused with the
    line of the first bad row, and then writes nothing.
    """
    divisions = _read(rows)
    known = {area.code: area for area in session.scalars(sa.select(Area))}
    changed = sum([_put(each, known, at) for each in divisions])
    changed += _end(known, {each.code for each in divisions}, at)
    session.flush()
    _open_stations(each for each in divisions if each.level is AreaLevel.VILLAGE)
    if changed:
        record("divisions_loaded", None, "divisions", {"changed": changed}, at)
    forget()
    return changed


def _read(rows: Sequence[Row]) -> list[Division]:
    try:
        return read_divisions(rows)
    except BadRow as bad:
        raise Refused(_sentence(bad)) from bad


def _sentence(bad: BadRow) -> str:
    why = {
        RowProblem.COLUMNS: _("A column is missing or there is one too many."),
        RowProblem.CODE: _("This is not a 12-digit code of this prefecture."),
        RowProblem.NAME: _("The name is empty, too long or has control characters."),
        RowProblem.LEVEL: _("The level is unknown or does not fit the code."),
        RowProblem.PARENT: _("The place above is wrong or not listed."),
        RowProblem.TWICE: _("This code is listed twice."),
        RowProblem.WHOLE: _("The list must be the whole one, with the prefecture."),
    }
    return _("Line %(number)s: %(fault)s", number=bad.line, fault=why[bad.problem])


def _put(division: Division, known: dict[str, Area], at: datetime) -> bool:
    """Whether the place is new, renamed or in force again."""
    area = known.get(division.code)
    if area is not None and area.valid_to is None and area.name == division.name:
        return False
    if area is None:
        area = Area(code=division.code, valid_from=local(at).date())
        session.add(area)
    area.name, area.level, area.valid_to = division.name, division.level, None
    area.parent_code = parent_of(division.code)
    area.counts_as_township = division.counts_as_township
    return True


def _end(known: dict[str, Area], listed: set[str], at: datetime) -> int:
    """Ends the places that are no longer listed; how many."""
    today = local(at).date()
    gone = [area for code, area in known.items() if code not in listed and area.valid_to is None]
    for area in gone:
        area.valid_to = today
    return len(gone)


def _open_stations(villages: Iterable[Division]) -> None:
    """A station with the ordinary hours for every village that has none."""
    there = set(session.scalars(sa.select(Station.area_code)))
    for village in villages:
        if village.code not in there:
            station = Station(area_code=village.code, name=_station_name(village.name))
            station.hours = _hours(DEFAULT_INTERVALS)
            session.add(station)
    session.flush()


def _station_name(committee: str) -> str:
    short = committee.removesuffix("居民委员会").removesuffix("村民委员会").removesuffix("村委会")
    return f"{short}综合服务站"


def _hours(intervals: Iterable[Interval]) -> list[StationHours]:
    return [
        StationHours(weekday=each.weekday, opens=each.opens, closes=each.closes)
        for each in intervals
    ]


def set_station_hours(
    station: Station, intervals: Sequence[Interval], actor_id: int, at: datetime
) -> None:
    """New hours of an ordinary week; the same ones again change nothing.

    Raises Refused, and keeps the old hours, when they are wrong.
    """
    found = problem(intervals)
    if found is not None:
        raise Refused(_hours_sentence(*found), f"day_{found[1].weekday}")
    if week(intervals) == week_of(station):
        return
    station.hours.clear()
    session.flush()
    station.hours.extend(_hours(intervals))
    station.hours_version += 1
    session.flush()
    details = {"hours_version": station.hours_version}
    record("station_hours_set", actor_id, f"station:{station.area_code}", details, at)


def describe_station(
    station: Station, about: Mapping[str, str], actor_id: int, at: datetime
) -> None:
    """New name, phone and address, as `about` has them; the same ones change nothing."""
    changed = [field for field in DESCRIBED if getattr(station, field) != about[field]]
    for field in changed:
        setattr(station, field, about[field])
    if changed:
        session.flush()
        details = {"changed": changed}
        record("station_described", actor_id, f"station:{station.area_code}", details, at)


def _hours_sentence(why: HoursProblem, where: Interval) -> str:
    sentences = {
        HoursProblem.NO_SUCH_DAY: _("There is no such day of the week."),
        HoursProblem.ENDS_BEFORE_START: _("Closing time must be after opening time."),
        HoursProblem.OUTSIDE_THE_DAY: _("Hours must lie within one day; split them at midnight."),
        HoursProblem.OVERLAP: _("These hours overlap."),
    }
    times = f"{clock_text(where.opens)}-{clock_text(where.closes)}"
    return f"{times}: {sentences[why]}"
