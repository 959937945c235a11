"""Periodic work: one row per job and period, so that many schedules do it once."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service_desk.foundation.database import Base, insert_once, session

KEPT = timedelta(days=40)


class PeriodicRun(Base):
    """That `job` was done for `period` (an ISO minute, day or month)."""

    __tablename__ = "periodic_runs"

    job: Mapped[str] = mapped_column(sa.String(60), primary_key=True)
    period: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    at: Mapped[datetime]


def first_time(job: str, period: str, at: datetime) -> bool:
    """True for exactly one caller per job and period, once its transaction commits."""
    row = insert_once(PeriodicRun).values(job=job, period=period, at=at)
    return session.execute(row.returning(PeriodicRun.job)).first() is not None


def forget_before(at: datetime) -> int:
    """Removes what no schedule asks for any more; returns how many."""
    gone = sa.delete(PeriodicRun).where(PeriodicRun.at < at - KEPT).returning(PeriodicRun.job)
    return len(session.execute(gone).all())
