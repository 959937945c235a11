"""What a supervisor's board lists, along the partial indexes of open requests.

A restricted matter appears only to who has the need to know (service_requests.queries).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from service_desk.accounts.reach import Reach
from service_desk.directory.areas import area_range
from service_desk.foundation.database import session
from service_desk.service_requests.judged import FIRST
from service_desk.service_requests.models import (
    Approval,
    ApprovalKind,
    EntryKind,
    RequestClock,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.queries import is_open, unacknowledged, visible_to
from service_desk.service_requests.silence import limits, silences
from service_desk.supervision.counts import TODAY, due_within, open_in
from service_desk.supervision.rules import Decides

LISTED = 8
ALL = 200
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


def _listed(*rules: ColumnElement[bool]) -> sa.Select[Any]:
    query = sa.select(*_ROW).outerjoin(RequestClock, FIRST).where(*rules)
    return query.order_by(ServiceRequest.due_at, ServiceRequest.id).limit(LISTED)


def in_danger(reach: Reach) -> Rows:
    """Danger that nobody has taken on, longest first."""
    return session.execute(_listed(unacknowledged(), is_open(), visible_to(reach))).all()


def overdue(reach: Reach, at: datetime) -> Rows:
    """The latest ones first."""
    return session.execute(_listed(*open_in(reach), ServiceRequest.due_at < at)).all()


def due_soon(reach: Reach, at: datetime) -> Rows:
    """What is due within a day, soonest first."""
    return session.execute(_listed(*open_in(reach), due_within(at, TODAY))).all()


def vacancies(reach: Reach) -> Rows:
    """What lies where nobody is."""
    return session.execute(_listed(*open_in(reach), ServiceRequest.vacancy.is_(True))).all()


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


def _waiting(reach: Reach, decides: Decides) -> tuple[ColumnElement[bool], ...]:
    """Nobody decides on their own proposals, nor on what is decided elsewhere."""
    mine = [_lies_in(kind, area) for kind, areas in decides.items() for area in areas]
    return (
        Approval.decided_at.is_(None),
        sa.or_(sa.false(), *mine),
        Approval.proposed_by != reach.user_id,
        ServiceRequest.id == Approval.request_id,
        *open_in(reach),
    )


def _lies_in(kind: ApprovalKind, area: str) -> ColumnElement[bool]:
    return sa.and_(Approval.kind == kind, ServiceRequest.area_code.between(*area_range(area)))


def waiting_approvals(reach: Reach, decides: Decides, limit: int) -> Rows:
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
        ServiceRequest.urgency,
        ServiceRequest.state,
        ServiceRequest.due_at,
    ).where(*_waiting(reach, decides))
    return session.execute(query.order_by(Approval.id).limit(limit)).all()


def count_approvals(reach: Reach, decides: Decides) -> int:
    query = sa.select(sa.func.count(Approval.id)).where(*_waiting(reach, decides))
    return session.scalar(query) or 0


def silent(reach: Reach, at: datetime) -> Rows:
    """What nobody of the staff has touched for too long, longest first; `touched` since when,
    `total` how many there are beyond the list too."""
    found = silences(*open_in(reach))
    chosen = (
        sa.select(found.c.id, found.c.touched, sa.func.count().over().label("total"))
        .order_by(found.c.touched, found.c.id)
        .limit(LISTED)
        .subquery()
    )
    query = (
        _listed(ServiceRequest.id == chosen.c.id)
        .add_columns(chosen.c.touched, chosen.c.total)
        .order_by(None)
        .order_by(chosen.c.touched, ServiceRequest.id)
    )
    return session.execute(query, limits(at)).all()
