"""One month's counts from the rows themselves, by place, lead unit and category group.

Everything is judged from event times. What a village's row counts happened there; what a
township's, county's or the prefecture's row counts was led by one of its units at the original
due time (contract.md, report JSON).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from sqlalchemy.sql.elements import ColumnElement

from service_desk.directory.areas import area_range
from service_desk.directory.categories import CODES, group_of
from service_desk.feedback.models import Rating, RatingInvitation, RatingSource
from service_desk.foundation.database import session
from service_desk.reporting.figures import Tally
from service_desk.reporting.months import Month
from service_desk.service_requests.judged import COUNTED, FIRST, MET, due_between
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import RequestClock, ServiceRequest

UNSORTED = "OTHER"


class Cell(NamedTuple):
    """Where it happened, who led, what it was about (a group code)."""

    place: str
    unit: str
    group: str


Cells = dict[Cell, Tally]

UNIT = sa.func.coalesce(RequestClock.unit_code, ServiceRequest.unit_code)
KEY = (ServiceRequest.area_code, UNIT, ServiceRequest.category)
_Earlier = aliased(Rating)
ORIGINAL = ~(
    sa.exists()
    .where(
        _Earlier.request_id == Rating.request_id,
        _Earlier.cycle < Rating.cycle,
        _Earlier.source != RatingSource.DEFAULT,
    )
    .correlate(Rating)
)
"""What was rated again after a rectification keeps its first rating in the month (§8)."""


def gather(month: Month, area: str, at: datetime) -> Cells:
    """Every cell of the month that has anything, as known at `at`."""
    cells: Cells = defaultdict(Tally)
    for cell, count in _counts(_in(ServiceRequest.created_at, month), area):
        cells[cell].volume += count
    for cell, count in _counts(_in(ServiceRequest.resolved_at, month), area):
        cells[cell].resolved += count
    _responses(cells, month, area, at)
    _ratings(cells, month, area)
    _invitations(cells, month, area)
    return dict(cells)


def _in(column: Any, month: Month) -> ColumnElement[bool]:
    return sa.and_(column >= month.start, column < month.end)


def within(area: str) -> ColumnElement[bool]:
    """It happened in the area, or a unit of the area led."""
    low, high = area_range(area)
    return sa.or_(ServiceRequest.area_code.between(low, high), UNIT.between(low, high))


def _cell(place: str, unit: str, category: str | None) -> Cell:
    return Cell(place, unit, group_of(category) if category in CODES else UNSORTED)


def _counts(condition: ColumnElement[bool], area: str) -> Iterator[tuple[Cell, int]]:
    query = (
        sa.select(*KEY, sa.func.count())
        .select_from(ServiceRequest)
        .outerjoin(RequestClock, FIRST)
        .where(condition, within(area))
        .group_by(*KEY)
    )
    for place, unit, category, count in session.execute(query):
        yield _cell(place, unit, category), count


def due_in(month: Month, at: datetime) -> ColumnElement[bool]:
    """First responses that were due in the month and can be judged by now."""
    return due_between(month.start, month.end, at)


def _responses(cells: Cells, month: Month, area: str, at: datetime) -> None:
    query = (
        sa.select(*KEY, MET, RequestClock.service_minutes, RequestClock.wall_minutes)
        .select_from(RequestClock)
        .join(ServiceRequest, FIRST)
        .where(due_in(month, at), within(area))
    )
    for place, unit, category, met, service, wall in session.execute(query):
        tally = cells[_cell(place, unit, category)]
        tally.response_due += 1
        tally.response_met += bool(met)
        if service is not None and wall is not None:
            tally.service_minutes.append(service)
            tally.wall_minutes.append(wall)


def rated_in(month: Month) -> ColumnElement[bool]:
    """Real first ratings of the month; danger to life is out of satisfaction (domain.md §7)."""
    return sa.and_(
        _in(Rating.at, month),
        Rating.source != RatingSource.DEFAULT,
        ORIGINAL,
        ServiceRequest.urgency != Urgency.P0,
        COUNTED,
    )


def _ratings(cells: Cells, month: Month, area: str) -> None:
    query = (
        sa.select(*KEY, Rating.level, sa.func.count())
        .select_from(Rating)
        .join(ServiceRequest, ServiceRequest.id == Rating.request_id)
        .outerjoin(RequestClock, FIRST)
        .where(rated_in(month), within(area))
        .group_by(*KEY, Rating.level)
    )
    for place, unit, category, level, count in session.execute(query):
        cells[_cell(place, unit, category)].ratings[level] += count


def invited_in(month: Month) -> ColumnElement[bool]:
    """Invitations of the month that really went out."""
    return sa.and_(_in(RatingInvitation.invited_at, month), RatingInvitation.asked)


def _invitations(cells: Cells, month: Month, area: str) -> None:
    """Requests, not texts: who was asked again after a rectification counts once."""
    answered = sa.and_(
        Rating.request_id == RatingInvitation.request_id,
        Rating.cycle == RatingInvitation.cycle,
        Rating.source != RatingSource.DEFAULT,
    )
    query = (
        sa.select(
            *KEY,
            sa.func.count(ServiceRequest.id.distinct()),
            sa.func.count(Rating.request_id.distinct()),
        )
        .select_from(RatingInvitation)
        .join(ServiceRequest, ServiceRequest.id == RatingInvitation.request_id)
        .outerjoin(RequestClock, FIRST)
        .outerjoin(Rating, answered)
        .where(invited_in(month), within(area))
        .group_by(*KEY)
    )
    for place, unit, category, invited, rated in session.execute(query):
        tally = cells[_cell(place, unit, category)]
        tally.invited += invited
        tally.rated_of_invited += rated
