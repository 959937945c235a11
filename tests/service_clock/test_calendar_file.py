"""The calendar table as a file: what is taken and what is refused, with its line."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.service_clock.calendar_file import (
    BadRow,
    CalendarRow,
    RowProblem,
    decode,
    parse,
)
from service_desk.service_clock.schedule import DayKind

HEADER = "area_code,day,kind,name\n"
GOOD = "533401000000,2026-09-13,holiday,自治州成立纪念日\n"


def test_rows_are_read_in_order_whatever_the_order_of_columns():
    text = "name, day,kind,area_code\n州庆,2026-09-14, holiday ,533401000000\n\n,,,\n"
    text += '"a, b",2026-09-12,working,533400000000\nx,2026-09-15,default,533401101000\n'
    assert parse(text) == [
        CalendarRow(2, "533401000000", date(2026, 9, 14), DayKind.HOLIDAY, "州庆"),
        CalendarRow(5, "533400000000", date(2026, 9, 12), DayKind.WORKING, "a, b"),
        CalendarRow(6, "533401101000", date(2026, 9, 15), None, "x"),
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("533401000000,2026-09-13,holiday\n", RowProblem.COLUMNS),
        ("533401000000,2026-09-13,holiday,a,b\n", RowProblem.COLUMNS),
        ('533401000000,2026-09-13,holiday,"a\n', RowProblem.COLUMNS),
        ("110101000000,2026-09-13,holiday,\n", RowProblem.AREA),
        (",2026-09-13,holiday,\n", RowProblem.AREA),
        ("533401000000,2026-02-30,holiday,\n", RowProblem.DAY),
        ("533401000000,20260913,holiday,\n", RowProblem.DAY),
        ("533401000000,1926-09-13,holiday,\n", RowProblem.DAY),
        ("533401000000,2026-09-13,off,\n", RowProblem.KIND),
        ("533401000000,2026-09-13,,\n", RowProblem.KIND),
        (f"533401000000,2026-09-13,holiday,{'长' * 81}\n", RowProblem.NAME),
        ("533401000000,2026-09-13,holiday,a\x07b\n", RowProblem.NAME),
        (GOOD.replace("2026-09-13", "2026-09-14"), RowProblem.TWICE),
    ],
)
def test_the_first_wrong_line_is_named(line, problem):
    text = HEADER + GOOD.replace("2026-09-13", "2026-09-14") + line
    with pytest.raises(BadRow) as caught:
        parse(text)
    assert (caught.value.line, caught.value.problem) == (3, problem)


@pytest.mark.parametrize("text", ["", HEADER, "area,day\n", "area_code,day,kind,name,extra\n"])
def test_a_file_without_the_columns_or_without_rows_is_refused(text):
    with pytest.raises(BadRow) as caught:
        parse(text)
    assert (caught.value.line, caught.value.problem) == (1, RowProblem.COLUMNS)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_of_chinese_spreadsheets_are_read(encoding):
    assert parse(decode((HEADER + GOOD).encode(encoding)))[0].name == "自治州成立纪念日"


def test_what_is_no_text_is_refused():
    with pytest.raises(BadRow):
        decode(b"\xff\xff\xff")


@given(st.text())
def test_any_text_is_read_or_refused_with_its_line(text):
    try:
        found = [row.line for row in parse(HEADER + text)]
    except BadRow as bad:
        found = [bad.line]
    assert found
    assert min(found) >= 1
