"""Takes a list of people in: persons, their posts and their grants. All or nothing, repeatable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from service_desk.accounts import grants, people
from service_desk.accounts.models import Grant, Post, User
from service_desk.accounts.passwords import hash_password, one_time_password
from service_desk.accounts.people import KEEP, About
from service_desk.accounts.people_file import BadRow, PersonRow, RowProblem
from service_desk.accounts.rules import may_hold_post
from service_desk.audit.service import record
from service_desk.directory.queries import area_exists
from service_desk.directory.roles import Role
from service_desk.foundation.clock import local
from service_desk.foundation.database import session
from service_desk.foundation.localisation import DEFAULT

PostKey = tuple[Role, str, str]


@dataclass(frozen=True, slots=True)
class Fresh:
    """The one-time password of somebody new, and its hash (slow to make: before the writing)."""

    password: str
    hashed: str


@dataclass(frozen=True, slots=True)
class Taken:
    """What a list changed: how many people and grants are new, how many of each are different."""

    people: int
    people_changed: int
    grants: int
    grants_changed: int


def check(rows: Sequence[PersonRow], today: date) -> None:
    """What only the database and the day know. Raises BadRow for the first line that is wrong."""
    for row in rows:
        if not area_exists(row.area_code):
            raise BadRow(row.line, RowProblem.AREA)
        if row.ends_on is not None and row.ends_on < (row.starts_on or today):
            raise BadRow(row.line, RowProblem.DAYS)
        if row.title and not may_hold_post(row.role):
            raise BadRow(row.line, RowProblem.TITLE)


def fresh_passwords(rows: Sequence[PersonRow]) -> dict[str, Fresh]:
    """A one-time password for everybody of the list who is not known yet."""
    known = set(session.scalars(sa.select(User.username)))
    names = dict.fromkeys(row.username for row in rows if row.username not in known)
    return {name: _fresh() for name in names}


def _fresh() -> Fresh:
    password = one_time_password()
    return Fresh(password, hash_password(password))


def take(rows: Sequence[PersonRow], fresh: Mapping[str, Fresh], at: datetime) -> Taken:
    """Brings people and grants up to the list; what it does not name stays as it is."""
    grants.one_at_a_time()
    users, changed = _put_people(rows, fresh, at)
    post_ids = _put_posts(rows)
    given = [_put_grant(users[row.username].id, row, post_ids, at) for row in rows]
    taken = Taken(len(fresh), changed, given.count("given"), given.count("changed"))
    counts = {"people": taken.people, "people_changed": taken.people_changed}
    counts |= {"grants": taken.grants, "grants_changed": taken.grants_changed}
    record("people_imported", None, "people", counts, at)
    return taken


def _put_people(
    rows: Sequence[PersonRow], fresh: Mapping[str, Fresh], at: datetime
) -> tuple[dict[str, User], int]:
    names = [row.username for row in rows]
    users = {user.username: user for user in session.scalars(_users(names))}
    abouts = {row.username: _about(row, users.get(row.username)) for row in rows}
    before = {name: _seen(user) for name, user in users.items()}
    for name, user in users.items():
        people.describe(user, abouts[name], None, at)
    for name, each in fresh.items():
        users[name] = people.new_person(name, abouts[name], each.hashed, at)
    session.flush()
    for name in fresh:
        record("person_created", None, f"user:{users[name].id}", {}, at)
    return users, sum(_seen(users[name]) != seen for name, seen in before.items())


def _users(names: Sequence[str]) -> sa.Select[User]:
    return sa.select(User).where(User.username.in_(names)).order_by(User.id)


def _seen(user: User) -> tuple[str, str, str | None]:
    return user.display_name, user.language, user.phone


def _about(row: PersonRow, user: User | None) -> About:
    language = row.language or (user.language if user else DEFAULT)
    return About(row.display_name, language, row.phone or KEEP)


def _put_posts(rows: Sequence[PersonRow]) -> dict[PostKey, int]:
    """The posts of the list, made where there is none and switched on where one is off."""
    posts = {
        (post.role, post.area_code, post.title): post for post in session.scalars(sa.select(Post))
    }
    wanted = {(row.role, row.area_code, row.title): None for row in rows if may_hold_post(row.role)}
    for key in wanted:
        if key not in posts:
            posts[key] = Post(role=key[0], area_code=key[1], title=key[2])
            session.add(posts[key])
        posts[key].active = True
    session.flush()
    return {key: posts[key].id for key in wanted}


def _put_grant(
    user_id: int, row: PersonRow, post_ids: Mapping[PostKey, int], at: datetime
) -> str | None:
    """`given`, `changed`, or nothing when the person has just this."""
    post_id = post_ids.get((row.role, row.area_code, row.title))
    grant = session.scalar(_same(user_id, row, post_id, local(at).date()))
    if grant is None:
        grants.put(user_id, _terms(row, local(at).date()), post_id)
        session.flush()
        details = {"post": post_id, **_terms(row, local(at).date()).on_record()}
        record("grant_given", None, f"user:{user_id}", details, at)
        return "given"
    return _adjusted(grant, row, at)


def _same(user_id: int, row: PersonRow, post_id: int | None, today: date) -> sa.Select[Grant]:
    """The grant of this line that holds now or later."""
    return (
        sa.select(Grant)
        .where(
            Grant.user_id == user_id,
            Grant.role == row.role,
            Grant.area_code == row.area_code,
            Grant.post_id.is_(None) if post_id is None else Grant.post_id == post_id,
            sa.or_(Grant.ends_on.is_(None), Grant.ends_on >= today),
        )
        .order_by(Grant.starts_on, Grant.id)
        .limit(1)
    )


def _terms(row: PersonRow, today: date) -> grants.Terms:
    return grants.Terms(
        role=row.role,
        area_code=row.area_code,
        starts_on=row.starts_on or today,
        ends_on=row.ends_on,
        title=row.title,
        categories=row.categories,
        restricted=row.restricted,
    )


def _adjusted(grant: Grant, row: PersonRow, at: datetime) -> str | None:
    terms = _terms(row, grant.starts_on)
    new = {
        "categories": None if terms.categories is None else list(terms.categories),
        "restricted": terms.restricted,
        "starts_on": terms.starts_on,
        "ends_on": terms.ends_on,
    }
    if all(getattr(grant, field) == value for field, value in new.items()):
        return None
    if grant.role is Role.SYSADMIN:
        grants.keep_an_administrator(at, without_grant=grant.id)
    for field, value in new.items():
        setattr(grant, field, value)
    session.flush()
    details = {"grant": grant.id, **terms.on_record()}
    record("grant_changed", None, f"user:{grant.user_id}", details, at)
    return "changed"
