"""The calendar table as a file (pure): CSV with area_code, day, kind, name and maybe hours.

- `area_code`: 12 digits; a prefecture's or county's day holds for every place inside it.
- `day`: YYYY-MM-DD.
- `kind`: `holiday` (closed), `working` (worked although a weekend or holiday), `closure` (the
  station does not open, be the day worked or not; not of the whole prefecture), `default`
  (takes an earlier line for this area and day out again).
- `name`: why, at most 80 characters; may be empty.
- `hours`: those of that very day, such as 10:00-12:00; of closures and working days only. The
  column may be missing.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from service_desk.directory.areas import PREFECTURE, is_code
from service_desk.directory.hours import HoursProblem, Pairs, day_text, read_hours
from service_desk.foundation import rows
from service_desk.foundation.rows import read_date
from service_desk.service_clock.schedule import DayKind

NEEDED = frozenset({"area_code", "day", "kind", "name"})
HOURS = "hours"
TAKE_OUT = "default"
NAME_LENGTH = 80
HOURS_LENGTH = 120
WITH_HOURS = (DayKind.CLOSURE, DayKind.WORKING)


class RowProblem(StrEnum):
    """Why a line is refused."""

    COLUMNS = "columns"
    AREA = "area"
    DAY = "day"
    KIND = "kind"
    NAME = "name"
    HOURS = "hours"
    HOURS_END = "hours_end"
    HOURS_OVERLAP = "hours_overlap"
    HOURS_KIND = "hours_kind"
    WHOLE = "whole"
    TWICE = "twice"
    TAKEN = "taken"
    REACH = "reach"


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """One line; `kind` is None where an earlier entry is taken out.

    `hours` are opens and closes, in minutes from the day's midnight, in order.
    """

    line: int
    area_code: str
    day: date
    kind: DayKind | None
    name: str
    hours: tuple[tuple[int, int], ...] = ()


class BadRow(rows.BadRow):
    """The line that cannot be taken, counted from 1 as an editor shows it."""

    problem: RowProblem


def decode(content: bytes) -> str:
    """The text of a file; BadRow when it is none."""
    return rows.decode(content, BadRow(1, RowProblem.COLUMNS))


def parse(text: str) -> list[CalendarRow]:
    """All lines, or BadRow for the first that is wrong. Empty lines are skipped."""
    found: dict[tuple[str, date], CalendarRow] = {}
    for each in _rows(text):
        if (each.area_code, each.day) in found:
            raise BadRow(each.line, RowProblem.TWICE)
        found[each.area_code, each.day] = each
    if not found:
        raise BadRow(1, RowProblem.COLUMNS)
    return list(found.values())


def _rows(text: str) -> Iterator[CalendarRow]:
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if len(set(header)) < len(header) or set(header) - {HOURS} != NEEDED:
            raise BadRow(1, RowProblem.COLUMNS)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _row(reader.line_num, header, cells)
    except csv.Error as error:
        raise BadRow(reader.line_num, RowProblem.COLUMNS) from error


def _row(line: int, header: list[str], cells: list[str]) -> CalendarRow:
    if len(cells) != len(header):
        raise BadRow(line, RowProblem.COLUMNS)
    return row(line, dict(zip(header, (text.strip() for text in cells), strict=True)))


def row(line: int, cell: Mapping[str, str]) -> CalendarRow:
    """One line from its cells by column; BadRow says what is wrong with it."""
    hours = read_hours(cell.get(HOURS, ""))
    problem = _problem(cell) or _hours_problem(cell["kind"], hours)
    if problem is not None or not isinstance(hours, tuple):
        raise BadRow(line, problem or RowProblem.HOURS)
    kind = None if cell["kind"] == TAKE_OUT else DayKind(cell["kind"])
    day = date.fromisoformat(cell["day"])
    return CalendarRow(line, cell["area_code"], day, kind, cell["name"], hours)


def _problem(cell: Mapping[str, str]) -> RowProblem | None:
    problems = {
        RowProblem.AREA: not is_code(cell["area_code"]),
        RowProblem.DAY: read_date(cell["day"]) is None,
        RowProblem.KIND: cell["kind"] not in (*DayKind, TAKE_OUT),
        RowProblem.WHOLE: (cell["area_code"], cell["kind"]) == (PREFECTURE, DayKind.CLOSURE),
        RowProblem.NAME: len(cell["name"]) > NAME_LENGTH or not cell["name"].isprintable(),
    }
    return next((each for each, wrong in problems.items() if wrong), None)


_WRONG_HOURS = {
    HoursProblem.ENDS_BEFORE_START: RowProblem.HOURS_END,
    HoursProblem.OVERLAP: RowProblem.HOURS_OVERLAP,
}


def _hours_problem(kind: str, hours: Pairs | HoursProblem | None) -> RowProblem | None:
    if not isinstance(hours, tuple):
        return RowProblem.HOURS if hours is None else _WRONG_HOURS.get(hours, RowProblem.HOURS)
    if hours and kind not in WITH_HOURS:
        return RowProblem.HOURS_KIND
    return RowProblem.HOURS if len(day_text(hours)) > HOURS_LENGTH else None
