"""One request as its page shows it: ready values, nothing personal that is not asked for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from service_desk.accounts import queries as staff
from service_desk.casework import queries, wording
from service_desk.casework.history import Names, history, names_in, proposed_owner
from service_desk.casework.rules import Act, Standing, offered
from service_desk.directory.queries import full_name
from service_desk.foundation.localisation import LANGUAGES
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.phone import national
from service_desk.foundation.redaction import mask_name, mask_phone, redact
from service_desk.routing.wording import explain
from service_desk.service_requests.clocks import clock_of
from service_desk.service_requests.lifecycle import State, Urgency
from service_desk.service_requests.models import (
    Approval,
    ApprovalKind,
    ClockKind,
    ClockOutcome,
    EntryKind,
    RequestClock,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.queries import attachments, pending_approvals, timeline
from service_desk.service_requests.reference import show_reference
from service_desk.triage.wording import CHANNELS, NATURES, URGENCIES, category_label

Values = dict[str, Any]
PROPOSING = {
    Act.RETURN: ApprovalKind.RETURN,
    Act.EXTEND: ApprovalKind.EXTENSION,
    Act.DEFER: ApprovalKind.DEFERRAL,
}
LANG = {"zh_Hans_CN": "zh-Hans-CN"}


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads it, when, and whether the contact details are shown this once."""

    user_id: int
    who: Standing
    at: datetime
    revealed: bool = False


def values(request: ServiceRequest, reader: Reader) -> Values:
    """Everything the template needs but forms."""
    at, pending = reader.at, pending_approvals(request.id)
    entries = timeline(request.id)
    names = names_in(entries, request)
    due_state, due_text = wording.due(request.due_at, request.state, at)
    return {
        "reference": request.reference,
        "shown": show_reference(request.reference),
        "machine": _machine(request),
        "state_label": wording.STATES[request.state],
        "urgency_label": URGENCIES[request.urgency],
        "category_label": category_label(request.category),
        "restricted": request.restricted,
        "due_state": due_state,
        "due_text": due_text,
        "words": request.description if reader.revealed else redact(request.description),
        "lang": LANG.get(request.language, request.language),
        "facts": _facts(request, at),
        "resident": _resident(request, reader.revealed),
        "revealed": reader.revealed,
        "clocks": _clocks(request, at),
        "holder": _holder(request, names),
        "vacancy": request.vacancy,
        "reasons": _reasons(entries),
        "task": _task(request, entries),
        "ledger": _ledger(request, at),
        "history": history(entries, names, at, reader.revealed),
        "photos": [each.token for each in attachments(request.id)],
        "pending": [_pending(each, request.urgency, reader) for each in pending],
        "unacknowledged": request.urgency is Urgency.P0 and request.acknowledged_at is None,
        "offered": _offered(request, reader.who, pending),
        "next_act": next_act(request, reader.who),
    }


def _machine(request: ServiceRequest) -> dict[str, str]:
    """The attributes of the page's main element (contract.md)."""
    return {
        "data-reference": request.reference,
        "data-version": str(request.version),
        "data-state": request.state.value,
        "data-urgency": request.urgency.value,
        "data-category": request.category or "",
        "data-owner": queries.machine_name(request.owner_post_id),
        "data-due": wording.iso(request.due_at),
    }


def _facts(request: ServiceRequest, at: datetime) -> list[tuple[str, Any]]:
    return [
        (_("Where"), full_name(request.area_code)),
        (_("What they want"), NATURES[request.nature]),
        (_("Channel"), CHANNELS[request.channel]),
        (_("Received"), wording.day_and_time(request.created_at, at)),
        (_("Danger question"), _("Yes: somebody is in danger") if request.danger else ""),
    ]


def _resident(request: ServiceRequest, revealed: bool) -> list[tuple[str, Any]]:
    """Masked until somebody says why they need it."""
    kept, phone = _("On record"), request.phone
    return [
        (_("Name of the resident"), request.name if revealed else mask_name(request.name)),
        (_("Telephone"), (national(phone) if revealed else mask_phone(phone)) if phone else ""),
        (_("Address"), request.address if revealed else kept if request.address else ""),
        (_("Position"), request.location if revealed else kept if request.location else ""),
        (_("How to reach them"), wording.PREFERENCES[request.contact_preference]),
        (_("Language"), LANGUAGES.get(request.language, request.language)),
        (_("Anonymous"), _("Yes: the name is not passed on") if request.anonymous else ""),
    ]


def _clocks(request: ServiceRequest, at: datetime) -> list[Values]:
    titles = {
        ClockKind.FIRST_RESPONSE: _("First response"),
        ClockKind.RESOLUTION: _("Resolution"),
    }
    found = ((title, clock_of(request, kind)) for kind, title in titles.items())
    return [_clock(title, clock, request, at) for title, clock in found if clock]


