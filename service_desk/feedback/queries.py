"""Which request a rating is for, and which one is already given."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from service_desk.feedback.models import Rating, RatingInvitation
from service_desk.foundation.database import session
from service_desk.service_clock.limits import ends, shortest
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_requests.lifecycle import State, Urgency
from service_desk.service_requests.models import ContactPreference, RequestClock, ServiceRequest
from service_desk.service_requests.steps import FIELDS, PROMISED, begun

LOOKED = 5000
TEXTABLE = (ContactPreference.SMS, ContactPreference.PHONE)


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


def lapsed(at: datetime, limit: int) -> list[sa.Row[Any]]:
    """Requests whose rating window is over and nobody rated, longest first: (id, resolved_at).

    Looks through the LOOKED that were resolved longest ago and may be over.
    """
    latest = at - shortest(PolicyKind.RATING_WINDOW)
    query = (
        sa.select(ServiceRequest.id, ServiceRequest.resolved_at, *FIELDS)
        .outerjoin(RequestClock, PROMISED)
        .where(ServiceRequest.state == State.RESOLVED, ServiceRequest.resolved_at < latest)
        .order_by(ServiceRequest.resolved_at)
        .limit(LOOKED)
    )
    rows = session.execute(query).all()
    over = ends([begun(PolicyKind.RATING_WINDOW, row, row.resolved_at) for row in rows])
    found = (row for row, end in zip(rows, over, strict=True) if end is not None and at > end)
    return list(islice(found, limit))
