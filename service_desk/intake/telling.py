"""Who is told that a request came in: the resident, the worker, in danger whoever is on call."""

from __future__ import annotations

from datetime import datetime, timedelta

from service_desk.foundation.database import session
from service_desk.messaging import service as messaging
from service_desk.messaging import wording
from service_desk.messaging.queries import texted_since
from service_desk.messaging.wording import USUAL, Receipt
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_clock.walk import Clock, next_opening
from service_desk.service_requests import steps
from service_desk.service_requests.draft import Opened
from service_desk.service_requests.lifecycle import Channel, Nature, Urgency
from service_desk.service_requests.models import ContactPreference, ServiceRequest
from service_desk.triage.alerts import page_on_call, tell_owner

RECEIPTS_AN_HOUR, HOUR = 5, timedelta(hours=1)
TEXTED = frozenset({ContactPreference.SMS, ContactPreference.PHONE})


def tell(opened: Opened, at: datetime, *, silent: bool) -> None:
    """Writes the texts into the outbox, in the transaction that opened the request."""
    request = session.get_one(ServiceRequest, opened.request_id)
    if not silent and wants_text(request):
        _receipt(request, opened.hours, at)
    tell_owner(request, at)
    if request.urgency is Urgency.P0:
        page_on_call(request, at)


def wants_text(request: ServiceRequest) -> bool:
    """A text is answered by text; a restricted matter gets one only where it was asked for."""
    if not request.phone:
        return False
    if request.channel is Channel.SMS:
        return True
    chosen = request.contact_preference
    return chosen is ContactPreference.SMS if request.restricted else chosen in TEXTED


def _receipt(request: ServiceRequest, hours: ServiceHours | None, at: datetime) -> None:
    """At once at any hour: the resident has just written and waits for it.

    Anybody can send a form with somebody else's number: after a few in an hour it gets no more.
    """
    answer, phone = request.channel is Channel.SMS, str(request.phone)
    if not answer and texted_since(phone, at - HOUR) >= RECEIPTS_AN_HOUR:
        return
    messaging.queue(
        wording.received(receipt(request, hours, at)),
        phone=phone,
        dedupe_key=f"received:{request.id}",
        request_id=request.id,
        at=at,
        urgent=True,
        answer=answer,
    )


def receipt(request: ServiceRequest, hours: ServiceHours | None, at: datetime) -> Receipt:
    """What the text says; the start is named where the service clock does not run yet."""
    policy = steps.limit(PolicyKind.FIRST_RESPONSE, request)
    waits = policy is not None and policy.clock is Clock.SERVICE_HOUR
    starts_at = next_opening(hours, at) if hours and waits else at
    return Receipt(
        language=request.language,
        reference=request.reference,
        urgency=request.urgency,
        restricted=request.restricted,
        thanks=request.nature is Nature.PRAISE,
        around_the_clock=not waits,
        starts_at=starts_at if starts_at > at else None,
        minutes=policy.amount if policy else USUAL,
    )
