"""What may be changed about the limits, and what a change does to whom (pure; domain.md §6)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import product
from typing import NamedTuple

from service_desk.directory.areas import PREFECTURE
from service_desk.directory.categories import CODES, Nature, all_categories
from service_desk.service_clock.policies import (
    NOT_IN_DANGER,
    Matter,
    Policy,
    PolicyKind,
    pick,
)
from service_desk.service_clock.walk import Clock

URGENCIES = ("P0", "P1", "P2")
_WALL, _HOURS, _DAYS = Clock.WALL, Clock.SERVICE_HOUR, Clock.WORKING_DAY
_K = PolicyKind

CLOCKS: Mapping[PolicyKind, tuple[Clock, ...]] = {
    _K.FIRST_RESPONSE: (_HOURS, _WALL),
    _K.RESOLUTION: (_DAYS, _HOURS, _WALL),
    _K.MAKE_SAFE: (_WALL,),
    _K.DANGER_LOOK: (_WALL,),
    _K.CATEGORY_CHECK: (_HOURS, _WALL),
    _K.DISPATCH: (_HOURS, _WALL),
    _K.SIGN: (_HOURS, _WALL),
    _K.RETURN: (_HOURS, _DAYS, _WALL),
    _K.EXTENSION: (_DAYS, _WALL),
    _K.WAITING: (_DAYS, _WALL),
    _K.FOLLOW_UP: (_DAYS, _WALL),
    _K.REWORK: (_DAYS, _WALL),
    _K.REOPEN: (_WALL, _DAYS),
    _K.RATING_WINDOW: (_DAYS, _WALL),
    _K.SILENT: (_DAYS,),
    _K.REVIEW: (_WALL,),
}
"""What a step may be counted in, the usual one first: nobody looks for danger by opening hours."""

_BOUNDS: Mapping[Clock, tuple[int, int]] = {
    _WALL: (1, 60 * 24 * 60),
    _HOURS: (15, 200 * 60),
    _DAYS: (0, 60),
}
"""Least and most, in minutes or working days: a slip of the hand is no limit."""

_EVERY = frozenset(URGENCIES)
_NOT_P0 = frozenset({"P1", "P2"})
URGENCIES_OF: Mapping[PolicyKind, frozenset[str]] = {
    **dict.fromkeys(PolicyKind, _EVERY),
    **dict.fromkeys(NOT_IN_DANGER, _NOT_P0),
    _K.MAKE_SAFE: frozenset({"P0"}),
}
"""For whom a step can have a limit at all."""

NEEDED: Mapping[PolicyKind, frozenset[str]] = {
    **URGENCIES_OF,
    **dict.fromkeys(NOT_IN_DANGER, frozenset()),
    _K.REWORK: _NOT_P0,
}
"""For whom a step must have one; without the others it is not allowed."""

_ALWAYS = next(each.code for each in all_categories() if each.around_the_clock)
"""A 24-hour item: what holds for ordinary ones need not hold for it."""


class Slot(NamedTuple):
    """What a limit is for. None fits all; None of `urgency` is never given to a step that is
    not for every urgency."""

    kind: PolicyKind
    urgency: str | None
    nature: str | None = None
    category: str | None = None
    around_the_clock: bool | None = None


class Edit(NamedTuple):
    """A limit that is set, or, without an amount, taken out."""

    slot: Slot
    clock: Clock | None = None
    amount: int | None = None


class Wrong(StrEnum):
    """Why a limit cannot be."""

    DANGER = "danger"
    URGENCY = "urgency"
    CLOCK = "clock"
    AMOUNT = "amount"
    MISSING = "missing"


class Effect(NamedTuple):
    """Requests that come from under one limit to under another; None is no limit."""

    before: Policy | None
    after: Policy | None


class Difference(NamedTuple):
    """One limit of a place in two versions."""

    area_code: str | None
    slot: Slot
    before: Policy | None
    after: Policy | None


def slot_of(policy: Policy) -> Slot:
    return Slot(
        policy.kind, policy.urgency, policy.nature, policy.category, policy.around_the_clock
    )


def own_area(area_code: str) -> str | None:
    """What rows of a place carry: nothing for the prefecture's."""
    return None if area_code == PREFECTURE else area_code


def by_slot(policies: Iterable[Policy], area_code: str) -> dict[Slot, Policy]:
    """The rows that are a place's own: the prefecture's, or those of one county."""
    own = own_area(area_code)
    return {slot_of(each): each for each in policies if each.area_code == own}


