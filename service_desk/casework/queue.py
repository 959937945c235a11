"""The work list in one query: open requests, danger first, then the soonest due (bar.md §1).

Every source of rows (a post, a person, an area) is a short walk along a partial index of open
requests, so the cost does not grow with what is stored. Statements are built once per reach and
kind of wish; only values change from page to page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from service_desk.accounts.reach import Reach
from service_desk.casework.cursor import DANGER, REST, Cursor
from service_desk.casework.filters import SPANS, UNCLAIMED, UNCLAIMED_STATES, Due, Filters, Scope
from service_desk.casework.queries import LAST_LINE
from service_desk.directory.areas import area_range
from service_desk.foundation.database import UTCDateTime, plan_by_values, run
from service_desk.service_requests.lifecycle import State
from service_desk.service_requests.models import (
    ClockKind,
    RequestClock,
    ServiceRequest,
)
from service_desk.service_requests.queries import (
    in_areas,
    is_open,
    mine,
    with_no_post,
    with_post,
)
from service_desk.service_requests.silence import is_silent, limits

PAGE = 50
COUNTED = 1000
"""A person's list is counted up to here; nobody works on more."""

_FEW: ColumnElement[int] = sa.literal_column(str(PAGE + 1))
_COUNTED: ColumnElement[int] = sa.literal_column(str(COUNTED))
"""Written into the statement: a prepared one is planned without its parameters, and who does
not know that few rows are wanted reads and sorts them all."""
_IN_DANGER: ColumnElement[bool] = sa.literal_column("(service_requests.urgency = 'P0')")
_NO_DANGER: ColumnElement[bool] = sa.literal_column("(service_requests.urgency <> 'P0')")


def _moment(name: str) -> sa.BindParameter[datetime]:
    return sa.bindparam(name, type_=UTCDateTime())


_NOW, _UNTIL, _AFTER_DUE = _moment("now"), _moment("until"), _moment("after_due")
_AFTER_ID = sa.bindparam("after_id", type_=sa.BigInteger())
_PLACE = sa.tuple_(ServiceRequest.due_at, ServiceRequest.id)


@dataclass(frozen=True, slots=True)
class Page:
    """At most PAGE rows; `next` is where the following page starts, if there is one."""

    rows: Sequence[sa.Row[Any]]
    next: Cursor | None


def page(reach: Reach, filters: Filters, after: Cursor, at: datetime) -> Page:
    """The rows after a cursor, with what one line of the list shows."""
    statement = _statement(reach, _shape(filters), after.rank)
    if filters.narrowed():
        plan_by_values()
    found = run(statement, _values(filters, after, at)).all()
    rows = found[:PAGE]
    last = rows[-1] if len(found) > PAGE else None
    return Page(rows, Cursor(last.rank, last.due_at, last.id) if last else None)


def _shape(filters: Filters) -> tuple[str, ...]:
    """What is asked for without the values: the part of a statement that differs."""
    wishes = filters.wishes()
    exact = {"scope", "due"} | ({"state"} if filters.state == UNCLAIMED else set())
    return tuple(f"{name}={value}" if name in exact else name for name, value in wishes.items())


def _values(filters: Filters, after: Cursor, at: datetime) -> dict[str, Any]:
    low, high = area_range(filters.area) if filters.area else ("", "")
    until = at + SPANS[Due(filters.due)] if filters.due in SPANS else at
    return (limits(at) if filters.silent else {}) | {
        "now": at,
        "until": until,
        "after_due": after.due_at,
        "after_id": after.id,
        "state": filters.state,
        "urgency": filters.urgency,
        "category": filters.category,
        "low": low,
        "high": high,
        "owner": int(filters.owner or 0),
        "post": int(filters.post or 0),
    }


@lru_cache(maxsize=1024)
def _statement(reach: Reach, shape: tuple[str, ...], rank: int) -> sa.Select[Any]:
    asked = [_WISHES[wish] for wish in shape if wish in _WISHES]
    if "silent" in shape:
        asked.append(is_silent())
    scope = Scope.AREA if f"scope={Scope.AREA}" in shape else Scope.MINE
    danger = _walk(DANGER, [_IN_DANGER, _everything(reach, scope), *asked], rank == DANGER)
    rest = [
        _walk(REST, [_NO_DANGER, source, *asked], rank == REST) for source in _sources(reach, scope)
    ]
    walks = [danger, *rest] if rank == DANGER else rest
    return _lines(sa.union_all(*walks).subquery() if len(walks) > 1 else walks[0].subquery())


def _walk(rank: int, rules: list[ColumnElement[bool]], resumed: bool) -> sa.Select[Any]:
    """The next rows of one source, along its index."""
    query: sa.Select[*tuple[Any, ...]] = sa.select(
        ServiceRequest.id, ServiceRequest.due_at, sa.literal_column(str(rank)).label("rank")
    ).where(is_open(), *rules)
    if resumed:
        query = query.where(sa.tuple_(_AFTER_DUE, _AFTER_ID) < _PLACE)
    walk = query.order_by(ServiceRequest.due_at, ServiceRequest.id).limit(_FEW).subquery()
    return sa.select(walk.c.id, walk.c.due_at, walk.c.rank)


