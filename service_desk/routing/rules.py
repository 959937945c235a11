"""Who is responsible, and why (pure; domain.md §4, §7 and §15).

A plan says which role is asked in which places, nearest first; a choice says which post has
somebody there. Reasons are codes with parameters, told in any language by wording.py.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from service_desk.directory.areas import PREFECTURE, ancestors, is_village, prefix
from service_desk.directory.categories import CODES, Category, OwnerLevel, category, group_of
from service_desk.directory.roles import SELF_GOVERNANCE, PostLevel, Role, post_level

ABOUT_THE_VILLAGE = frozenset({"GOV-04"})
"""Complaints about a village's own people: never to that village (domain.md §2)."""

OVERSEERS = (Role.TOWNSHIP_LEAD, Role.COUNTY_SUPERVISOR, Role.DISPATCHER)
"""Who is told above the worker, one after the other; the dispatcher is the prefecture's."""

_DIGITS = {
    PostLevel.VILLAGE: 12,
    PostLevel.TOWNSHIP: 9,
    PostLevel.COUNTY: 6,
    PostLevel.PREFECTURE: 4,
}
Reason = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Matter:
    """What is to be placed: a group or subcategory code, or none."""

    category: str | None
    area_code: str
    restricted: bool = False


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who may act for a post today; `stand_in` for a colleague who is away."""

    user_id: int
    restricted: bool = False
    categories: frozenset[str] | None = None
    stand_in: bool = False

    def takes(self, matter: Matter) -> bool:
        if matter.restricted and not self.restricted:
            return False
        if self.categories is None or matter.category is None:
            return True
        return bool(self.categories & {matter.category, group_of(matter.category)})


@dataclass(frozen=True, slots=True)
class PostState:
    """A post with those of its holders who are there today."""

    post_id: int
    role: Role
    area_code: str
    holders: tuple[Holder, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """`role` is asked in `areas`, nearest first; without one, or in vain, a dispatcher is."""

    matter: Matter
    role: Role | None
    areas: tuple[str, ...]
    reasons: tuple[Reason, ...]

    @property
    def places(self) -> tuple[str, ...]:
        """Everywhere a dispatcher may sit."""
        return chain(self.matter.area_code)


@dataclass(frozen=True, slots=True)
class Choice:
    """The post, its holders who can take it (none: the post is empty), and how we got there."""

    post: PostState | None
    holders: tuple[Holder, ...]
    vacancy: bool
    dispatcher: bool
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class _Search:
    """What was found on the way up."""

    vacancy: bool = False
    reasons: list[Reason] = field(default_factory=list)

    def say(self, code: str, **parameters: Any) -> None:
        self.reasons.append({"code": code, **parameters})


def chain(area_code: str) -> tuple[str, ...]:
    """The place itself and the places above it, up to the prefecture."""
    return (area_code, *ancestors(area_code))


def plan(code: str | None, area_code: str, restricted: bool) -> Plan:
    """Whom to ask. An unknown code is no category; a restricted category restricts."""
    known = category(code) if code in CODES and code is not None else None
    secret = restricted or (known is not None and known.restricted)
    matter = Matter(known.code if known else None, area_code, secret)
    if known is None:
        return Plan(matter, None, (), ({"code": "no_category"},))
    reasons: list[Reason] = [
        {"code": "category", "category": known.code, "role": str(known.lead_role)}
    ]
    if secret:
        return Plan(matter, None, (), (*reasons, {"code": "restricted"}))
    if area_code == PREFECTURE:
        return Plan(matter, None, (), (*reasons, {"code": "area_unknown"}))
    areas, barred = _areas(known, area_code)
    role = None if known.lead_role is Role.DISPATCHER else known.lead_role
    return Plan(matter, role, areas, (*reasons, *barred))


def _areas(known: Category, area_code: str) -> tuple[tuple[str, ...], tuple[Reason, ...]]:
    """The places that may lead, and why the village may not if it may not."""
    places = chain(area_code)
    if not is_village(area_code):
        return places, ()
    if known.code in ABOUT_THE_VILLAGE:
        return places[1:], ({"code": "about_the_village"},)
    if known.level is OwnerLevel.DEPT and known.lead_role in SELF_GOVERNANCE:
        return places[1:], ({"code": "department_matter"},)
    return places, ()


def choose(wanted: Plan, posts: Sequence[PostState]) -> Choice:
    """The nearest post whose somebody can take it; at the end the prefecture's dispatcher."""
    search = _Search(reasons=list(wanted.reasons))
    if wanted.role is not None:
        for post in _upward(wanted, posts, search):
            return _found(post, wanted.matter, search, dispatcher=False)
    return _dispatched(wanted, posts, search)


