"""Turns of duty as stretches of time, and who may set them (pure; domain.md §7)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from service_desk.accounts.reach import Reach
from service_desk.foundation.access import Permission

Stretch = tuple[datetime, datetime]
"""From a moment until before another."""


def without(whole: Iterable[Stretch], holes: Iterable[Stretch]) -> list[Stretch]:
    """What is left of some stretches when others are cut out; neither need be in order.

    What a roster leaves open is the time to be covered without its turns.
    """
    left = sorted(whole)
    for hole in holes:
        left = [part for each in left for part in _cut(each, hole)]
    return left


def _cut(stretch: Stretch, hole: Stretch) -> list[Stretch]:
    (start, end), (begins, ends) = stretch, hole
    if ends <= start or begins >= end or ends <= begins:
        return [stretch]
    parts = (start, begins), (ends, end)
    return [part for part in parts if part[0] < part[1]]


def may_set_duty(reach: Reach, area_code: str) -> bool:
    """Whether somebody may change who is on call in a place: who manages people everywhere,
    who supervises in the whole of an area within it."""
    if reach.may(Permission.MANAGE_PEOPLE):
        return True
    inside = (area.lo <= area_code <= area.hi for area in reach.areas if area.categories is None)
    return reach.may(Permission.SET_DUTY) and any(inside)
