"""Proposals that wait for a supervisor's decision: what, by whom, since when, and what is due."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service_desk.accounts import queries as staff
from service_desk.accounts.reach import Reach
from service_desk.casework import wording
from service_desk.casework.filters import Filters, Scope
from service_desk.casework.history import proposed_owner
from service_desk.directory.queries import area_named
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.service_requests.models import ApprovalKind
from service_desk.service_requests.reference import show_reference
from service_desk.supervision import queries
from service_desk.supervision.rules import Decides
from service_desk.triage.wording import category_label

Values = dict[str, Any]
AREA = Filters(scope=Scope.AREA)
TITLES = {
    ApprovalKind.RETURN: _l("Return"),
    ApprovalKind.EXTENSION: _l("Extension"),
    ApprovalKind.DEFERRAL: _l("Deferral"),
}


def proposals(reach: Reach, decides: Decides, limit: int, at: datetime) -> list[Values]:
    """The oldest first."""
    found = queries.waiting_approvals(reach, decides, limit)
    people = staff.names({row.proposed_by for row in found})
    return [_proposal(row, people.get(row.proposed_by, ""), at) for row in found]


def _proposal(row: sa.Row[Any], who: str, at: datetime) -> Values:
    due_state, due_text = wording.due(row.due_at, row.state, at)
    length = wording.span((at - row.proposed_at).total_seconds())
    return {
        "id": row.id,
        "title": TITLES[row.kind],
        "what": _what(row),
        "reason": row.reason,
        "who": who,
        "when": _(
            "since %(when)s (%(length)s)",
            when=wording.day_and_time(row.proposed_at, at),
            length=length,
        ),
        "due_state": due_state,
        "due_text": due_text,
        "shown": show_reference(row.reference),
        "href": AREA.address(f"/queue/{row.reference}", do="decide", approval=row.id) + "#do",
        "place": area_named(row.area_code),
        "category": category_label(row.category),
    }


def _what(row: sa.Row[Any]) -> str:
    if row.kind is ApprovalKind.EXTENSION:
        return wording.days_more(row.data, row.urgency)
    return proposed_owner(row.data) if row.kind is ApprovalKind.RETURN else wording.rests(row.data)