def _clock(title: str, clock: RequestClock, request: ServiceRequest, at: datetime) -> Values:
    if clock.outcome is ClockOutcome.OPEN:
        state, text = ("paused", "") if clock.paused_at else _running(clock, request, at)
        when = _("by %(time)s", time=wording.day_and_time(clock.due_at, at))
    else:
        state, text, when = _finished(clock, at)
    moved = clock.due_at != clock.first_due_at
    first = wording.day_and_time(clock.first_due_at, at) if moved else ""
    return {"title": title, "state": state, "text": text, "when": when, "first": first}


def _running(clock: RequestClock, request: ServiceRequest, at: datetime) -> tuple[str, str]:
    return wording.due(clock.due_at, request.state, at)


def _finished(clock: RequestClock, at: datetime) -> tuple[str, str, str]:
    when = _("on %(time)s", time=wording.day_and_time(clock.met_at, at)) if clock.met_at else ""
    if clock.outcome is not ClockOutcome.LATE:
        return ("met" if clock.met_at else "paused"), "", when or _("No longer needed")
    end = clock.met_at or at
    return "overdue", wording.span((end - clock.due_at).total_seconds()), when


def _holder(request: ServiceRequest, names: Names) -> tuple[str, str]:
    """(person, post), each empty when there is none."""
    person = names.people.get(request.owner_user_id or 0, "")
    return person, names.posts.get(request.owner_post_id or 0, "")


def _reasons(entries: Sequence[TimelineEntry]) -> list[str]:
    """Why it lies where it lies: those of its last assignment."""
    found = [entry for entry in entries if entry.kind is EntryKind.ASSIGNED]
    told = (explain(each) for entry in found[-1:] for each in entry.data.get("reasons", ()))
    return [sentence for sentence in told if sentence]


def _task(request: ServiceRequest, entries: Sequence[TimelineEntry]) -> str:
    """What the desk asks the owner to do, until they have done it."""
    told = [entry.data for entry in entries if entry.kind in queries.SETTLING]
    task = told[-1].get("task", "") if told and request.state is State.ACCEPTED else ""
    return str(wording.TASKS.get(task, ""))


def _ledger(request: ServiceRequest, at: datetime) -> Values | None:
    """Why and until when it rests, with the names of both who agreed to it."""
    approval = queries.ledger_entry(request.id) if request.state is State.DEFERRED else None
    if approval is None:
        return None
    names = staff.names({approval.proposed_by, approval.decided_by or 0})
    return {
        "title": wording.rests(approval.data),
        "reason": approval.reason,
        "proposer": names.get(approval.proposed_by, "—"),
        "decider": names.get(approval.decided_by or 0, "—"),
        "decided": wording.day_and_time(approval.decided_at or at, at),
    }


def _pending(approval: Approval, urgency: Urgency, reader: Reader) -> Values:
    """A proposal that waits; `decides` when it is this reader's to decide."""
    return {
        "id": approval.id,
        "kind": approval.kind.value,
        "title": _TITLES.get(approval.kind, _other_title)(approval, urgency),
        "reason": approval.reason,
        "who": staff.names([approval.proposed_by]).get(approval.proposed_by, ""),
        "when": wording.day_and_time(approval.proposed_at, reader.at),
        "decides": decides(approval, reader.who, reader.user_id),
    }


def decides(approval: Approval, who: Standing, user_id: int) -> bool:
    """A second person: the dispatcher for a return, the county for the ledger, else the lead."""
    entitled = {ApprovalKind.RETURN: who.dispatches, ApprovalKind.DEFERRAL: who.defers}
    return entitled.get(approval.kind, who.approves) and approval.proposed_by != user_id


def _return_title(approval: Approval, _urgency: Urgency) -> str:
    return _("Return to the dispatcher, proposed: %(owner)s", owner=proposed_owner(approval.data))


def _extension_title(approval: Approval, urgency: Urgency) -> str:
    return _("Extension proposed: %(more)s", more=wording.days_more(approval.data, urgency))


def _deferral_title(approval: Approval, _urgency: Urgency) -> str:
    return _("Ledger. %(what)s", what=wording.rests(approval.data))


def _other_title(_approval: Approval, _urgency: Urgency) -> str:
    return _("Waiting for a decision")


_TITLES = {
    ApprovalKind.RETURN: _return_title,
    ApprovalKind.EXTENSION: _extension_title,
    ApprovalKind.DEFERRAL: _deferral_title,
}


def _offered(request: ServiceRequest, who: Standing, pending: Sequence[Approval]) -> list[Act]:
    """What is proposed already is not proposed again."""
    kinds = {each.kind for each in pending}
    asked = {act for act, kind in PROPOSING.items() if kind in kinds}
    return [act for act in offered(who, request) if act not in asked]


def next_act(request: ServiceRequest, who: Standing) -> Act | None:
    """What is most likely done next: its form stands open."""
    acts = offered(who, request)
    first = clock_of(request, ClockKind.FIRST_RESPONSE)
    answered = first is None or first.outcome is not ClockOutcome.OPEN
    order = (Act.CLAIM, Act.RESOLVE if answered else Act.RESPOND, Act.TRANSFER)
    return next((act for act in order if act in acts), None)
