"""`/admin/audit`: who did what, newest first, and whether the record is whole."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Protocol

import sqlalchemy as sa
from flask import Blueprint, Flask, current_app, render_template, request, url_for

from service_desk.audit import queries
from service_desk.audit.queries import PAGE, Filters
from service_desk.audit.rules import Damage, Finding
from service_desk.audit.wording import action_label
from service_desk.foundation.access import Permission, requires
from service_desk.foundation.clock import SHANGHAI, local
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.typed import typed

blueprint = Blueprint("audit", __name__)
PATH = "/admin/audit"
STAFF = "audit_staff"
CHECKED = 1000
NOBODY = -1
ASKED = ("action", "actor", "subject", "since", "until", "before")
FIRST_YEAR, LAST_YEAR = 2000, 2100


class Staff(Protocol):
    """What this page must know of people, who live a floor above; the app hands it over."""

    def usernames(self, user_ids: Collection[int]) -> Mapping[int, str]: ...
    def user_id_of(self, username: str) -> int | None: ...


def set_up(app: Flask, staff: Staff) -> None:
    """Tells the page whom an entry's number means."""
    app.extensions[STAFF] = staff


def _staff() -> Staff:
    staff: Staff = current_app.extensions[STAFF]
    return staff


@blueprint.get(PATH)
@requires(Permission.READ_AUDIT)
def entries() -> str:
    """`?check=all` walks the whole record, else its newest entries."""
    asked = {name: typed(request.args.get(name, "")) for name in ASKED}
    whole = request.args.get("check") == "all"
    rows = queries.entries(_filters(asked))
    verdict = queries.verify() if whole else queries.verify_newest(CHECKED)
    return render_template(
        "audit/entries.html",
        asked=asked,
        actions=[(each, action_label(each)) for each in queries.actions()],
        rows=_lines(rows[:PAGE]),
        next_url=_address(asked, str(rows[PAGE - 1].id)) if len(rows) > PAGE else "",
        first_url=_address(asked, "") if asked["before"] else "",
        check_url=url_for("audit.entries", check="all"),
        whole=whole,
        checked=verdict.entries,
        findings=[_finding_text(each) for each in verdict.findings],
    )


def _address(asked: dict[str, str], before: str) -> str:
    values: dict[str, Any] = {**asked, "before": before}
    return url_for("audit.entries", **values)


def _filters(asked: dict[str, str]) -> Filters:
    """What an address asks for; a name that is nobody's finds nothing."""
    before, last = asked["before"], _day(asked["until"])
    actor = _staff().user_id_of(asked["actor"]) if asked["actor"] else None
    return Filters(
        action=asked["action"],
        subject=asked["subject"],
        actor_id=NOBODY if asked["actor"] and actor is None else actor,
        before_id=int(before)
        if before.isascii() and before.isdigit() and len(before) < 18
        else None,
        since=_midnight(_day(asked["since"])),
        until=_midnight(last + timedelta(days=1) if last else None),
    )


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def _midnight(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), SHANGHAI).astimezone(UTC) if day else None


def _lines(rows: Sequence[sa.Row[Any]]) -> list[dict[str, Any]]:
    names = _staff().usernames(_people(rows))
    return [
        {
            "id": row.id,
            "at": local(row.at).strftime("%Y-%m-%d %H:%M:%S"),
            "iso": row.at.isoformat(),
            "who": _name(row.actor_id, names),
            "action": row.action,
            "label": action_label(row.action),
            "subject": row.subject,
            "subject_name": names.get(_user_in(row.subject) or NOBODY, ""),
            "details": json.dumps(row.details, ensure_ascii=False) if row.details else "",
        }
        for row in rows
    ]


def _people(rows: Sequence[sa.Row[Any]]) -> set[int]:
    """Everybody that these entries speak of."""
    found = {row.actor_id for row in rows} | {_user_in(row.subject) for row in rows}
    return {each for each in found if each is not None}


def _user_in(subject: str) -> int | None:
    kind, _colon, number = subject.partition(":")
    return int(number) if kind == "user" and number.isdigit() else None


def _name(actor_id: int | None, names: Mapping[int, str]) -> str:
    return _("the desk itself") if actor_id is None else names.get(actor_id, f"#{actor_id}")


def _finding_text(finding: Finding) -> str:
    sentences = {
        Damage.ALTERED: _("Entry %(id)s was altered.", id=finding.entry_id),
        Damage.DELETED: _("Entries before entry %(id)s were deleted.", id=finding.entry_id),
        Damage.CUT: _("Entries after entry %(id)s were cut off.", id=finding.entry_id),
    }
    return sentences[finding.damage]
