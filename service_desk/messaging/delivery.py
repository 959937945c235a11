"""How a text leaves: lease, claim, hand over, record. Never lost, and never sent twice as far as
the provider can say what it has.

Whoever is killed at any line leaves a row with a lease that runs out. A row that was claimed is
`unsure` until its outcome is written down; then the provider is asked before it is sent again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from service_desk.foundation.crypto import Undecryptable
from service_desk.foundation.database import session
from service_desk.foundation.logging import get_logger
from service_desk.foundation.secrets import keyring
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging.gateway import TIMEOUT_S, Letter, Provider, ProviderError, Sent
from service_desk.messaging.models import Message, MessageStatus, OptOut
from service_desk.messaging.queries import due
from service_desk.messaging.wording import STOPPED

QUEUE_LEASE = timedelta(seconds=45)
"""Longer than the few batches that may wait in the queue take."""
SEND_LEASE = timedelta(seconds=25)
SEND_TIME = timedelta(seconds=TIMEOUT_S + 1)
"""What one text may take: nothing is begun with less left of the lease."""
PAUSES = tuple(timedelta(seconds=s) for s in (20, 40, 120, 600, 1800, 7200, 21600))
"""Before each further try; after the last one we give up."""

Clock = Callable[[], datetime]
MESSAGES: sa.Table = Message.__table__  # type: ignore[assignment]


@dataclass(frozen=True)
class Claim:
    """A row that is ours until `until`; `attempts` tells it from later claims of the same row."""

    id: int
    phone: bytes
    body: bytes
    attempted_at: datetime
    attempts: int
    asks_first: bool
    until: datetime


def take(at: datetime, limit: int) -> list[int]:
    """Leases up to `limit` texts that are due and returns their ids (relay)."""
    free = (
        sa.select(MESSAGES.c.id)
        .where(*due(at))
        .order_by(MESSAGES.c.not_before, MESSAGES.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .cte("free")
    )
    rows = session.execute(
        sa.update(MESSAGES)
        .where(MESSAGES.c.id.in_(sa.select(free.c.id)))
        .values(status=MessageStatus.QUEUED, lease_until=at + QUEUE_LEASE)
        .returning(MESSAGES.c.id)
    )
    return sorted(row.id for row in rows)


def release(ids: Sequence[int]) -> None:
    """Gives a lease back: the doorbell could not be rung."""
    session.execute(
        sa.update(MESSAGES)
        .where(MESSAGES.c.id.in_(ids), MESSAGES.c.status == MessageStatus.QUEUED)
        .values(lease_until=None)
    )


def deliver(ids: Sequence[int], provider: Provider, clock: Clock) -> int:
    """Sends these texts; safe to run twice or in parallel. Returns how many were handed over."""
    with unit_of_work():
        claims = claim(ids, clock())
    handed_over = 0
    for each in claims:
        if clock() + SEND_TIME > each.until:
            _record(each, {"attempts": each.attempts - 1} | _again(not each.asks_first))
            continue
        outcome = _hand_over(each, provider, clock)
        _record(each, _values(each, outcome, provider.name, clock()))
        handed_over += isinstance(outcome, Sent)
    return handed_over


def claim(ids: Sequence[int], at: datetime) -> list[Claim]:
    """Marks the texts that are still to be sent as `sending`; somebody else's are left alone."""
    _cancel_opted_out(ids, at)
    known = sa.case((MESSAGES.c.unsure, MESSAGES.c.attempted_at), else_=at)
    rows = session.execute(
        sa.update(MESSAGES)
        .where(
            MESSAGES.c.id.in_(ids),
            MESSAGES.c.status == MessageStatus.QUEUED,
            MESSAGES.c.not_before <= at,
        )
        .values(
            status=MessageStatus.SENDING,
            lease_until=at + SEND_LEASE,
            attempts=MESSAGES.c.attempts + 1,
            attempted_at=known,
            unsure=True,
        )
        .returning(
            MESSAGES.c.id,
            sa.type_coerce(MESSAGES.c.phone, sa.LargeBinary).label("phone"),
            sa.type_coerce(MESSAGES.c.body, sa.LargeBinary).label("body"),
            MESSAGES.c.attempted_at,
            MESSAGES.c.attempts,
        )
    )
    return [
        Claim(
            id=row.id,
            phone=bytes(row.phone),
            body=bytes(row.body),
            attempted_at=row.attempted_at,
            attempts=row.attempts,
            asks_first=row.attempted_at < at,
            until=at + SEND_LEASE,
        )
        for row in sorted(rows, key=lambda row: row.id)
    ]


