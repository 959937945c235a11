"""What was told of station days, what waits for a second person, and which weekends count."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service_desk.foundation.database import Base, enum_column
from service_desk.stations.rules import Kind, Said, Source, Teller

REASON_LENGTH = 300


class StationDay(Base):
    """One word on a station's day. Rows are only added: `number` 2 replaces number 1.

    `hours` is a list of [opens, closes] in minutes from local midnight; closes may lie after
    1440. `open_since` is an opening that is not closed yet and counts for nothing.
    """

    __tablename__ = "station_days"
    __table_args__ = (
        sa.UniqueConstraint("area_code", "day", "number"),
        sa.CheckConstraint("number >= 1", name="number"),
        sa.CheckConstraint("open_since >= 0 AND open_since < 1440", name="open_since"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(sa.ForeignKey("areas.code"))
    day: Mapped[date]
    number: Mapped[int]
    kind: Mapped[Kind] = mapped_column(enum_column(Kind, "kind"))
    hours: Mapped[list[Any]]
    open_since: Mapped[int | None]
    source: Mapped[Source] = mapped_column(enum_column(Source, "source"))
    recorded_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    recorded_at: Mapped[datetime]
    proposal_id: Mapped[int | None] = mapped_column(sa.ForeignKey("station_proposals.id"))

    @property
    def said(self) -> Said:
        """What the rules need of it."""
        return Said(self.kind, tuple((a, b) for a, b in self.hours), self.open_since)

    @property
    def teller(self) -> Teller:
        """Whose word it is."""
        return Teller(self.source, self.recorded_by)


class StationProposal(Base):
    """What counts only when a second person says so. `area_code` is what a decider must reach.

    `days` is a list of [area_code, YYYY-MM-DD, [[opens, closes], ...]]. `proposed_by` is null
    for the operator. `approved` is null while it waits.
    """

    __tablename__ = "station_proposals"
    __table_args__ = (
        sa.Index("ix_station_proposals_approved_area_code", "approved", "area_code"),
        sa.CheckConstraint("(approved IS NULL) = (decided_at IS NULL)", name="decided"),
        sa.CheckConstraint("decided_by <> proposed_by", name="second_person"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(sa.ForeignKey("areas.code"))
    kind: Mapped[Kind] = mapped_column(enum_column(Kind, "kind"))
    days: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(sa.String(REASON_LENGTH))
    proposed_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    proposed_at: Mapped[datetime]
    approved: Mapped[bool | None]
    decided_by: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"))
    decided_at: Mapped[datetime | None]


class StationWeekend(Base):
    """Whether a county counts weekends; without a row it does not."""

    __tablename__ = "station_weekends"

    area_code: Mapped[str] = mapped_column(sa.ForeignKey("areas.code"), primary_key=True)
    saturday: Mapped[bool]
    sunday: Mapped[bool]
