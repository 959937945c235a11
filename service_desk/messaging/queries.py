"""Reading texts: who wants none, what waits, what a phone got."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.foundation.secrets import keyring
from service_desk.messaging.models import UNSENT, Message, OptOut


def opted_out(phone: str) -> bool:
    """Whether this E.164 number said STOP."""
    found = sa.select(OptOut.phone_hash).where(OptOut.phone_hash.in_(keyring().lookups(phone)))
    return session.scalar(found) is not None


def any_due(at: datetime) -> bool:
    """Whether a text waits that nobody looks after; reads only."""
    return session.scalar(sa.select(Message.id).where(*due(at)).limit(1)) is not None


def due(at: datetime) -> tuple[sa.ColumnElement[bool] | sa.TextClause, ...]:
    """Unsent, its time has come, and no lease is on it."""
    free = sa.or_(Message.lease_until.is_(None), Message.lease_until <= at)
    return UNSENT, Message.not_before <= at, free
