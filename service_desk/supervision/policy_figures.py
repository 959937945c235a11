"""What other limits would have meant: promises of the last 90 days, counted anew."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from service_desk.directory.areas import area_range
from service_desk.foundation.database import session
from service_desk.service_clock import walk
from service_desk.service_clock.in_force import Versions, many_in_force
from service_desk.service_clock.policies import Matter, Policy, pick
from service_desk.service_clock.policy_changes import Effect
from service_desk.service_clock.publishing import Plan
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_clock.walk import Span
from service_desk.service_requests.judged import COUNTED, KEPT
from service_desk.service_requests.models import (
    ClockKind,
    ClockOutcome,
    RequestClock,
    ServiceRequest,
)
from service_desk.service_requests.queries import is_open
from service_desk.service_requests.reminders import spans_of

BACK = timedelta(days=90)
MOST = 2000
"""The newest promises of a step that are worked out again."""
_JOINED = RequestClock.request_id == ServiceRequest.id
_MATTER: tuple[Any, ...] = (
    ServiceRequest.urgency,
    ServiceRequest.nature,
    ServiceRequest.category,
    ServiceRequest.area_code,
)
_JUDGED: tuple[Any, ...] = (
    *_MATTER,
    RequestClock.started_at,
    RequestClock.met_at,
    RequestClock.paused_at,
    RequestClock.pauses,
    RequestClock.calendar_version,
)
Rows = Sequence[sa.Row[Any]]


@dataclass(slots=True)
class Count:
    """Promises that were due: `n`, on time under the old limit and under the new one; and how
    many requests are open and keep the old one."""

    n: int = 0
    before: int = 0
    after: int = 0
    open: int = 0


@dataclass(frozen=True, slots=True)
class Tally:
    """A count for each effect on one of the two clocks; `capped` when there were more."""

    counts: dict[Effect, Count]
    capped: bool


def tally(plan: Plan, area_code: str, at: datetime) -> Tally:
    """What the plan means for the promises that were due in the last 90 days.

    Each is judged by its own hours and pauses, without extensions; rework has a promise of its
    own and is left out.
    """
    wanted = {kind_of(each) for each in plan.effects} & set(ClockKind)
    counts: dict[Effect, Count] = defaultdict(Count)
    capped = False
    for kind in sorted(wanted):
        change = _Change(plan, kind)
        rows = _due(ClockKind(kind), area_code, at)
        capped = capped or len(rows) == MOST
        _judge(rows, change, counts, at)
        for row, number in _open(ClockKind(kind), area_code).items():
            counts[change.of(*row)].open += number
    return Tally({each: counts[each] for each in plan.effects if kind_of(each) in wanted}, capped)


def kind_of(effect: Effect) -> str:
    policy = effect.before or effect.after
    return policy.kind if policy else ""


class _Change:
    """From which limit to which one a kind of request comes; worked out once for each."""

    def __init__(self, plan: Plan, kind: str) -> None:
        self._kind = kind
        self._old = [each for each in plan.before if each.kind == kind]
        self._new = [each for each in plan.after if each.kind == kind]
        self._known: dict[tuple[Any, ...], Effect] = {}

    def of(self, *row: Any) -> Effect:
        if row not in self._known:
            matter = Matter(self._kind, *row)
            self._known[row] = Effect(pick(self._old, matter), pick(self._new, matter))
        return self._known[row]


def _within(kind: ClockKind, area_code: str) -> tuple[ColumnElement[bool], ...]:
    first = sa.true() if kind is ClockKind.FIRST_RESPONSE else ServiceRequest.cycle == 1
    return (
        RequestClock.kind == kind,
        ServiceRequest.area_code.between(*area_range(area_code)),
        first,
    )


def _due(kind: ClockKind, area_code: str, at: datetime) -> Rows:
    """The newest promises of a step that were due by now, at most MOST."""
    query = (
        sa.select(
            *_JUDGED,
        )
        .join(ServiceRequest, _JOINED)
        .where(
            *_within(kind, area_code),
            RequestClock.first_due_at.between(at - BACK, at),
            RequestClock.outcome != ClockOutcome.CANCELLED,
            COUNTED,
            KEPT,
        )
    )
    return session.execute(query.order_by(RequestClock.first_due_at.desc()).limit(MOST)).all()


def _open(kind: ClockKind, area_code: str) -> Counter[tuple[Any, ...]]:
    """Open requests whose promise still runs, by kind of request."""
    query = (
        sa.select(*_MATTER, sa.func.count())
        .join(RequestClock, _JOINED)
        .where(*_within(kind, area_code), is_open(), RequestClock.outcome == ClockOutcome.OPEN)
        .group_by(*_MATTER)
    )
    return Counter({tuple(row[:-1]): row[-1] for row in session.execute(query)})


def _judge(
    rows: Iterable[sa.Row[Any]], change: _Change, counts: dict[Effect, Count], at: datetime
) -> None:
    moved = [(row, change.of(*row[:4])) for row in rows]
    moved = [(row, effect) for row, effect in moved if effect.before and effect.after]
    hours = _hours(row for row, _effect in moved)
    for row, effect in moved:
        count, known = counts[effect], hours[row.calendar_version, row.area_code]
        count.n += 1
        count.before += _on_time(row, effect.before, known, at)
        count.after += _on_time(row, effect.after, known, at)


def _hours(rows: Iterable[sa.Row[Any]]) -> dict[tuple[int, str], ServiceHours]:
    """The hours of every place under the calendar of its promise."""
    places: dict[int, set[str]] = defaultdict(set)
    for row in rows:
        places[row.calendar_version].add(row.area_code)
    return dict(_read(places))


def _read(places: Mapping[int, Collection[str]]) -> Iterator[Any]:
    for version, codes in places.items():
        for code, rules in many_in_force(codes, Versions(calendar=version)).items():
            yield (version, code), rules.hours


def _on_time(row: sa.Row[Any], policy: Policy | None, hours: ServiceHours, at: datetime) -> bool:
    if policy is None:
        return True
    pauses = list(spans_of(row.pauses))
    if row.paused_at is not None:
        pauses.append(Span(row.paused_at, max(row.paused_at, at)))
    due_at = walk.due(hours, policy.clock, row.started_at, policy.amount, pauses)
    return bool((row.met_at or at) <= due_at)
