"""Reads posts for the pages of administration: who holds them, which are empty, who is on call."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from service_desk.accounts.models import Absence, DutyTurn, Grant, Post, User
from service_desk.accounts.queries import away, in_force
from service_desk.directory.areas import PREFECTURE, area_range
from service_desk.directory.roles import Role
from service_desk.foundation.database import session

PAGE = 50
MOST_TURNS = 60
Row = sa.Row[*tuple[Any, ...]]
_CURSOR = re.compile(r"(\d{12})-(\d{1,9})", re.ASCII)
_Substitute = aliased(User)
_SubstituteAway = aliased(Absence)


@dataclass(frozen=True, slots=True)
class Search:
    """Which posts to list: in an area and below, of a role, only empty ones, after a cursor."""

    area_code: str = PREFECTURE
    role: Role | None = None
    vacant: bool = False
    after: str = ""


def cursor(row: Row) -> str:
    """Where a page ends, for an address."""
    return f"{row.area_code}-{row.id}"


def posts(search: Search, on: date) -> Sequence[Row]:
    """By place, at most PAGE + 1: one more tells that there is more."""
    conditions: list[ColumnElement[bool]] = [Post.area_code.between(*area_range(search.area_code))]
    if search.role:
        conditions.append(Post.role == search.role)
    if search.vacant:
        conditions.append(sa.and_(Post.active, vacant(on)))
    match = _CURSOR.fullmatch(search.after)
    if match:
        last = sa.tuple_(sa.literal(match[1]), sa.literal(int(match[2])))
        conditions.append(sa.tuple_(Post.area_code, Post.id) > last)
    query = (
        sa.select(Post.id, Post.role, Post.area_code, Post.title, Post.active, vacant(on))
        .where(*conditions)
        .order_by(Post.area_code, Post.id)
    )
    return session.execute(query.limit(PAGE + 1)).all()


def vacant(on: date) -> sa.Label[bool]:
    """Whether nobody is there for a post: neither a holder nor who stands in for one."""
    return sa.not_(sa.or_(_holder_there(on), _substitute_there(on))).label("vacant")


def _holds(on: date) -> tuple[ColumnElement[bool], ...]:
    return Grant.post_id == Post.id, in_force(on)


def _holder_there(on: date) -> ColumnElement[bool]:
    gone = sa.exists().where(Absence.user_id == User.id, away(on))
    here = sa.select(Grant.id).join(User, User.id == Grant.user_id).where(User.active, ~gone)
    return here.where(*_holds(on)).correlate(Post).exists()


def _substitute_there(on: date) -> ColumnElement[bool]:
    """A substitute counts while they are no longer away themselves."""
    gone = sa.exists().where(_SubstituteAway.user_id == _Substitute.id, away(on, _SubstituteAway))
    query = (
        sa.select(Grant.id)
        .join(User, User.id == Grant.user_id)
        .join(Absence, sa.and_(Absence.user_id == User.id, away(on)))
        .join(_Substitute, _Substitute.id == Absence.substitute_id)
        .where(User.active, _Substitute.active, ~gone)
    )
    return query.where(*_holds(on)).correlate(Post).exists()


def holders(post_ids: Collection[int], on: date) -> Sequence[Row]:
    """Who holds these posts now or later: post, user, dates, and whether they are away today."""
    gone = sa.exists().where(Absence.user_id == User.id, away(on)).label("away")
    query = (
        sa.select(
            Grant.post_id,
            User.id,
            User.display_name,
            User.username,
            User.active,
            Grant.starts_on,
            Grant.ends_on,
            gone,
        )
        .join(User, User.id == Grant.user_id)
        .where(
            Grant.post_id.in_(post_ids),
            sa.or_(Grant.ends_on.is_(None), Grant.ends_on >= on),
        )
        .order_by(Grant.post_id, Grant.starts_on, User.display_name)
    )
    return session.execute(query).all()


def turns(area_code: str, at: datetime) -> Sequence[Row]:
    """The turns of duty in a place that are not over, soonest first; MOST_TURNS at most."""
    query = (
        sa.select(
            DutyTurn.id,
            DutyTurn.starts_at,
            DutyTurn.ends_at,
            DutyTurn.rank,
            User.display_name,
            User.active,
        )
        .join(User, User.id == DutyTurn.user_id)
        .where(DutyTurn.area_code == area_code, DutyTurn.ends_at > at)
        .order_by(DutyTurn.starts_at, DutyTurn.rank, DutyTurn.id)
    )
    return session.execute(query.limit(MOST_TURNS)).all()


def is_vacant(post_id: int, on: date) -> bool:
    """Whether nobody is there for this post."""
    return bool(session.scalar(sa.select(vacant(on)).where(Post.id == post_id)))
