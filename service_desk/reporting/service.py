"""Freezes a month: what was published stays what was published."""

from __future__ import annotations

from datetime import datetime

from service_desk.directory.areas import PREFECTURE
from service_desk.foundation.database import insert_once, session
from service_desk.reporting.figures import DEFINITION_VERSION
from service_desk.reporting.models import ReportSnapshot
from service_desk.reporting.months import Month
from service_desk.reporting.queries import compute, snapshot


def close_month(at: datetime) -> int:
    """Freezes the last month from day 5 of this one on, once; returns how many it froze."""
    month = Month.of(at).previous
    if at < month.frozen_from or snapshot(month) is not None:
        return 0
    row = insert_once(ReportSnapshot).values(
        month=str(month),
        area_code=PREFECTURE,
        definition_version=DEFINITION_VERSION,
        frozen_at=at,
        figures={"rows": compute(month, PREFECTURE, at)},
    )
    return int(session.scalar(row.returning(ReportSnapshot.id)) is not None)
