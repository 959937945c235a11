"""Adds versions of the calendar and of the limits; what is there is never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import uuid4

import sqlalchemy as sa

from service_desk.audit.service import record
from service_desk.directory.areas import PREFECTURE
from service_desk.directory.models import Area
from service_desk.foundation.database import session
from service_desk.service_clock import national
from service_desk.service_clock.calendar_file import BadRow, CalendarRow, RowProblem
from service_desk.service_clock.models import (
    CalendarDay,
    CalendarVersion,
    ClockPolicy,
    DaySource,
    PolicyVersion,
)
from service_desk.service_clock.policies import DEFAULTS, Policy
from service_desk.service_clock.schedule import DayKind
from service_desk.service_clock.walk import local_day

YEARS_AHEAD = 2
FROM_LIBRARY = "national days"
FROM_TABLE = "calendar table"
FROM_HANDBOOK = "defaults of the handbook"

Place = tuple[str, date]


class Entry(NamedTuple):
    """What a version says of one day in one place."""

    kind: DayKind
    name: str
    source: DaySource


Entries = Mapping[Place, Entry]


def import_calendar(rows: Sequence[CalendarRow], actor_id: int | None, at: datetime) -> int:
    """A new version: the one in force with these rows changed; gives its id.

    The rows have been parsed; BadRow when one names a place that does not exist, and nothing
    is written.
    """
    _refuse_unknown_places(rows)
    version_id, entries = _in_force_locked()
    table = {place: each for place, each in entries.items() if each.source is DaySource.TABLE}
    for row in rows:
        table.pop((row.area_code, row.day), None)
        if row.kind is not None:
            place = row.area_code, row.day
            table[place] = Entry(row.kind, row.name, DaySource.TABLE)
    new_id = _add_calendar({**_library(at), **table}, FROM_TABLE, actor_id, at)
    details = {"rows": len(rows), "previous": version_id}
    record("calendar_imported", actor_id, f"calendar:{new_id}", details, at)
    return new_id


def fill_calendar(at: datetime) -> int:
    """Takes in the national days that the library knows; gives how many days it wrote.

    Safe to repeat: where they are in force already nothing is written. The table's days stay.
    """
    _, entries = _in_force_locked()
    table = {place: each for place, each in entries.items() if each.source is DaySource.TABLE}
    wanted = {**_library(at), **table}
    if wanted == entries:
        return 0
    _add_calendar(wanted, FROM_LIBRARY, None, at)
    return len(wanted)


def seed_policies(at: datetime) -> None:
    """The limits of the handbook, where there are none; safe to repeat."""
    if session.scalar(sa.select(sa.func.count()).select_from(PolicyVersion)) == 0:
        add_policies(DEFAULTS, FROM_HANDBOOK, None, at)


def change_policies(
    policies: Iterable[Policy], note: str, actor_id: int | None, at: datetime
) -> int:
    """A new version with exactly these limits; gives its id. Open requests keep theirs."""
    new_id = add_policies(policies, note, actor_id, at)
    record("policies_changed", actor_id, f"policies:{new_id}", {}, at)
    return new_id


def _refuse_unknown_places(rows: Sequence[CalendarRow]) -> None:
    asked = {row.area_code for row in rows}
    known = set(session.scalars(sa.select(Area.code).where(Area.code.in_(asked))))
    for row in rows:
        if row.area_code not in known:
            raise BadRow(row.line, RowProblem.AREA)


def _in_force_locked() -> tuple[int | None, dict[Place, Entry]]:
    """The newest version and its days. The first version's row is what writers queue for."""
    session.execute(
        sa.select(CalendarVersion.id).order_by(CalendarVersion.id).limit(1).with_for_update()
    )
    version_id = session.scalar(sa.select(sa.func.max(CalendarVersion.id)))
    rows = session.execute(
        sa.select(CalendarDay.__table__).where(CalendarDay.version_id == version_id)
    )
    entries = {(row.area_code, row.day): Entry(row.kind, row.name, row.source) for row in rows}
    return version_id, entries


def _library(at: datetime) -> dict[Place, Entry]:
    last = local_day(at).year + YEARS_AHEAD
    days = national.days_between(national.FIRST_YEAR, last)
    return {
        (PREFECTURE, day): Entry(known.kind, known.name, DaySource.LIBRARY)
        for day, known in days.items()
    }


def _add_calendar(entries: Entries, note: str, actor_id: int | None, at: datetime) -> int:
    version_id = _add_version(CalendarVersion, note, actor_id, at)
    rows = [
        {"version_id": version_id, "area_code": code, "day": day, **entry._asdict()}
        for (code, day), entry in sorted(entries.items())
    ]
    session.execute(sa.insert(CalendarDay), rows)
    return version_id


def add_policies(policies: Iterable[Policy], note: str, actor_id: int | None, at: datetime) -> int:
    """A new version with exactly these limits, put on record by the caller."""
    version_id = _add_version(PolicyVersion, note, actor_id, at)
    rows = [{**_columns(policy), "version_id": version_id} for policy in policies]
    session.execute(sa.insert(ClockPolicy), rows)
    return version_id


def _columns(policy: Policy) -> dict[str, Any]:
    """The columns of a limit, but for its id and version."""
    names = [each.name for each in fields(policy) if each.name not in ("id", "version")]
    return {name: getattr(policy, name) for name in names}


def _add_version(
    table: type[CalendarVersion | PolicyVersion], note: str, actor_id: int | None, at: datetime
) -> int:
    version = table(stamp=uuid4().hex, created_at=at, created_by=actor_id, note=note)
    session.add(version)
    session.flush()
    return version.id
