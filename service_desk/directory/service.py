"""Loads places and stations; sets opening hours. All or nothing."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa

from service_desk.audit.service import record
from service_desk.directory.areas import AreaLevel, is_code, parent_of
from service_desk.directory.hours import DEFAULT_INTERVALS, Interval, problem
from service_desk.directory.models import Area, Station, StationHours
from service_desk.directory.queries import forget
from service_desk.foundation.clock import local
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _

BUNDLED = Path(__file__).parent / "data" / "diqing_divisions.csv"
COLUMNS = ("code12", "level", "name", "parent12", "counts_as_township")
COMMITTEES = ("residents_committee", "village_committee")
Row = Mapping[str, str]


def load_bundled_divisions(at: datetime) -> int:
    """The real divisions of the prefecture, and a station for each village."""
    with BUNDLED.open(encoding="utf-8") as file:
        return load_divisions(list(csv.DictReader(file)), at)


def load_divisions(rows: Sequence[Row], at: datetime) -> int:
    """Brings the places up to the list; returns how many are new or renamed.

    Places that are no longer listed end today; nothing is deleted. Raises Refused with the
    number of the first bad row, and then writes nothing.
    """
    _check(rows)
    known = {area.code: area for area in session.scalars(sa.select(Area))}
    changed = [_put(row, known, at) for row in sorted(rows, key=lambda row: row["code12"])]
    for code in known.keys() - {row["code12"] for row in rows}:
        known[code].valid_to = known[code].valid_to or local(at).date()
    session.flush()
    _open_stations(row for row in rows if _level(row) is AreaLevel.VILLAGE)
    forget()
    return sum(changed)


def _check(rows: Sequence[Row]) -> None:
    codes = {row.get("code12") for row in rows}
    for number, row in enumerate(rows, 2):
        fault = _fault(row, codes)
        if fault:
            raise Refused(_("Row %(number)s: %(fault)s", number=number, fault=fault))
    if len(codes) != len(rows):
        raise Refused(_("A code is listed twice."))


def _fault(row: Row, codes: Iterable[str | None]) -> str | None:
    if any(row.get(column) is None for column in COLUMNS):
        return _("a column is missing")
    if not is_code(row["code12"]) or not row["name"].strip():
        return _("the code or the name is wrong")
    if row["level"] not in {*AreaLevel, *COMMITTEES}:
        return _("the level is unknown")
    parent = parent_of(row["code12"])
    return _("the place above is not listed") if parent and parent not in codes else None


def _level(row: Row) -> AreaLevel:
    return AreaLevel.VILLAGE if row["level"] in COMMITTEES else AreaLevel(row["level"])


def _put(row: Row, known: dict[str, Area], at: datetime) -> bool:
    area = known.get(row["code12"])
    if area is not None and area.name == row["name"]:
        return False
    if area is None:
        area = Area(code=row["code12"], valid_from=local(at).date())
        session.add(area)
    area.name = row["name"].strip()
    area.level = _level(row)
    area.parent_code = parent_of(area.code)
    area.counts_as_township = row["counts_as_township"] == "true"
    return True


def _open_stations(rows: Iterable[Row]) -> None:
    """A station with the ordinary hours for every village that has none."""
    there = set(session.scalars(sa.select(Station.area_code)))
    for row in rows:
        if row["code12"] not in there:
            name = _station_name(row["name"])
            session.add(
                Station(area_code=row["code12"], name=name, hours=_hours(DEFAULT_INTERVALS))
            )
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
    """New hours of an ordinary week. Raises Refused and changes nothing when they are wrong."""
    found = problem(intervals)
    if found is not None:
        raise Refused(_("These hours overlap or end before they begin."), found[0])
    station.hours.clear()
    session.flush()
    station.hours.extend(_hours(intervals))
    station.hours_version += 1
    session.flush()
    details = {"hours_version": station.hours_version}
    record("station_hours_set", actor_id, f"station:{station.area_code}", details, at)
