"""Versions of the calendar and of the clock policies. Rows are added, never changed.

`stamp` is random: caches are keyed by it, so that a version that was rolled back is never
taken for the one that got its id afterwards.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service_desk.foundation.database import Base, BigId, enum_column
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_clock.schedule import DayKind
from service_desk.service_clock.walk import Clock


class DaySource(StrEnum):
    """Who says so: an administrator's table comes first, the library fills the rest."""

    TABLE = "table"
    LIBRARY = "library"


class CalendarVersion(Base):
    """One state of the whole calendar; the highest id is in force, requests keep theirs.

    `changed` days differ from the version before; `moved` open requests have gained time from it
    so far; `reached` is the request up to which they were looked through, null when all were.
    """

    __tablename__ = "calendar_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    stamp: Mapped[str] = mapped_column(sa.String(32), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(sa.String(200))
    changed: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    moved: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    reached: Mapped[int | None] = mapped_column(BigId)


class CalendarDay(Base):
    """A day that is not what its weekday says, in an area and every place inside it.

    `hours` are those of that very day, as `directory.hours.day_text` tells them; empty for the
    ordinary ones, and none at all on a closure.
    """

    __tablename__ = "calendar_days"

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("calendar_versions.id"), primary_key=True)
    area_code: Mapped[str] = mapped_column(sa.ForeignKey("areas.code"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[DayKind] = mapped_column(enum_column(DayKind, "day_kind"))
    name: Mapped[str] = mapped_column(sa.String(80))
    hours: Mapped[str] = mapped_column(sa.String(120), default="", server_default="")
    source: Mapped[DaySource] = mapped_column(enum_column(DaySource, "day_source"))


class PolicyVersion(Base):
    """One state of all limits; the highest id is in force, requests keep theirs."""

    __tablename__ = "policy_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    stamp: Mapped[str] = mapped_column(sa.String(32), unique=True)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    note: Mapped[str] = mapped_column(sa.String(200))


class ClockPolicy(Base):
    """One limit of a version: minutes, or days for `working_day`; null fits every request.

    One with an `area_code` is a county's own and comes before that of the prefecture.
    """

    __tablename__ = "clock_policies"
    __table_args__ = (sa.CheckConstraint("amount >= 0", name="amount"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("policy_versions.id"), index=True)
    kind: Mapped[PolicyKind] = mapped_column(enum_column(PolicyKind, "policy_kind"))
    urgency: Mapped[str | None] = mapped_column(sa.String(2))
    nature: Mapped[str | None] = mapped_column(sa.String(20))
    category: Mapped[str | None] = mapped_column(sa.String(12))
    around_the_clock: Mapped[bool | None]
    area_code: Mapped[str | None] = mapped_column(sa.ForeignKey("areas.code"))
    clock: Mapped[Clock] = mapped_column(enum_column(Clock, "clock"))
    amount: Mapped[int]


class Proposal:
    """What is proposed by one and decided by another, with a reason; undecided while null."""

    proposed_by: Mapped[int] = mapped_column(sa.ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]
    approved: Mapped[bool | None]
    reason: Mapped[str | None] = mapped_column(sa.String(200))


def _two_people() -> sa.CheckConstraint:
    return sa.CheckConstraint("decided_by IS NULL OR decided_by <> proposed_by", name="two_people")


def _waiting(name: str) -> sa.Index:
    undecided = sa.text("decided_at IS NULL")
    return sa.Index(name, "area_code", sqlite_where=undecided, postgresql_where=undecided)


class PolicyProposal(Proposal, Base):
    """Limits that would be longer.

    `edits` are those of `publishing.written`; `version_id` is the version they were made on.
    """

    __tablename__ = "policy_proposals"
    __table_args__ = (_two_people(), _waiting("ix_policy_proposals_waiting"))

    id: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(sa.ForeignKey("areas.code"))
    version_id: Mapped[int]
    edits: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(sa.String(200))


class CalendarProposal(Proposal, Base):
    """Days of the calendar that may give time; `area_code` is the widest place they name.

    `rows` are those of `calendar_proposals.written`; `version_id` is the version they became.
    """

    __tablename__ = "calendar_proposals"
    __table_args__ = (_two_people(), _waiting("ix_calendar_proposals_waiting"))

    id: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(sa.ForeignKey("areas.code"))
    rows: Mapped[list[Any]]
    note: Mapped[str] = mapped_column(sa.String(200))
    version_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("calendar_versions.id"), unique=True
    )
