"""Flask-Login: who the caller is, from the session's token in the signed cookie."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask_login import LoginManager

from service_desk.accounts import queries
from service_desk.accounts.reach import Reach, nobody
from service_desk.accounts.service import IDLE, LONGEST
from service_desk.accounts.tokens import digest
from service_desk.foundation.clock import local, now


@dataclass(frozen=True, slots=True)
class SignedIn:
    """`current_user` of somebody signed in."""

    token: str
    session_id: int
    seen_at: datetime
    id: int
    username: str
    display_name: str
    language: str
    must_change_password: bool
    reach: Reach

    is_authenticated = True
    is_active = True
    is_anonymous = False

    def get_id(self) -> str:
        """What the cookie holds."""
        return self.token


class Visitor:
    """`current_user` of everybody else."""

    is_authenticated = False
    is_active = False
    is_anonymous = True

    @property
    def reach(self) -> Reach:
        return nobody()

    def get_id(self) -> None:
        return None


def load(token: str) -> SignedIn | None:
    """Looked up at every click, so that a disabled user is out at the next one."""
    at = now()
    row = queries.signed_in(digest(token), at - IDLE, at - LONGEST)
    if row is None:
        return None
    reach = queries.reach_of(row["id"], local(at).date())
    return SignedIn(token=token, reach=reach, **row)


login_manager = LoginManager()
login_manager.session_protection = None
login_manager.anonymous_user = Visitor
login_manager.user_loader(load)
