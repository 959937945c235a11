"""Texts out and in. A row here is the truth; the queue only makes it go sooner."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service_desk.foundation.database import Base, BigId, enum_column
from service_desk.foundation.secrets import Encrypted


class MessageStatus(StrEnum):
    """How far a text has come; a receipt may still end `sent`, the last three are final."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    DELIVERED = "delivered"
    FAILED = "failed"
    CANCELLED = "cancelled"


UNSENT = sa.text("status IN ('queued', 'sending')")
ASKED = sa.text("taken_for = 'asked'")


class Message(Base):
    """A text to one phone. `dedupe_key` says why it exists: the same cause, one text.

    `lease_until` is until when somebody looks after it. `unsure` says that the provider may
    have it already, since `attempted_at`: it is asked before anything is sent again.
    """

    __tablename__ = "messages"
    __table_args__ = (
        sa.Index(
            "ix_messages_due",
            "not_before",
            "id",
            sqlite_where=UNSENT,
            postgresql_where=UNSENT,
        ),
        sa.Index("ix_messages_phone_hash_id", "phone_hash", "id"),
        sa.UniqueConstraint("provider", "provider_id"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    dedupe_key: Mapped[str] = mapped_column(sa.String(120), unique=True)
    request_id: Mapped[int | None] = mapped_column(BigId, index=True)
    purpose: Mapped[str] = mapped_column(sa.String(40))
    language: Mapped[str] = mapped_column(sa.String(20))
    params: Mapped[dict[str, Any]]
    phone: Mapped[str] = mapped_column(Encrypted)
    phone_hash: Mapped[str] = mapped_column(sa.String(43))
    body: Mapped[str] = mapped_column(Encrypted)
    body_hash: Mapped[str] = mapped_column(sa.String(43))
    segments: Mapped[int]
    status: Mapped[MessageStatus] = mapped_column(
        enum_column(MessageStatus, "status"), default=MessageStatus.QUEUED
    )
    not_before: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    attempted_at: Mapped[datetime | None]
    unsure: Mapped[bool] = mapped_column(default=False)
    provider: Mapped[str | None] = mapped_column(sa.String(20))
    provider_id: Mapped[str | None] = mapped_column(sa.String(64))
    error_code: Mapped[str | None] = mapped_column(sa.String(40))
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]


class InboundMessage(Base):
    """A text that reached us, once per provider and message id, and what it was taken for."""

    __tablename__ = "inbound_messages"
    __table_args__ = (
        sa.UniqueConstraint("provider", "external_id"),
        sa.Index("ix_inbound_messages_phone_hash_received_at", "phone_hash", "received_at"),
        sa.Index(
            "ix_inbound_messages_asked",
            "received_at",
            sqlite_where=ASKED,
            postgresql_where=ASKED,
        ),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    provider: Mapped[str] = mapped_column(sa.String(20))
    external_id: Mapped[str] = mapped_column(sa.String(64))
    phone: Mapped[str] = mapped_column(Encrypted)
    phone_hash: Mapped[str] = mapped_column(sa.String(43))
    body: Mapped[str] = mapped_column(Encrypted)
    body_hash: Mapped[str] = mapped_column(sa.String(43))
    received_at: Mapped[datetime]
    taken_for: Mapped[str | None] = mapped_column(sa.String(40))
    request_id: Mapped[int | None] = mapped_column(BigId, index=True)


class OptOut(Base):
    """A phone that gets no text from us, until it says START."""

    __tablename__ = "opt_outs"

    phone_hash: Mapped[str] = mapped_column(sa.String(43), primary_key=True)
    at: Mapped[datetime]
