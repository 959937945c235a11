"""A new calendar gives time to what is still open, and never takes any (domain.md §5).

So does a new week of a station. Pulled by a sweep, some requests at a time, each version once:
`reached` says how far it has come, so that a stop in between and two sweeps at once change
nothing. What counts is whether a promise was over when the calendar was changed, not when the
sweep came to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import selectinload

from service_desk.directory.areas import PREFECTURE, area_range
from service_desk.directory.models import Station, StationWeek
from service_desk.foundation.database import session
from service_desk.service_clock import queries as service_clock
from service_desk.service_clock.models import CalendarVersion
from service_desk.service_requests.gaining import Change, gain_all, kept_under
from service_desk.service_requests.models import (
    RequestClock,
    ServiceRequest,
)

CHUNK, BATCH = 200, 15
"""Clocks read, and requests changed, in one transaction: nobody waits long for a row."""
SETTLED = timedelta(minutes=2)
"""So long a request may be on its way in that was promised under the calendar before."""

_RUNS: sa.ColumnElement[bool] = sa.literal_column("(request_clocks.outcome = 'open')")
_LATE: sa.ColumnElement[bool] = sa.literal_column("(request_clocks.outcome = 'late')")
"""Word for word as the partial indexes have it, so that the planner uses them."""
_AFTER: sa.ColumnElement[int] = sa.literal_column("request_clocks.request_id + 0", sa.Integer)
"""Not to be served by the primary key, which SQLite would read through all that was ever stored."""


class Key(NamedTuple):
    """Which change: its table and its primary key."""

    table: type[CalendarVersion | StationWeek]
    id: tuple[int, ...]


Clocks = Sequence[Any]
"""Rows of `request_clocks`, with the place and the cycle of their requests."""


def pending() -> list[Key]:
    """Changes that open requests were not looked through for, the oldest first."""
    versions = session.execute(
        sa.select(CalendarVersion.created_at, CalendarVersion.id).where(
            CalendarVersion.reached.is_not(None)
        )
    )
    weeks = session.execute(
        sa.select(StationWeek.created_at, StationWeek.station_id, StationWeek.version).where(
            StationWeek.reached.is_not(None)
        )
    )
    found = [(row[0], Key(CalendarVersion, tuple(row[1:]))) for row in versions]
    found += [(row[0], Key(StationWeek, tuple(row[1:]))) for row in weeks]
    return [key for _, key in sorted(found, key=lambda pair: pair[0])]


def regain(key: Key, at: datetime, most: int = BATCH) -> bool:
    """Looks through the next requests for a change, and changes `most`; whether there are more.

    A young change is looked through again by the next sweep, since a request may have been
    promised under the rules before and be written only now.
    """
    change = _locked_change(key)
    if change is None:
        return False
    clocks = _clocks(change)
    ids = _candidates(clocks, change)
    change.row.moved += gain_all(_locked(ids[:most]), change, at)
    if len(ids) > most:
        change.row.reached = ids[most - 1]
    elif len(clocks) == CHUNK:
        change.row.reached = clocks[-1].request_id - 1
    else:
        change.row.reached = 0 if at - change.at < SETTLED else None
    session.flush()
    return bool(change.row.reached)


def _locked_change(key: Key) -> Change | None:
    """A second sweep waits for it, then goes on where this one stopped."""
    row = _row(key)
    if row is None or row.reached is None:
        return None
    if isinstance(row, CalendarVersion):
        return Change(row, row.id, *area_range(PREFECTURE))
    station = session.get_one(Station, row.station_id)
    newest: int = session.scalar(sa.select(sa.func.max(CalendarVersion.id))) or 0
    return Change(row, newest, *area_range(station.area_code))


def _row(key: Key) -> CalendarVersion | StationWeek | None:
    fresh: dict[str, Any] = {"with_for_update": True, "populate_existing": True}
    if key.table is CalendarVersion:
        return session.get(CalendarVersion, key.id, **fresh)
    return session.get(StationWeek, key.id, **fresh)


def _clocks(change: Change) -> Clocks:
    rows: Clocks = session.execute(looked_through(change).limit(CHUNK)).all()
    return rows


def looked_through(change: Change) -> sa.Select[Any]:
    """What runs, and what was found late only since the change, in the order of requests.

    Read along the partial indexes: what is long done costs nothing.
    """
    runs = sa.and_(_RUNS, change.reached < _AFTER)
    late = sa.and_(_LATE, RequestClock.met_at >= change.at, change.reached < _AFTER)
    keys = sa.select(RequestClock.request_id, RequestClock.kind)
    wanted = sa.union_all(keys.where(runs), keys.where(late)).subquery()
    clocks = RequestClock.__table__
    query = (
        sa.select(*clocks.c, ServiceRequest.area_code, ServiceRequest.cycle)
        .select_from(wanted)
        .join(
            clocks, sa.and_(*[clocks.c[each] == wanted.c[each] for each in ("request_id", "kind")])
        )
        .join(ServiceRequest, ServiceRequest.id == clocks.c.request_id)
        .where(ServiceRequest.area_code.between(change.low, change.high))
    )
    return query.order_by(clocks.c.request_id)


def _candidates(clocks: Clocks, change: Change) -> list[int]:
    """Requests of which a promise may gain: never wrong in leaving one out."""
    terms = service_clock.terms(kept_under(each, each.area_code, change) for each in clocks)
    found = {
        each.request_id
        for each in clocks
        if change.is_newer_than(each)
        and (
            each.due_at != each.first_due_at  # moved before: left to the real look
            or terms[kept_under(each, each.area_code, change)].due(each.started_at) > each.due_at
        )
    }
    return sorted(found)


def _locked(ids: Sequence[int]) -> Sequence[ServiceRequest]:
    """As they are now, with their clocks, until the transaction ends."""
    return session.scalars(
        sa.select(ServiceRequest)
        .where(ServiceRequest.id.in_(ids))
        .order_by(ServiceRequest.id)
        .with_for_update(of=ServiceRequest)
        .options(selectinload(ServiceRequest.clocks))
        .execution_options(populate_existing=True)
    ).all()
