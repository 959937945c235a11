"""Reading requests. `visible_to` is the one rule of who sees what, for lists and records."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from service_desk.accounts.reach import AreaReach, Reach
from service_desk.foundation.database import BigId, session
from service_desk.foundation.secrets import keyring
from service_desk.service_requests.lifecycle import OPEN, State, Urgency
from service_desk.service_requests.models import (
    TOOK_LONGER,
    Approval,
    ApprovalKind,
    Attachment,
    EntryKind,
    ServiceRequest,
    TimelineEntry,
)

RATEABLE = (State.RESOLVED,)
_REQUEST: sa.BindParameter[int] = sa.bindparam("request", type_=BigId)
"""Pages ask statements that are made once: to make one costs more than its answer."""


def is_open() -> ColumnElement[bool]:
    """Matches the partial indexes of open requests, so the planner uses them.

    Without a type: as a Boolean, SQLite would be given `(…) = 1`, which matches no index.
    """
    states = ", ".join(sorted(repr(str(state)) for state in OPEN))
    return sa.literal_column(f"(service_requests.state IN ({states}))")


def unacknowledged() -> ColumnElement[bool]:
    """Danger that nobody has taken on; matches its partial index."""
    danger = "(service_requests.urgency = 'P0' AND service_requests.acknowledged_at IS NULL)"
    return sa.literal_column(danger)


def took_longer() -> ColumnElement[bool]:
    """Lines that pause or lengthen; matches their partial index."""
    return sa.literal_column(f"(timeline_entries.{TOOK_LONGER})")


def mine(reach: Reach) -> ColumnElement[bool]:
    """What lies with a person or with a post they hold; restricted matters of a post only to
    its cleared holders."""
    own = ServiceRequest.owner_user_id == reach.user_id
    return sa.or_(own, _with_posts(reach)) if reach.post_ids else own


def _with_posts(reach: Reach) -> ColumnElement[bool]:
    posts, cleared = sorted(reach.post_ids), sorted(reach.cleared_post_ids)
    ordinary = ServiceRequest.owner_post_id.in_(posts) & ServiceRequest.restricted.is_(False)
    return sa.or_(ordinary, ServiceRequest.owner_post_id.in_(cleared)) if cleared else ordinary


def with_post(reach: Reach, post_id: int) -> ColumnElement[bool]:
    """The part of `mine` that lies with one of the person's posts."""
    here = ServiceRequest.owner_post_id == post_id
    cleared = post_id in reach.cleared_post_ids
    return here if cleared else here & ServiceRequest.restricted.is_(False)


def with_no_post(reach: Reach) -> ColumnElement[bool]:
    """The part of `mine` that lies with the person and with none of `with_post`."""
    own, posts = ServiceRequest.owner_user_id == reach.user_id, sorted(reach.post_ids)
    if not posts:
        return own
    post, cleared = ServiceRequest.owner_post_id, sorted(reach.cleared_post_ids)
    by_name_only = ServiceRequest.restricted & post.not_in(cleared)
    return own & sa.or_(post.is_(None), post.not_in(posts), by_name_only)


def _told(code: str) -> ColumnElement[str]:
    """Written into the statement: how much lies in a range decides which index serves it, and
    the plan of a prepared statement is made without its parameters."""
    return sa.literal(code, sa.String(), literal_execute=True)


def in_area(area: AreaReach) -> ColumnElement[bool]:
    """What an area-wide grant shows: restricted matters only to those who need to know."""
    rules: list[ColumnElement[bool]] = [
        ServiceRequest.area_code.between(_told(area.lo), _told(area.hi))
    ]
    if not area.restricted:
        rules.append(ServiceRequest.restricted.is_(False))
    if area.categories is not None:
        about = [ServiceRequest.category.startswith(code) for code in sorted(area.categories)]
        rules.append(sa.or_(sa.false(), *about))
    return sa.and_(*rules)


def in_areas(reach: Reach) -> ColumnElement[bool]:
    """What area-wide grants show: a part of what is visible that one index serves."""
    return sa.or_(sa.false(), *[in_area(area) for area in reach.areas])


def visible_to(reach: Reach) -> ColumnElement[bool]:
    """The scope query: the same for a list, a search and the check of a single record."""
    entered = ServiceRequest.entered_by == reach.user_id
    return sa.or_(mine(reach), entered, *[in_area(area) for area in reach.areas])


def acts_on(reach: Reach, request: ServiceRequest) -> bool:
    """Whether it lies with this person, alone or through a post."""
    by_name = request.owner_user_id == reach.user_id
    return by_name or reach.holds(request.owner_post_id, request.restricted)


def by_reference(reference: str) -> ServiceRequest | None:
    return session.scalar(sa.select(ServiceRequest).where(ServiceRequest.reference == reference))


def readable(reference: str, reach: Reach) -> ServiceRequest | None:
    """The request if this person may see it."""
    return session.scalar(_readable(reach), {"reference": reference})


@lru_cache(maxsize=1024)
def _readable(reach: Reach) -> sa.Select[ServiceRequest]:
    asked = ServiceRequest.reference == sa.bindparam("reference", type_=sa.String())
    return sa.select(ServiceRequest).where(asked, visible_to(reach))


def was_called(request: ServiceRequest, user_id: int) -> bool:
    """Whether this person was paged for a danger that is not over: they may see it and act."""
    if request.urgency is not Urgency.P0 or request.state not in OPEN:
        return False
    pages = sa.select(TimelineEntry.data).where(
        TimelineEntry.request_id == request.id, TimelineEntry.kind == EntryKind.PAGED
    )
    return any(user_id in data.get("users", ()) for data in session.scalars(pages))


_TIMELINE = (
    sa.select(TimelineEntry).where(TimelineEntry.request_id == _REQUEST).order_by(TimelineEntry.id)
)
_PUBLIC = _TIMELINE.where(TimelineEntry.public)


def timeline(request_id: int, *, public_only: bool = False) -> Sequence[TimelineEntry]:
    """Entries in the order in which they were written."""
    query = _PUBLIC if public_only else _TIMELINE
    return session.scalars(query, {"request": request_id}).all()


_ATTACHMENTS = (
    sa.select(Attachment).where(Attachment.request_id == _REQUEST).order_by(Attachment.id)
)


def attachments(request_id: int) -> Sequence[Attachment]:
    return session.scalars(_ATTACHMENTS, {"request": request_id}).all()


_PENDING = sa.select(Approval).where(Approval.request_id == _REQUEST, Approval.decided_at.is_(None))


def pending_approvals(request_id: int) -> Sequence[Approval]:
    return session.scalars(_PENDING, {"request": request_id}).all()


def pending_approval(request_id: int, kind: ApprovalKind) -> Approval | None:
    return next((each for each in pending_approvals(request_id) if each.kind is kind), None)


def approved_extensions(request_id: int, since: datetime) -> list[tuple[datetime, int]]:
    """When the resolution was extended since its clock was started, and by how many days."""
    query = sa.select(Approval.decided_at, Approval.data).where(
        Approval.request_id == request_id,
        Approval.kind == ApprovalKind.EXTENSION,
        Approval.approved.is_(True),
        Approval.decided_at >= since,
    )
    return [(at, int(data["days"])) for at, data in session.execute(query) if at is not None]


def from_phone(phone: str) -> ColumnElement[bool]:
    """Requests of an E.164 number, also those stored before a key was rotated."""
    return ServiceRequest.phone_hash.in_(keyring().lookups(phone))
