"""Requests that nobody of the staff has touched for too long, and since when.

A touch is any line that a member of staff wrote; what the desk or the resident wrote is none.
Only what is open is looked at, and of each only its own lines.
"""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from service_desk.directory.areas import PREFECTURE, AreaLevel, area_range
from service_desk.directory.queries import places
from service_desk.foundation.actor import ActorKind
from service_desk.foundation.database import UTCDateTime
from service_desk.service_clock.looking_back import used_up
from service_desk.service_clock.policies import Matter, PolicyKind
from service_desk.service_requests.lifecycle import Nature, State, Urgency
from service_desk.service_requests.models import ServiceRequest, TimelineEntry

BEFORE = "silent_before_"
_UNLIMITED = datetime(1970, 1, 1, tzinfo=UTC)


def touched_at() -> ColumnElement[datetime]:
    """When a member of staff last wrote a line, else when it came in.

    A subquery for each row, so that the planner never reads the lines of what is not open.
    """
    last = (
        sa.select(sa.func.max(TimelineEntry.at))
        .where(
            TimelineEntry.request_id == ServiceRequest.id,
            TimelineEntry.actor_kind == ActorKind.STAFF,
        )
        .correlate(ServiceRequest)
        .scalar_subquery()
    )
    return sa.func.coalesce(last, ServiceRequest.created_at, type_=UTCDateTime())


def is_silent() -> ColumnElement[bool]:
    """Nobody touched it for as long as its county allows; wants the values of `limits`.

    What is on the ledger is not silent: it has reviews of its own.
    """
    return sa.and_(_old_enough(), touched_at() < _before())


def silences(*rules: ColumnElement[bool]) -> sa.Subquery:
    """The `id` of each silent request among these and when it was `touched`; the same rule, but
    every row's lines are read once. Wants the values of `limits` too."""
    asked = (
        sa.select(ServiceRequest.id, touched_at().label("touched"), _before().label("before"))
        .where(_old_enough(), *rules)
        .offset(0)  # else PostgreSQL asks once more for the lines wherever `touched` is used
        .subquery()
    )
    silent = sa.select(asked.c.id, asked.c.touched).where(asked.c.touched < asked.c.before)
    return silent.subquery()


def _old_enough() -> ColumnElement[bool]:
    """What needs no look at the lines."""
    return sa.and_(ServiceRequest.state != State.DEFERRED, ServiceRequest.created_at < _before())


def _before() -> ColumnElement[datetime]:
    """The limit of the county in which a request lies."""
    cases = [
        (ServiceRequest.area_code.between(*area_range(code)), _limit(code)) for code in _counties()
    ]
    return sa.case(*cases, else_=_limit(PREFECTURE))


def _limit(code: str) -> sa.BindParameter[datetime]:
    return sa.bindparam(f"{BEFORE}{code}", type_=UTCDateTime())


def _counties() -> list[str]:
    return [each.code for each in places().values() if each.level is AreaLevel.COUNTY]


def limits(at: datetime) -> dict[str, datetime]:
    """The values that `is_silent` wants: before which moment a touch is too long ago, by county.

    Counted on the calendar and hours of the county as a whole.
    """
    matter = Matter(PolicyKind.SILENT, Urgency.P2, Nature.HELP, None)
    places_ = [PREFECTURE, *_counties()]
    found = used_up(matter, places_, at)
    return {f"{BEFORE}{code}": found.get(code, _UNLIMITED) for code in places_}
