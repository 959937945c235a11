"""The list of divisions as a file (pure): every row is checked before any is used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from service_desk.directory.areas import PREFECTURE, AreaLevel, is_code, parent_of, prefix
from service_desk.foundation import rows

COLUMNS = ("code12", "level", "name", "parent12", "counts_as_township")
NAME_LENGTH = 60
FIRST_LINE = 2
_LEVELS = {
    "prefecture": (AreaLevel.PREFECTURE, 4),
    "county": (AreaLevel.COUNTY, 6),
    "township": (AreaLevel.TOWNSHIP, 9),
    "zone": (AreaLevel.ZONE, 9),
    "residents_committee": (AreaLevel.VILLAGE, 12),
    "village_committee": (AreaLevel.VILLAGE, 12),
}
Row = Mapping[str, str | None]


class RowProblem(StrEnum):
    """Why a list is refused."""

    COLUMNS = "columns"
    CODE = "code"
    NAME = "name"
    LEVEL = "level"
    PARENT = "parent"
    TWICE = "twice"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class Division:
    """One place of the list."""

    code: str
    level: AreaLevel
    name: str
    counts_as_township: bool


class BadRow(rows.BadRow):
    """The first row that is wrong, by its line in the file (the heading is line 1)."""

    problem: RowProblem


def read_divisions(listed: Sequence[Row]) -> list[Division]:
    """The places of a list, parents first. Raises BadRow; the list must be the whole one.

    Whole means that the prefecture and the place above each place are in it, since places
    that are not listed are taken to be abolished.
    """
    codes = Counter(row.get("code12") for row in listed)
    if PREFECTURE not in codes:
        raise BadRow(1, RowProblem.WHOLE)
    for line, row in enumerate(listed, FIRST_LINE):
        problem = _problem(row, codes)
        if problem is not None:
            raise BadRow(line, problem)
    return sorted((_division(row) for row in listed), key=lambda each: each.code)


def _problem(row: Row, codes: Counter[str | None]) -> RowProblem | None:
    if set(row) != set(COLUMNS) or None in row.values():
        return RowProblem.COLUMNS
    return _place_problem(row, codes) or _name_problem(row)


def _place_problem(row: Row, codes: Counter[str | None]) -> RowProblem | None:
    """What is wrong with the code, the level or the place above."""
    code, level = str(row["code12"]), _LEVELS.get(str(row["level"]))
    if not is_code(code):
        return RowProblem.CODE
    if level is None or level[1] != len(prefix(code)):
        return RowProblem.LEVEL
    parent = parent_of(code)
    if parent is not None and (row["parent12"] != parent or parent not in codes):
        return RowProblem.PARENT
    return RowProblem.TWICE if codes[code] > 1 else None


def _name_problem(row: Row) -> RowProblem | None:
    name = str(row["name"]).strip()
    good = name.isprintable() and 0 < len(name) <= NAME_LENGTH
    return None if good else RowProblem.NAME


def _division(row: Row) -> Division:
    return Division(
        code=str(row["code12"]),
        level=_LEVELS[str(row["level"])][0],
        name=str(row["name"]).strip(),
        counts_as_township=row["counts_as_township"] == "true",
    )
