"""Which steps of which promises have been dealt with: the row that makes each happen once."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service_desk.foundation.database import Base, BigId, enum_column
from service_desk.service_requests.models import ClockKind
from service_desk.service_requests.schedule import Step


class Reminder(Base):
    """One step of one clock in one cycle, written with its texts and its line of the timeline.

    `skipped` is true where a later step was due already, so that nobody was told of this one.
    """

    __tablename__ = "reminders"

    request_id: Mapped[int] = mapped_column(
        BigId, sa.ForeignKey("service_requests.id"), primary_key=True
    )
    clock: Mapped[ClockKind] = mapped_column(enum_column(ClockKind, "clock"), primary_key=True)
    cycle: Mapped[int] = mapped_column(primary_key=True)
    step: Mapped[Step] = mapped_column(enum_column(Step, "step"), primary_key=True)
    at: Mapped[datetime]
    skipped: Mapped[bool]
