"""The timeline of an invented request: every line that the desk itself would have written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from functools import lru_cache
from random import Random
from typing import Any, NamedTuple

from service_desk.feedback.rules import is_bad
from service_desk.foundation.actor import ActorKind
from service_desk.operations.demo_ground import Spot
from service_desk.operations.demo_story import COMMENTS, Life, Round
from service_desk.operations.demo_words import Words
from service_desk.service_requests.lifecycle import CloseReason, State
from service_desk.service_requests.models import EntryKind

METHODS = ("call", "call", "visit", "counter")
Who = tuple[str, int | None]
RESIDENT: Who = (ActorKind.RESIDENT.value, None)
SYSTEM: Who = (ActorKind.SYSTEM.value, None)
STAFF = ActorKind.STAFF.value
NOTHING = "{}"
COUNTED = frozenset(
    kind.value
    for kind in (
        EntryKind.SUBMITTED,
        EntryKind.CONTACT,
        EntryKind.RESUMED,
        EntryKind.RESOLVED,
        EntryKind.REWORK,
    )
)
"""At these lines a clock started, went on or was met: their data holds what it went by."""


class Line(NamedTuple):
    """One row of timeline_entries but for the request's id; `data` is JSON."""

    at: datetime
    kind: str
    actor_kind: str
    actor_id: int | None
    public: bool
    text: bytes | None = None
    data: str = NOTHING


def staff(user_id: int | None) -> Who:
    return (STAFF, user_id) if user_id else SYSTEM


@lru_cache(maxsize=4096)
def told(**data: Any) -> str:
    """The JSON of a line's data; there are only a few."""
    return json.dumps(data)


def based(lines: list[Line], basis: str) -> list[Line]:
    """The lines of a request with clocks, with what these went by (JSON) where it counted."""
    return [
        line._replace(data=f'{line.data[:-1]}, "basis": {basis}}}')
        if line.kind in COUNTED
        else line
        for line in lines
    ]


class Scribe:
    """Writes lives down, in the order of their times."""

    def __init__(self, dice: Random, words: Words) -> None:
        self._dice, self._texts = dice, words.shared

    def lines(self, life: Life, opened: str, spot: Spot, dispatcher: int | None) -> list[Line]:
        """`opened` is the first line's data, `dispatcher` who gave the human look."""
        at, worker = life.rounds[0].began, staff(spot.placement.user_id)
        public = not spot.placement.dispatcher
        lines = [
            Line(at, EntryKind.SUBMITTED.value, *RESIDENT, True, None, opened),
            Line(at, EntryKind.ASSIGNED.value, *SYSTEM, public, None, spot.told),
        ]
        if life.looked:
            lines.append(Line(life.looked, EntryKind.LOOKED.value, *staff(dispatcher), False))
        lines.extend(self._work(life, worker))
        for cycle, each in enumerate(life.rounds, start=1):
            lines.extend(self._round(each, cycle, worker))
        lines.extend(_end(life))
        return in_order(lines)

    def _text(self, pool: str) -> bytes:
        texts = self._texts[pool]
        return texts[int(self._dice.random() * len(texts))]

    def _work(self, life: Life, worker: Who) -> Iterator[Line]:
        if life.claimed:
            data = told(state=State.ACCEPTED, cycle=1)
            yield Line(life.claimed, EntryKind.CLAIMED.value, *worker, True, None, data)
        if life.responded:
            data = told(method=self._dice.choice(METHODS), outcome="reached")
            yield Line(life.responded, EntryKind.CONTACT.value, *worker, True, None, data)
        if life.waiting:
            data = told(method="call", outcome="reached", state=State.WAITING, cycle=1)
            text = self._text("needed")
            yield Line(life.waiting, EntryKind.WAITING.value, *worker, True, text, data)
        if life.resumed:
            data = told(state=State.ACCEPTED, cycle=1)
            yield Line(life.resumed, EntryKind.RESUMED.value, *worker, False, None, data)

    def _round(self, each: Round, cycle: int, worker: Who) -> Iterator[Line]:
        if cycle > 1:
            data = told(state=State.REWORK, cycle=cycle)
            yield Line(each.began, EntryKind.REWORK.value, *RESIDENT, True, None, data)
        if each.resolved:
            method = self._dice.choice(METHODS)
            data, text = (
                told(method=method, state=State.RESOLVED, cycle=cycle),
                self._text("results"),
            )
            yield Line(each.resolved, EntryKind.RESOLVED.value, *worker, True, text, data)
        if each.invited:
            data = told(cycle=cycle)
            yield Line(each.invited, EntryKind.INVITED.value, *SYSTEM, False, None, data)
        if each.rated:
            comment, data = self._comment(each.level), _rated(each.level, cycle)
            yield Line(each.rated, EntryKind.RATED.value, *RESIDENT, True, comment, data)

    def _comment(self, level: int) -> bytes | None:
        if self._dice.random() > COMMENTS:
            return None
        return self._text("blame" if is_bad(level) else "praise")


def _rated(level: int, cycle: int) -> str:
    """A good rating closes; a bad one is followed by a line of its own."""
    if is_bad(level):
        return told(level=level)
    return told(level=level, close_reason=CloseReason.RATED, state=State.CLOSED, cycle=cycle)


def _time(line: Line) -> datetime:
    return line.at


def in_order(lines: list[Line]) -> list[Line]:
    """By their times; those of one moment stay as they are."""
    return sorted(lines, key=_time)


def _end(life: Life) -> Iterator[Line]:
    if life.closed is None or life.reason is None or life.reason is CloseReason.RATED:
        return
    withdrawn = life.reason is CloseReason.WITHDRAWN
    kind = EntryKind.WITHDRAWN if withdrawn else EntryKind.CLOSED
    data = told(close_reason=life.reason, state=State.CLOSED, cycle=len(life.rounds))
    yield Line(life.closed, kind.value, *(RESIDENT if withdrawn else SYSTEM), True, None, data)
