"""What the board's charts show: the last eight weeks, and how old the open requests are.

Slow to change, so it is read with the page only, not every half minute.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from service_desk.accounts.reach import AreaReach, Reach
from service_desk.directory.areas import is_village
from service_desk.foundation.database import session
from service_desk.service_clock.in_force import in_force
from service_desk.service_clock.policies import Matter, PolicyKind, pick
from service_desk.service_requests.judged import FIRST, MET, due_between
from service_desk.service_requests.lifecycle import Nature, Urgency
from service_desk.service_requests.models import ClockKind, RequestClock, ServiceRequest
from service_desk.service_requests.queries import in_areas, is_open
from service_desk.supervision.figures import Week, median_of, mondays

AGES = (1, 3, 7, 15, 30)
"""Days at which the open requests are divided by age."""


def on_time(reach: Reach, at: datetime) -> list[Week]:
    """First responses of the last eight weeks, counted as the report counts them: what units of
    the area led, restricted matters too."""
    starts = mondays(at)
    weeks = [(RequestClock.first_due_at < end, number) for number, end in enumerate(starts[1:])]
    met, minutes = sa.func.count().filter(MET), RequestClock.service_minutes
    query = (
        sa.select(sa.case(*weeks).label("week"), minutes, met, sa.func.count())
        .select_from(RequestClock)
        .join(ServiceRequest, FIRST)
        .where(
            RequestClock.kind == ClockKind.FIRST_RESPONSE,
            due_between(starts[0], starts[-1], at),
            sa.or_(sa.false(), *[_led_by(area) for area in reach.areas]),
        )
        .group_by("week", minutes)
    )
    rows = session.execute(query).all()
    by_week = ([row[1:] for row in rows if row.week == number] for number in range(len(starts) - 1))
    return [_week(start, found) for start, found in zip(starts, by_week, strict=False)]


def _week(start: datetime, rows: Iterable[Any]) -> Week:
    """From (service minutes or None, how many on time, how many)."""
    on_time_, due, lengths = 0, 0, Counter[int]()
    for minutes, met, count in rows:
        on_time_, due = on_time_ + met, due + count
        if minutes is not None:
            lengths[minutes] += count
    return Week(start, on_time_, due, median_of(lengths))


def _led_by(area: AreaReach) -> ColumnElement[bool]:
    """A village's figures are of what happened there, all others of whose unit led."""
    column = ServiceRequest.area_code if is_village(area.lo) else RequestClock.unit_code
    return column.between(area.lo, area.hi)


def standard_hours(area_code: str) -> float:
    """The hours of service time within which a first response is promised in a place."""
    wanted = Matter(PolicyKind.FIRST_RESPONSE, Urgency.P2, Nature.HELP, None, area_code)
    found = pick(in_force(area_code).policies, wanted)
    return found.amount / 60 if found else 0


def ages(reach: Reach, at: datetime) -> list[int]:
    """How many open requests came in less than AGES[0] days ago, from there to AGES[1], ... and
    longer ago than the last."""
    edges = [at - timedelta(days=days) for days in AGES]
    came, counted = ServiceRequest.created_at, sa.func.count()
    spans = [came > edges[0]]
    spans += [sa.and_(came > old, came <= young) for young, old in pairwise(edges)]
    spans += [came <= edges[-1]]
    query = sa.select(*[counted.filter(span) for span in spans])
    return list(session.execute(query.where(is_open(), in_areas(reach))).one())


def hours(reach: Reach, at: datetime) -> list[int]:
    """How many requests of the last eight weeks came in at each hour of the day in Diqing."""
    hour = _local_hour().label("hour")
    query = (
        sa.select(hour, sa.func.count())
        .where(ServiceRequest.created_at >= mondays(at)[0], in_areas(reach))
        .group_by(hour)
    )
    found: dict[int, int] = {int(row[0]): row[1] for row in session.execute(query)}
    return [found.get(each, 0) for each in range(24)]


def _local_hour() -> ColumnElement[Any]:
    """China keeps one time, eight hours ahead, the whole year."""
    came = ServiceRequest.created_at
    if session.get_bind().dialect.name == "postgresql":
        return sa.extract("hour", sa.func.timezone("Asia/Shanghai", came))
    return (sa.cast(sa.func.strftime("%H", came), sa.Integer) + 8) % 24
