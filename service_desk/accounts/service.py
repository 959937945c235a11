"""Signing in and out, and one's own password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from service_desk.accounts import attempts
from service_desk.accounts.attempts import Guarded, Limit
from service_desk.accounts.models import StaffSession, User
from service_desk.accounts.passwords import Weakness, hash_password, is_password, weakness
from service_desk.accounts.rules import is_username
from service_desk.accounts.tokens import digest, new_token
from service_desk.audit.service import record
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.logging import get_logger

IDLE = timedelta(hours=12)
LONGEST = timedelta(days=7)
TOUCH_AFTER = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many failures are let through before a pause.

    `pair` counts a name from one address, `name` a name from anywhere, `address` any name;
    `device` counts a browser that has signed in before and is free of the other three.
    """

    pair: Limit
    name: Limit
    address: Limit
    device: Limit


LIMITS = Limits(
    pair=Limit("sign_in_pair", 10, timedelta(minutes=15)),
    name=Limit("sign_in_name", 100, timedelta(hours=1)),
    address=Limit("sign_in_address", 100, timedelta(hours=1)),
    device=Limit("sign_in_device", 10, timedelta(minutes=15)),
)


@dataclass(frozen=True, slots=True)
class Caller:
    """Who knocks: the name typed, the address, and the device's id if we know it."""

    username: str
    address: str
    device: str | None = None

    def guards(self, limits: Limits) -> list[Guarded]:
        if self.device:
            return [Guarded(limits.device, f"{self.username}|{self.device}")]
        return [
            Guarded(limits.pair, f"{self.username}|{self.address}"),
            Guarded(limits.name, self.username),
            Guarded(limits.address, self.address),
        ]


def begin_sign_in(caller: Caller, at: datetime, limits: Limits) -> list[int]:
    """Counts the try; to be committed before the password is looked at. Raises TooMany."""
    return attempts.begin(caller.guards(limits), at)


def who_is(username: str, password: str) -> int | None:
    """The user's id if name and password are right and they may sign in.

    Takes as long for an unknown name. Slow on purpose: call it outside a unit of work.
    """
    query = sa.select(User.id, User.password_hash).where(User.username == username, User.active)
    row = session.execute(query).first() if is_username(username) else None
    right = is_password(password, row.password_hash if row else None)
    if not right or row is None:
        get_logger().warning("sign_in_failed", user_id=row.id if row else None)
        return None
    return int(row.id)


def complete_sign_in(user_id: int, attempt_ids: list[int], at: datetime) -> str:
    """Opens a session and returns its token; the try no longer counts."""
    attempts.succeeded(attempt_ids)
    record("signed_in", user_id, f"user:{user_id}", {}, at)
    return open_session(user_id, at)


def open_session(user_id: int, at: datetime) -> str:
    """A new session's token: 32 random bytes, of which only the hash is stored."""
    token = new_token()
    session.add(StaffSession(token_hash=digest(token), user_id=user_id, created_at=at, seen_at=at))
    session.flush()
    return token


def touch(session_id: int, at: datetime) -> None:
    """Notes that a session is in use, so that it does not end for idleness."""
    session.execute(sa.update(StaffSession).where(StaffSession.id == session_id).values(seen_at=at))


def carry_sessions(by: timedelta) -> None:
    """The demo's time was moved: sessions go with it, or a week would sign everybody out."""
    for each in session.scalars(sa.select(StaffSession)):
        each.created_at += by
        each.seen_at += by
    session.flush()


def sign_out(token: str, user_id: int, at: datetime) -> None:
    session.execute(sa.delete(StaffSession).where(StaffSession.token_hash == digest(token)))
    record("signed_out", user_id, f"user:{user_id}", {}, at)


def close_sessions(user_id: int) -> None:
    """Signs a user out everywhere."""
    session.execute(sa.delete(StaffSession).where(StaffSession.user_id == user_id))


def change_password(user_id: int, current: str, new: str, at: datetime) -> str:
    """Ends every session of the user and returns the token of a new one.

    Raises Refused, naming the field, when the current password is wrong or the new one weak.
    """
    user = session.get_one(User, user_id)
    if not is_password(current, user.password_hash):
        raise Refused(_("This is not your current password."), "current")
    if new == current:
        raise Refused(_("The new password is the same as the current one."), "new")
    set_password(user, new)
    close_sessions(user_id)
    record("password_changed", user_id, f"user:{user_id}", {}, at)
    return open_session(user_id, at)


def set_password(user: User, new: str) -> None:
    """Raises Refused for a weak one."""
    found = weakness(new, user.username)
    if found is not None:
        raise Refused(_advice(found), "new")
    user.password_hash = hash_password(new)
    user.must_change_password = False
    session.flush()


def _advice(found: Weakness) -> str:
    sentences: dict[Weakness, str] = {
        Weakness.TOO_SHORT: _("Use 12 characters or more. Several words are easy to remember."),
        Weakness.TOO_LONG: _("Use 200 characters at most."),
        Weakness.COMMON: _("This password is easy to guess. Choose another one."),
        Weakness.LIKE_NAME: _("The password must not be made from your user name."),
    }
    return sentences[found]


def choose_language(user_id: int, language: str) -> None:
    session.execute(sa.update(User).where(User.id == user_id).values(language=language))


def sweep(at: datetime) -> None:
    """Removes sessions that are over and failures that no longer count."""
    over = sa.or_(StaffSession.seen_at < at - IDLE, StaffSession.created_at < at - LONGEST)
    session.execute(sa.delete(StaffSession).where(over))
    attempts.forget_before(at)
