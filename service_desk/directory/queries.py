"""Places and stations as other rooms read them.

Places change once in years and by the operator only, so each process keeps them in memory
and looks again when `forget` is called or after ten minutes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from unicodedata import normalize

import sqlalchemy as sa
from flask import current_app

from service_desk.directory.areas import AreaLevel, ancestors, area_range, parent_of
from service_desk.directory.hours import Interval, Week, week
from service_desk.directory.models import Area, Station, StationHours, StationWeek
from service_desk.foundation.database import session

KEPT = "directory_places"
KEPT_S = 600


@dataclass(frozen=True, slots=True)
class Place:
    """An area in force."""

    code: str
    level: AreaLevel
    name: str
    counts_as_township: bool


@dataclass(frozen=True)
class Places:
    """All places in force by code, in the order of their codes."""

    by_code: Mapping[str, Place]
    read_at: float


def places() -> Mapping[str, Place]:
    """Every place in force by code, in order."""
    kept: Places | None = current_app.extensions.get(KEPT)
    if kept is None or monotonic() - kept.read_at > KEPT_S or not kept.by_code:
        kept = current_app.extensions[KEPT] = Places(_read(), monotonic())
    return kept.by_code


def forget() -> None:
    """The places have changed: read them again."""
    current_app.extensions.pop(KEPT, None)


def _read() -> dict[str, Place]:
    query = (
        sa.select(Area.code, Area.level, Area.name, Area.counts_as_township)
        .where(Area.valid_to.is_(None))
        .order_by(Area.code)
    )
    return {row.code: Place(*row) for row in session.execute(query)}


def area_exists(code: str) -> bool:
    return code in places()


def area_named(code: str) -> str:
    """The name of a place; its code when it is no longer in force."""
    place = places().get(code)
    return place.name if place else code


def full_name(code: str) -> str:
    """County, township and village in one line, without the prefecture."""
    line = [*reversed(ancestors(code)[:-1]), code]
    return " ".join(area_named(each) for each in line)


def children(code: str) -> list[Place]:
    """The places right below."""
    return [place for place in places().values() if parent_of(place.code) == code]


def villages(code: str) -> list[Place]:
    """Every village and community in an area."""
    low, high = area_range(code)
    return [
        place
        for place in places().values()
        if place.level is AreaLevel.VILLAGE and low <= place.code <= high
    ]


def search(words: str, limit: int = 20) -> list[Place]:
    """Villages and communities whose line of names holds every word, as typed on any keypad."""
    wanted = normalize("NFKC", words).split()
    found = (
        place
        for place in places().values()
        if place.level is AreaLevel.VILLAGE
        and all(word in full_name(place.code) for word in wanted)
    )
    return [place for place, _ in zip(found, range(limit), strict=False)]


def station_of(area_code: str) -> Station | None:
    return session.scalar(sa.select(Station).where(Station.area_code == area_code))


def stations(area_code: str) -> Sequence[Station]:
    """Every station in an area, by code."""
    low, high = area_range(area_code)
    query = sa.select(Station).where(Station.area_code.between(low, high))
    return session.scalars(query.order_by(Station.area_code)).all()


def week_of(station: Station) -> Week:
    """The opening hours of an ordinary week, by the version in force."""
    return weeks_of([station])[station.id]


def weeks_of(found: Sequence[Station]) -> Mapping[int, Week]:
    """Station id to its ordinary week in force, for many stations at once."""
    hours = (
        sa.select(
            StationHours.station_id, StationHours.weekday, StationHours.opens, StationHours.closes
        )
        .join(Station, in_force())
        .where(Station.id.in_([each.id for each in found]))
    )
    intervals: dict[int, list[Interval]] = {each.id: [] for each in found}
    for station_id, *interval in session.execute(hours):
        intervals[station_id].append(Interval(*interval))
    return {station_id: week(each) for station_id, each in intervals.items()}


def in_force() -> sa.ColumnElement[bool]:
    """Hours of the version of their station's week that counts now."""
    return sa.and_(
        StationHours.station_id == Station.id, StationHours.version == Station.hours_version
    )


def week_versions(station: Station, most: int = 20) -> Sequence[StationWeek]:
    """The versions of a station's week, newest first."""
    return session.scalars(
        sa.select(StationWeek)
        .where(StationWeek.station_id == station.id)
        .order_by(StationWeek.version.desc())
        .limit(most)
    ).all()


def all_weeks(station: Station) -> Mapping[int, Week]:
    """Version to the week it says; one without hours is missing."""
    rows = session.execute(
        sa.select(
            StationHours.version, StationHours.weekday, StationHours.opens, StationHours.closes
        ).where(StationHours.station_id == station.id)
    )
    intervals: dict[int, list[Interval]] = {}
    for version, *interval in rows:
        intervals.setdefault(version, []).append(Interval(*interval))
    return {version: week(each) for version, each in intervals.items()}
