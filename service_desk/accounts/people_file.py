"""The list of people as a file (pure): one line a grant, every line checked before any is used.

CSV with these columns; those marked * must be there, the others may be missing or empty:

- `username`*: the name to sign in with; a person with several grants has several lines.
- `display_name`*: at most 80 characters; the same on each line of a person.
- `phone`, `language` (`zh_Hans_CN`, `bo`, `en`): empty keeps what is known.
- `role`*, `area_code`* (12 digits), `title` (of one of several posts).
- `categories`: codes with spaces between, empty for all; `restricted`: `y` or empty.
- `starts_on`, `ends_on`: YYYY-MM-DD; empty is today, and no end.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service_desk.accounts.rules import is_username
from service_desk.directory.areas import is_code
from service_desk.directory.categories import CODES
from service_desk.directory.roles import Role
from service_desk.foundation import rows
from service_desk.foundation.phone import to_e164
from service_desk.foundation.rows import read_date

NEEDED = frozenset({"username", "display_name", "role", "area_code"})
COLUMNS = NEEDED | {
    "phone",
    "language",
    "title",
    "categories",
    "restricted",
    "starts_on",
    "ends_on",
}
YES, NO = ("y", "yes", "true", "1", "是"), ("", "n", "no", "false", "0", "否")
LANGUAGES = ("", "zh_Hans_CN", "bo", "en")
LONGEST = 80


class RowProblem(StrEnum):
    """Why a line is refused."""

    COLUMNS = "columns"
    USERNAME = "username"
    NAME = "name"
    PHONE = "phone"
    LANGUAGE = "language"
    ROLE = "role"
    AREA = "area"
    TITLE = "title"
    CATEGORIES = "categories"
    RESTRICTED = "restricted"
    DAYS = "days"
    TWICE = "twice"
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One line. `phone` is E.164; empty strings and null dates were left empty."""

    line: int
    username: str
    display_name: str
    phone: str
    language: str
    role: Role
    area_code: str
    title: str
    categories: tuple[str, ...] | None
    restricted: bool
    starts_on: date | None
    ends_on: date | None

    @property
    def about(self) -> tuple[str, str, str]:
        """What must be the same on every line of a person."""
        return self.display_name, self.phone, self.language

    @property
    def place(self) -> tuple[str, Role, str, str]:
        """What no two lines may share."""
        return self.username, self.role, self.area_code, self.title


class BadRow(rows.BadRow):
    """The first line that is wrong, counted from 1 as an editor shows it."""

    problem: RowProblem


def decode(content: bytes) -> str:
    """The text of a file; BadRow when it is none."""
    return rows.decode(content, BadRow(1, RowProblem.COLUMNS))


def parse(text: str) -> list[PersonRow]:
    """All lines, or BadRow for the first that is wrong. Empty lines are skipped."""
    found: list[PersonRow] = []
    abouts: dict[str, tuple[str, str, str]] = {}
    places: set[tuple[str, Role, str, str]] = set()
    for row in _rows(text):
        if row.place in places:
            raise BadRow(row.line, RowProblem.TWICE)
        if abouts.setdefault(row.username, row.about) != row.about:
            raise BadRow(row.line, RowProblem.DIFFERS)
        places.add(row.place)
        found.append(row)
    if not found:
        raise BadRow(1, RowProblem.COLUMNS)
    return found


def _rows(text: str) -> Iterator[PersonRow]:
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if not NEEDED <= set(header) <= COLUMNS or len(set(header)) < len(header):
            raise BadRow(1, RowProblem.COLUMNS)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _row(reader.line_num, header, cells)
    except csv.Error as error:
        raise BadRow(reader.line_num, RowProblem.COLUMNS) from error


def _row(line: int, header: list[str], cells: list[str]) -> PersonRow:
    if len(cells) != len(header):
        raise BadRow(line, RowProblem.COLUMNS)
    given = dict(zip(header, (text.strip() for text in cells), strict=True))
    cell = {**dict.fromkeys(COLUMNS, ""), **given}
    problem = next((each for each, wrong in _problems(cell).items() if wrong), None)
    if problem is not None:
        raise BadRow(line, problem)
    return _read(line, cell)


def _problems(cell: Mapping[str, str]) -> dict[RowProblem, bool]:
    return {
        RowProblem.USERNAME: not is_username(cell["username"].casefold()),
        RowProblem.NAME: not cell["display_name"] or not _fits(cell["display_name"]),
        RowProblem.PHONE: bool(cell["phone"]) and to_e164(cell["phone"]) is None,
        RowProblem.LANGUAGE: cell["language"] not in LANGUAGES,
        RowProblem.ROLE: cell["role"] not in set(Role),
        RowProblem.AREA: not is_code(cell["area_code"]),
        RowProblem.TITLE: not _fits(cell["title"]),
        RowProblem.CATEGORIES: not set(cell["categories"].split()) <= CODES,
        RowProblem.RESTRICTED: cell["restricted"].casefold() not in YES + NO,
        RowProblem.DAYS: not _days_fit(cell["starts_on"], cell["ends_on"]),
    }


def _fits(text: str) -> bool:
    return len(text) <= LONGEST and text.isprintable()


def _days_fit(starts_on: str, ends_on: str) -> bool:
    """Empty or days of this century, in order."""
    if not all(read_date(text) for text in (starts_on, ends_on) if text):
        return False
    return not (starts_on and ends_on) or starts_on <= ends_on


def _read(line: int, cell: Mapping[str, str]) -> PersonRow:
    return PersonRow(
        line=line,
        username=cell["username"].casefold(),
        display_name=cell["display_name"],
        phone=to_e164(cell["phone"]) or "",
        language=cell["language"],
        role=Role(cell["role"]),
        area_code=cell["area_code"],
        title=cell["title"],
        categories=tuple(cell["categories"].split()) or None,
        restricted=cell["restricted"].casefold() in YES,
        starts_on=read_date(cell["starts_on"]),
        ends_on=read_date(cell["ends_on"]),
    )
