"""Places and stations with their opening hours. Categories are data, not rows."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service_desk.directory.areas import AreaLevel
from service_desk.foundation.database import Base, BigId, enum_column


class Area(Base):
    """A place of the official list, keyed by its 12-digit code (text, never a number).

    In force from `valid_from` until the day before `valid_to`; a place that is abolished keeps
    its row, since old requests lie there.
    """

    __tablename__ = "areas"
    __table_args__ = (
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="days_in_order"),
    )

    code: Mapped[str] = mapped_column(sa.String(12), primary_key=True)
    level: Mapped[AreaLevel] = mapped_column(enum_column(AreaLevel, "area_level"))
    name: Mapped[str] = mapped_column(sa.String(60))
    parent_code: Mapped[str | None] = mapped_column(sa.ForeignKey("areas.code"), index=True)
    counts_as_township: Mapped[bool] = mapped_column(default=False)
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]


class Station(Base):
    """村级综合服务站 of a village. `hours_version` names the week in force."""

    __tablename__ = "stations"

    id: Mapped[int] = mapped_column(primary_key=True)
    area_code: Mapped[str] = mapped_column(sa.ForeignKey("areas.code"), unique=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    phone: Mapped[str] = mapped_column(sa.String(20), default="")
    address: Mapped[str] = mapped_column(sa.String(200), default="")
    hours_version: Mapped[int] = mapped_column(default=1)


class StationWeek(Base):
    """One version of a station's ordinary week, from 1 on; never changed or deleted.

    `moved` open requests have gained time from it so far; `reached` is the request up to which
    they were looked through, null when all were. `created_by` is null for the desk itself.
    """

    __tablename__ = "station_weeks"

    station_id: Mapped[int] = mapped_column(sa.ForeignKey("stations.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(sa.Integer)
    moved: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    reached: Mapped[int | None] = mapped_column(BigId)


class StationHours(Base):
    """Open in a version of a station's week, from `opens` on a weekday (0 is Monday) to `closes`.

    Minutes from that day's local midnight; who closes past midnight closes after 1440.
    """

    __tablename__ = "station_hours"
    __table_args__ = (
        sa.ForeignKeyConstraint(
            ["station_id", "version"], ["station_weeks.station_id", "station_weeks.version"]
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday"),
        sa.CheckConstraint(
            "opens >= 0 AND opens < 1440 AND opens < closes AND closes <= 2880", name="in_two_days"
        ),
    )

    station_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    weekday: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    opens: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    closes: Mapped[int]