def _everything(reach: Reach, scope: Scope) -> ColumnElement[bool]:
    return in_areas(reach) if scope is Scope.AREA else mine(reach)


def _sources(reach: Reach, scope: Scope) -> Iterator[ColumnElement[bool]]:
    """Conditions that share no row, each served by one index."""
    if scope is Scope.AREA:
        yield in_areas(reach)
        return
    for post in sorted(reach.post_ids):
        yield with_post(reach, post)
    yield with_no_post(reach)


def _under(name: str) -> ColumnElement[bool]:
    """A group and its subcategories."""
    group = sa.bindparam(name, type_=sa.String())
    return sa.or_(ServiceRequest.category == group, ServiceRequest.category.like(group + "-%"))


_WISHES: dict[str, ColumnElement[bool]] = {
    "state": sa.type_coerce(ServiceRequest.state, sa.String())
    == sa.bindparam("state", type_=sa.String()),
    f"state={UNCLAIMED}": ServiceRequest.state.in_(UNCLAIMED_STATES),
    "urgency": sa.type_coerce(ServiceRequest.urgency, sa.String())
    == sa.bindparam("urgency", type_=sa.String()),
    "category": _under("category"),
    "area": ServiceRequest.area_code.between(
        sa.bindparam("low", type_=sa.String()), sa.bindparam("high", type_=sa.String())
    ),
    f"due={Due.OVERDUE}": ServiceRequest.due_at < _NOW,
    f"due={Due.HOUR}": ServiceRequest.due_at.between(_NOW, _UNTIL),
    f"due={Due.DAY}": ServiceRequest.due_at.between(_NOW, _UNTIL),
    "owner": ServiceRequest.owner_user_id == sa.bindparam("owner"),
    "post": ServiceRequest.owner_post_id == sa.bindparam("post"),
    "vacancy": ServiceRequest.vacancy.is_(True),
}


def _lines(walks: sa.Subquery) -> sa.Select[Any]:
    """The chosen rows with all that a line shows; `responded` is null while nobody answered,
    `last` the data of the line that holds an open task."""
    chosen = (
        sa.select(walks.c.id, walks.c.rank)
        .order_by(walks.c.rank, walks.c.due_at, walks.c.id)
        .limit(_FEW)
        .subquery()
    )
    first = sa.and_(
        RequestClock.request_id == ServiceRequest.id,
        RequestClock.kind == ClockKind.FIRST_RESPONSE,
    )
    return (
        sa.select(
            ServiceRequest.id,
            chosen.c.rank,
            ServiceRequest.reference,
            ServiceRequest.state,
            ServiceRequest.urgency,
            ServiceRequest.category,
            ServiceRequest.channel,
            ServiceRequest.due_at,
            ServiceRequest.description,
            ServiceRequest.name,
            ServiceRequest.restricted,
            ServiceRequest.area_code,
            RequestClock.met_at.label("responded"),
            LAST_LINE.label("last"),
        )
        .join(chosen, chosen.c.id == ServiceRequest.id)
        .outerjoin(RequestClock, first)
        .order_by(chosen.c.rank, ServiceRequest.due_at, ServiceRequest.id)
    )


@dataclass(frozen=True, slots=True)
class Tally:
    """So many open requests of mine alike in these respects; `due` is the closest span."""

    state: State
    urgency: str
    category: str | None
    area_code: str
    due: str
    count: int


def tallies(reach: Reach, at: datetime) -> list[Tally]:
    """What the filters of one's own list show beside each word."""
    spans = {f"in_{span}": at + length for span, length in SPANS.items()}
    rows = run(_tallies(reach), {"now": at, **spans})
    return [Tally(*row) for row in rows]


@lru_cache(maxsize=1024)
def _tallies(reach: Reach) -> sa.Select[Any]:
    columns = (
        ServiceRequest.state,
        ServiceRequest.urgency,
        ServiceRequest.category,
        ServiceRequest.area_code,
        _closest().label("due"),
    )
    walks = [
        sa.select(sa.select(*columns).where(is_open(), source).limit(_COUNTED).subquery())
        for source in _sources(reach, Scope.MINE)
    ]
    rows = (sa.union_all(*walks) if len(walks) > 1 else walks[0]).subquery()
    kinds = tuple(rows.c)
    return sa.select(*kinds, sa.func.count()).group_by(*kinds)


def _closest() -> sa.Case[str]:
    """In which span it is due; the names are ours, so they may stand in the statement."""
    limits = {Due.OVERDUE: _NOW} | {span: _moment(f"in_{span}") for span in SPANS}
    cases: list[tuple[ColumnElement[bool], ColumnElement[str]]] = [
        (ServiceRequest.due_at < limit, sa.literal_column(f"'{span}'", sa.String()))
        for span, limit in limits.items()
    ]
    return sa.case(*cases, else_=sa.literal_column("''", sa.String()))
