"""Who and what carries how much: by person, by category, and the table of places."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service_desk.accounts import queries as staff
from service_desk.accounts.reach import Reach
from service_desk.casework.filters import Due, Filters, Scope
from service_desk.directory.areas import county_of
from service_desk.directory.queries import area_named
from service_desk.foundation.localisation import gettext as _
from service_desk.supervision import counts
from service_desk.supervision.figures import (
    SORTS,
    Load,
    by_group,
    folded,
    lists_villages,
    sorted_by,
)
from service_desk.triage.wording import category_label

Values = dict[str, Any]
AREA = Filters(scope=Scope.AREA)


def people(reach: Reach, at: datetime) -> Values:
    found = counts.by_person(reach, at)
    names = staff.names([load.key for load in found])
    rows = [
        _bar(load, names.get(load.key, "—"), AREA.with_(owner=str(load.key)).address())
        for load in found
    ]
    return _bars(rows)


def categories(reach: Reach, at: datetime) -> Values:
    """Groups of categories; what has none leads nowhere, since no filter asks for it."""
    rows = [
        _bar(
            load,
            category_label(load.key or None),
            AREA.with_(category=load.key).address() if load.key else "",
        )
        for load in by_group(counts.by_category(reach, at))
    ]
    return _bars(rows)


def _bars(rows: list[Values]) -> Values:
    return {"rows": rows, "maximum": max((row["value"] for row in rows), default=0)}


def _bar(load: Load, label: str, href: str) -> Values:
    return {
        "label": label,
        "value": load.open,
        "text": _("%(open)s open, %(overdue)s overdue", open=load.open, overdue=load.overdue),
        "href": href,
        "tone": "bad" if load.overdue else "",
    }


def table(reach: Reach, at: datetime, sort: str) -> Values:
    """Villages, or townships where an area has many."""
    villages = lists_villages(reach.areas)
    column, falling = sort.removeprefix("-"), sort.startswith("-")
    found = sorted_by(folded(counts.by_place(reach, at), villages), column, falling)
    return {
        "villages": villages,
        "table": [_place(load, villages) for load in found],
        "sorts": {name: _sort(name, column, falling) for name in SORTS},
    }


def _place(load: Load, villages: bool) -> Values:
    county = county_of(load.key)
    return {
        "name": area_named(load.key),
        "county": "" if villages or not county else area_named(county),
        "href": AREA.with_(area=load.key).address(),
        "overdue_href": AREA.with_(area=load.key, due=Due.OVERDUE).address(),
        "open": load.open,
        "unsigned": load.unsigned,
        "soon": load.soon,
        "overdue": load.overdue,
    }


def _sort(name: str, column: str, falling: bool) -> Values:
    """Address and direction of a column's head: numbers fall first, names rise first."""
    now_sorted = name == column
    down = (not falling) if now_sorted else name != "place"
    return {
        "href": f"?sort={'-' if down else ''}{name}#places",
        "direction": ("descending" if falling else "ascending") if now_sorted else "",
    }
