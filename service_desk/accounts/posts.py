"""Creates, names and switches posts, and sets turns of duty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from service_desk.accounts.models import DutyTurn, Post, User
from service_desk.accounts.rules import may_hold_post
from service_desk.audit.service import record
from service_desk.directory.queries import area_exists
from service_desk.directory.roles import Role
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _

LONGEST_TURN = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Turn:
    """Who is on call in a place, from and until which moment; the lowest rank is called first."""

    area_code: str
    user_id: int
    starts_at: datetime
    ends_at: datetime
    rank: int


def create(role: Role, area_code: str, title: str, actor_id: int | None, at: datetime) -> Post:
    """A new post, empty. Raises Refused when there is one like it or the role holds none."""
    if not may_hold_post(role):
        raise Refused(_("Nobody with this role works on requests: it has no post."), "role")
    if not area_exists(area_code):
        raise Refused(_("There is no such place."), "area_code")
    _check_title(role, area_code, title)
    post = Post(role=role, area_code=area_code, title=title, active=True)
    session.add(post)
    session.flush()
    details = {"role": role.value, "area": area_code}
    record("post_created", actor_id, f"post:{post.id}", details, at)
    return post


def rename(post: Post, title: str, actor_id: int, at: datetime) -> None:
    """The same title again changes nothing."""
    if post.title == title:
        return
    _check_title(post.role, post.area_code, title)
    post.title = title
    session.flush()
    record("post_renamed", actor_id, f"post:{post.id}", {}, at)


def switch(post: Post, active: bool, actor_id: int, at: datetime) -> None:
    """A post that is off gets no new requests, and its holders do not reach by it."""
    if post.active == active:
        return
    post.active = active
    session.flush()
    action = "post_switched_on" if active else "post_switched_off"
    record(action, actor_id, f"post:{post.id}", {}, at)


def add_turn(turn: Turn, actor_id: int, at: datetime) -> None:
    """Raises Refused, naming the field, for a turn that is over, too long or nobody's."""
    if turn.ends_at <= max(turn.starts_at, at):
        raise Refused(_("The end must lie after the beginning and ahead of us."), "ends_at")
    if turn.ends_at - turn.starts_at > LONGEST_TURN:
        raise Refused(_("A turn lasts 31 days at most."), "ends_at")
    user = session.get(User, turn.user_id)
    if user is None or not user.active:
        raise Refused(_("There is no such person."), "username")
    row = DutyTurn(
        area_code=turn.area_code,
        user_id=turn.user_id,
        starts_at=turn.starts_at,
        ends_at=turn.ends_at,
        rank=turn.rank,
    )
    session.add(row)
    session.flush()
    record("duty_added", actor_id, f"area:{turn.area_code}", _turn_details(row), at)


def remove_turn(row: DutyTurn, actor_id: int, at: datetime) -> None:
    record("duty_removed", actor_id, f"area:{row.area_code}", _turn_details(row), at)
    session.delete(row)
    session.flush()


def _turn_details(row: DutyTurn) -> dict[str, object]:
    return {
        "user": row.user_id,
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "rank": row.rank,
    }


def _check_title(role: Role, area_code: str, title: str) -> None:
    same = sa.select(Post.id).where(
        Post.role == role, Post.area_code == area_code, Post.title == title
    )
    if session.scalar(same) is not None:
        raise Refused(_("There is a post like this here already. Give it a title."), "title")
