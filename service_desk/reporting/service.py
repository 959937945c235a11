"""Freezes a month: what was published stays what was published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from service_desk.directory.areas import PREFECTURE
from service_desk.foundation.database import insert_once, session
from service_desk.reporting.figures import DEFINITION_VERSION
from service_desk.reporting.models import ReportSnapshot
from service_desk.reporting.months import Month
from service_desk.reporting.queries import compute, newest_frozen


def close_month(at: datetime) -> int:
    """Freezes the last month from day 5 of this one on, once; returns how many it froze.

    What a long standstill left open after the newest frozen month is frozen with it.
    """
    return sum(_freeze(month, at) for month in _owed(at))


def _owed(at: datetime) -> Iterator[Month]:
    newest = newest_frozen()
    month = newest.next if newest else Month.of(at).previous
    while at >= month.frozen_from:
        yield month
        month = month.next


def _freeze(month: Month, at: datetime) -> bool:
    row = insert_once(ReportSnapshot).values(
        month=str(month),
        area_code=PREFECTURE,
        definition_version=DEFINITION_VERSION,
        frozen_at=at,
        figures={"rows": compute(month, PREFECTURE, at)},
    )
    return session.scalar(row.returning(ReportSnapshot.id)) is not None
