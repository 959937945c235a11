"""How long the further steps of a request may take: by the limits that it was promised.

Its clocks keep the version of the limits; whatever step comes later goes by the same, so that
nobody changes the rules of what is under way. What has no clocks goes by what is in force.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from service_desk.service_clock import limits
from service_desk.service_clock.calendar_queries import add_working_days
from service_desk.service_clock.limits import Begun
from service_desk.service_clock.policies import Matter, Policy, PolicyKind
from service_desk.service_clock.walk import Clock
from service_desk.service_requests.models import ClockKind, RequestClock, ServiceRequest

A_DAY = 24 * 60
"""Minutes."""
PROMISED = sa.and_(
    RequestClock.request_id == ServiceRequest.id, RequestClock.kind == ClockKind.RESOLUTION
)
FIELDS: tuple[Any, ...] = (
    ServiceRequest.urgency,
    ServiceRequest.nature,
    ServiceRequest.category,
    ServiceRequest.area_code,
    RequestClock.policy_version.label("promised"),
)
"""What of a request `begun` reads, with RequestClock outer joined on PROMISED."""


def matter(kind: PolicyKind, request: Any) -> Matter:
    """A step of a request, or of a row of FIELDS, as the limits ask for it."""
    return Matter(kind, request.urgency, request.nature, request.category, request.area_code)


def version_of(request: ServiceRequest) -> int | None:
    """The version of the limits that it was promised; None where nothing was promised."""
    found = (each.policy_version for each in request.clocks if each.kind is ClockKind.RESOLUTION)
    return next(found, None)


def limit(kind: PolicyKind, request: ServiceRequest) -> Policy | None:
    """What a step may take; None where there is no limit or it is not allowed."""
    step = matter(kind, request)
    return limits.limit(step, request.area_code, version_of(request))


def end(kind: PolicyKind, request: ServiceRequest, start: datetime) -> datetime:
    """When a step that started at `start` is over. Raises NoLimit where it has no limit."""
    step = matter(kind, request)
    return limits.ends_at(step, request.area_code, start, version_of(request))


def longer(request: ServiceRequest, due_at: datetime, days: int) -> datetime:
    """Extended by so many days, of 24 hours where its limit is counted by the wall; by no more
    than the limit of what it is now, which for danger is none (domain.md §6)."""
    policy, days = _extension(request), min(days, longest_extension(request))
    if policy is None or policy.clock is Clock.WALL:
        return due_at + timedelta(days=days)
    return add_working_days(request.area_code, due_at, days)


def longest_extension(request: ServiceRequest) -> int:
    """In days, of 24 hours where the limit is counted by the wall; 0 where there is none."""
    policy = _extension(request)
    if policy is None:
        return 0
    return policy.amount // A_DAY if policy.clock is Clock.WALL else policy.amount


def _extension(request: ServiceRequest) -> Policy | None:
    return limit(PolicyKind.EXTENSION, request)


def begun(kind: PolicyKind, row: sa.Row[Any], start: datetime) -> Begun:
    """A step of a row of FIELDS, to ask `service_clock.limits.ends` of many at once."""
    return Begun(matter(kind, row), start, row.promised)
