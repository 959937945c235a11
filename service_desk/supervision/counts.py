"""How much is open in an area: the board's figures, and what each person, category and place has.

Counted along the partial indexes of open requests. A restricted matter counts only for who has
the need to know (service_requests.queries).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from service_desk.accounts.reach import Reach
from service_desk.foundation.database import session
from service_desk.service_clock.limits import ends
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_requests.lifecycle import State, Urgency
from service_desk.service_requests.models import RequestClock, ServiceRequest
from service_desk.service_requests.queries import in_areas, is_open
from service_desk.service_requests.steps import FIELDS, PROMISED, begun
from service_desk.supervision.figures import Load

SOON, TODAY = timedelta(hours=1), timedelta(hours=24)
WORKERS, LOOKED = 10, 2000
_UNSIGNED = ServiceRequest.state.in_((State.RECEIVED, State.ASSIGNED))
Row = sa.Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Figures:
    """Open requests of the area; `hour` are due within one, `day` within 24."""

    open: int
    hour: int
    day: int
    overdue: int
    unsigned: int
    vacancies: int


def _count(*rules: ColumnElement[bool]) -> ColumnElement[int]:
    counted = sa.func.count()
    return counted.filter(*rules) if rules else counted


def due_within(at: datetime, length: timedelta) -> ColumnElement[bool]:
    return ServiceRequest.due_at.between(at, at + length)


def open_in(reach: Reach) -> tuple[ColumnElement[bool], ...]:
    """What is open in the areas that somebody oversees."""
    return is_open(), in_areas(reach)


def figures(reach: Reach, at: datetime) -> Figures:
    row = session.execute(
        sa.select(
            _count(),
            _count(due_within(at, SOON)),
            _count(due_within(at, TODAY)),
            _count(ServiceRequest.due_at < at),
            _count(_UNSIGNED),
            _count(ServiceRequest.vacancy.is_(True)),
        ).where(*open_in(reach))
    ).one()
    return Figures(*row)


def late_to_sign(reach: Reach, at: datetime) -> int:
    """How many of those that nobody has signed for should have been by now (domain.md §6)."""
    query = (
        sa.select(ServiceRequest.assigned_at, *FIELDS)
        .outerjoin(RequestClock, PROMISED)
        .where(*open_in(reach), _UNSIGNED, ServiceRequest.assigned_at.is_not(None))
        .order_by(ServiceRequest.assigned_at)
        .limit(LOOKED)
    )
    rows = session.execute(query).all()
    until = ends([begun(PolicyKind.SIGN, row, row.assigned_at) for row in rows])
    return sum(end is not None and end < at for end in until)


def urgent(reach: Reach) -> Sequence[Row]:
    """Open P0 and P1: how many of each, and the soonest that is due."""
    query: sa.Select[*tuple[Any, ...]] = (
        sa.select(
            ServiceRequest.urgency,
            _count().label("number"),
            sa.func.min(ServiceRequest.due_at).label("due"),
        )
        .where(*open_in(reach), ServiceRequest.urgency != Urgency.P2)
        .group_by(ServiceRequest.urgency)
    )
    return session.execute(query).all()


def _loads(reach: Reach, at: datetime, key: Any) -> sa.Select[Any]:
    return (
        sa.select(
            key,
            _count(),
            _count(_UNSIGNED),
            _count(due_within(at, TODAY)),
            _count(ServiceRequest.due_at < at),
        )
        .where(*open_in(reach))
        .group_by(key)
    )


def by_person(reach: Reach, at: datetime) -> list[Load]:
    """Who has most, first; those that lie with nobody by name are left out."""
    query = _loads(reach, at, ServiceRequest.owner_user_id).where(
        ServiceRequest.owner_user_id.is_not(None)
    )
    rows = session.execute(query.order_by(sa.func.count().desc()).limit(WORKERS))
    return [Load(*row) for row in rows]


def by_place(reach: Reach, at: datetime) -> list[Load]:
    """Every place of the area with open requests."""
    return [Load(*row) for row in session.execute(_loads(reach, at, ServiceRequest.area_code))]


def by_category(reach: Reach, at: datetime) -> list[Load]:
    """Every category and subcategory with open requests; None for those without."""
    return [Load(*row) for row in session.execute(_loads(reach, at, ServiceRequest.category))]
