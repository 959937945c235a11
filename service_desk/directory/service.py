"""Loads places and stations; sets opening hours. All or nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

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
from service_desk.directory.models import Area, Station, StationHours, StationWeek
from service_desk.directory.queries import forget, week_of
from service_desk.foundation.clock import local
from service_desk.foundation.database import insert_rows, session
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _

NOBODY_YET = 0
"""Of `reached`: no open request has been looked at."""
DESCRIBED = ("name", "phone", "address")
BUNDLED = Path(__file__).parent / "data" / "diqing_divisions.csv"


class Made(NamedTuple):
    """When and by whom a week was made, and up to which open request it was looked through."""

    created_at: datetime
    created_by: int | None
    reached: int | None


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
    _open_stations((each for each in divisions if each.level is AreaLevel.VILLAGE), at)
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


def _open_stations(villages: Iterable[Division], at: datetime) -> None:
    """A station with the ordinary hours for every village that has none."""
    there = set(session.scalars(sa.select(Station.area_code)))
    new = [
        Station(area_code=village.code, name=_station_name(village.name))
        for village in villages
        if village.code not in there
    ]
    session.add_all(new)
    session.flush()
    _add_weeks(new, Made(at, None, None), DEFAULT_INTERVALS)


def _station_name(committee: str) -> str:
    short = committee.removesuffix("居民委员会").removesuffix("村民委员会").removesuffix("村委会")
    return f"{short}综合服务站"


def _add_weeks(stations: Iterable[Station], made: Made, intervals: Iterable[Interval]) -> None:
    """The version of each station's week that its `hours_version` names."""
    keys = [{"station_id": each.id, "version": each.hours_version} for each in stations]
    hours = [asdict(each) for each in intervals]
    if keys:
        insert_rows(StationWeek, [key | made._asdict() for key in keys])
    if keys and hours:
        insert_rows(StationHours, [key | each for key in keys for each in hours])


def set_station_hours(
    station: Station, intervals: Sequence[Interval], actor_id: int, at: datetime
) -> None:
    """A new version of the ordinary week; the same hours again change nothing.

    Open requests are looked through later and may gain time. Raises Refused, and keeps the old
    hours, when they are wrong. Writers queue for the station's row.
    """
    found = problem(intervals)
    if found is not None:
        raise Refused(_hours_sentence(*found), f"day_{found[1].weekday}")
    session.refresh(station, with_for_update=True)
    if week(intervals) == week_of(station):
        return
    station.hours_version += 1
    session.flush()
    _add_weeks([station], Made(at, actor_id, NOBODY_YET), intervals)
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
        HoursProblem.ENDS_BEFORE_START: _(
            "Closing time must be after opening time; past midnight is written 20:00-26:00."
        ),
        HoursProblem.OUTSIDE_THE_DAY: _(
            "Hours begin within the day and end on the next day at the latest."
        ),
        HoursProblem.OVERLAP: _("These hours overlap."),
    }
    times = f"{clock_text(where.opens)}-{clock_text(where.closes)}"
    return f"{times}: {sentences[why]}"
