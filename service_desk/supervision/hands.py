"""Through whose hands requests went and how long they lay there (pure)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from statistics import median

MANY = 3
"""So many hand-offs are worth a look."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A request was given to a post, or to none, at a moment."""

    post_id: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Stay:
    """How long it lay with a post: `until` it went on or was finished, None while it lies there."""

    post_id: int | None
    since: datetime
    until: datetime | None
    handed_on: bool


@dataclass(frozen=True, slots=True)
class Hands:
    """Of what came in to a post: how many it handed on, and the median of the wall hours until
    they went on or were finished; None while none did."""

    post_id: int
    came: int
    handed_on: int
    hours: float | None


def stays(turns: Sequence[Turn], ended: datetime | None) -> list[Stay]:
    """Of one request, whose turns come in order; given again to the same post, it stays there."""
    firsts = [next(same) for _, same in groupby(turns, key=lambda turn: turn.post_id)]
    ends = [turn.at for turn in firsts[1:]]
    found = [
        Stay(turn.post_id, turn.at, end, handed_on=True)
        for turn, end in zip(firsts, ends, strict=False)
    ]
    last = [Stay(turn.post_id, turn.at, ended, handed_on=False) for turn in firsts[-1:]]
    return found + last


def hand_offs(turns: Sequence[Turn]) -> int:
    """How often one request went from a post to another."""
    return max(len(stays(turns, None)) - 1, 0)


def by_post(found: Iterable[Stay], since: datetime) -> list[Hands]:
    """What came in from a moment on, post by post, the busiest first."""
    held: dict[int, list[Stay]] = defaultdict(list)
    for stay in found:
        if stay.post_id is not None and stay.since >= since:
            held[stay.post_id].append(stay)
    hands = [_hands(post_id, each) for post_id, each in held.items()]
    return sorted(hands, key=lambda each: (-each.came, each.post_id))


def _hands(post_id: int, held: Sequence[Stay]) -> Hands:
    lengths = [(stay.until - stay.since).total_seconds() for stay in held if stay.until]
    hours = median(lengths) / 3600 if lengths else None
    return Hands(post_id, len(held), sum(stay.handed_on for stay in held), hours)
