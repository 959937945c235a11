"""Ending a request without an answer: by the dispatcher, where the rules allow it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from service_desk.casework import queries
from service_desk.casework.checks import check
from service_desk.casework.rules import Act, tried_enough
from service_desk.foundation.actor import Actor
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.service_requests import service as requests
from service_desk.service_requests.lifecycle import CloseReason, Nature, Urgency
from service_desk.service_requests.models import EntryKind, ServiceRequest
from service_desk.service_requests.timeline import Entry


@dataclass(frozen=True, slots=True)
class Ending:
    """Why it is closed; `note` is for the resident, `duplicate_of` the other request."""

    reason: CloseReason
    note: str = ""
    duplicate_of: ServiceRequest | None = None


def close(request: ServiceRequest, ending: Ending, actor: Actor, at: datetime) -> None:
    """By the dispatcher. Raises Refused, naming the field, where the rules forbid it."""
    check(Act.CLOSE, request)
    _refuse_closing(request, ending)
    kind = EntryKind.CLOSED
    if ending.duplicate_of is not None:
        request.merged_into_id = ending.duplicate_of.id
        kind = EntryKind.MERGED
    entry = Entry(kind, ending.note or None, public=True)
    requests.close(request, ending.reason, actor, at, entry)


def _refuse_closing(request: ServiceRequest, ending: Ending) -> None:
    reason = ending.reason
    if request.urgency is Urgency.P0:
        raise Refused(_("Somebody may be in danger: it is not closed without an answer."))
    if reason is CloseReason.THANKED and request.nature is not Nature.PRAISE:
        raise Refused(_("This is not praise; it needs an answer."), "reason")
    if reason is CloseReason.NO_REPLY and not tried_enough(queries.failed_tries(request.id)):
        raise Refused(_("Three failed tries on two days come first."), "reason")
    if reason is CloseReason.DUPLICATE and ending.duplicate_of in (None, request):
        raise Refused(_("There is no such other request."), "duplicate_of")
