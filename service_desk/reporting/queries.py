"""The monthly report: rows by area and category, live or as frozen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service_desk.directory.areas import (
    PREFECTURE,
    AreaLevel,
    area_range,
    contains,
    county_of,
    is_village,
    township_of,
)
from service_desk.directory.models import Area
from service_desk.foundation.database import session
from service_desk.foundation.faults import NotFound
from service_desk.reporting.figures import DEFINITION_VERSION, Tally
from service_desk.reporting.models import ReportSnapshot
from service_desk.reporting.months import Month
from service_desk.reporting.tallies import Cells, gather

Row = dict[str, Any]
Report = dict[str, Any]


def report(month: Month, area: str, at: datetime) -> Report:
    """Contract's report JSON for an area: as frozen where it was, else as known at `at`.

    Raises NotFound for a place that does not exist.
    """
    frozen = snapshot(month)
    if frozen is not None:
        rows = [row for row in frozen.figures["rows"] if contains(area, row["area_code"])]
        if rows:
            return _report(month, area, rows, frozen)
    return _report(month, area, compute(month, area, at), None)


def snapshot(month: Month) -> ReportSnapshot | None:
    """The whole prefecture's frozen figures, newest definition first."""
    return session.scalar(
        sa.select(ReportSnapshot)
        .where(ReportSnapshot.month == str(month), ReportSnapshot.area_code == PREFECTURE)
        .order_by(ReportSnapshot.definition_version.desc())
        .limit(1)
    )


def newest_frozen() -> Month | None:
    """The last month that is frozen for the whole prefecture."""
    newest = sa.select(sa.func.max(ReportSnapshot.month))
    text = session.scalar(newest.where(ReportSnapshot.area_code == PREFECTURE))
    return Month.parse(text) if text else None


def _report(month: Month, area: str, rows: Sequence[Row], frozen: ReportSnapshot | None) -> Report:
    own = [row for row in rows if row["area_code"] == area and row["category"] is None]
    if not own:
        raise NotFound
    return {
        "month": str(month),
        "area": area,
        "definition_version": frozen.definition_version if frozen else DEFINITION_VERSION,
        "frozen_at": frozen.frozen_at.isoformat() if frozen else None,
        "rows": list(rows),
        "total": own[0],
    }


def compute(month: Month, area: str, at: datetime) -> list[Row]:
    """Every area in `area` with a row for all and one for each category that has anything."""
    sums = _sums(gather(month, area, at))
    rows: list[Row] = []
    for place in areas_in(area):
        groups = sums.get(place.code, {None: Tally()})
        named = sorted(groups, key=lambda code: code or "")
        rows.extend(_row(place, group) | groups[group].figures() for group in named)
    return rows


def _row(place: Area, group: str | None) -> Row:
    return {
        "area_code": place.code,
        "area_name": place.name,
        "level": str(place.level),
        "category": group,
    }


def areas_in(area: str) -> Sequence[Area]:
    """The area and all below it, larger ones first."""
    low, high = area_range(area)
    found = session.scalars(sa.select(Area).where(Area.code.between(low, high))).all()
    order = list(AreaLevel)
    return sorted(found, key=lambda each: (order.index(each.level), each.code))


def _sums(cells: Cells) -> dict[str, dict[str | None, Tally]]:
    sums: dict[str, dict[str | None, Tally]] = defaultdict(lambda: defaultdict(Tally))
    for cell, tally in cells.items():
        for code in _counted_by(cell.place, cell.unit):
            sums[code][None].add(tally)
            sums[code][cell.group].add(tally)
    return sums


def _counted_by(place: str, unit: str) -> Iterable[str]:
    """The village where it happened; the township, county and prefecture of who led."""
    leaders = (township_of(unit), county_of(unit), PREFECTURE)
    here = {place} if is_village(place) else set()
    return here | {code for code in leaders if code}
