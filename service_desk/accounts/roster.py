"""Reads people for the pages of administration: lists by page, and one person's grants."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from service_desk.accounts.models import Absence, Grant, Post, User
from service_desk.accounts.queries import away, in_force, reach_of
from service_desk.accounts.reach import Reach
from service_desk.directory.areas import area_range, township_of
from service_desk.foundation.database import session

PAGE = 50
MOST_STAND_INS = 300
Row = sa.Row[*tuple[Any, ...]]
Range = tuple[str, str]
"""First and last area code, both included."""


class State(StrEnum):
    """Which people to list."""

    ACTIVE = "active"
    OFF = "off"
    AWAY = "away"


@dataclass(frozen=True, slots=True)
class Search:
    """What to list; an empty field asks for everybody. `after` is the last name of the page before.

    `within` limits the list to holders of posts in these ranges; null is no limit.
    """

    words: str = ""
    area_code: str = ""
    state: State | None = None
    after: str = ""
    within: tuple[Range, ...] | None = None


_Substitute = aliased(User)


def people(search: Search, on: date) -> Sequence[Row]:
    """By user name, at most PAGE + 1: one more tells that there is more."""
    away_now = sa.exists().where(Absence.user_id == User.id, away(on)).label("away")
    query = sa.select(
        User.id,
        User.username,
        User.display_name,
        User.active,
        User.password_hash.is_not(None).label("signs_in"),
        away_now,
    ).where(User.username > search.after, *_conditions(search, on))
    return session.execute(query.order_by(User.username).limit(PAGE + 1)).all()


def _conditions(search: Search, on: date) -> list[ColumnElement[bool]]:
    words = search.words.strip()
    asked: dict[State, ColumnElement[bool]] = {
        State.ACTIVE: User.active.is_(True),
        State.OFF: User.active.is_(False),
        State.AWAY: sa.exists().where(Absence.user_id == User.id, away(on)),
    }
    found: list[ColumnElement[bool]] = [asked[search.state]] if search.state else []
    if words:
        name = User.username.contains(words.casefold(), autoescape=True)
        found.append(sa.or_(name, User.display_name.icontains(words, autoescape=True)))
    if search.area_code:
        found.append(_granted_in((area_range(search.area_code),), on))
    if search.within is not None:
        found.append(_granted_in(search.within, on, Grant.post_id.is_not(None)))
    return found


def _granted_in(
    ranges: Collection[Range], on: date, *more: ColumnElement[bool]
) -> ColumnElement[bool]:
    inside = sa.or_(sa.false(), *(Grant.area_code.between(*each) for each in ranges))
    return sa.exists().where(Grant.user_id == User.id, in_force(on), inside, *more)


def ranges_of(reach: Reach) -> tuple[Range, ...]:
    """The areas whose staff somebody oversees."""
    return tuple((area.lo, area.hi) for area in reach.areas)


def oversees(reach: Reach, user_id: int, on: date) -> bool:
    """Whether a person holds a post in the reader's areas and may do no more than the reader."""
    inside = _granted_in(ranges_of(reach), on, Grant.post_id.is_not(None))
    found = session.scalar(sa.select(User.id).where(User.id == user_id, inside))
    return found is not None


def permissions_of(user_id: int, on: date) -> frozenset[Any]:
    """What a person may do on a day, what they do for others included."""
    return reach_of(user_id, on).permissions


def grants_of(user_ids: Collection[int], on: date) -> Sequence[Row]:
    """The grants of these users that hold now or later, soonest first."""
    query = (
        sa.select(
            Grant.id,
            Grant.user_id,
            Grant.role,
            Grant.area_code,
            Grant.post_id,
            Grant.categories,
            Grant.restricted,
            Grant.starts_on,
            Grant.ends_on,
            Post.title,
        )
        .outerjoin(Post, Post.id == Grant.post_id)
        .where(Grant.user_id.in_(user_ids), _not_over(on))
        .order_by(Grant.user_id, Grant.starts_on, Grant.id)
    )
    return session.execute(query).all()


def _not_over(on: date) -> ColumnElement[bool]:
    return sa.or_(Grant.ends_on.is_(None), Grant.ends_on >= on)


def absences(search: Search, on: date) -> Sequence[Row]:
    """Absences that are not over, soonest first, of the people the search finds; PAGE at most."""
    query = _absences(on).where(*_conditions(search, on)).limit(PAGE)
    return session.execute(query).all()


def absences_of(user_id: int, on: date) -> Sequence[Row]:
    """A person's absences that are not over, soonest first."""
    return session.execute(_absences(on).where(Absence.user_id == user_id)).all()


def _absences(on: date) -> sa.Select[*tuple[Any, ...]]:
    return (
        sa.select(
            Absence.id,
            Absence.user_id,
            Absence.first_day,
            Absence.last_day,
            User.display_name,
            _Substitute.display_name.label("substitute"),
        )
        .join(User, User.id == Absence.user_id)
        .outerjoin(_Substitute, _Substitute.id == Absence.substitute_id)
        .where(Absence.last_day >= on)
        .order_by(Absence.first_day, Absence.id)
    )


def stand_ins(user_id: int, on: date) -> Mapping[int, str]:
    """Who may stand in for a person: colleagues with a post in the same township or office."""
    own = session.scalars(
        sa.select(Grant.area_code).where(
            Grant.user_id == user_id, Grant.post_id.is_not(None), in_force(on)
        )
    )
    near = _granted_in({_around(code) for code in own}, on, Grant.post_id.is_not(None))
    query = (
        sa.select(User.id, User.display_name, User.username)
        .where(User.active, User.id != user_id, near)
        .order_by(User.display_name, User.username)
        .limit(MOST_STAND_INS)
    )
    return {row.id: f"{row.display_name} ({row.username})" for row in session.execute(query)}


def _around(code: str) -> Range:
    township = township_of(code)
    return area_range(township) if township else (code, code)
