"""What a receipt says of a request, found by the token of its form."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.foundation.secrets import secret
from service_desk.service_requests.lifecycle import CLOCKLESS, Channel, Urgency
from service_desk.service_requests.models import (
    ClockKind,
    ContactPreference,
    RequestClock,
    ServiceRequest,
)
from service_desk.service_requests.reference import pin_for


@dataclass(frozen=True)
class Slip:
    """`due_at` is when the first response is due; None where none is promised."""

    reference: str
    pin: str
    danger: bool
    thanks: bool
    reachable: bool
    preference: ContactPreference
    due_at: datetime | None


def slip_of(channel: Channel, token: str) -> Slip | None:
    """The receipt of what this form opened; None when it opened nothing."""
    query = (
        sa.select(ServiceRequest, RequestClock.due_at)
        .outerjoin(
            RequestClock,
            sa.and_(
                RequestClock.request_id == ServiceRequest.id,
                RequestClock.kind == ClockKind.FIRST_RESPONSE,
            ),
        )
        .where(ServiceRequest.channel == channel, ServiceRequest.external_id == token)
    )
    row = session.execute(query).first()
    return _slip(row[0], row[1], pin_for(secret(), f"{channel}:{token}")) if row else None


def _slip(request: ServiceRequest, due_at: datetime | None, pin: str) -> Slip:
    preference = request.contact_preference
    return Slip(
        reference=request.reference,
        pin=pin,
        danger=request.urgency is Urgency.P0,
        thanks=request.nature in CLOCKLESS,
        reachable=bool(request.phone) and preference is not ContactPreference.NONE,
        preference=preference,
        due_at=due_at,
    )
