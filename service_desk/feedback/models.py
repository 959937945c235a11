"""Ratings (好差评) and the invitations to give one. A rating is never changed."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service_desk.foundation.database import Base, BigId, enum_column
from service_desk.foundation.secrets import Encrypted


class RatingSource(StrEnum):
    """How the rating came; `default` is nobody's voice and is never in the main rate."""

    WEB = "web"
    SMS = "sms"
    COUNTER = "counter"
    DEFAULT = "default"


class Rating(Base):
    """One per request and cycle; 5 非常满意 to 1 非常不满意 (domain.md §8)."""

    __tablename__ = "ratings"
    __table_args__ = (
        sa.UniqueConstraint("request_id", "cycle"),
        sa.CheckConstraint("level BETWEEN 1 AND 5", name="level_of_five"),
        sa.Index("ix_ratings_at", "at"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    request_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("service_requests.id"))
    cycle: Mapped[int]
    level: Mapped[int]
    source: Mapped[RatingSource] = mapped_column(enum_column(RatingSource, "source"))
    comment: Mapped[str | None] = mapped_column(Encrypted)
    at: Mapped[datetime]


class RatingInvitation(Base):
    """That a resident was asked, once per request and cycle.

    `asked` is false where no text could go out (a landline, somebody who said STOP): it is
    not tried again and is in no figure.
    """

    __tablename__ = "rating_invitations"
    __table_args__ = (sa.UniqueConstraint("request_id", "cycle"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    request_id: Mapped[int] = mapped_column(BigId, sa.ForeignKey("service_requests.id"))
    cycle: Mapped[int]
    asked: Mapped[bool] = mapped_column(default=True, server_default=sa.true())
    invited_at: Mapped[datetime]
