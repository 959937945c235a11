"""A calendar month of Diqing as a span of moments (pure)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from service_desk.foundation.clock import SHANGHAI, local

_FORM = re.compile(r"20\d\d-(0[1-9]|1[0-2])")
FREEZE_DAY = 5


@dataclass(frozen=True, order=True)
class Month:
    """`start` is included, `end` is not."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> Month | None:
        """`2026-11`; None for anything else."""
        return cls(int(text[:4]), int(text[5:])) if _FORM.fullmatch(text) else None

    @classmethod
    def of(cls, moment: datetime) -> Month:
        day = local(moment)
        return cls(day.year, day.month)

    def __str__(self) -> str:
        return f"{self.year}-{self.number:02d}"

    @property
    def start(self) -> datetime:
        return datetime(self.year, self.number, 1, tzinfo=SHANGHAI)

    @property
    def end(self) -> datetime:
        return self.next.start

    @property
    def next(self) -> Month:
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def previous(self) -> Month:
        return Month.of(self.start - timedelta(days=1))

    @property
    def frozen_from(self) -> datetime:
        """The beginning of day 5 of the next month (domain.md §9)."""
        return self.next.start + timedelta(days=FREEZE_DAY - 1)
