"""One tracked request as its resident sees it: ready values, no name of anybody at work."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service_desk.casework.wording import METHODS, days_more, rests
from service_desk.directory.queries import area_named, full_name
from service_desk.foundation.actor import ActorKind
from service_desk.foundation.localisation import DEFAULT, current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.redaction import redact
from service_desk.front import wording
from service_desk.front.queries import public_timeline
from service_desk.front.rules import Standing, Step, next_step
from service_desk.messaging.wording import HOTLINE, minute
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_requests import steps
from service_desk.service_requests.clocks import clock_of, machine_time
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import (
    ClockKind,
    EntryKind,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.reference import show_reference

Line = dict[str, Any]
CLOCKS = {
    Step.DANGER: ClockKind.FIRST_RESPONSE,
    Step.CONTACT: ClockKind.FIRST_RESPONSE,
    Step.ANSWER: ClockKind.RESOLUTION,
    Step.REWORK: ClockKind.RESOLUTION,
}
TONES = {EntryKind.RESOLVED: "good", EntryKind.REWORK: "bad"}


@dataclass(frozen=True, slots=True)
class Next:
    """The step that comes, by when, and whether that time has passed."""

    step: Step
    due: datetime | None
    late: bool


def shown(request: ServiceRequest, standing: Standing, at: datetime) -> dict[str, Any]:
    """Everything about the request that its page tells."""
    entries = public_timeline(request.id)
    coming = _coming(request, standing, at)
    return {
        "reference": request.reference,
        "shown": show_reference(request.reference),
        "state": request.state.value,
        "state_label": wording.STATES[request.state],
        "place": full_name(request.area_code),
        "words": redact(request.description),
        "words_lang": "zh-Hans" if request.language == DEFAULT else request.language,
        "card": _card(request, coming, entries),
        "due": machine_time(coming.due),
        "lines": [*_ahead(coming), *[_line(entry, request.urgency) for entry in reversed(entries)]],
        "standing": standing,
        "reopens": standing.reopens(at),
        "hotline": HOTLINE,
    }


def _coming(request: ServiceRequest, standing: Standing, at: datetime) -> Next:
    step = next_step(standing)
    due = _due(request, step)
    return Next(step, due, due is not None and at > due)


def _due(request: ServiceRequest, step: Step) -> datetime | None:
    if step is Step.RATE and request.resolved_at:
        return steps.end(PolicyKind.RATING_WINDOW, request, request.resolved_at)
    clock = clock_of(request, CLOCKS[step]) if step in CLOCKS else None
    return clock.due_at if clock else None


def _card(request: ServiceRequest, coming: Next, entries: Sequence[TimelineEntry]) -> Line:
    return {
        "title": wording.STEPS[coming.step],
        "due": _by(coming),
        "text": _advice(request, coming, entries),
        "icon": wording.ICONS.get(coming.step, "clock"),
        "tone": "bad" if coming.step is Step.DANGER else "",
    }


def _by(coming: Next) -> str:
    if coming.due is None or (coming.late and coming.step is Step.RATE):
        return ""
    if coming.late:
        return _("This should have happened by %(time)s. We are sorry.", time=_say(coming.due))
    return _("By %(time)s", time=_say(coming.due))


def _advice(request: ServiceRequest, coming: Next, entries: Sequence[TimelineEntry]) -> str:
    if coming.step is Step.YOUR_TURN:
        asked = next((each for each in reversed(entries) if each.kind is EntryKind.WAITING), None)
        needed = redact((asked.text if asked else "") or "")
        return "\n".join(part for part in (needed, str(wording.ADVICE[coming.step])) if part)
    if coming.step is Step.FINISHED:
        return str(wording.ENDINGS[request.close_reason]) if request.close_reason else ""
    if coming.late and coming.step is not Step.DANGER:
        return _("Those who supervise see this too. You can call us at any time.")
    return str(wording.ADVICE[coming.step])


def _ahead(coming: Next) -> list[Line]:
    """The hollow dot on top: what has not happened yet."""
    if coming.step is Step.FINISHED or coming.step is Step.DECLINED:
        return []
    return [
        {
            "title": wording.AHEAD[coming.step],
            "time_text": _by(coming) or _("Comes next"),
            "datetime": coming.due.isoformat() if coming.due else "",
            "kind": "hollow",
        }
    ]


def _line(entry: TimelineEntry, urgency: Urgency) -> Line:
    return {
        "title": _title(entry),
        "time_text": _say(entry.at),
        "datetime": entry.at.isoformat(),
        "text": _text(entry, urgency),
        "who": _("You") if entry.actor_kind is ActorKind.RESIDENT else "",
        "kind": "filled",
        "tone": TONES.get(entry.kind, ""),
    }


def _title(entry: TimelineEntry) -> str:
    if entry.kind is EntryKind.CONTACT and entry.data.get("outcome") != "reached":
        return str(wording.TRIED)
    return str(wording.ENTRIES.get(entry.kind, wording.NEWS))


def _text(entry: TimelineEntry, urgency: Urgency) -> str:
    """What happened, and the words to it, without the number of anybody."""
    parts = [_detail(entry, urgency), redact(entry.text or "")]
    return "\n".join(part for part in parts if part)


def _detail(entry: TimelineEntry, urgency: Urgency) -> str:
    if entry.kind is EntryKind.ASSIGNED:
        return area_named(entry.data.get("unit_code") or "")
    if entry.kind is EntryKind.CONTACT:
        return str(METHODS.get(entry.data.get("method", ""), ""))
    if entry.kind is EntryKind.RATED:
        return str(wording.LEVELS.get(entry.data.get("level", 0), ""))
    return _longer(entry, urgency)


def _longer(entry: TimelineEntry, urgency: Urgency) -> str:
    """By how much it takes longer, or what it waits for and until when."""
    if entry.kind is EntryKind.EXTENSION_DECIDED:
        return days_more(entry.data, urgency)
    return rests(entry.data) if entry.kind is EntryKind.DEFERRAL_DECIDED else ""


def _say(moment: datetime) -> str:
    return minute(moment, current())