def _cancel_opted_out(ids: Sequence[int], at: datetime) -> None:
    """STOP may have come after the text was written."""
    session.execute(
        sa.update(MESSAGES)
        .where(
            MESSAGES.c.id.in_(ids),
            MESSAGES.c.status == MessageStatus.QUEUED,
            MESSAGES.c.unsure.is_(False),
            MESSAGES.c.purpose != STOPPED,
            MESSAGES.c.phone_hash.in_(sa.select(OptOut.phone_hash)),
        )
        .values(status=MessageStatus.CANCELLED, final_at=at)
    )


def _hand_over(each: Claim, provider: Provider, clock: Clock) -> Sent | ProviderError:
    """No transaction is open here: the provider may take its time."""
    try:
        ring = keyring()
        phone, body = ring.decrypt(each.phone), ring.decrypt(each.body)
    except Undecryptable:
        return ProviderError("undecryptable", permanent=True)
    letter = Letter(each.id, phone, body, each.attempted_at)
    try:
        if each.asks_first and (sent := _found(letter, provider)):
            return sent
        if clock() + SEND_TIME > each.until:
            return ProviderError("slow_answer", unsure=True)
        return provider.send(letter)
    except ProviderError as error:
        return error
    except Exception as error:  # noqa: BLE001 - one bad text must not stop the others
        get_logger().error("text_unexpected", message=each.id, kind=type(error).__name__)
        return ProviderError(type(error).__name__, unsure=True)


def _found(letter: Letter, provider: Provider) -> Sent | None:
    """What the provider took of this text; what belongs to other rows of ours does not count."""
    candidates = provider.find(letter)
    if not candidates:
        return None
    ids = [each.provider_id for each in candidates]
    taken = session.scalars(
        sa.select(MESSAGES.c.provider_id).where(
            MESSAGES.c.provider == provider.name,
            MESSAGES.c.provider_id.in_(ids),
            MESSAGES.c.id != letter.id,
        )
    ).all()
    session.rollback()
    return next((each for each in candidates if each.provider_id not in taken), None)


def _values(
    each: Claim, outcome: Sent | ProviderError, provider: str, at: datetime
) -> dict[str, Any]:
    if isinstance(outcome, Sent):
        return {
            "status": MessageStatus.DELIVERED if outcome.delivered else MessageStatus.SENT,
            "provider": provider,
            "provider_id": outcome.provider_id,
            "sent_at": at,
            "final_at": at if outcome.delivered else None,
            "error_code": None,
            "unsure": False,
            "lease_until": None,
        }
    if outcome.permanent or each.attempts > len(PAUSES):
        return {
            "status": MessageStatus.FAILED,
            "final_at": at,
            "error_code": outcome.code[:40],
            "lease_until": None,
        }
    pause = PAUSES[each.attempts - 1]
    return {"error_code": outcome.code[:40], "not_before": at + pause} | _again(not outcome.unsure)


def _again(surely_not_sent: bool) -> dict[str, Any]:
    return {
        "status": MessageStatus.QUEUED,
        "lease_until": None,
        "unsure": not surely_not_sent,
    }


def _record(each: Claim, values: dict[str, Any]) -> None:
    """Writes the outcome down, unless a receipt or a later claim came first."""
    mine = sa.and_(
        MESSAGES.c.id == each.id,
        MESSAGES.c.status == MessageStatus.SENDING,
        MESSAGES.c.attempts == each.attempts,
    )
    try:
        with unit_of_work():
            session.execute(sa.update(MESSAGES).where(mine).values(values))
    except IntegrityError:  # another row was found to be this very text: look again later
        get_logger().warning("text_found_twice", message=each.id)
    if values["status"] is MessageStatus.FAILED:
        get_logger().error("text_failed", message=each.id, code=values["error_code"])
