"""A resident's right to see everything that is kept about one request, readable."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service_desk.audit.service import record
from service_desk.feedback.models import Rating, RatingInvitation
from service_desk.foundation.database import Base, session
from service_desk.foundation.faults import NotFound
from service_desk.messaging.models import InboundMessage, Message
from service_desk.service_requests.models import (
    Approval,
    Attachment,
    RequestClock,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.reference import parse_reference

HASHES = frozenset({"pin_hash", "phone_hash", "body_hash"})
"""Keyed hashes say nothing to a person; what they are of stands beside them."""
PARTS: dict[str, type[Base]] = {
    "clocks": RequestClock,
    "timeline": TimelineEntry,
    "approvals": Approval,
    "texts_to": Message,
    "texts_from": InboundMessage,
    "invitations": RatingInvitation,
    "ratings": Rating,
    "photos": Attachment,
}


def everything(reference: str, at: datetime) -> dict[str, Any]:
    """JSON values: `request`, and a list for each of PARTS. Puts on record that it was given.

    `reference` is as a person writes it. Raises NotFound.
    """
    rows = _rows(ServiceRequest, "reference", parse_reference(reference))
    if not rows:
        raise NotFound
    request = rows[0]
    record("exported", None, f"request:{request['reference']}", {}, at)
    parts = {name: _rows(table, "request_id", request["id"]) for name, table in PARTS.items()}
    return {"exported_at": at.isoformat(), "request": request, **parts}


def _rows(table: type[Base], column: str, value: Any) -> list[dict[str, Any]]:
    core = table.__table__
    query = sa.select(core).where(core.c[column] == value).order_by(*core.primary_key)
    return [
        {name: _plain(each) for name, each in row.items() if name not in HASHES}
        for row in session.execute(query).mappings()
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, datetime) else value
