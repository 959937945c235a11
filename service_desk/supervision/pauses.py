"""Who made requests take longer, and how, told from the lines of their timelines (pure)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from service_desk.foundation.actor import ActorKind
from service_desk.service_requests.lifecycle import PAUSED
from service_desk.service_requests.models import EntryKind

_PROPOSALS = (EntryKind.EXTENSION_PROPOSED, EntryKind.DEFERRAL_PROPOSED)


class How(StrEnum):
    """The three ways in which a request takes longer than promised."""

    WAIT = "wait"
    DEFERRAL = "deferral"
    EXTENSION = "extension"


_DECISIONS = {
    EntryKind.EXTENSION_DECIDED: How.EXTENSION,
    EntryKind.DEFERRAL_DECIDED: How.DEFERRAL,
}


class Line(Protocol):
    """What is read of a timeline entry, oldest first."""

    @property
    def at(self) -> datetime: ...
    @property
    def kind(self) -> EntryKind: ...
    @property
    def actor_kind(self) -> ActorKind: ...
    @property
    def actor_id(self) -> int | None: ...
    @property
    def data(self) -> Mapping[str, Any]: ...


@dataclass(frozen=True, slots=True)
class Longer:
    """One wait, deferral or extension: whose (who asked for it, at which post), and from when.

    A pause that lasts has no `end`; `alone` when the desk had to end it.
    """

    how: How
    user_id: int | None
    post_id: int | None
    start: datetime
    end: datetime | None = None
    alone: bool = False


@dataclass(slots=True)
class _Tape:
    """How far the lines have been read."""

    post_id: int | None = None
    proposers: dict[int, int | None] = field(default_factory=dict)
    pause: Longer | None = None
    found: list[Longer] = field(default_factory=list)


def read(lines: Iterable[Line]) -> list[Longer]:
    """What made one request take longer, in the order in which it was over."""
    tape = _Tape()
    for line in lines:
        _place(tape, line)
        _end(tape, line)
        _begin(tape, line)
    return [*tape.found, *([tape.pause] if tape.pause else [])]


def _place(tape: _Tape, line: Line) -> None:
    if line.kind is EntryKind.ASSIGNED:
        tape.post_id = line.data.get("post_id")
    elif line.kind in _PROPOSALS:
        tape.proposers[line.data["approval"]] = line.actor_id


def _end(tape: _Tape, line: Line) -> None:
    """Every line of a move names the state it led to."""
    if tape.pause is None or line.data.get("state", "waiting") in PAUSED:
        return
    alone = line.kind is EntryKind.RESUMED and line.actor_kind is ActorKind.SYSTEM
    tape.found.append(replace(tape.pause, end=line.at, alone=alone and bool(line.data.get("task"))))
    tape.pause = None


def _begin(tape: _Tape, line: Line) -> None:
    how = _DECISIONS.get(line.kind)
    if line.kind is EntryKind.WAITING:
        tape.pause = tape.pause or Longer(How.WAIT, line.actor_id, tape.post_id, line.at)
    elif how is not None and line.data.get("approved"):
        asked_by = tape.proposers.get(line.data["approval"])
        longer = Longer(how, asked_by, tape.post_id, line.at)
        if how is How.DEFERRAL:
            tape.pause = longer
        else:
            tape.found.append(longer)


@dataclass(frozen=True, slots=True)
class Pauser:
    """What one person at one post made take longer; `minutes` of service time were paused."""

    user_id: int | None
    post_id: int | None
    waits: int = 0
    deferrals: int = 0
    extensions: int = 0
    alone: int = 0
    minutes: int = 0

    @property
    def times(self) -> int:
        return self.waits + self.deferrals + self.extensions


def summed(found: Iterable[tuple[Longer, int]]) -> list[Pauser]:
    """One row a person and post, from what was found and its paused minutes; most time first."""
    rows: dict[tuple[int | None, int | None], Pauser] = {}
    for each, minutes in found:
        key = each.user_id, each.post_id
        rows[key] = _added(rows.get(key, Pauser(*key)), each, minutes)
    return sorted(rows.values(), key=_most)


def _added(row: Pauser, each: Longer, minutes: int) -> Pauser:
    return replace(
        row,
        waits=row.waits + (each.how is How.WAIT),
        deferrals=row.deferrals + (each.how is How.DEFERRAL),
        extensions=row.extensions + (each.how is How.EXTENSION),
        alone=row.alone + each.alone,
        minutes=row.minutes + minutes,
    )


def _most(row: Pauser) -> tuple[int, int, int, int]:
    return -row.minutes, -row.times, row.user_id or 0, row.post_id or 0


def paused_minutes(each: Longer, at: datetime, measure: Callable[[datetime, datetime], int]) -> int:
    """Service minutes of a pause until it ended, or until now; an extension pauses nothing."""
    return 0 if each.how is How.EXTENSION else measure(each.start, each.end or at)
