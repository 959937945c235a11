"""Places a request, and says who is on call; reads only what the rules ask for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from service_desk.accounts.models import Absence, DutyTurn, Grant, Post, User
from service_desk.accounts.queries import away, in_force
from service_desk.directory.areas import PREFECTURE
from service_desk.directory.roles import Role
from service_desk.foundation.clock import local
from service_desk.foundation.database import run, session
from service_desk.routing.rules import (
    OVERSEERS,
    Choice,
    Holder,
    Ladder,
    Matter,
    Plan,
    PostState,
    chain,
    choose,
    overseers,
    plan,
)
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import ServiceRequest
from service_desk.service_requests.placement import Placement
from service_desk.service_requests.queries import is_open

MOST_PLACES = 4
_ON: sa.BindParameter[date] = sa.bindparam("on", type_=sa.Date())
_Substitute = aliased(User)
_SubstituteAway = aliased(Absence)

_STAFFED = (
    sa.select(
        Post.id,
        Post.role,
        Post.area_code,
        User.id.label("user_id"),
        Grant.restricted,
        Grant.categories,
        Absence.id.label("absence"),
        sa.case((_SubstituteAway.id.is_(None), _Substitute.id)).label("substitute"),
    )
    .outerjoin(Grant, sa.and_(Grant.post_id == Post.id, in_force(_ON)))
    .outerjoin(User, sa.and_(User.id == Grant.user_id, User.active))
    .outerjoin(Absence, sa.and_(Absence.user_id == User.id, away(_ON)))
    .outerjoin(_Substitute, sa.and_(_Substitute.id == Absence.substitute_id, _Substitute.active))
    .outerjoin(
        _SubstituteAway,
        sa.and_(_SubstituteAway.user_id == _Substitute.id, away(_ON, _SubstituteAway)),
    )
    .where(Post.active)
    .order_by(Post.id, User.id)
)
_POSTS = _STAFFED.where(
    Post.role.in_([sa.bindparam("role"), sa.bindparam("other")]),
    Post.area_code.in_([sa.bindparam(f"place{n}") for n in range(MOST_PLACES)]),
)
"""Every post of two roles in a place and above it, with its holders of the day."""


def place(
    category: str | None, area_code: str, urgency: Urgency, restricted: bool, at: datetime
) -> Placement:
    """Who gets a request, and why. Never nobody, as long as the prefecture has a dispatcher.

    `area_code` is where the problem is; one that is not known is the prefecture's. Costs one
    query, and a second one to share the load when several people hold the post.
    """
    wanted = plan(category, area_code, restricted)
    posts = _posts(wanted.role or Role.DISPATCHER, wanted.places, local(at).date())
    return settle(wanted, posts, urgency)


def settle(wanted: Plan, posts: Sequence[PostState], urgency: Urgency) -> Placement:
    """The placement that a plan comes to, given every post of its role and of dispatchers."""
    choice = choose(wanted, posts)
    user_id, shared = _person(choice)
    return Placement(
        post_id=choice.post.post_id if choice.post else None,
        user_id=user_id,
        unit_code=choice.post.area_code if choice.post else PREFECTURE,
        vacancy=choice.vacancy,
        dispatcher=choice.dispatcher,
        reasons=(*_urgent(urgency), *choice.reasons, *shared),
    )


def _urgent(urgency: Urgency) -> tuple[dict[str, Any], ...]:
    return ({"code": "danger"},) if urgency is Urgency.P0 else ()


def _posts(role: Role, places: Sequence[str], on: date) -> list[PostState]:
    """Of one role and of dispatchers, in some places."""
    padded = [*places, *[places[-1]] * (MOST_PLACES - len(places))]
    binds = {f"place{n}": code for n, code in enumerate(padded)}
    rows = run(_POSTS, {"role": role, "other": Role.DISPATCHER, "on": on, **binds})
    return _states(rows)


def everybody(at: datetime) -> list[PostState]:
    """Every post of every place, for who places many requests at once."""
    return _states(session.execute(_STAFFED, {"on": local(at).date()}))


def overseeing(at: datetime, post_ids: Iterable[int] = ()) -> list[PostState]:
    """Every post that oversees the work of others, and these besides; one statement."""
    dispatches = sa.and_(Post.role == Role.DISPATCHER, Post.area_code != PREFECTURE)
    above = sa.and_(Post.role.in_(OVERSEERS), sa.not_(dispatches))
    wanted = _STAFFED.where(sa.or_(above, Post.id.in_(list(post_ids))))
    return _states(session.execute(wanted, {"on": local(at).date()}))


def danger_ladder(request: ServiceRequest, at: datetime) -> Ladder:
    """Whom a danger is called out to: at first everybody on call, then county and prefecture."""
    matter = Matter(request.category, request.area_code, request.restricted)
    _, *above = overseers(overseeing(at), matter)
    return [on_call(request.area_code, at), *above]


def _states(rows: Iterable[sa.Row[*tuple[Any, ...]]]) -> list[PostState]:
    holders: dict[tuple[int, Role, str], list[Holder]] = {}
    for row in rows:
        holders.setdefault((row.id, row.role, row.area_code), []).extend(_holder(row))
    return [PostState(*post, holders=tuple(held)) for post, held in holders.items()]


def _holder(row: sa.Row[*tuple[Any, ...]]) -> Iterable[Holder]:
    """The holder if there, else who stands in for them; nobody for an empty post."""
    limits = None if row.categories is None else frozenset(row.categories)
    if row.user_id is None:
        return
    if row.absence is None:
        yield Holder(row.user_id, bool(row.restricted), limits)
    elif row.substitute is not None:
        yield Holder(row.substitute, False, limits, stand_in=True)


def _person(choice: Choice) -> tuple[int | None, tuple[dict[str, Any], ...]]:
    """Among those who can take it, the one with the fewest open requests."""
    if not choice.holders:
        return None, ()
    if len(choice.holders) == 1:
        only = choice.holders[0]
        return only.user_id, ({"code": "stand_in", "user": only.user_id},) if only.stand_in else ()
    loads = open_loads([holder.user_id for holder in choice.holders])
    person = min(loads, key=lambda user_id: (loads[user_id], user_id))
    return person, ({"code": "least_loaded", "user": person, "open": loads[person]},)


def open_loads(user_ids: Iterable[int]) -> dict[int, int]:
    """Open requests that lie with each of these users."""
    owner = ServiceRequest.owner_user_id
    loads: dict[int | None, int] = dict.fromkeys(user_ids, 0)
    query = sa.select(owner, sa.func.count()).where(owner.in_(list(loads)), is_open())
    loads.update({row[0]: row[1] for row in session.execute(query.group_by(owner))})
    return {user_id: load for user_id, load in loads.items() if user_id is not None}


def on_call(area_code: str, at: datetime) -> list[int]:
    """User ids to page, in order: who is on duty, the auxiliary police, the township lead.

    Duty of the place and of what lies above it counts, nearest first. When there is nobody,
    the dispatchers upward; people who are away are left out.
    """
    places, on = chain(area_code), local(at).date()
    near = _present(Role.POLICE_AUX, places, on) + _present(Role.TOWNSHIP_LEAD, places, on)
    found = _on_duty(places, at) + near
    return list(dict.fromkeys(found or _present(Role.DISPATCHER, places, on)))


def _on_duty(places: Sequence[str], at: datetime) -> list[int]:
    on = local(at).date()
    gone = sa.select(Absence.user_id).where(away(on))
    query = (
        sa.select(DutyTurn.user_id)
        .join(User, User.id == DutyTurn.user_id)
        .where(
            DutyTurn.area_code.in_(places),
            DutyTurn.starts_at <= at,
            DutyTurn.ends_at > at,
            User.active,
            DutyTurn.user_id.not_in(gone),
        )
        .order_by(DutyTurn.area_code.desc(), DutyTurn.rank, DutyTurn.id)
    )
    return list(session.scalars(query))


def _present(role: Role, places: Sequence[str], on: date) -> list[int]:
    """Everybody there today who holds a post of this role, nearest place first."""
    posts = sorted(
        (post for post in _posts(role, places, on) if post.role is role),
        key=lambda post: places.index(post.area_code),
    )
    return [holder.user_id for post in posts for holder in post.holders]
