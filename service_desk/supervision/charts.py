"""The board's charts as tables: the script draws what stands in them, nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from service_desk.accounts.reach import Reach
from service_desk.directory.areas import PREFECTURE
from service_desk.foundation.localisation import gettext as _
from service_desk.supervision import trends
from service_desk.supervision.figures import Week

Values = dict[str, Any]


def charts(reach: Reach, at: datetime) -> Values:
    found = trends.on_time(reach, at)
    area = reach.areas[0].lo if reach.areas else PREFECTURE
    return {
        "weeks": [_week(week) for week in found],
        "standard": _number(trends.standard_hours(area)),
        "ages": _ages(trends.ages(reach, at)),
        "hours": [
            {"label": f"{hour:02d}", "value": count}
            for hour, count in enumerate(trends.hours(reach, at))
        ],
    }


def _week(week: Week) -> Values:
    """One cell of the strip and one row of the table: the share, both numbers, and a sentence."""
    monday = f"{week.start:%m-%d}"
    told = {"day": monday, "n": week.n, "d": week.d, "percent": week.percent}
    return {
        "label": monday,
        "percent": week.percent,
        "text": "—" if week.percent is None else f"{week.percent}%",
        "note": f"{week.n}/{week.d}",
        "hours": None if week.minutes is None else _number(week.minutes / 60),
        "sentence": _("Week from %(day)s: no first response was due", **told)
        if week.percent is None
        else _("Week from %(day)s: %(n)s of %(d)s first responses on time, %(percent)s%%", **told),
    }


def _number(value: float) -> str:
    """With one decimal where there is one."""
    return f"{value:.1f}".removesuffix(".0")


def _ages(counts: Sequence[int]) -> list[Values]:
    edges = trends.AGES
    labels = [
        _("under %(days)s day", days=edges[0]),
        *(_("%(low)s to %(high)s days", low=low, high=high) for low, high in pairwise(edges)),
        _("over %(days)s days", days=edges[-1]),
    ]
    return [{"label": label, "value": count} for label, count in zip(labels, counts, strict=True)]
