"""Files that are taken whole or not at all: how they are read, and the first wrong line (pure)."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

FIRST_YEAR, LAST_YEAR = 2000, 2100


class BadRow(Exception):
    """The first line that is wrong, counted from 1 as an editor shows it.

    Each kind of file has its own, whose `problem` says why.
    """

    def __init__(self, line: int, problem: StrEnum) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line
        self.problem = problem


def decode(content: bytes, unreadable: BadRow) -> str:
    """UTF-8, else GB 18030, as Excel in Chinese saves it. Raises `unreadable` when neither fits."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable


def read_date(text: str) -> date | None:
    """A day of this century as YYYY-MM-DD, else None."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if text == day.isoformat() and FIRST_YEAR <= day.year <= LAST_YEAR else None
