"""Changes people: who there is, whether they may sign in, and their one-time passwords."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service_desk.accounts.grants import keep_an_administrator
from service_desk.accounts.models import User
from service_desk.accounts.passwords import hash_password, one_time_password
from service_desk.accounts.rules import is_username
from service_desk.accounts.service import close_sessions
from service_desk.audit.service import record
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _

KEEP = None
REMOVE = ""


@dataclass(frozen=True, slots=True)
class About:
    """What is known of a person. `phone` is E.164, REMOVE for none, KEEP for the one there is."""

    display_name: str
    language: str
    phone: str | None = KEEP


def create(username: str, about: About, actor_id: int | None, at: datetime) -> tuple[User, str]:
    """A new person and the one-time password; Refused when the user name is taken or unfit."""
    if not is_username(username):
        raise Refused(_("Use 3 to 60 small letters, digits, dots or hyphens."), "username")
    if session.scalar(sa.select(User.id).where(User.username == username)) is not None:
        raise Refused(_("Somebody has this user name already."), "username")
    password = one_time_password()
    user = new_person(username, about, hash_password(password), at)
    session.flush()
    record("person_created", actor_id, f"user:{user.id}", {}, at)
    return user, password


def new_person(username: str, about: About, password_hash: str, at: datetime) -> User:
    """The row of a new person, who must replace their password when they sign in."""
    user = User(
        username=username,
        display_name=about.display_name,
        language=about.language,
        phone=about.phone or None,
        password_hash=password_hash,
        must_change_password=True,
        active=True,
        created_at=at,
    )
    session.add(user)
    return user


def describe(user: User, about: About, actor_id: int | None, at: datetime) -> None:
    """New name, language and phone; the same again change nothing. The phone is never on record."""
    phone = user.phone if about.phone is KEEP else about.phone or None
    new = {"display_name": about.display_name, "language": about.language, "phone": phone}
    changed = [field for field, value in new.items() if getattr(user, field) != value]
    for field in changed:
        setattr(user, field, new[field])
    session.flush()
    if changed:
        record("person_changed", actor_id, f"user:{user.id}", {"changed": changed}, at)


def switch(user: User, active: bool, actor_id: int, at: datetime) -> None:
    """Lets a person in or out; who is out loses every session at once.

    Raises Refused for oneself and for the last administrator.
    """
    if user.id == actor_id:
        raise Refused(_("Nobody switches their own account. Ask a colleague."))
    if user.active == active:
        return
    if not active:
        keep_an_administrator(at, without_user=user.id)
        close_sessions(user.id)
    user.active = active
    session.flush()
    record("person_enabled" if active else "person_disabled", actor_id, f"user:{user.id}", {}, at)


def reset_password(user: User, actor_id: int | None, at: datetime) -> str:
    """A one-time password, to be said once; every session of the person ends."""
    if not user.active:
        raise Refused(_("This account is switched off."))
    password = one_time_password()
    user.password_hash = hash_password(password)
    user.must_change_password = True
    close_sessions(user.id)
    session.flush()
    record("password_reset", actor_id, f"user:{user.id}", {}, at)
    return password
