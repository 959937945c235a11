"""Which promises have a step to look at now: read along the index of their next moments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.service_clock.queries import Kept, Measure, measures
from service_desk.service_requests.models import RequestClock, ServiceRequest
from service_desk.service_requests.reminders import course, kept, runs
from service_desk.service_requests.schedule import Progress, Step, progress

Row = sa.Row[*tuple[Any, ...]]
NOTHING = Progress((), None)


@dataclass(frozen=True, slots=True)
class Look:
    """What a look at one clock of a request found."""

    request: Row
    clock: RequestClock
    progress: Progress

    @property
    def newest(self) -> Step:
        return self.progress.reached[-1]


def locked(at: datetime, limit: int) -> Sequence[Row]:
    """Requests with a step to look at, the longest waiting first, locked until the end of the
    transaction; those that somebody is changing just now are left for the next sweep."""
    query = (
        sa.select(
            ServiceRequest.id,
            ServiceRequest.reference,
            ServiceRequest.state,
            ServiceRequest.urgency,
            ServiceRequest.category,
            ServiceRequest.restricted,
            ServiceRequest.area_code,
            ServiceRequest.owner_post_id,
            ServiceRequest.owner_user_id,
            ServiceRequest.acknowledged_at,
            ServiceRequest.cycle,
        )
        .join(RequestClock, RequestClock.request_id == ServiceRequest.id)
        .where(RequestClock.remind_at <= at)
        .order_by(RequestClock.remind_at)
        .limit(limit)
        .with_for_update(of=ServiceRequest, skip_locked=True)
    )
    return list({row.id: row for row in session.execute(query)}.values())


def looks(requests: Sequence[Row], at: datetime) -> list[Look]:
    """How far each of their due clocks has come; read after the lock, so nothing is stale."""
    found = {row.id: row for row in requests}
    clocks = session.scalars(
        sa.select(RequestClock)
        .where(RequestClock.request_id.in_(found), RequestClock.remind_at <= at)
        .order_by(RequestClock.request_id, RequestClock.kind)
        .execution_options(populate_existing=True)
    ).all()
    places = {clock: kept(found[clock.request_id].area_code, clock) for clock in clocks}
    known = measures(places.values())
    return [
        Look(found[clock.request_id], clock, _progress(found[clock.request_id], clock, known, at))
        for clock in clocks
    ]


def _progress(
    request: Row, clock: RequestClock, known: Mapping[Kept, Measure], at: datetime
) -> Progress:
    if not runs(request.state, clock):
        return NOTHING
    measure = known[kept(request.area_code, clock)]
    return progress(course(clock, measure), clock.steps, at)
