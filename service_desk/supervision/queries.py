"""What a supervisor's board shows: counted and listed along the partial indexes of open requests.

A restricted matter appears only to who has the need to know (service_requests.queries).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from service_desk.accounts.reach import AreaReach, Reach
from service_desk.directory.areas import is_village
from service_desk.foundation.database import session
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_clock.queries import ends
from service_desk.service_requests.judged import FIRST, MET, due_between
from service_desk.service_requests.lifecycle import State
from service_desk.service_requests.models import (
    Approval,
    ApprovalKind,
    ClockKind,
    EntryKind,
    RequestClock,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.queries import (
    in_areas,
    is_open,
    unacknowledged,
    visible_to,
)
from service_desk.service_requests.steps import FIELDS, PROMISED, begun
from service_desk.supervision.figures import Load, Week, mondays

SOON, TODAY = timedelta(hours=1), timedelta(hours=24)
LISTED, WORKERS, LOOKED = 8, 10, 2000
_UNSIGNED = ServiceRequest.state.in_((State.RECEIVED, State.ASSIGNED))
_ROW: tuple[Any, ...] = (
    ServiceRequest.id,
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
    ServiceRequest.vacancy,
    ServiceRequest.created_at,
    ServiceRequest.owner_user_id,
    ServiceRequest.owner_post_id,
    RequestClock.met_at.label("responded"),
)
Rows = Sequence[sa.Row[Any]]


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


def _within(at: datetime, length: timedelta) -> ColumnElement[bool]:
    return ServiceRequest.due_at.between(at, at + length)


def _open(reach: Reach) -> tuple[ColumnElement[bool], ...]:
    return is_open(), in_areas(reach)


def figures(reach: Reach, at: datetime) -> Figures:
    row = session.execute(
        sa.select(
            _count(),
            _count(_within(at, SOON)),
            _count(_within(at, TODAY)),
            _count(ServiceRequest.due_at < at),
            _count(_UNSIGNED),
            _count(ServiceRequest.vacancy.is_(True)),
        ).where(*_open(reach))
    ).one()
    return Figures(*row)


def late_to_sign(reach: Reach, at: datetime) -> int:
    """How many of those that nobody has signed for should have been by now (domain.md §6)."""
    query = (
        sa.select(ServiceRequest.assigned_at, *FIELDS)
        .outerjoin(RequestClock, PROMISED)
        .where(*_open(reach), _UNSIGNED, ServiceRequest.assigned_at.is_not(None))
        .order_by(ServiceRequest.assigned_at)
        .limit(LOOKED)
    )
    rows = session.execute(query).all()
    until = ends([begun(PolicyKind.SIGN, row, row.assigned_at) for row in rows])
    return sum(end is not None and end < at for end in until)


def _listed(*rules: ColumnElement[bool]) -> sa.Select[Any]:
    first = sa.and_(
        RequestClock.request_id == ServiceRequest.id,
        RequestClock.kind == ClockKind.FIRST_RESPONSE,
    )
    query = sa.select(*_ROW).outerjoin(RequestClock, first).where(*rules)
    return query.order_by(ServiceRequest.due_at, ServiceRequest.id).limit(LISTED)


def in_danger(reach: Reach) -> Rows:
    """Danger that nobody has taken on, longest first."""
    return session.execute(_listed(unacknowledged(), is_open(), visible_to(reach))).all()


def overdue(reach: Reach, at: datetime) -> Rows:
    """The latest ones first."""
    return session.execute(_listed(*_open(reach), ServiceRequest.due_at < at)).all()


def due_soon(reach: Reach, at: datetime) -> Rows:
    """What is due within a day, soonest first."""
    return session.execute(_listed(*_open(reach), _within(at, TODAY))).all()


def vacancies(reach: Reach) -> Rows:
    """What lies where nobody is."""
    return session.execute(_listed(*_open(reach), ServiceRequest.vacancy.is_(True))).all()


def escalations(request_ids: Collection[int]) -> dict[int, TimelineEntry]:
    """The last time somebody was called or reminded, by request."""
    lines = session.scalars(
        sa.select(TimelineEntry)
        .where(
            TimelineEntry.request_id.in_(request_ids),
            TimelineEntry.kind.in_((EntryKind.PAGED, EntryKind.REMINDED)),
        )
        .order_by(TimelineEntry.request_id, TimelineEntry.id)
    )
    return {line.request_id: line for line in lines if line.data.get("users")}


def _waiting(reach: Reach, kinds: Sequence[ApprovalKind]) -> tuple[ColumnElement[bool], ...]:
    """Proposals of others: nobody decides on their own."""
    return (
        Approval.proposed_by != reach.user_id,
        Approval.decided_at.is_(None),
        Approval.kind.in_(kinds),
        ServiceRequest.id == Approval.request_id,
        *_open(reach),
    )


def waiting_approvals(reach: Reach, kinds: Sequence[ApprovalKind]) -> Rows:
    """Proposals that nobody has decided, oldest first."""
    query = sa.select(
        Approval.id,
        Approval.kind,
        Approval.reason,
        Approval.data,
        Approval.proposed_by,
        Approval.proposed_at,
        ServiceRequest.reference,
        ServiceRequest.area_code,
        ServiceRequest.category,
    ).where(*_waiting(reach, kinds))
    return session.execute(query.order_by(Approval.id).limit(LISTED)).all()


def count_approvals(reach: Reach, kinds: Sequence[ApprovalKind]) -> int:
    query = sa.select(sa.func.count(Approval.id)).where(*_waiting(reach, kinds))
    return session.scalar(query) or 0


def _loads(reach: Reach, at: datetime, key: Any) -> sa.Select[Any]:
    return (
        sa.select(
            key,
            _count(),
            _count(_UNSIGNED),
            _count(_within(at, TODAY)),
            _count(ServiceRequest.due_at < at),
        )
        .where(*_open(reach))
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


def on_time(reach: Reach, at: datetime) -> list[Week]:
    """First responses of the last eight weeks, counted as the report counts them: what units of
    the area led, restricted matters too."""
    starts = mondays(at)
    weeks = [(RequestClock.first_due_at < end, number) for number, end in enumerate(starts[1:])]
    query = (
        sa.select(sa.case(*weeks).label("week"), _count(MET), _count())
        .select_from(RequestClock)
        .join(ServiceRequest, FIRST)
        .where(
            RequestClock.kind == ClockKind.FIRST_RESPONSE,
            due_between(starts[0], starts[-1], at),
            sa.or_(sa.false(), *[_led_by(area) for area in reach.areas]),
        )
        .group_by("week")
    )
    found = {week: (met, due) for week, met, due in session.execute(query)}
    return [Week(start, *found.get(number, (0, 0))) for number, start in enumerate(starts[:-1])]


def _led_by(area: AreaReach) -> ColumnElement[bool]:
    """A village's figures are of what happened there, all others of whose unit led."""
    column = ServiceRequest.area_code if is_village(area.lo) else RequestClock.unit_code
    return column.between(area.lo, area.hi)
