"""Reading texts: who wants none, what waits, what a phone got."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service_desk.foundation.database import run, session
from service_desk.foundation.phone import can_text
from service_desk.foundation.secrets import keyring
from service_desk.foundation.settings import settings
from service_desk.messaging.models import UNSENT, InboundMessage, Message, MessageStatus, OptOut
from service_desk.messaging.segments import segments

ARRIVED = (MessageStatus.SENT, MessageStatus.DELIVERED)
LOOK_BACK = 60
_OPT_OUTS = OptOut.__table__
_OPTED_OUT = sa.select(_OPT_OUTS.c.phone_hash).where(
    _OPT_OUTS.c.phone_hash.in_(sa.bindparam("hashes", expanding=True))
)

_TEXTED = sa.select(sa.func.count()).where(
    Message.phone_hash.in_(sa.bindparam("hashes", expanding=True)),
    Message.created_at > sa.bindparam("since"),
)


def opted_out(phone: str) -> bool:
    """Whether this E.164 number said STOP."""
    return run(_OPTED_OUT, {"hashes": keyring().lookups(phone)}).first() is not None


def told_since(request_id: int, purpose: str, moment: datetime) -> bool:
    """Whether a text of this purpose was written about a request since then."""
    query = sa.select(Message.id).where(
        Message.request_id == request_id,
        Message.purpose == purpose,
        Message.created_at > moment,
    )
    return session.scalar(query.limit(1)) is not None


def takes_texts(phone: str, answer: bool = False) -> bool:
    """Whether a text may go to this number: of a country we serve, and no landline unless it
    wrote first."""
    served = tuple(f"+{code}" for code in settings().sms_countries)
    return phone.startswith(served) and (answer or can_text(phone))


def texted_since(phone: str, moment: datetime) -> int:
    """How many texts were written to this number since then."""
    return run(_TEXTED, {"hashes": keyring().lookups(phone), "since": moment}).scalar() or 0


def opted_out_of(phones: Iterable[str]) -> set[str]:
    """Those of these E.164 numbers that said STOP."""
    hashes = {each: phone for phone in phones for each in keyring().lookups(phone)}
    return {hashes[each] for each in session.scalars(_OPTED_OUT, {"hashes": [*hashes]})}


def any_due(at: datetime) -> bool:
    """Whether a text waits that nobody looks after; reads only."""
    return session.scalar(sa.select(Message.id).where(*due(at)).limit(1)) is not None


def due(at: datetime) -> tuple[sa.ColumnElement[bool] | sa.TextClause, ...]:
    """Unsent, its time has come, and no lease is on it."""
    free = sa.or_(Message.lease_until.is_(None), Message.lease_until <= at)
    return UNSENT, Message.not_before <= at, free


@dataclass(frozen=True)
class Bubble:
    """One text as it shows on a phone; `ours` came from the desk."""

    ours: bool
    body: str
    at: datetime
    segments: int


def conversation(phone: str, limit: int = 60) -> list[Bubble]:
    """What a phone sent and got, oldest first: the simulator's screen."""
    hashes = keyring().lookups(phone)
    got = session.execute(
        sa.select(Message.body, Message.sent_at, Message.segments)
        .where(Message.phone_hash.in_(hashes), Message.status.in_(ARRIVED))
        .order_by(Message.id.desc())
        .limit(limit)
    )
    sent = session.execute(
        sa.select(InboundMessage.body, InboundMessage.received_at)
        .where(InboundMessage.phone_hash.in_(hashes))
        .order_by(InboundMessage.id.desc())
        .limit(limit)
    )
    bubbles = [Bubble(True, row.body, row.sent_at, row.segments) for row in got]
    bubbles += [Bubble(False, row.body, row.received_at, segments(row.body)) for row in sent]
    return sorted(bubbles, key=lambda bubble: bubble.at)[-limit:]


def waking(phone: str, at: datetime) -> datetime | None:
    """When the next text to this phone that waits for the morning goes; None when none waits."""
    return session.scalar(
        sa.select(sa.func.min(Message.not_before)).where(
            Message.phone_hash.in_(keyring().lookups(phone)),
            Message.status == MessageStatus.QUEUED,
            Message.not_before > at,
        )
    )


def last_phones(limit: int = 8) -> list[str]:
    """The numbers that wrote or were written to last, latest first."""
    written = sa.select(Message.phone, Message.created_at).order_by(Message.id.desc())
    came = sa.select(InboundMessage.phone, InboundMessage.received_at).order_by(
        InboundMessage.id.desc()
    )
    rows = [row for query in (written, came) for row in session.execute(query.limit(LOOK_BACK))]
    latest_first = sorted(rows, key=lambda row: row[1], reverse=True)
    return list(dict.fromkeys(row[0] for row in latest_first))[:limit]
