"""Reads what acting on a request needs: posts to hand it to, who is there, tries so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from service_desk.accounts.models import Absence, Grant, Post, User
from service_desk.accounts.queries import away, in_force, post_title
from service_desk.accounts.reach import Reach
from service_desk.casework.rules import Outcome, Task, may_lead
from service_desk.directory.areas import prefix
from service_desk.directory.models import Area
from service_desk.directory.roles import Role
from service_desk.foundation.clock import local
from service_desk.foundation.database import run, session
from service_desk.routing.rules import chain
from service_desk.service_requests.lifecycle import State
from service_desk.service_requests.models import (
    Approval,
    ApprovalKind,
    EntryKind,
    RequestClock,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.queries import in_areas, is_open, mine, unacknowledged

MOST_CALLS = 200
_CALLS = (
    sa.select(ServiceRequest.reference, TimelineEntry.data)
    .join(TimelineEntry, TimelineEntry.request_id == ServiceRequest.id)
    .where(unacknowledged(), is_open(), TimelineEntry.kind == EntryKind.PAGED)
    .order_by(TimelineEntry.id.desc())
    .limit(MOST_CALLS)
)


SETTLING = (
    EntryKind.RESUMED,
    EntryKind.CONTACT,
    EntryKind.WAITING,
    EntryKind.FOLLOW_UP,
    EntryKind.RESOLVED,
    EntryKind.REWORK,
)
"""The last line of these kinds holds the task that a pause left behind, if it is still open."""
LAST_LINE = (
    sa.select(TimelineEntry.data)
    .where(TimelineEntry.request_id == ServiceRequest.id, TimelineEntry.kind.in_(SETTLING))
    .order_by(TimelineEntry.id.desc())
    .limit(1)
    .correlate(ServiceRequest)
    .scalar_subquery()
)
"""The data of that line, for a list of requests."""


def post_by(text: str) -> Post | None:
    """An active post by its id or as `role@area`."""
    query = sa.select(Post).where(Post.active)
    role, at_sign, area = text.partition("@")
    if at_sign and role in set(Role):
        query = query.where(Post.role == Role(role), Post.area_code == area)
    elif text.isascii() and text.isdigit() and len(text) <= 9:
        query = query.where(Post.id == int(text))
    else:
        return None
    return session.scalars(query.order_by(Post.id).limit(1)).first()


_PLACE_OF_POST = sa.select(Post.role, Post.area_code).where(Post.id == sa.bindparam("post"))


def machine_name(post_id: int | None) -> str:
    """`grid_worker@533401101003`; empty for nobody."""
    post = run(_PLACE_OF_POST, {"post": post_id}).first() if post_id else None
    return f"{post.role}@{post.area_code}" if post else ""


_ON: sa.BindParameter[date] = sa.bindparam("on", type_=sa.Date())
_HELD = (
    sa.select(Grant.id)
    .join(User, User.id == Grant.user_id)
    .where(Grant.post_id == Post.id, User.active, in_force(_ON))
    .offset(0)  # else PostgreSQL reads every grant there is rather than those of a few posts
    .exists()
)
_CANDIDATES: sa.Select[*tuple[Any, ...]] = (
    sa.select(Post.id, Post.role, Post.title, Post.area_code, Area.name)
    .join(Area, Area.code == Post.area_code)
    .where(Post.active, Post.area_code.in_(sa.bindparam("places", expanding=True)), _HELD)
)


def candidates(request: ServiceRequest, on: date) -> list[tuple[str, str]]:
    """(id, name) of the posts that may take it: staffed, of the place and above, nearest first."""
    found = run(_CANDIDATES, {"places": chain(request.area_code), "on": on})
    rows = [row for row in found if _may_take(row, request)]
    rows.sort(key=lambda row: (-len(prefix(row.area_code)), row.role))
    return [(str(row.id), post_title(row.name, row.role, row.title)) for row in rows]


def _may_take(row: sa.Row[Any], request: ServiceRequest) -> bool:
    return row.id != request.owner_post_id and may_lead(row.role, request.category, row.area_code)


def present(post_id: int, on: date, restricted: bool) -> Sequence[int]:
    """Ids of those who hold a post and are there; for a restricted matter the cleared ones."""
    gone = sa.select(Absence.user_id).where(away(on))
    query = (
        sa.select(Grant.user_id)
        .join(User, User.id == Grant.user_id)
        .where(Grant.post_id == post_id, User.active, in_force(on), User.id.not_in(gone))
    )
    if restricted:
        query = query.where(Grant.restricted)
    return session.scalars(query.distinct().order_by(Grant.user_id)).all()


def proposed_before(request_id: int, kind: ApprovalKind) -> Sequence[Approval]:
    """Decided proposals of one kind, oldest first."""
    query = sa.select(Approval).where(
        Approval.request_id == request_id,
        Approval.kind == kind,
        Approval.decided_at.is_not(None),
    )
    return session.scalars(query.order_by(Approval.id)).all()


def extended_in(request_id: int, cycle: int) -> bool:
    """Whether an extension was approved in this cycle."""
    found = proposed_before(request_id, ApprovalKind.EXTENSION)
    return any(each.approved and each.data.get("cycle", 1) == cycle for each in found)


def ledger_entry(request_id: int) -> Approval | None:
    """The deferral that was approved last."""
    found = proposed_before(request_id, ApprovalKind.DEFERRAL)
    return next((each for each in reversed(found) if each.approved), None)


def resting(request_ids: Collection[int] | None = None) -> dict[int, date]:
    """The last days of requests on the ledger, the longest proposed first; of all without ids."""
    query = (
        sa.select(Approval.request_id, Approval.data)
        .join(ServiceRequest, ServiceRequest.id == Approval.request_id)
        .join(RequestClock, RequestClock.request_id == Approval.request_id)
        .where(
            RequestClock.paused_at.is_not(None),
            ServiceRequest.state == State.DEFERRED,
            Approval.kind == ApprovalKind.DEFERRAL,
            Approval.approved.is_(True),
        )
        .order_by(Approval.id)
    )
    if request_ids is not None:
        query = query.where(Approval.request_id.in_(request_ids))
    found = {row.request_id: until_of(row.data) for row in session.execute(query)}
    return {request_id: until for request_id, until in found.items() if until}


def on_ledger(reach: Reach, area_wide: bool) -> int:
    """How many requests of one's own, or of one's area, rest on the ledger."""
    whose = in_areas(reach) if area_wide else mine(reach)
    rests = ServiceRequest.state == State.DEFERRED
    return session.scalar(sa.select(sa.func.count()).where(is_open(), rests, whose)) or 0


def until_of(data: Mapping[str, Any]) -> date | None:
    """The last day of a deferral, from what its proposal keeps."""
    return date.fromisoformat(data["until"]) if "until" in data else None


def waits(request_id: int, cycle: int) -> tuple[int, date | None]:
    """How often it waited for the resident in a cycle, and the local day on which a wait last
    ended by itself."""
    query = sa.select(TimelineEntry.at, TimelineEntry.kind, TimelineEntry.data).where(
        TimelineEntry.request_id == request_id,
        TimelineEntry.kind.in_((EntryKind.WAITING, EntryKind.RESUMED)),
    )
    lines = [
        line
        for line in session.execute(query.order_by(TimelineEntry.id))
        if line.data.get("cycle") == cycle
    ]
    began = sum(line.kind is EntryKind.WAITING for line in lines)
    alone = [line.at for line in lines if line.data.get("task") == Task.ASK_AGAIN]
    return began, local(alone[-1]).date() if alone else None


def failed_tries(request_id: int) -> list[date]:
    """The local days of tries that did not reach the resident, one for each try."""
    query = sa.select(TimelineEntry.at, TimelineEntry.data).where(
        TimelineEntry.request_id == request_id, TimelineEntry.kind == EntryKind.CONTACT
    )
    return [
        local(row.at).date()
        for row in session.execute(query)
        if row.data.get("outcome") == Outcome.NOT_REACHED
    ]


def calls(user_id: int) -> list[str]:
    """References of dangers that nobody has taken on and to which this person was called."""
    pages = run(_CALLS)
    called = (row.reference for row in pages if user_id in row.data.get("users", ()))
    return list(dict.fromkeys(called))
