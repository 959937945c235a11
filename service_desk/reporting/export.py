"""The report as an Excel workbook: numbers as numbers, no cell is ever a formula."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import xlsxwriter

from service_desk.directory.categories import label
from service_desk.foundation.localisation import current
from service_desk.foundation.localisation import gettext as _

Row = dict[str, Any]
OPTIONS = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}


def columns() -> list[tuple[str, str | tuple[str, str]]]:
    """Heading and the path of its value in a ROW; every rate as numerator and denominator."""
    return [
        (_("Area code"), "area_code"),
        (_("Area"), "area_name"),
        (_("Category"), "category"),
        (_("Requests"), "volume"),
        (_("First response on time"), ("first_response", "n")),
        (_("First response due"), ("first_response", "d")),
        (_("Median response, service minutes"), "median_service_min"),
        (_("90th percentile, service minutes"), "p90_service_min"),
        (_("Median response, wall minutes"), "median_wall_min"),
        (_("90th percentile, wall minutes"), "p90_wall_min"),
        (_("Resolved"), "resolved"),
        (_("Invited to rate"), "invited"),
        (_("Rated of invited"), ("rated_of_invited", "n")),
        (_("Rated"), "rated"),
        (_("Very satisfied"), ("ratings", "5")),
        (_("Satisfied"), ("ratings", "4")),
        (_("Basically satisfied"), ("ratings", "3")),
        (_("Dissatisfied"), ("ratings", "2")),
        (_("Very dissatisfied"), ("ratings", "1")),
        (_("Satisfaction, numerator"), ("satisfaction", "n")),
        (_("Satisfaction, denominator"), ("satisfaction", "d")),
        (_("Praise, numerator"), ("praise", "n")),
        (_("Praise, denominator"), ("praise", "d")),
    ]


def workbook(report: dict[str, Any]) -> bytes:
    """An .xlsx with one sheet; a figure that does not exist is shown as —."""
    buffer = BytesIO()
    with xlsxwriter.Workbook(buffer, OPTIONS) as book:
        sheet = book.add_worksheet(report["month"])
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        heads = columns()
        sheet.write_row(0, 0, [heading for heading, _path in heads], bold)
        sheet.freeze_panes(1, 3)
        sheet.set_column(0, 2, 18)
        for number, row in enumerate(report["rows"], 1):
            sheet.write_row(number, 0, [_cell(row, path) for _heading, path in heads])
    return buffer.getvalue()


def _cell(row: Row, path: str | tuple[str, str]) -> Any:
    if path == "category":
        return label(row["category"], current()) if row["category"] else _("All")
    value = row[path] if isinstance(path, str) else row[path[0]][path[1]]
    return "—" if value is None else value
