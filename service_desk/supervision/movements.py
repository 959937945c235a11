"""Reads through whose hands the requests of an area went, for the board's table of posts.

Looked at are those that came in during the last eight weeks and all that are open.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from service_desk.accounts.reach import Reach
from service_desk.foundation.database import session
from service_desk.service_requests.models import EntryKind, ServiceRequest, TimelineEntry
from service_desk.service_requests.queries import in_areas, is_open
from service_desk.supervision.figures import mondays
from service_desk.supervision.hands import MANY, Hands, Turn, by_post, hand_offs, stays

LISTED = 10
Row = sa.Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Movements:
    """The posts that got most, and the requests that were handed on most often: (id, how often)."""

    posts: Sequence[Hands]
    restless: Sequence[tuple[int, int]]


def movements(reach: Reach, at: datetime) -> Movements:
    since = mondays(at)[0]
    rows = session.execute(_turns(reach, since)).all()
    found, often = [], []
    for request_id, group in groupby(rows, key=lambda row: row.request_id):
        lines = list(group)
        turns = [Turn(row.post_id, row.at) for row in lines]
        found.extend(stays(turns, lines[-1].ended))
        often.append((request_id, hand_offs(turns)))
    restless = [each for each in often if each[1] >= MANY]
    restless.sort(key=lambda each: (-each[1], -each[0]))
    return Movements(by_post(found, since)[:LISTED], restless[:LISTED])


def _turns(reach: Reach, since: datetime) -> sa.Select[Any]:
    """Every line that gave one of these requests to a post, in order; `ended` when it was done."""
    wanted = sa.union_all(
        _requests(reach, ServiceRequest.created_at >= since),
        _requests(reach, ServiceRequest.created_at < since, is_open()),
    ).subquery()
    return (
        sa.select(
            TimelineEntry.request_id,
            TimelineEntry.at,
            TimelineEntry.data["post_id"].as_integer().label("post_id"),
            wanted.c.ended,
        )
        .join(wanted, wanted.c.id == TimelineEntry.request_id)
        .where(TimelineEntry.kind == EntryKind.ASSIGNED)
        .order_by(TimelineEntry.request_id, TimelineEntry.id)
    )


def _requests(reach: Reach, *rules: ColumnElement[bool]) -> sa.Select[*tuple[Any, ...]]:
    ended = sa.func.coalesce(ServiceRequest.resolved_at, ServiceRequest.closed_at).label("ended")
    return sa.select(ServiceRequest.id, ended).where(in_areas(reach), *rules)


def shown_of(reach: Reach, request_ids: Collection[int]) -> Mapping[int, Row]:
    """What a line about each of these requests shows."""
    query: sa.Select[*tuple[Any, ...]] = sa.select(
        ServiceRequest.id,
        ServiceRequest.reference,
        ServiceRequest.state,
        ServiceRequest.category,
        ServiceRequest.area_code,
    ).where(ServiceRequest.id.in_(request_ids), in_areas(reach))
    return {row.id: row for row in session.execute(query)}
