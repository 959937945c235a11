"""The board as its page shows it: ready values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service_desk.accounts import queries as staff
from service_desk.accounts.reach import Reach
from service_desk.casework import wording
from service_desk.casework.filters import Due, Filters, Scope
from service_desk.casework.history import proposed_owner
from service_desk.casework.lines import first_words
from service_desk.directory.areas import county_of
from service_desk.directory.queries import area_named, full_name
from service_desk.foundation.access import Permission
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.service_requests.models import ApprovalKind, TimelineEntry
from service_desk.service_requests.reference import show_reference
from service_desk.supervision import policy_page, queries
from service_desk.supervision.figures import SORTS, Load, Week, folded, lists_villages, sorted_by
from service_desk.triage.wording import category_label

Values = dict[str, Any]
AREA = Filters(scope=Scope.AREA)
UNSIGNED = "unclaimed"


@dataclass(frozen=True, slots=True)
class Known:
    """Names by id, and the last time somebody was told of a request, by its id."""

    people: Mapping[int, str]
    posts: Mapping[int, str]
    told: Mapping[int, TimelineEntry]


def values(reach: Reach, at: datetime, sort: str) -> Values:
    """Everything on the board; `sort` is a column of the table, with `-` in front for falling."""
    kinds = decided_by(reach)
    rows = {
        "danger": queries.in_danger(reach),
        "overdue": queries.overdue(reach, at),
        "soon": queries.due_soon(reach, at),
        "vacant": queries.vacancies(reach),
    }
    known = _known([row for found in rows.values() for row in found])
    return {
        "area": _area(reach),
        "time": wording.day_and_time(at, at),
        "figures": _figures(reach, kinds, at),
        **{name: [_row(row, known, at) for row in found] for name, found in rows.items()},
        "waiting": [_proposal(row, at) for row in queries.waiting_approvals(reach, kinds)],
        "limits": policy_page.to_decide(reach, at),
        "people": _people(queries.by_person(reach, at)),
        **_table(reach, at, sort),
    }


def weeks(reach: Reach, at: datetime) -> list[Values]:
    """The share of first responses on time, week by week: dear to count and slow to change."""
    return [_week(week) for week in queries.on_time(reach, at)]


def decided_by(reach: Reach) -> tuple[ApprovalKind, ...]:
    """Which proposals wait for this person: a lead's are more than a dispatcher's, and the
    county's more than a lead's."""
    if not reach.may(Permission.APPROVE):
        return (ApprovalKind.RETURN,)
    if not reach.may(Permission.DEFER):
        return ApprovalKind.RETURN, ApprovalKind.EXTENSION
    return ApprovalKind.RETURN, ApprovalKind.EXTENSION, ApprovalKind.DEFERRAL


def _area(reach: Reach) -> str:
    return _("; ").join(full_name(area.lo) for area in reach.areas)


def _figures(reach: Reach, kinds: tuple[ApprovalKind, ...], at: datetime) -> list[Values]:
    found = queries.figures(reach, at)
    waiting = queries.count_approvals(reach, kinds)
    return [
        _figure(found.hour, _("due within an hour"), AREA.with_(due=Due.HOUR).address(), "warn"),
        _figure(found.overdue, _("overdue"), AREA.with_(due=Due.OVERDUE).address(), "bad"),
        _unsigned(found.unsigned, queries.late_to_sign(reach, at) if found.unsigned else 0),
        _figure(waiting, _("waiting for your decision"), "#waiting", "warn"),
    ]


def _unsigned(number: int, late: int) -> Values:
    """Red, with how many, where a post should have signed by now."""
    address, tone = AREA.with_(state=UNSIGNED).address(), "bad" if late else "warn"
    note = _("%(late)s of them too late", late=late) if late else ""
    return _figure(number, _("not signed for"), address, tone) | {"note": note}


def _figure(number: int, label: str, href: str, tone: str) -> Values:
    return {
        "number": number,
        "label": label,
        "href": href,
        "tone": tone if number else "good",
        "note": "",
    }


def _known(rows: list[sa.Row[Any]]) -> Known:
    told = queries.escalations({row.id for row in rows})
    people = {row.owner_user_id for row in rows} - {None}
    people |= {user for line in told.values() for user in line.data["users"]}
    posts = {row.owner_post_id for row in rows} - {None}
    return Known(staff.names(people), staff.posts(posts), told)


def _row(row: sa.Row[Any], known: Known, at: datetime) -> Values:
    due_state, due_text = wording.due(row.due_at, row.state, at)
    return {
        "reference": row.reference,
        "shown": show_reference(row.reference),
        "href": AREA.address(f"/queue/{row.reference}"),
        "urgency": row.urgency.value,
        "due_iso": wording.iso(row.due_at),
        "due_state": due_state,
        "due_text": due_text,
        "words": _("Restricted matter") if row.restricted else first_words(row.description),
        "category": category_label(row.category),
        "place": full_name(row.area_code),
        "who": known.people.get(row.owner_user_id) or _("Nobody by name"),
        "post": known.posts.get(row.owner_post_id, ""),
        "why": _why(row),
        "told": _told(known.told.get(row.id), known, at),
        "since": wording.span((at - row.created_at).total_seconds()),
    }


def _why(row: sa.Row[Any]) -> str:
    """What has not been done, in the words of the step it is in."""
    missing = _("not resolved") if row.responded else _("no first response")
    state = str(wording.STATES[row.state])
    parts = [missing, state, _("the post is empty") if row.vacancy else ""]
    return " · ".join(part for part in parts if part)


def _told(line: TimelineEntry | None, known: Known, at: datetime) -> str:
    """Who was called or reminded last, and when; empty while nobody was."""
    if line is None:
        return ""
    people = _("; ").join(known.people.get(user, "—") for user in line.data["users"])
    when = wording.day_and_time(line.at, at)
    return _(
        "%(what)s %(when)s: %(people)s", what=wording.ENTRIES[line.kind], when=when, people=people
    )


def _proposal(row: sa.Row[Any], at: datetime) -> Values:
    title, what = _PROPOSALS[row.kind]
    return {
        "id": row.id,
        "title": str(title),
        "what": what(row.data),
        "reason": row.reason,
        "who": staff.names([row.proposed_by]).get(row.proposed_by, ""),
        "when": wording.day_and_time(row.proposed_at, at),
        "shown": show_reference(row.reference),
        "href": AREA.address(f"/queue/{row.reference}", do="decide", approval=row.id) + "#do",
        "place": area_named(row.area_code),
        "category": category_label(row.category),
    }


def _more_days(data: Mapping[str, Any]) -> str:
    return _("%(days)s working days more", days=data.get("days", ""))


_PROPOSALS: dict[ApprovalKind, tuple[Any, Callable[[Mapping[str, Any]], str]]] = {
    ApprovalKind.RETURN: (_l("Return"), proposed_owner),
    ApprovalKind.EXTENSION: (_l("Extension"), _more_days),
    ApprovalKind.DEFERRAL: (_l("Ledger"), wording.rests),
}


def _people(loads: list[Load]) -> Values:
    names = staff.names([load.key for load in loads])
    rows = [
        {
            "label": names.get(load.key, "—"),
            "value": load.open,
            "text": _("%(open)s open, %(overdue)s overdue", open=load.open, overdue=load.overdue),
            "href": AREA.with_(owner=str(load.key)).address(),
            "tone": "bad" if load.overdue else "",
        }
        for load in loads
    ]
    return {"rows": rows, "maximum": max((load.open for load in loads), default=0)}


def _week(week: Week) -> Values:
    """One cell of the strip: the share, both numbers, and the same in a sentence."""
    monday = f"{week.start:%m-%d}"
    told = {"day": monday, "n": week.n, "d": week.d, "percent": week.percent}
    return {
        "label": monday,
        "percent": week.percent,
        "text": "—" if week.percent is None else f"{week.percent}%",
        "note": f"{week.n}/{week.d}",
        "sentence": _("Week from %(day)s: no first response was due", **told)
        if week.percent is None
        else _("Week from %(day)s: %(n)s of %(d)s first responses on time, %(percent)s%%", **told),
    }


def _table(reach: Reach, at: datetime, sort: str) -> Values:
    villages = lists_villages(reach.areas)
    column, falling = sort.removeprefix("-"), sort.startswith("-")
    loads = sorted_by(folded(queries.by_place(reach, at), villages), column, falling)
    return {
        "villages": villages,
        "table": [_place(load, villages) for load in loads],
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