def _upward(wanted: Plan, posts: Iterable[PostState], search: _Search) -> Iterator[PostState]:
    """Posts of the wanted role where somebody is; says which places had nobody."""
    assert wanted.role is not None  # noqa: S101 - for the type checker
    expected = _DIGITS[post_level(wanted.role)]
    for area in wanted.areas:
        here = [post for post in posts if post.role is wanted.role and post.area_code == area]
        staffed = [post for post in here if _able(post, wanted.matter)]
        yield from staffed
        if here or len(prefix(area)) == expected:
            search.vacancy = True
            search.say("nobody_there" if here else "no_post", role=str(wanted.role), area=area)


def _able(post: PostState, matter: Matter) -> tuple[Holder, ...]:
    return tuple(holder for holder in post.holders if holder.takes(matter))


def _dispatched(wanted: Plan, posts: Iterable[PostState], search: _Search) -> Choice:
    """To the nearest dispatcher who can take it; a village has none, it may be about itself."""
    dispatchers = [post for post in posts if post.role is Role.DISPATCHER]
    above = [area for area in wanted.places if not is_village(area)]
    here = [post for area in above for post in dispatchers if post.area_code == area]
    for post in here:
        if _able(post, wanted.matter):
            return _found(post, wanted.matter, search, dispatcher=True)
        cleared = not (wanted.matter.restricted and post.holders)
        search.vacancy = search.vacancy or cleared
        search.say(
            "nobody_there" if cleared else "not_cleared", role=post.role, area=post.area_code
        )
    return _found(here[-1] if here else None, wanted.matter, search, dispatcher=True)


def _found(post: PostState | None, matter: Matter, search: _Search, *, dispatcher: bool) -> Choice:
    holders = _able(post, matter) if post else ()
    if post:
        code = "dispatcher" if dispatcher else "assigned"
        search.say(code, role=str(post.role), area=post.area_code, post=post.post_id)
    vacancy = search.vacancy or not holders
    return Choice(post, holders, vacancy, dispatcher, tuple(search.reasons))


Ladder = Sequence[Sequence[int]]
"""Users on each rung, from whoever does the work upward."""


def overseers(posts: Iterable[PostState], matter: Matter) -> Ladder:
    """Who may be told of it on each rung of OVERSEERS, nearest place first.

    A restricted matter is told only to those who are cleared for it.
    """
    known = tuple(posts)
    return [_rung(known, role, matter) for role in OVERSEERS]


def _rung(posts: Iterable[PostState], role: Role, matter: Matter) -> list[int]:
    places = chain(matter.area_code) if role is not Role.DISPATCHER else (PREFECTURE,)
    here = [post for place in places for post in posts if post.area_code == place]
    return [each.user_id for post in here if post.role is role for each in _able(post, matter)]


def takers(post: PostState | None, matter: Matter) -> list[int]:
    """Who is there for a post and may be given this."""
    return [holder.user_id for holder in _able(post, matter)] if post else []


def up_to(ladder: Ladder, rungs: int) -> list[int]:
    """Everybody on the first `rungs` rungs; in place of an empty one the next one above."""
    staffed = [rung for rung in ladder if rung]
    return list(dict.fromkeys(user for rung in staffed[:rungs] for user in rung))
