"""How far somebody reaches: made from their grants of one day, asked by every list and page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from service_desk.accounts.rules import (
    all_permissions,
    permissions_of,
    reaches_area,
    sees_figures,
)
from service_desk.directory.areas import PREFECTURE, area_range, contains, county_of, is_village
from service_desk.directory.roles import Role
from service_desk.foundation.access import Permission


@dataclass(frozen=True, slots=True)
class Granted:
    """One grant in force. `stand_in` when it is somebody else's, who is away."""

    role: Role
    area_code: str
    post_id: int | None
    categories: Sequence[str] | None
    restricted: bool
    stand_in: bool = False


@dataclass(frozen=True, slots=True)
class AreaReach:
    """A range of area codes, both ends included; `categories` null means all.

    `restricted` lets its holder see restricted requests of the range too.
    """

    lo: str
    hi: str
    categories: frozenset[str] | None
    restricted: bool


@dataclass(frozen=True, slots=True)
class Reach:
    """What one person may see and do on one day.

    `reports` are the ranges of area codes whose figures they may read, `cleared_post_ids` those
    of their posts whose restricted requests they may see, `held` their roles with the area of
    each, `villages` the villages in which they hold a post.
    """

    user_id: int
    post_ids: frozenset[int]
    areas: tuple[AreaReach, ...]
    permissions: frozenset[Permission]
    reports: tuple[tuple[str, str], ...] = ()
    cleared_post_ids: frozenset[int] = frozenset()
    held: tuple[tuple[Role, str], ...] = ()
    villages: frozenset[str] = frozenset()

    def may(self, permission: Permission) -> bool:
        return permission in self.permissions

    def areas_of(self, permission: Permission) -> tuple[str, ...]:
        """Codes of the areas, everything below included, in which they may do this."""
        return tuple(area for role, area in self.held if permission in permissions_of(role))

    def may_in(self, permission: Permission, area_code: str) -> bool:
        """Whether they may do this in this place, whatever they may do in others."""
        return any(contains(area, area_code) for area in self.areas_of(permission))

    def holds(self, post_id: int | None, restricted: bool) -> bool:
        """Whether what lies with this post lies with this person too."""
        return post_id in (self.cleared_post_ids if restricted else self.post_ids)

    def reads_figures_of(self, area_code: str) -> bool:
        return any(low <= area_code <= high for low, high in self.reports)

    @property
    def limits(self) -> tuple[str, ...]:
        """The counties, or the prefecture, whose limits they may change."""
        areas = self.areas_of(Permission.EDIT_POLICIES)
        return tuple(sorted({county_of(area) or PREFECTURE for area in areas}))

    @property
    def decides(self) -> tuple[tuple[str, str], ...]:
        """The ranges in which they may approve what others propose."""
        return tuple(map(area_range, self.areas_of(Permission.APPROVE)))

    def may_decide_in(self, area_code: str) -> bool:
        return any(low <= area_code <= high for low, high in self.decides)


def nobody(user_id: int = 0) -> Reach:
    """Somebody without a grant: sees nothing, may do nothing."""
    return Reach(user_id, frozenset(), (), frozenset())


def reach_from(user_id: int, grants: Iterable[Granted]) -> Reach:
    """The reach that these grants of one day give.

    Who stands in for another gets their posts and area, never their restricted matters.
    """
    held = tuple(grants)
    return Reach(
        user_id=user_id,
        post_ids=frozenset(each.post_id for each in held if each.post_id is not None),
        areas=tuple(_area(each) for each in held if reaches_area(each.role)),
        permissions=all_permissions(each.role for each in held),
        reports=tuple(area_range(each.area_code) for each in held if sees_figures(each.role)),
        cleared_post_ids=frozenset(
            each.post_id for each in held if each.post_id is not None and _is_cleared(each)
        ),
        held=tuple((each.role, each.area_code) for each in held),
        villages=frozenset(each.area_code for each in held if _is_of_village(each)),
    )


def _is_of_village(grant: Granted) -> bool:
    return grant.post_id is not None and is_village(grant.area_code)


def _is_cleared(grant: Granted) -> bool:
    return grant.restricted and not grant.stand_in


def _area(grant: Granted) -> AreaReach:
    low, high = area_range(grant.area_code)
    return AreaReach(
        lo=low,
        hi=high,
        categories=None if grant.categories is None else frozenset(grant.categories),
        restricted=_is_cleared(grant),
    )
