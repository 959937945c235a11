"""The board as its page shows it: ready values, those that move and those that hardly do."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from service_desk.accounts.reach import Reach
from service_desk.casework import wording
from service_desk.casework.filters import Due, Filters, Scope
from service_desk.directory.queries import full_name
from service_desk.foundation.localisation import gettext as _
from service_desk.service_clock import proposal_page
from service_desk.service_clock.calendar_proposals import sender
from service_desk.service_requests.lifecycle import State, Urgency
from service_desk.supervision import (
    alerts,
    charts,
    counts,
    lists,
    loads,
    pausing,
    policy_page,
    queries,
    waiting,
)
from service_desk.supervision.rules import Decides, decided_by
from service_desk.triage.wording import URGENCIES

Values = dict[str, Any]
AREA = Filters(scope=Scope.AREA)
UNSIGNED = "unclaimed"
WAITING = "/board/waiting"


def values(reach: Reach, at: datetime, sort: str) -> Values:
    """What moves; `sort` is a column of the table, with `-` in front for falling."""
    decides = decided_by(reach)
    rows = {
        "danger": queries.in_danger(reach),
        "overdue": queries.overdue(reach, at),
        "soon": queries.due_soon(reach, at),
        "vacant": queries.vacancies(reach),
    }
    return {
        "time": wording.day_and_time(at, at),
        "figures": _figures(reach, decides, at),
        "urgent": _urgent(reach, at),
        **lists.rows(rows, at),
        "waiting": waiting.proposals(reach, decides, queries.LISTED, at),
        "limits": policy_page.to_decide(reach, at),
        "calendar": proposal_page.to_decide(sender(reach)),
        "people": loads.people(reach, at),
        "categories": loads.categories(reach, at),
        **loads.table(reach, at, sort),
    }


def around(reach: Reach, at: datetime) -> Values:
    """What is read with the page only: dear to count or slow to change."""
    return {
        "area": _("; ").join(full_name(area.lo) for area in reach.areas),
        "alerts": alerts.alerts(reach, at),
        "on_call": alerts.on_call(reach, at),
        "pauses": pausing.values(reach, at),
        **_silent(reach, at),
        **charts.charts(reach, at),
    }


def _figures(reach: Reach, decides: Decides, at: datetime) -> list[Values]:
    found = counts.figures(reach, at)
    count = queries.count_approvals(reach, decides)
    return [
        _figure(found.hour, _("due within an hour"), AREA.with_(due=Due.HOUR).address(), "warn"),
        _figure(found.overdue, _("overdue"), AREA.with_(due=Due.OVERDUE).address(), "bad"),
        _unsigned(found.unsigned, counts.late_to_sign(reach, at) if found.unsigned else 0),
        _figure(count, _("waiting for your decision"), WAITING, "warn"),
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


def _urgent(reach: Reach, at: datetime) -> list[Values]:
    """P0 and P1, each with how many are open and what is due soonest."""
    found = {row.urgency: row for row in counts.urgent(reach)}
    return [_level(each, found.get(each), at) for each in (Urgency.P0, Urgency.P1)]


def _level(urgency: Urgency, row: Any, at: datetime) -> Values:
    due = row.due if row else None
    state, text = wording.due(due, State.ACCEPTED, at) if due else ("", "")
    return {
        "urgency": urgency.value,
        "label": URGENCIES[urgency],
        "number": row.number if row else 0,
        "href": AREA.with_(urgency=urgency).address(),
        "due_state": state,
        "due_text": text,
        "due_iso": wording.iso(due),
    }


def _silent(reach: Reach, at: datetime) -> Values:
    found = queries.silent(reach, at)
    return {
        **lists.rows({"silent": found}, at),
        "silent_total": found[0].total if found else 0,
        "silent_href": AREA.with_(silent="y").address(),
    }
