"""What the provider says happened to a text. Any order, any number of times, one end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.messaging.models import Message, MessageStatus

BEFORE = {
    MessageStatus.SENT: (MessageStatus.QUEUED, MessageStatus.SENDING),
    MessageStatus.FAILED: (MessageStatus.QUEUED, MessageStatus.SENDING, MessageStatus.SENT),
    MessageStatus.DELIVERED: (
        MessageStatus.QUEUED,
        MessageStatus.SENDING,
        MessageStatus.SENT,
        MessageStatus.FAILED,
        MessageStatus.CANCELLED,
    ),
}
"""What each may follow. Delivered beats failed, whichever is heard first."""


@dataclass(frozen=True)
class DeliveryReceipt:
    """`our_id` is what we told the provider of the text, if it says it back."""

    provider: str
    provider_id: str
    status: MessageStatus
    our_id: int | None = None
    error_code: str | None = None


def apply(receipt: DeliveryReceipt, at: datetime) -> bool:
    """Moves the text forward, never back. False when it is unknown or already further."""
    same_id = sa.and_(
        Message.provider == receipt.provider, Message.provider_id == receipt.provider_id
    )
    ours = sa.and_(Message.id == receipt.our_id, Message.provider_id.is_(None))
    final = receipt.status is not MessageStatus.SENT
    moved = session.scalar(
        sa.update(Message)
        .where(
            same_id if receipt.our_id is None else sa.or_(same_id, ours),
            Message.status.in_(BEFORE[receipt.status]),
        )
        .values(
            status=receipt.status,
            provider=receipt.provider,
            provider_id=receipt.provider_id,
            error_code=receipt.error_code,
            sent_at=sa.func.coalesce(Message.sent_at, at),
            final_at=at if final else None,
            unsure=False,
            lease_until=None,
        )
        .returning(Message.id)
        .execution_options(synchronize_session=False)
    )
    return moved is not None
