"""Which texts go to the resident when staff act; colleagues are told by triage.alerts."""

from __future__ import annotations

from datetime import date, datetime

from service_desk.casework.rules import Cause, last_moment
from service_desk.casework.wording import CAUSES
from service_desk.foundation.localisation import speak
from service_desk.messaging import service as messaging
from service_desk.messaging import wording
from service_desk.messaging.queries import opted_out, takes_texts
from service_desk.messaging.wording import Text
from service_desk.service_requests.clocks import clock_of
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import ClockKind, ContactPreference, ServiceRequest

NEVER_TEXTED = frozenset({ContactPreference.NONE, ContactPreference.VISIT, ContactPreference.SAFE})


def wants_texts(request: ServiceRequest) -> bool:
    """A restricted matter and who asked for another way get no text that we start."""
    return not request.restricted and request.contact_preference not in NEVER_TEXTED


def can_reach(request: ServiceRequest) -> bool:
    """Whether a text would arrive and is welcome."""
    phone = request.phone
    welcome = phone is not None and wants_texts(request)
    return welcome and takes_texts(phone or "") and not opted_out(phone or "")


def resident(request: ServiceRequest, text: Text, at: datetime) -> None:
    """Once for each change of the request, if a text is welcome."""
    if request.phone is None or not wants_texts(request):
        return
    messaging.queue(
        text,
        phone=request.phone,
        dedupe_key=f"{text.purpose}:{request.id}:{request.version}",
        request_id=request.id,
        at=at,
        urgent=request.urgency is not Urgency.P2,
    )


def personally(request: ServiceRequest, words: str, at: datetime) -> None:
    resident(request, wording.personal(request.language, request.reference, words), at)


def asked(request: ServiceRequest, needed: str, until: datetime, at: datetime) -> None:
    """What is needed, as far as it fits, and until when."""
    text = wording.contact_waiting(request.language, request.reference, until, needed)
    resident(request, text, at)


def answered(request: ServiceRequest, at: datetime) -> None:
    """Only where no rating will be asked for, which says the same (domain.md §7)."""
    if request.urgency is Urgency.P0:
        resident(request, wording.resolved(request.language, request.reference), at)


def deferred(request: ServiceRequest, cause: Cause, until: date, at: datetime) -> None:
    """It rests with approval: for what, and until which day at the latest."""
    with speak(request.language):
        reason = str(CAUSES[cause])
    end = last_moment(until)
    text = wording.deferred(request.language, request.reference, reason, end)
    resident(request, text, at)


def prolonged(request: ServiceRequest, at: datetime) -> None:
    clock = clock_of(request, ClockKind.RESOLUTION)
    if clock is not None:
        text = wording.extended(request.language, request.reference, clock.due_at)
        resident(request, text, at)
