"""Which request a rating is for, and which one is already given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from service_desk.feedback.models import Rating, RatingInvitation
from service_desk.foundation.database import session
from service_desk.service_requests.lifecycle import State, Urgency
from service_desk.service_requests.models import ContactPreference, ServiceRequest
from service_desk.service_requests.queries import from_phone

TEXTABLE = (ContactPreference.SMS, ContactPreference.PHONE)


def latest_rateable(phone: str) -> int | None:
    """The id of the request of this E.164 number that was resolved last and waits for a rating."""
    return session.scalar(
        sa.select(ServiceRequest.id)
        .where(from_phone(phone), ServiceRequest.state == State.RESOLVED)
        .order_by(ServiceRequest.resolved_at.desc(), ServiceRequest.id.desc())
        .limit(1)
    )


def rating_of(request_id: int, cycle: int) -> Rating | None:
    return session.scalar(
        sa.select(Rating).where(Rating.request_id == request_id, Rating.cycle == cycle)
    )


def uninvited(limit: int) -> Sequence[ServiceRequest]:
    """Resolved requests whose resident can be asked by text and was not, this cycle.

    Nobody in danger and no restricted matter is asked (domain.md §7, §18).
    """
    invited = sa.exists().where(
        RatingInvitation.request_id == ServiceRequest.id,
        RatingInvitation.cycle == ServiceRequest.cycle,
    )
    return session.scalars(
        sa.select(ServiceRequest)
        .where(
            ServiceRequest.state == State.RESOLVED,
            ServiceRequest.phone.is_not(None),
            ServiceRequest.contact_preference.in_(TEXTABLE),
            ServiceRequest.restricted.is_(False),
            ServiceRequest.urgency != Urgency.P0,
            ~invited,
        )
        .order_by(ServiceRequest.resolved_at)
        .limit(limit)
    ).all()


def unrated_since(moment: datetime, limit: int) -> Sequence[ServiceRequest]:
    """Requests resolved before `moment` that still wait for a rating."""
    return session.scalars(
        sa.select(ServiceRequest)
        .where(ServiceRequest.state == State.RESOLVED, ServiceRequest.resolved_at < moment)
        .order_by(ServiceRequest.resolved_at)
        .limit(limit)
    ).all()
