"""The timeline of a request as staff read it: ready lines, newest first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service_desk.accounts import queries as staff
from service_desk.casework import wording
from service_desk.casework.queries import post_by
from service_desk.directory.areas import PREFECTURE
from service_desk.directory.queries import area_named
from service_desk.foundation.actor import ActorKind
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.redaction import redact
from service_desk.service_requests.lifecycle import Channel, CloseReason, Urgency
from service_desk.service_requests.models import EntryKind, ServiceRequest, TimelineEntry
from service_desk.triage import wording as triage

Line = dict[str, Any]
LOUD = {
    EntryKind.PAGED: "bad",
    EntryKind.VACANCY: "bad",
    EntryKind.REWORK: "warn",
    EntryKind.RESOLVED: "good",
}


@dataclass(frozen=True, slots=True)
class Names:
    """Who is meant by the ids in the entries, and by how urgent a request its days are meant."""

    people: Mapping[int, str]
    posts: Mapping[int, str]
    urgency: Urgency


def history(
    entries: Sequence[TimelineEntry], names: Names, at: datetime, revealed: bool = False
) -> list[Line]:
    """What the `timeline` macro wants. Filled dots are seen by the resident, hollow ones not.

    Numbers in the resident's own words are masked until contact details are `revealed`.
    """
    return [
        {**_line(entry, names, at), "text": _text(entry, names, revealed)}
        for entry in reversed(entries)
    ]


def names_in(entries: Sequence[TimelineEntry], request: ServiceRequest) -> Names:
    """Everybody who is meant in the entries, and whoever the request lies with."""
    people = {request.owner_user_id, *(entry.actor_id for entry in entries)}
    people |= {entry.data.get("user_id") for entry in entries}
    people |= {user for entry in entries for user in entry.data.get("users", ())}
    posts = {request.owner_post_id, *(entry.data.get("post_id") for entry in entries)}
    return Names(
        staff.names({each for each in people if each is not None}),
        staff.posts({each for each in posts if each is not None}),
        request.urgency,
    )


def _line(entry: TimelineEntry, names: Names, at: datetime) -> Line:
    return {
        "title": _title(entry),
        "time_text": wording.day_and_time(entry.at, at),
        "datetime": wording.iso(entry.at),
        "who": _who(entry, names),
        "kind": "filled" if entry.public else "hollow",
        "tone": LOUD.get(entry.kind, ""),
    }


def _text(entry: TimelineEntry, names: Names, revealed: bool) -> str:
    told = _TEXTS.get(entry.kind)
    parts = [told(entry, names) if told else "", _words(entry, revealed)]
    if entry.kind in triage.TOLD and entry.kind is not EntryKind.FOLLOW_UP:
        parts = [triage.told_text(entry), _paged(entry, names)]
    return " · ".join(part for part in parts if part)


def _words(entry: TimelineEntry, revealed: bool) -> str:
    text = entry.text or ""
    return redact(text) if entry.actor_kind is ActorKind.RESIDENT and not revealed else text


def _title(entry: TimelineEntry) -> str:
    if entry.data.get("revealed"):
        return _("Contact details shown")
    if entry.kind is EntryKind.CONTACT and not _reached(entry):
        return _("Tried to reach the resident")
    if entry.kind is EntryKind.NOTE and not entry.public:
        return _("Note for colleagues")
    return str(wording.ENTRIES[entry.kind])


def _who(entry: TimelineEntry, names: Names) -> str:
    if entry.actor_kind is ActorKind.RESIDENT:
        return _("Resident")
    if entry.actor_kind is ActorKind.SYSTEM:
        return _("The desk")
    return names.people.get(entry.actor_id or 0, "—")


def _reached(entry: TimelineEntry) -> bool:
    return bool(entry.data.get("outcome") == "reached")


def _submitted(entry: TimelineEntry, _names: Names) -> str:
    channel = entry.data.get("channel")
    return str(triage.CHANNELS[Channel(channel)]) if channel else ""


def _assigned(entry: TimelineEntry, names: Names) -> str:
    post = names.posts.get(entry.data.get("post_id") or 0) or area_named(
        entry.data.get("unit_code") or PREFECTURE
    )
    person = names.people.get(entry.data.get("user_id") or 0, "")
    return f"{post} {person}".strip()


def _contact(entry: TimelineEntry, _names: Names) -> str:
    method = wording.METHODS.get(entry.data.get("method", ""), "")
    return f"{method} · {wording.OUTCOMES.get(entry.data.get('outcome', ''), '')}"


def _method(entry: TimelineEntry, _names: Names) -> str:
    return str(wording.METHODS.get(entry.data.get("method", ""), ""))


def _closed(entry: TimelineEntry, _names: Names) -> str:
    reason = entry.data.get("close_reason")
    return str(wording.CLOSE_REASONS[CloseReason(reason)]) if reason else ""


def _returned(entry: TimelineEntry, _names: Names) -> str:
    return _("To: %(owner)s", owner=proposed_owner(entry.data))


def proposed_owner(data: Mapping[str, Any]) -> str:
    """The post that a return names, or the words it was described with."""
    proposed = str(data.get("proposed_owner", ""))
    post = post_by(proposed)
    return staff.post_name(post.id) if post else proposed


def _extended(entry: TimelineEntry, names: Names) -> str:
    return wording.days_more(entry.data, names.urgency)


def _decided(entry: TimelineEntry, _names: Names) -> str:
    return _("Approved") if entry.data.get("approved") else _("Refused")


def _deferral(entry: TimelineEntry, _names: Names) -> str:
    return wording.rests(entry.data)


def _deferred(entry: TimelineEntry, names: Names) -> str:
    parts = [_decided(entry, names), wording.rests(entry.data)]
    return " · ".join(part for part in parts if part)


def _resumed(entry: TimelineEntry, _names: Names) -> str:
    return str(wording.TASKS.get(entry.data.get("task", ""), ""))


def _rated(entry: TimelineEntry, _names: Names) -> str:
    return _("%(level)s of 5", level=entry.data.get("level", ""))


def _suggested(entry: TimelineEntry, _names: Names) -> str:
    return _("; ").join(triage.suggested(entry.data))


def _paged(entry: TimelineEntry, names: Names) -> str:
    return _("; ").join(names.people.get(each, "—") for each in entry.data.get("users", ()))


def _reminded(entry: TimelineEntry, names: Names) -> str:
    told = _paged(entry, names)
    step = wording.step(entry.data)
    return _("%(step)s. Told: %(people)s", step=step, people=told) if told else step


_TEXTS: dict[EntryKind, Callable[[TimelineEntry, Names], str]] = {
    EntryKind.SUBMITTED: _submitted,
    EntryKind.ASSIGNED: _assigned,
    EntryKind.CONTACT: _contact,
    EntryKind.RESOLVED: _method,
    EntryKind.CLOSED: _closed,
    EntryKind.MERGED: _closed,
    EntryKind.WITHDRAWN: _closed,
    EntryKind.RETURN_PROPOSED: _returned,
    EntryKind.EXTENSION_PROPOSED: _extended,
    EntryKind.RETURN_DECIDED: _decided,
    EntryKind.EXTENSION_DECIDED: _decided,
    EntryKind.DEFERRAL_PROPOSED: _deferral,
    EntryKind.DEFERRAL_DECIDED: _deferred,
    EntryKind.RESUMED: _resumed,
    EntryKind.RATED: _rated,
    EntryKind.SUGGESTED: _suggested,
    EntryKind.REMINDED: _reminded,
}
