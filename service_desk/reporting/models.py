"""A month once frozen: what was published stays what was published."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service_desk.foundation.database import Base


class ReportSnapshot(Base):
    """The figures of one month and area under one definition version."""

    __tablename__ = "report_snapshots"
    __table_args__ = (sa.UniqueConstraint("month", "area_code", "definition_version"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    month: Mapped[str] = mapped_column(sa.String(7))
    area_code: Mapped[str] = mapped_column(sa.ForeignKey("areas.code"))
    definition_version: Mapped[int]
    frozen_at: Mapped[datetime]
    figures: Mapped[dict[str, Any]]
