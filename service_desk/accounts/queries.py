"""Reads staff: who is signed in, how far they reach, who holds a post."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from service_desk.accounts.models import Absence, Grant, Post, StaffSession, User
from service_desk.accounts.reach import Granted, Reach, reach_from
from service_desk.directory.models import Area
from service_desk.directory.roles import role_label
from service_desk.foundation import localisation
from service_desk.foundation.database import run, session

_ON: sa.BindParameter[date] = sa.bindparam("on", type_=sa.Date())
_USER: sa.BindParameter[int] = sa.bindparam("user", type_=sa.Integer())
_USERS: sa.BindParameter[list[int]] = sa.bindparam("users", expanding=True)


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a member of staff; `phone` is E.164 or null."""

    id: int
    name: str
    phone: str | None
    language: str


def in_force(on: ColumnElement[date] | date) -> ColumnElement[bool]:
    """Grants that count on this local day; both ends are included."""
    not_over = sa.or_(Grant.ends_on.is_(None), Grant.ends_on >= on)
    return sa.and_(Grant.starts_on <= on, not_over)


def away(on: ColumnElement[date] | date, absence: type[Absence] = Absence) -> ColumnElement[bool]:
    """Absences that cover this local day."""
    return sa.and_(absence.first_day <= on, absence.last_day >= on)


def _grants(stand_in: bool) -> sa.Select[Any]:
    return (
        sa.select(
            Grant.role,
            Grant.area_code,
            sa.case((Post.active, Grant.post_id)).label("post_id"),
            Grant.categories,
            Grant.restricted,
            sa.literal(stand_in, sa.Boolean()).label("stand_in"),
        )
        .join(User, User.id == Grant.user_id)
        .outerjoin(Post, Post.id == Grant.post_id)
        .where(User.active, in_force(_ON))
    )


_REACH = sa.union_all(
    _grants(stand_in=False).where(Grant.user_id == _USER),
    _grants(stand_in=True)
    .join(Absence, Absence.user_id == Grant.user_id)
    .where(Absence.substitute_id == _USER, away(_ON), Grant.post_id.is_not(None)),
)
"""A person's grants, and the posts of those they stand in for that day."""


def reach_of(user_id: int, on: date) -> Reach:
    """How far an active user reaches on a local day. One query."""
    rows = run(_REACH, {"user": user_id, "on": on})
    return reach_from(user_id, (Granted(*row) for row in rows))


_SIGNED_IN = (
    sa.select(
        StaffSession.id.label("session_id"),
        StaffSession.seen_at,
        User.id,
        User.username,
        User.display_name,
        User.language,
        User.must_change_password,
    )
    .join(User, User.id == StaffSession.user_id)
    .where(
        StaffSession.token_hash == sa.bindparam("token_hash"),
        StaffSession.seen_at > sa.bindparam("idle_since"),
        StaffSession.created_at > sa.bindparam("opened_since"),
        User.active,
    )
)


def signed_in(
    token_hash: str, idle_since: datetime, opened_since: datetime
) -> sa.RowMapping | None:
    """The session of a token and its user, unless it is over or the user is disabled."""
    limits = {"idle_since": idle_since, "opened_since": opened_since}
    found = run(_SIGNED_IN, {"token_hash": token_hash, **limits})
    return found.mappings().first()


def holders(post_id: int, on: date) -> Sequence[int]:
    """Ids of the active users who hold a post on a local day, absent ones included."""
    query = (
        sa.select(Grant.user_id)
        .join(User, User.id == Grant.user_id)
        .where(Grant.post_id == post_id, User.active, in_force(on))
        .distinct()
        .order_by(Grant.user_id)
    )
    return session.scalars(query).all()


_POSTS = (
    sa.select(Post.id, Post.role, Post.title, Area.name)
    .join(Area, Area.code == Post.area_code)
    .where(Post.id.in_(sa.bindparam("posts", expanding=True)))
)


def posts(post_ids: Collection[int]) -> Mapping[int, str]:
    """Post id to its name in the current language, such as 北门社区居民委员会 网格员."""
    rows = run(_POSTS, {"posts": sorted(post_ids)}) if post_ids else ()
    return {row.id: post_title(row.name, row.role, row.title) for row in rows}


def post_title(area_name: str, role: Any, title: str) -> str:
    """A post's own title, else its role, after the name of its place."""
    return f"{area_name} {title or role_label(role, localisation.current())}"


def post_name(post_id: int) -> str:
    """A post's name in the current language; empty when there is no such post."""
    return posts([post_id]).get(post_id, "")


_NAMES = sa.select(User.id, User.display_name).where(User.id.in_(_USERS))


def names(user_ids: Collection[int]) -> Mapping[int, str]:
    """User id to the name colleagues know them by."""
    rows = run(_NAMES, {"users": sorted(user_ids)}) if user_ids else ()
    return {row.id: row.display_name for row in rows}


def usernames(user_ids: Collection[int]) -> Mapping[int, str]:
    """User id to the name they sign in with."""
    query = sa.select(User.id, User.username).where(User.id.in_(user_ids))
    return {row.id: row.username for row in session.execute(query)}


_CONTACTS = sa.select(User.id, User.display_name, User.phone, User.language).where(
    User.id.in_(_USERS), User.active
)


def contacts(user_ids: Sequence[int]) -> list[Contact]:
    """How to reach these users, in the order asked; disabled ones are left out."""
    rows = run(_CONTACTS, {"users": list(user_ids)})
    found = {row.id: Contact(*row) for row in rows}
    return [found[each] for each in dict.fromkeys(user_ids) if each in found]


def there(user_ids: Collection[int], on: date) -> set[int]:
    """Those of these users who are active and not away on a local day."""
    gone = sa.select(Absence.user_id).where(away(on))
    query = sa.select(User.id).where(User.id.in_(user_ids), User.active, User.id.not_in(gone))
    return set(session.scalars(query))


def user_id_of(username: str) -> int | None:
    """The id behind a name to sign in with, in any case and with spaces around it."""
    name = username.strip().casefold()
    return session.scalar(sa.select(User.id).where(User.username == name))
