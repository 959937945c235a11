"""A table of station days as a file (pure): CSV with the columns area_code, day, hours.

- `area_code`: the 12 digits of a village with a station.
- `day`: YYYY-MM-DD, not after today and not longer ago than a year.
- `hours`: `08:30-12:00 13:30-18:00`; empty when the station did not open that day.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from service_desk.directory.hours import HoursProblem, Interval, problem, read_day
from service_desk.foundation import rows
from service_desk.foundation.rows import read_date
from service_desk.stations.rules import BACK_DAYS, Pairs

COLUMNS = ("area_code", "day", "hours")
MOST_ROWS = 10_000


class RowProblem(StrEnum):
    """Why a line is refused."""

    COLUMNS = "columns"
    STATION = "station"
    DAY = "day"
    FUTURE = "future"
    LONG_AGO = "long_ago"
    HOURS = "hours"
    ORDER = "order"
    OVERLAP = "overlap"
    TWICE = "twice"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class DayRow:
    """One line: the hours of one station on one day."""

    line: int
    area_code: str
    day: date
    hours: Pairs


@dataclass(frozen=True, slots=True)
class Known:
    """What a table is held against: stations that may be told of, and minutes of today gone."""

    stations: Collection[str]
    today: date
    passed: int


class BadRow(rows.BadRow):
    """The line that cannot be taken, counted from 1 as an editor shows it."""

    problem: RowProblem


def decode(content: bytes) -> str:
    """The text of a file; BadRow when it is none."""
    return rows.decode(content, BadRow(1, RowProblem.COLUMNS))


def parse(text: str, known: Known) -> list[DayRow]:
    """All lines, or BadRow for the first that is wrong. Empty lines are skipped."""
    found: dict[tuple[str, date], DayRow] = {}
    for each in _rows(text, known):
        if (each.area_code, each.day) in found:
            raise BadRow(each.line, RowProblem.TWICE)
        if len(found) >= MOST_ROWS:
            raise BadRow(each.line, RowProblem.TOO_MANY)
        found[each.area_code, each.day] = each
    if not found:
        raise BadRow(1, RowProblem.COLUMNS)
    return list(found.values())


def _rows(text: str, known: Known) -> Iterator[DayRow]:
    reader = csv.reader(text.splitlines(), strict=True)
    try:
        header = [name.strip() for name in next(reader, [])]
        if sorted(header) != sorted(COLUMNS):
            raise BadRow(1, RowProblem.COLUMNS)
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield _row(reader.line_num, _named(reader.line_num, header, cells), known)
    except csv.Error as error:
        raise BadRow(reader.line_num, RowProblem.COLUMNS) from error


def _named(line: int, header: list[str], cells: list[str]) -> dict[str, str]:
    if len(cells) != len(header):
        raise BadRow(line, RowProblem.COLUMNS)
    return dict(zip(header, (text.strip() for text in cells), strict=True))


def _row(line: int, cell: Mapping[str, str], known: Known) -> DayRow:
    if cell["area_code"] not in known.stations:
        raise BadRow(line, RowProblem.STATION)
    day = read_date(cell["day"])
    if day is None:
        raise BadRow(line, RowProblem.DAY)
    hours = read_day(cell["hours"])
    if hours is None:
        raise BadRow(line, RowProblem.HOURS)
    if (wrong := fault(day, hours, known)) is not None:
        raise BadRow(line, wrong)
    return DayRow(line, cell["area_code"], day, hours)


def fault(day: date, hours: Pairs, known: Known) -> RowProblem | None:
    """What is wrong with the hours told of a day; also of those that a clerk typed."""
    if day > known.today:
        return RowProblem.FUTURE
    if day < known.today - timedelta(days=BACK_DAYS):
        return RowProblem.LONG_AGO
    found = problem([Interval(day.weekday(), opens, closes) for opens, closes in hours])
    if found is not None:
        return RowProblem.OVERLAP if found[0] is HoursProblem.OVERLAP else RowProblem.ORDER
    gone = known.passed + (known.today - day).days * 24 * 60
    if any(closes > gone for _opens, closes in hours):
        return RowProblem.FUTURE
    return None