def applied(
    policies: Sequence[Policy], area_code: str, edits: Iterable[Edit]
) -> tuple[Policy, ...]:
    """All limits with those of one place changed.

    A county's limit that says what the prefecture's says is none: it follows the prefecture.
    """
    wanted = {edit.slot: edit for edit in edits}
    own, common = own_area(area_code), by_slot(policies, PREFECTURE)
    kept = [each for each in policies if each.area_code != own or slot_of(each) not in wanted]
    new = (_policy(edit, own) for edit in wanted.values() if edit.amount is not None)
    return (*kept, *(each for each in new if own is None or not _says(each, common)))


def _policy(edit: Edit, own: str | None) -> Policy:
    slot = edit.slot
    return Policy(
        kind=slot.kind,
        urgency=slot.urgency,
        clock=edit.clock or CLOCKS[slot.kind][0],
        amount=edit.amount or 0,
        nature=slot.nature,
        category=slot.category,
        around_the_clock=slot.around_the_clock,
        area_code=own,
    )


def _says(policy: Policy, common: Mapping[Slot, Policy]) -> bool:
    known = common.get(slot_of(policy))
    return known is not None and same(policy, known)


def same(one: Policy | None, other: Policy | None) -> bool:
    """Whether both give the same time."""
    if one is None or other is None:
        return one is other
    return (one.clock, one.amount) == (other.clock, other.amount)


def bounds_of(kind: PolicyKind, clock: Clock) -> tuple[int, int]:
    """Least and most that a step may be given in a clock; only a follow-up may be due at once."""
    low, high = _BOUNDS[clock]
    return (low if kind is PolicyKind.FOLLOW_UP else max(low, 1)), high


def wrong_with(policy: Policy) -> Wrong | None:
    """Why this limit cannot be, looked at alone."""
    least, most = bounds_of(policy.kind, policy.clock)
    fitting = URGENCIES_OF[policy.kind]
    if policy.kind in NOT_IN_DANGER and policy.urgency not in fitting:
        return Wrong.DANGER
    if (policy.urgency or "") not in fitting and (policy.urgency or fitting != _EVERY):
        return Wrong.URGENCY
    if policy.clock not in CLOCKS[policy.kind]:
        return Wrong.CLOCK
    return None if least <= policy.amount <= most else Wrong.AMOUNT


def missing(policies: Sequence[Policy], areas: Iterable[str]) -> Iterator[Matter]:
    """What would be left without a limit that it needs, in these places."""
    for area, (kind, urgencies) in product(areas, NEEDED.items()):
        rows = [each for each in policies if each.kind is kind]
        for urgency, nature, code in product(urgencies, Nature, (None, _ALWAYS)):
            matter = Matter(kind, urgency, nature, code, area)
            if pick(rows, matter) is None:
                yield matter


def effects(
    before: Sequence[Policy], after: Sequence[Policy], areas: Collection[str]
) -> list[Effect]:
    """For whom what changes, over every kind of request there can be in these places.

    Also what changes because a special limit comes, goes, or no longer covers a common one.
    """
    found: dict[Effect, None] = {}
    for kind in PolicyKind:
        old = [each for each in before if each.kind is kind]
        new = [each for each in after if each.kind is kind]
        if old != new:
            for matter in _matters(kind, areas):
                effect = Effect(pick(old, matter), pick(new, matter))
                if not same(*effect):
                    found[effect] = None
    return list(found)


def _matters(kind: PolicyKind, areas: Collection[str]) -> Iterator[Matter]:
    for area, urgency, nature in product(areas, URGENCIES, Nature):
        for code in (None, *sorted(CODES)):
            yield Matter(kind, urgency, nature, code, area)


def needs_second(effect: Effect) -> bool:
    """Whether it may lengthen a deadline: all but less of the same clock (design.md §4)."""
    before, after = effect
    if before is None or after is None or before.clock is not after.clock:
        return True
    return after.amount > before.amount


def differences(before: Iterable[Policy], after: Iterable[Policy]) -> list[Difference]:
    """What one version says otherwise than another, row by row, in the order of the steps."""
    old = {(each.area_code, slot_of(each)): each for each in before}
    new = {(each.area_code, slot_of(each)): each for each in after}
    places = [*old, *(key for key in new if key not in old)]
    found = [Difference(*key, old.get(key), new.get(key)) for key in places]
    order = list(PolicyKind)
    changed = [each for each in found if not same(each.before, each.after)]
    return sorted(changed, key=lambda each: (order.index(each.slot.kind), each.area_code or ""))
