"""Adds versions of the calendar and of the limits; what is there is never changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import uuid4

import sqlalchemy as sa

from service_desk.audit.service import record
from service_desk.directory.areas import PREFECTURE, contains
from service_desk.directory.hours import day_text
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
    """What a version says of one day in one place; `hours` as `directory.hours.day_text`."""

    kind: DayKind
    name: str
    source: DaySource
    hours: str = ""


Entries = Mapping[Place, Entry]


class Allowed(NamedTuple):
    """Areas in which somebody may enter any day, and those for closures of stations alone."""

    days: tuple[str, ...] = (PREFECTURE,)
    closures: tuple[str, ...] = ()

    @property
    def anywhere(self) -> tuple[str, ...]:
        """All of them."""
        return (*self.days, *self.closures)


ANYWHERE = Allowed()


class Before(NamedTuple):
    """The newest version and its days."""

    version_id: int | None
    entries: Entries


class Planned(NamedTuple):
    """The calendar as it is, and as some rows would make it."""

    before: Before
    entries: Entries

    @property
    def changes(self) -> bool:
        """Whether it would be another one."""
        return self.entries != self.before.entries


def import_calendar(
    rows: Sequence[CalendarRow], actor_id: int | None, at: datetime, allowed: Allowed = ANYWHERE
) -> int:
    """A new version: the one in force with these rows changed; gives its id.

    BadRow as `planned` says, and nothing is written. What holds already makes no new version.
    """
    queue_up()
    before, wanted = found = planned(rows, at, allowed)
    if before.version_id is not None and not found.changes:
        return before.version_id
    new_id = _publish(wanted, before, note_of(rows), actor_id, at)
    details = {"rows": len(rows), "previous": before.version_id}
    record("calendar_imported", actor_id, f"calendar:{new_id}", details, at)
    return new_id


def planned(rows: Sequence[CalendarRow], at: datetime, allowed: Allowed) -> Planned:
    """What these rows, that have been parsed, would make of the calendar. BadRow when one names
    a place that does not exist or is not allowed, or closes a day that is told there already."""
    _refuse_unknown_places(rows)
    before = _in_force()
    for row in rows:
        _refuse_beyond(row, before.entries.get((row.area_code, row.day)), allowed)
    return Planned(before, {**_library(at), **_changed(before.entries, rows)})


def fill_calendar(at: datetime) -> int:
    """Takes in the national days that the library knows; gives how many days it wrote.

    Safe to repeat: where they are in force already nothing is written. The table's days stay.
    """
    queue_up()
    before = _in_force()
    wanted = {**_library(at), **_changed(before.entries, ())}
    if wanted == before.entries:
        return 0
    _publish(wanted, before, FROM_LIBRARY, None, at)
    return len(wanted)


def _changed(entries: Entries, rows: Sequence[CalendarRow]) -> dict[Place, Entry]:
    """What people entered, with these rows."""
    table = {place: each for place, each in entries.items() if each.source is DaySource.TABLE}
    for row in rows:
        place = row.area_code, row.day
        table.pop(place, None)
        if row.kind is not None:
            table[place] = Entry(row.kind, row.name, DaySource.TABLE, day_text(row.hours))
    return table


def note_of(rows: Sequence[CalendarRow]) -> str:
    """The reason, where all rows have the same one."""
    names = {row.name for row in rows}
    return names.pop() or FROM_TABLE if len(names) == 1 else FROM_TABLE


def seed_policies(at: datetime) -> None:
    """The limits of the handbook, where there are none; safe to repeat."""
    if session.scalar(sa.select(sa.func.count()).select_from(PolicyVersion)) == 0:
        add_policies(DEFAULTS, FROM_HANDBOOK, None, at)


def _refuse_unknown_places(rows: Sequence[CalendarRow]) -> None:
    asked = {row.area_code for row in rows}
    known = set(session.scalars(sa.select(Area.code).where(Area.code.in_(asked))))
    for row in rows:
        if row.area_code not in known:
            raise BadRow(row.line, RowProblem.AREA)


def _refuse_beyond(row: CalendarRow, there: Entry | None, allowed: Allowed) -> None:
    """A closure hides no holiday or make-up day of the same place, nor do those who may enter
    closures alone take one out."""
    other = there is not None and there.kind is not DayKind.CLOSURE
    if not _within(allowed.days, row):
        no_day = row.kind in (None, DayKind.CLOSURE) and _within(allowed.closures, row)
        if not no_day or (other and row.kind is None):
            raise BadRow(row.line, RowProblem.REACH)
    if other and row.kind is DayKind.CLOSURE:
        raise BadRow(row.line, RowProblem.TAKEN)


def _within(areas: Iterable[str], row: CalendarRow) -> bool:
    return any(contains(area, row.area_code) for area in areas)


def queue_up() -> None:
    """The first version's row is what writers of the calendar queue for."""
    session.execute(
        sa.select(CalendarVersion.id).order_by(CalendarVersion.id).limit(1).with_for_update()
    )


def _in_force() -> Before:
    version_id = session.scalar(sa.select(sa.func.max(CalendarVersion.id)))
    rows = session.execute(
        sa.select(CalendarDay.__table__).where(CalendarDay.version_id == version_id)
    )
    entries = {
        (row.area_code, row.day): Entry(row.kind, row.name, row.source, row.hours) for row in rows
    }
    return Before(version_id, entries)


def _library(at: datetime) -> dict[Place, Entry]:
    last = local_day(at).year + YEARS_AHEAD
    days = national.days_between(national.FIRST_YEAR, last)
    return {
        (PREFECTURE, day): Entry(known.kind, known.name, DaySource.LIBRARY)
        for day, known in days.items()
    }


def _publish(
    entries: Entries, before: Before, note: str, actor_id: int | None, at: datetime
) -> int:
    """The new version. Open requests are looked through later; before the first are none."""
    places = entries.keys() | before.entries.keys()
    version_id = _add_version(CalendarVersion, note, actor_id, at)
    changes = {
        "changed": sum(entries.get(each) != before.entries.get(each) for each in places),
        "reached": None if before.version_id is None else 0,
    }
    session.execute(
        sa.update(CalendarVersion).where(CalendarVersion.id == version_id).values(changes)
    )
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
