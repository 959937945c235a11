"""Gives and ends grants: what a person may do, where, and since when.

Nobody changes their own grants, and one administrator who can sign in always remains.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from service_desk.accounts.models import Grant, Post, User
from service_desk.accounts.queries import in_force
from service_desk.accounts.rules import may_hold_post
from service_desk.audit.service import record
from service_desk.directory.queries import area_exists
from service_desk.directory.roles import Role
from service_desk.foundation.clock import local
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _

PEOPLE_LOCK = 533_400


@dataclass(frozen=True, slots=True)
class Terms:
    """What is granted. `title` picks one of several posts; `categories` null means all."""

    role: Role
    area_code: str
    starts_on: date
    ends_on: date | None = None
    title: str = ""
    categories: tuple[str, ...] | None = None
    restricted: bool = False

    def on_record(self) -> dict[str, Any]:
        """As the audit record keeps it."""
        return {
            "role": self.role.value,
            "area": self.area_code,
            "categories": None if self.categories is None else list(self.categories),
            "restricted": self.restricted,
            "starts_on": self.starts_on.isoformat(),
            "ends_on": self.ends_on.isoformat() if self.ends_on else None,
        }


def give(user_id: int, terms: Terms, actor_id: int | None, at: datetime) -> Grant:
    """Grants a role in a place, with its post if it has one. Raises Refused, naming the field."""
    if user_id == actor_id:
        raise Refused(_("Nobody changes their own grants. Ask a colleague."), "role")
    if not area_exists(terms.area_code):
        raise Refused(_("There is no such place."), "area_code")
    _check_days(terms, local(at).date())
    post_id = _post_for(terms)
    if _overlapping(user_id, terms, post_id):
        raise Refused(_("This person has this grant already."), "role")
    grant = put(user_id, terms, post_id)
    session.flush()
    record("grant_given", actor_id, f"user:{user_id}", _details(grant, terms), at)
    return grant


def put(user_id: int, terms: Terms, post_id: int | None) -> Grant:
    """The row of a grant; whoever calls has checked it and puts it on record."""
    grant = Grant(
        user_id=user_id,
        role=terms.role,
        area_code=terms.area_code,
        post_id=post_id,
        categories=None if terms.categories is None else list(terms.categories),
        restricted=terms.restricted,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
    )
    session.add(grant)
    return grant


def end(grant: Grant, actor_id: int, at: datetime) -> None:
    """Ends a grant at once: yesterday was its last day. One that began today never was."""
    if grant.user_id == actor_id:
        raise Refused(_("Nobody changes their own grants. Ask a colleague."))
    if grant.role is Role.SYSADMIN:
        keep_an_administrator(at, without_grant=grant.id)
    yesterday = local(at).date() - timedelta(days=1)
    details = {"grant": grant.id, "role": grant.role.value, "area": grant.area_code}
    if grant.starts_on > yesterday:
        session.delete(grant)
    else:
        grant.ends_on = yesterday
    session.flush()
    record("grant_ended", actor_id, f"user:{grant.user_id}", details, at)


def one_at_a_time() -> None:
    """On PostgreSQL changes of people wait for each other until commit; SQLite has one writer."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(PEOPLE_LOCK)))


def keep_an_administrator(at: datetime, without_user: int = 0, without_grant: int = 0) -> None:
    """Raises Refused when nobody could administer without this user or grant.

    Two administrators cannot put each other out at the same moment: one waits for the other.
    """
    one_at_a_time()
    query = (
        sa.select(Grant.id, Grant.user_id)
        .join(User, User.id == Grant.user_id)
        .where(
            Grant.role == Role.SYSADMIN,
            User.active,
            User.password_hash.is_not(None),
            in_force(local(at).date()),
        )
    )
    rows = session.execute(query).all()
    left = [row for row in rows if row.user_id != without_user and row.id != without_grant]
    if rows and not left:
        raise Refused(_("This is the last administrator. Appoint another one first."))


def _check_days(terms: Terms, today: date) -> None:
    if terms.ends_on is None:
        return
    if terms.ends_on < terms.starts_on:
        raise Refused(_("The last day is before the first one."), "ends_on")
    if terms.ends_on < today:
        raise Refused(_("The last day is over already."), "ends_on")


def _post_for(terms: Terms) -> int | None:
    """The post that goes with the role; those who oversee have none."""
    if not may_hold_post(terms.role):
        return None
    found = session.scalar(
        sa.select(Post.id).where(
            Post.role == terms.role,
            Post.area_code == terms.area_code,
            Post.title == terms.title,
            Post.active,
        )
    )
    if found is None:
        raise Refused(_("There is no such post here. Create it under Posts first."), "area_code")
    return found


def _overlapping(user_id: int, terms: Terms, post_id: int | None) -> bool:
    """Whether the person has the same grant on any of these days."""
    same = (
        Grant.user_id == user_id,
        Grant.role == terms.role,
        Grant.area_code == terms.area_code,
        Grant.post_id.is_(None) if post_id is None else Grant.post_id == post_id,
        sa.or_(Grant.ends_on.is_(None), Grant.ends_on >= terms.starts_on),
    )
    query = sa.select(Grant.id).where(*same)
    if terms.ends_on is not None:
        query = query.where(Grant.starts_on <= terms.ends_on)
    return session.scalar(query.limit(1)) is not None


def _details(grant: Grant, terms: Terms) -> dict[str, Any]:
    return {"grant": grant.id, "post": grant.post_id, **terms.on_record()}
