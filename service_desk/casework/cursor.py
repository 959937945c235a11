"""Where a page of the queue ends (pure): a rank, a due time and an id, as text in the address.

What a reader may see is decided by the scope query, so a made-up cursor shows nothing more.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

DANGER, REST = 0, 1
"""Open P0 requests are listed before all others."""

_SHAPE = re.compile(r"([01])-(\d{1,18})-(\d{1,18})")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST = datetime(9999, 12, 31, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """The last row of a page; the next page begins after it."""

    rank: int
    due_at: datetime
    id: int

    def text(self) -> str:
        """`1-1795500000000000-42`: rank, microseconds since 1970, id."""
        return f"{self.rank}-{(self.due_at - _EPOCH) // _MICROSECOND}-{self.id}"


START = Cursor(DANGER, _EPOCH, 0)


def read(text: str | None) -> Cursor:
    """The cursor of an address; what is none is the start of the list."""
    match = _SHAPE.fullmatch(text or "")
    if match is None:
        return START
    rank, micros, number = (int(part) for part in match.groups())
    if micros > (_LAST - _EPOCH) // _MICROSECOND:
        return START
    return Cursor(rank, _EPOCH + micros * _MICROSECOND, number)
