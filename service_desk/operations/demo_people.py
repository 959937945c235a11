"""The demo's people: the accounts of the README, and a holder for every post in every place.

Holders without a password cannot be signed in as; they are there so that every category has
an owner everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from service_desk.accounts.models import Grant, Post, User
from service_desk.accounts.passwords import hash_password, is_password
from service_desk.accounts.rules import may_hold_post
from service_desk.directory.areas import PREFECTURE, AreaLevel
from service_desk.directory.models import Area
from service_desk.directory.roles import PostLevel, Role, post_level
from service_desk.foundation.database import insert_once, session
from service_desk.operations.demo_duty import load_duty
from service_desk.operations.demo_names import Invented

SINCE = date(2021, 1, 1)
XIANGGELILA, JIANTANG, BENZILAN = "533401000000", "533401101000", "533422102000"
BEIMEN = "533401101003"
LEVELS = {
    AreaLevel.PREFECTURE: PostLevel.PREFECTURE,
    AreaLevel.COUNTY: PostLevel.COUNTY,
    AreaLevel.TOWNSHIP: PostLevel.TOWNSHIP,
    AreaLevel.ZONE: PostLevel.TOWNSHIP,
    AreaLevel.VILLAGE: PostLevel.VILLAGE,
}
DISPATCHES = (PostLevel.TOWNSHIP, PostLevel.COUNTY, PostLevel.PREFECTURE)


@dataclass(frozen=True, slots=True)
class Account:
    """One account that can be signed in to; contract names, fixed."""

    username: str
    role: Role
    area_code: str
    restricted: bool = False


ACCOUNTS = (
    Account("dispatch.diqing", Role.DISPATCHER, PREFECTURE, restricted=True),
    Account("grid.beimen", Role.GRID_WORKER, BEIMEN),
    Account("legal.jiantang", Role.MEDIATOR, JIANTANG),
    Account("dispatch.jiantang", Role.DISPATCHER, JIANTANG),
    Account("lead.jiantang", Role.TOWNSHIP_LEAD, JIANTANG),
    Account("lead.benzilan", Role.TOWNSHIP_LEAD, BENZILAN),
    Account("county.xgll", Role.COUNTY_SUPERVISOR, XIANGGELILA),
    Account("analyst", Role.PREF_ANALYST, PREFECTURE),
    Account("auditor", Role.AUDITOR, PREFECTURE),
    Account("admin", Role.SYSADMIN, PREFECTURE),
)
_BY_PLACE = {(each.role, each.area_code): each for each in ACCOUNTS}
Place = tuple[Role, str]


def load_posts(_at: datetime) -> None:
    """The prefecture's own posts, which every desk begins with. Safe to repeat."""
    _add_posts([(Role.DISPATCHER, PREFECTURE)])


def load_people(password: str, at: datetime) -> None:
    """Posts, holders, accounts and a year of duty turns. Safe to repeat.

    A new demo password replaces the old one wherever nobody has chosen their own.
    """
    if _known():
        _renew_password(password)
        return
    places = list(_places())
    posts = _add_posts(places)
    users = _add_users([*places, *_without_post()], password, at)
    session.execute(sa.insert(Grant), list(_grants(users, posts)))
    load_duty(users, at)


def _known() -> bool:
    query = sa.select(User.id).where(User.username == ACCOUNTS[0].username)
    return session.scalar(query) is not None


def _renew_password(password: str) -> None:
    """Accounts that still share a password share its hash; who has chosen one is left alone."""
    ours = User.username.in_([each.username for each in ACCOUNTS])
    shared = (sa.select(User.password_hash).where(ours).group_by(User.password_hash)).having(
        sa.func.count() > 1
    )
    for old in session.scalars(shared).all():
        if not is_password(password, old):
            new = hash_password(password)
            session.execute(
                sa.update(User).where(ours, User.password_hash == old).values(password_hash=new)
            )


def _places() -> Iterator[Place]:
    """Every role in every place of its level; dispatchers sit at three levels."""
    areas = session.execute(sa.select(Area.code, Area.level).order_by(Area.code)).all()
    for code, level in areas:
        for role in Role:
            if may_hold_post(role) and LEVELS.get(level) in _levels(role):
                yield role, code


def _levels(role: Role) -> tuple[PostLevel, ...]:
    return DISPATCHES if role is Role.DISPATCHER else (post_level(role),)


def _without_post() -> Iterator[Place]:
    """Those who oversee: they hold no post, since no request may lie with them."""
    return (place for place in _BY_PLACE if not may_hold_post(place[0]))


def _add_posts(places: Iterable[Place]) -> Mapping[Place, int]:
    rows = [{"role": role, "area_code": code, "title": "", "active": True} for role, code in places]
    session.execute(insert_once(Post), rows)
    query = sa.select(Post.id, Post.role, Post.area_code).where(Post.title == "")
    return {(row.role, row.area_code): row.id for row in session.execute(query)}


def _add_users(places: Iterable[Place], password: str, at: datetime) -> Mapping[Place, int]:
    invented, hashed = Invented(), hash_password(password)
    by_name = {_username(place): place for place in places}
    rows = [
        _person(place, invented)
        | {"username": name, "password_hash": hashed if place in _BY_PLACE else None}
        | {"created_at": at}
        for name, place in by_name.items()
    ]
    session.execute(sa.insert(User), rows)
    found = session.execute(sa.select(User.id, User.username))
    return {by_name[row.username]: row.id for row in found if row.username in by_name}


def _username(place: Place) -> str:
    account = _BY_PLACE.get(place)
    return account.username if account else f"{place[0]}.{place[1]}"


def _person(place: Place, invented: Invented) -> dict[str, Any]:
    return {
        "display_name": invented.name(place[1]),
        "phone": invented.phone(),
        "language": "zh_Hans_CN",
        "active": True,
        "must_change_password": False,
    }


def _grants(users: Mapping[Place, int], posts: Mapping[Place, int]) -> Iterator[dict[str, Any]]:
    for place, user_id in users.items():
        account = _BY_PLACE.get(place)
        yield {
            "user_id": user_id,
            "role": place[0],
            "area_code": place[1],
            "post_id": posts.get(place),
            "categories": None,
            "restricted": account is not None and account.restricted,
            "starts_on": SINCE,
            "ends_on": None,
        }
