"""Reads what waits for a human look, within what the reader may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service_desk.accounts.models import Post
from service_desk.accounts.reach import Reach
from service_desk.foundation.actor import ActorKind
from service_desk.foundation.database import session
from service_desk.service_clock.limits import Begun, ends
from service_desk.service_clock.policies import Matter, PolicyKind
from service_desk.service_requests.lifecycle import State
from service_desk.service_requests.models import EntryKind, ServiceRequest, TimelineEntry
from service_desk.service_requests.queries import is_open, unacknowledged, visible_to

PAGE = 50
_SAID = (EntryKind.FOLLOW_UP, EntryKind.RATED, EntryKind.REWORK)
_LOOKED = (EntryKind.LOOKED, EntryKind.CLASSIFIED)
MOST_DANGERS = 200
_LOOKS = (PolicyKind.DANGER_LOOK, PolicyKind.CATEGORY_CHECK, PolicyKind.DISPATCH)
_LINE: tuple[Any, ...] = (
    ServiceRequest.id,
    ServiceRequest.reference,
    ServiceRequest.created_at,
    ServiceRequest.urgency,
    ServiceRequest.nature,
    ServiceRequest.state,
    ServiceRequest.category,
    ServiceRequest.channel,
    ServiceRequest.area_code,
    ServiceRequest.restricted,
    ServiceRequest.description,
    ServiceRequest.due_at,
)
_UNLOOKED: sa.ColumnElement[bool] = sa.literal_column("(service_requests.looked_at IS NULL)")
_DANGER = unacknowledged()


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last line of a page; the next one starts after it."""

    created_at: datetime
    id: int


@dataclass(frozen=True, slots=True)
class Page:
    """At most PAGE lines; `next` is None on the last page."""

    rows: Sequence[sa.Row[Any]]
    next: Cursor | None


@dataclass(frozen=True, slots=True)
class Later:
    """Words that no person has read. `since` is when the first of them came; None while nobody
    has looked at all, since then the request's own arrival counts. `words` are (time, text)."""

    since: datetime | None
    words: Sequence[tuple[datetime, str]]


NOTHING_LATER = Later(None, ())
_ENTRIES = (
    sa.select(
        TimelineEntry.request_id,
        TimelineEntry.at,
        TimelineEntry.actor_kind,
        TimelineEntry.text,
    )
    .where(
        TimelineEntry.request_id.in_(sa.bindparam("requests", expanding=True)),
        sa.or_(
            sa.and_(TimelineEntry.kind.in_(_SAID), TimelineEntry.actor_kind == ActorKind.RESIDENT),
            sa.and_(TimelineEntry.kind.in_(_LOOKED), TimelineEntry.actor_kind == ActorKind.STAFF),
        ),
    )
    .order_by(TimelineEntry.id)
)
"""What residents said and when a person looked; the desk's own classing is no look."""


def later_words(requests: Sequence[int]) -> dict[int, Later]:
    """What was said since the last look, by request, for those where anything was."""
    words: dict[int, list[tuple[datetime, str]]] = defaultdict(list)
    looked: set[int] = set()
    for entry in session.execute(_ENTRIES, {"requests": list(requests)}):
        if entry.actor_kind is ActorKind.STAFF:
            looked.add(entry.request_id)
            words.pop(entry.request_id, None)
        elif entry.text:
            words[entry.request_id].append((entry.at, entry.text))
    return {
        each: Later(said[0][0] if each in looked else None, said) for each, said in words.items()
    }


def in_danger(reach: Reach) -> Sequence[sa.Row[Any]]:
    """Danger that nobody has acknowledged, oldest first."""
    query = sa.select(*_LINE).where(_DANGER, is_open(), visible_to(reach))
    query = query.order_by(ServiceRequest.created_at, ServiceRequest.id).limit(MOST_DANGERS)
    return session.execute(query).all()


def unlooked(reach: Reach, after: Cursor | None = None) -> Page:
    """What no person has looked at, oldest first; unacknowledged danger is listed apart."""
    query = sa.select(*_LINE).where(_UNLOOKED, visible_to(reach), sa.not_(_waits_on_top()))
    if after is not None:
        place = sa.tuple_(ServiceRequest.created_at, ServiceRequest.id)
        query = query.where(place > sa.tuple_(*_values(after)))
    query = query.order_by(ServiceRequest.created_at, ServiceRequest.id).limit(PAGE + 1)
    found = session.execute(query).all()
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(found[:PAGE], Cursor(last.created_at, last.id) if last else None)


def _values(after: Cursor) -> tuple[sa.ColumnElement[Any], ...]:
    return (
        sa.literal(after.created_at, ServiceRequest.created_at.type),
        sa.literal(after.id, ServiceRequest.id.type),
    )


def _waits_on_top() -> sa.ColumnElement[bool]:
    return sa.and_(_DANGER, is_open())


def counts(reach: Reach) -> tuple[int, int]:
    """(danger that nobody has acknowledged, other messages that nobody has looked at)."""
    danger = sa.select(sa.func.count()).where(_DANGER, is_open(), visible_to(reach))
    waiting = sa.select(sa.func.count()).where(
        _UNLOOKED, visible_to(reach), sa.not_(_waits_on_top())
    )
    return session.scalar(danger) or 0, session.scalar(waiting) or 0


def look_ends(arrived: Sequence[tuple[sa.Row[Any], datetime]]) -> list[datetime]:
    """Until when a person should have looked at each of these rows, which arrived then: for
    danger, at the category, and, where nobody has it, to dispatch it (domain.md §6).

    By what is in force in the row's place; the soonest counts.
    """
    asked = [
        Begun(Matter(kind, row.urgency, row.nature, row.category, row.area_code), start)
        for row, start in arrived
        for kind in _LOOKS
    ]
    found, each = ends(asked), len(_LOOKS)
    return [
        _soonest(row, start, found[number * each : (number + 1) * each])
        for number, (row, start) in enumerate(arrived)
    ]


def _soonest(row: sa.Row[Any], start: datetime, known: Sequence[datetime | None]) -> datetime:
    """Late at once where there is no limit at all."""
    look, check, dispatch = known
    owed = [look, check, dispatch if row.state is State.RECEIVED else None]
    return min((each for each in owed if each is not None), default=start)


def suggestion_of(request_id: int) -> dict[str, Any]:
    """What the words suggested when it came in; empty when nothing was read."""
    query = sa.select(TimelineEntry.data).where(
        TimelineEntry.request_id == request_id, TimelineEntry.kind == EntryKind.SUGGESTED
    )
    return session.scalar(query.order_by(TimelineEntry.id).limit(1)) or {}


def owner_name(request: ServiceRequest) -> str:
    """Where it lies, as `grid_worker@533401101003`; empty for nobody."""
    post = session.get(Post, request.owner_post_id) if request.owner_post_id else None
    return f"{post.role}@{post.area_code}" if post else ""
