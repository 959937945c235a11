"""Texts to colleagues: to the new owner of a request, and to everybody on call in danger."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa

from service_desk.accounts import queries as staff
from service_desk.directory.queries import area_named
from service_desk.foundation.actor import SYSTEM
from service_desk.foundation.database import session
from service_desk.messaging import service as messaging
from service_desk.messaging import wording
from service_desk.messaging.queries import told_since
from service_desk.messaging.wording import Text
from service_desk.routing.queries import danger_ladder
from service_desk.routing.rules import up_to
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import EntryKind, ServiceRequest, TimelineEntry
from service_desk.service_requests.timeline import Entry, write

TOLD_EVERY = timedelta(hours=1)


def page_on_call(request: ServiceRequest, at: datetime) -> Sequence[int]:
    """Calls by text whoever is on duty, the auxiliary police and the lead; who was called.

    Each call is a round of its own on the timeline, and calls one rung more: the county's
    supervisor in the second, the prefecture's dispatcher in the third.
    """
    round_number = _rounds(request.id) + 1
    contacts = staff.contacts(up_to(danger_ladder(request, at), round_number))
    called = [contact.id for contact in contacts]
    place = None if request.restricted else area_named(request.area_code)
    for contact in contacts:
        text = wording.page_danger(contact.language, request.reference, place)
        key = f"page:{request.id}:{round_number}:{contact.id}"
        _send(request, contact, text, key, at)
    data = {"users": called, "round": round_number}
    write(request.id, SYSTEM, at, Entry(EntryKind.PAGED, data=data))
    return called


def _rounds(request_id: int) -> int:
    query = sa.select(sa.func.count()).where(
        TimelineEntry.request_id == request_id, TimelineEntry.kind == EntryKind.PAGED
    )
    return session.scalar(query) or 0


def tell_owner(request: ServiceRequest, at: datetime) -> None:
    """To whom it was just given, with the time by which they should have answered."""
    if request.owner_user_id is None or request.due_at is None:
        return
    place = None if request.restricted else area_named(request.area_code)
    for contact in staff.contacts([request.owner_user_id]):
        text = wording.worker_assigned(contact.language, request.reference, request.due_at, place)
        _send(request, contact, text, f"assigned:{request.id}:{request.version}", at)


def tell_of_more(request: ServiceRequest, at: datetime) -> None:
    """To whoever has it: the resident says more. Once an hour, however much they write."""
    if request.owner_user_id is None or told_since(request.id, wording.ADDED, at - TOLD_EVERY):
        return
    for contact in staff.contacts([request.owner_user_id]):
        text = wording.worker_added(contact.language, request.reference)
        _send(request, contact, text, f"added:{request.id}:{request.version}", at)


def _send(
    request: ServiceRequest, contact: staff.Contact, text: Text, key: str, at: datetime
) -> None:
    if contact.phone:
        messaging.queue(
            text,
            phone=contact.phone,
            dedupe_key=key,
            request_id=request.id,
            at=at,
            urgent=request.urgency is not Urgency.P2,
        )
