"""A resident who texts, and what the desk made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

import sqlalchemy as sa

from service_desk.foundation.actor import SYSTEM, Actor
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging.gateway import Arrived
from service_desk.messaging.models import InboundMessage, Message
from service_desk.service_requests.lifecycle import State
from service_desk.service_requests.models import EntryKind, ServiceRequest
from service_desk.service_requests.service import claim, for_change, move
from service_desk.service_requests.timeline import Entry
from service_desk.switchboard.service import receive

MORNING = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""10:00 in Diqing, on a working day."""
PHONE = "+8613887700001"
_ids = count(1)


@dataclass
class Resident:
    """Writes from one phone; time passes when it is told to."""

    phone: str = PHONE
    at: datetime = MORNING
    sent: list[str] = field(default_factory=list)

    def text(self, body: str, text_id: str | None = None) -> str | None:
        """What it was taken for."""
        text_id = text_id or f"t{next(_ids)}"
        self.sent.append(text_id)
        with unit_of_work():
            return receive(Arrived("console", text_id, self.phone, body), self.at)

    def waits(self, **amount: float) -> None:
        self.at += timedelta(**amount)

    def got(self) -> list[Message]:
        """Every text to this phone, oldest first."""
        session.rollback()
        found = session.scalars(sa.select(Message).order_by(Message.id))
        return [message for message in found if message.phone == self.phone]

    def last(self) -> Message:
        return self.got()[-1]

    def answers(self) -> list[str]:
        return [message.purpose for message in self.got()]


def requests() -> Sequence[ServiceRequest]:
    """Every request, oldest first, as it is now."""
    session.rollback()
    session.expire_all()
    return session.scalars(sa.select(ServiceRequest).order_by(ServiceRequest.id)).all()


def only_request() -> ServiceRequest:
    (request,) = requests()
    return request


def taken_for() -> Sequence[str | None]:
    session.rollback()
    return session.scalars(sa.select(InboundMessage.taken_for).order_by(InboundMessage.id)).all()


def step(request: ServiceRequest, state: State, at: datetime) -> None:
    """The desk moves a request on: signed for first, if nobody did."""
    with unit_of_work():
        found = for_change(request.id)
        if found.state in (State.RECEIVED, State.ASSIGNED):
            claim(found, Actor.staff(1), at)
        if state is State.RESOLVED:
            found.resolved_at = at
        move(found, state, SYSTEM, at, Entry(EntryKind.NOTE))
