"""Lines of the triage pages: how long a look may still take, what was suggested."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service_desk.accounts import queries as staff
from service_desk.directory.categories import CODES, group_of, label
from service_desk.directory.queries import full_name
from service_desk.foundation.clock import local
from service_desk.foundation.localisation import current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.foundation.redaction import redact
from service_desk.service_requests.clocks import machine_time
from service_desk.service_requests.lifecycle import Channel, Nature, Urgency
from service_desk.service_requests.models import EntryKind, TimelineEntry
from service_desk.service_requests.reference import show_reference
from service_desk.triage.queries import NOTHING_LATER, Later, later_words, look_ends
from service_desk.triage.rules import TimeLeft, time_left

SHOWN = 120
MINUTES_SHOWN = 120
URGENCIES = {
    Urgency.P0: _l("Danger"),
    Urgency.P1: _l("Urgent"),
    Urgency.P2: _l("Ordinary"),
}
NATURES = {
    Nature.INQUIRY: _l("Question"),
    Nature.HELP: _l("Asks for help"),
    Nature.COMPLAINT: _l("Complaint"),
    Nature.REPORT: _l("Reports wrongdoing"),
    Nature.SUGGESTION: _l("Suggestion"),
    Nature.PRAISE: _l("Praise"),
    Nature.INVALID: _l("Not a request"),
}
CHANNELS = {
    Channel.WEB: _l("Web"),
    Channel.SMS: _l("Text message"),
    Channel.PHONE: _l("Telephone"),
    Channel.WALK_IN: _l("At the counter"),
    Channel.PAPER: _l("Letter"),
    Channel.OPEN311: _l("Partner system"),
}
TOLD = {
    EntryKind.LOOKED: _l("Looked at by a person"),
    EntryKind.CLASSIFIED: _l("Category and urgency set"),
    EntryKind.ACKNOWLEDGED: _l("Danger acknowledged"),
    EntryKind.PAGED: _l("Person on call paged"),
    EntryKind.FOLLOW_UP: _l("The resident adds"),
}
CHANGES = {
    "urgency": _l("Urgency"),
    "nature": _l("What they want"),
    "category": _l("Category"),
    "area": _l("Place"),
    "restricted": _l("Restricted"),
}


def category_label(code: str | None) -> str:
    """The name of a category; a sentence when nobody has chosen one."""
    return label(code, current()) if code in CODES and code else _("No category yet")


def first_words(text: str) -> str:
    """The beginning of what somebody wrote, without numbers of people."""
    line = " ".join(redact(text).split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def left_text(left: TimeLeft) -> str:
    """`12 minutes left`, `3 hours late`."""
    hours, late = left.minutes >= MINUTES_SHOWN, left.state == "overdue"
    count = left.minutes // 60 if hours else left.minutes
    if late:
        return _("%(n)s h late", n=count) if hours else _("%(n)s min late", n=count)
    return _("%(n)s h left", n=count) if hours else _("%(n)s min left", n=count)


def lines(rows: Iterable[sa.Row[Any]], at: datetime) -> list[dict[str, Any]]:
    """Ready values for the list: one dictionary a line; later words came when they came."""
    found = list(rows)
    later = later_words([row.id for row in found])
    heard = [(row, later.get(row.id, NOTHING_LATER)) for row in found]
    heard.sort(key=lambda pair: _arrived(*pair))
    until = look_ends([(row, _arrived(row, said)) for row, said in heard])
    return [
        _line(row, said, time_left(_arrived(row, said), end, at))
        for (row, said), end in zip(heard, until, strict=True)
    ]


def _arrived(row: sa.Row[Any], said: Later) -> datetime:
    return said.since or row.created_at


def _line(row: sa.Row[Any], said: Later, left: TimeLeft) -> dict[str, Any]:
    code, arrived = row.category, _arrived(row, said)
    return {
        "reference": row.reference,
        "shown": show_reference(row.reference),
        "href": f"/triage/{row.reference}",
        "urgency": row.urgency.value,
        "urgency_label": URGENCIES[row.urgency],
        "due_state": left.state,
        "due_text": left_text(left),
        "due_iso": machine_time(row.due_at),
        "category": group_of(code) if code in CODES else "OTHER",
        "category_label": category_label(code),
        "words": _("Restricted matter") if row.restricted else first_words(row.description),
        "added": bool(said.words),
        "later": "" if row.restricted else first_words(_newest_first(said)),
        "place": full_name(row.area_code),
        "channel": CHANNELS[row.channel],
        "arrived": local(arrived).strftime("%m-%d %H:%M"),
        "arrived_iso": arrived.isoformat(),
    }


def _newest_first(said: Later) -> str:
    return " · ".join(text for _at, text in reversed(said.words))


def added(said: Later) -> list[dict[str, str]]:
    """Every word that nobody has read, newest first, ready for the page of one."""
    return [
        {"time": local(at).strftime("%m-%d %H:%M"), "words": redact(text)}
        for at, text in reversed(said.words)
    ]


def suggested(found: Mapping[str, Any]) -> list[str]:
    """Names of the groups that the words suggested, best first."""
    return [label(code, current()) for code in found.get("ranked", ()) if code in CODES]


def told(entries: Iterable[TimelineEntry]) -> list[dict[str, Any]]:
    """What people have done in triage so far, newest first, ready for the page."""
    kept = [entry for entry in entries if entry.kind in TOLD]
    names = staff.names([entry.actor_id for entry in kept if entry.actor_id is not None])
    return [_told(entry, names) for entry in reversed(kept)]


def told_text(entry: TimelineEntry) -> str:
    """What was changed, and the reason that was given."""
    changed = _("; ").join(_change(*each) for each in entry.data.get("changed", {}).items())
    return " ".join(part for part in (changed, redact(entry.text or "")) if part)


def _told(entry: TimelineEntry, names: Mapping[int, str]) -> dict[str, Any]:
    return {
        "title": TOLD[entry.kind],
        "time_text": local(entry.at).strftime("%m-%d %H:%M"),
        "text": told_text(entry),
        "who": names.get(entry.actor_id or 0, ""),
        "kind": "filled",
    }


def _change(name: str, values: list[Any]) -> str:
    """`Urgency: Ordinary → Danger`."""
    before, after = (_value(name, value) for value in values)
    return f"{CHANGES[name]}: {before} → {after}"


def _value(name: str, value: Any) -> str:
    if name == "restricted":
        return _("Yes") if value else _("No")
    if name == "area":
        return full_name(value)
    if name == "category":
        return category_label(value)
    return str((URGENCIES | NATURES).get(value, value))
