"""The requests behind a figure, for those who may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

from service_desk.accounts.reach import Reach
from service_desk.directory.areas import area_range, is_village
from service_desk.directory.categories import CODES, group_of
from service_desk.feedback.models import Rating, RatingInvitation
from service_desk.foundation.database import session
from service_desk.reporting.months import Month
from service_desk.reporting.tallies import FIRST, MET, UNIT, UNSORTED, due_in, invited_in, rated_in
from service_desk.service_requests.models import RequestClock, ServiceRequest
from service_desk.service_requests.queries import visible_to

PAGE = 200


class Figure(StrEnum):
    """Which figure of a row is opened."""

    VOLUME = "volume"
    RESPONSE_DUE = "response_due"
    RESPONSE_MET = "response_met"
    ANSWERED = "answered"
    RESOLVED = "resolved"
    INVITED = "invited"
    RATED = "rated"
    RATED_5 = "rated_5"
    RATED_4 = "rated_4"
    RATED_3 = "rated_3"
    RATED_2 = "rated_2"
    RATED_1 = "rated_1"


LEVELS = {f"rated_{level}": level for level in range(1, 6)}


def _counted(figure: Figure, month: Month, at: datetime) -> ColumnElement[bool]:
    if figure is Figure.RESPONSE_DUE:
        return due_in(month, at)
    if figure is Figure.RESPONSE_MET:
        return sa.and_(due_in(month, at), MET)
    if figure is Figure.ANSWERED:
        return sa.and_(due_in(month, at), RequestClock.service_minutes.is_not(None))
    if figure is Figure.RATED or figure in LEVELS:
        return _rated(LEVELS.get(figure), month)
    if figure is Figure.INVITED:
        asked = invited_in(month)
        return sa.exists().where(RatingInvitation.request_id == ServiceRequest.id, asked)
    column = ServiceRequest.resolved_at if figure is Figure.RESOLVED else ServiceRequest.created_at
    return _span(column, month)


def _rated(level: int | None, month: Month) -> ColumnElement[bool]:
    """Rated in the month, at this level or at any."""
    exists = sa.exists().where(Rating.request_id == ServiceRequest.id, rated_in(month))
    return exists if level is None else exists.where(Rating.level == level)


def _span(column: sa.SQLColumnExpression[Any], month: Month) -> ColumnElement[bool]:
    return sa.and_(column >= month.start, column < month.end)


def _place(area: str) -> ColumnElement[bool]:
    if is_village(area):
        return ServiceRequest.area_code == area
    return UNIT.between(*area_range(area))


def _about(category: str | None) -> ColumnElement[bool]:
    if category is None:
        return sa.true()
    codes = [code for code in sorted(CODES) if group_of(code) == category]
    known = ServiceRequest.category.in_(codes)
    return sa.or_(known, ServiceRequest.category.is_(None)) if category == UNSORTED else known


@dataclass(frozen=True)
class Question:
    """Which cell of the report is opened; `category` is a group code or None for all.

    `before` is the id of the last request of the page before.
    """

    figure: Figure
    month: Month
    area: str
    category: str | None
    before: int | None = None


def listed(question: Question, reach: Reach, at: datetime) -> Sequence[ServiceRequest]:
    """Newest first; restricted ones only for those who need to know.

    A page of 200, and one more where another page follows.
    """
    query = (
        sa.select(ServiceRequest)
        .outerjoin(RequestClock, FIRST)
        .where(
            _counted(question.figure, question.month, at),
            _place(question.area),
            _about(question.category),
            visible_to(reach),
        )
    )
    if question.before is not None:
        query = query.where(ServiceRequest.id < question.before)
    return session.scalars(query.order_by(ServiceRequest.id.desc()).limit(PAGE + 1)).all()
