"""Who pauses and lengthens most in a supervisor's area: read from the timelines of 90 days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from service_desk.accounts import queries as staff
from service_desk.accounts.reach import Reach
from service_desk.casework.filters import Filters, Scope
from service_desk.casework.queries import on_ledger
from service_desk.foundation.database import session
from service_desk.service_clock import walk
from service_desk.service_clock.calendar_queries import hours_of
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_requests.lifecycle import State
from service_desk.service_requests.models import ServiceRequest, TimelineEntry
from service_desk.service_requests.queries import in_areas, took_longer
from service_desk.supervision.pauses import Longer, Pauser, paused_minutes, read, summed

DAYS, LISTED = 90, 8
Values = dict[str, Any]
LEDGER = Filters(scope=Scope.AREA, state=State.DEFERRED)


def values(reach: Reach, at: datetime) -> Values:
    """The card as its page shows it, with how many rest on the ledger."""
    rows = pausers(reach, at)[:LISTED]
    names = staff.names({row.user_id for row in rows if row.user_id})
    posts = staff.posts({row.post_id for row in rows if row.post_id})
    return {
        "days": DAYS,
        "rows": [_row(row, names, posts) for row in rows],
        "ledger": on_ledger(reach, area_wide=True),
        "ledger_url": LEDGER.address(),
    }


def _row(row: Pauser, names: Mapping[int, str], posts: Mapping[int, str]) -> Values:
    return {
        "who": names.get(row.user_id or 0, "—"),
        "post": posts.get(row.post_id or 0, ""),
        "hours": f"{row.minutes / 60:.1f}",
        "waits": row.waits,
        "alone": row.alone,
        "deferrals": row.deferrals,
        "extensions": row.extensions,
    }


def pausers(reach: Reach, at: datetime) -> list[Pauser]:
    """Each person and post of the area that made requests take longer, most time first."""
    since = at - timedelta(days=DAYS)
    lines = _lines(reach, since)
    hours = hours_of({line.area_code for line in lines})
    return summed(_found(lines, hours, since, at))


def _found(
    lines: Sequence[sa.Row[Any]], hours: Mapping[str, ServiceHours], since: datetime, at: datetime
) -> Iterator[tuple[Longer, int]]:
    for _, group in groupby(lines, key=attrgetter("request_id")):
        told = list(group)
        place = hours[told[0].area_code]
        for each in read(told):
            if each.start >= since:
                yield each, paused_minutes(each, at, _measure(place))


def _measure(hours: ServiceHours) -> Any:
    return lambda start, end: walk.measure(hours, start, end).service_minutes


def _lines(reach: Reach, since: datetime) -> Sequence[sa.Row[Any]]:
    """The whole timelines of what took longer in this time, request by request."""
    longer = sa.select(TimelineEntry.request_id).where(took_longer(), TimelineEntry.at >= since)
    query = (
        sa.select(
            TimelineEntry.request_id,
            TimelineEntry.at,
            TimelineEntry.kind,
            TimelineEntry.actor_kind,
            TimelineEntry.actor_id,
            TimelineEntry.data,
            ServiceRequest.area_code,
        )
        .join(ServiceRequest, ServiceRequest.id == TimelineEntry.request_id)
        .where(TimelineEntry.request_id.in_(longer), in_areas(reach))
        .order_by(TimelineEntry.request_id, TimelineEntry.id)
    )
    return session.execute(query).all()
