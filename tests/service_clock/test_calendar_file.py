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
        ("533400000000,2026-09-13,closure,\n", RowProblem.WHOLE),
    ],
)
def test_the_first_wrong_line_is_named(line, problem):
    text = HEADER + GOOD.replace("2026-09-13", "2026-09-14") + line
    with pytest.raises(BadRow) as caught:
        parse(text)
    assert (caught.value.line, caught.value.problem) == (3, problem)


WITH_HOURS = "area_code,day,kind,name,hours\n"


def test_closures_and_working_days_may_have_hours_of_their_own():
    text = WITH_HOURS + "533401101003,2026-12-01,closure,大雪,14:00-17:00 10:00-12:00\n"
    text += "533401000000,2026-12-05,working,,20:00-次日02:00\n533401101003,2026-12-02,closure,,\n"
    assert parse(text) == [
        CalendarRow(
            2, "533401101003", date(2026, 12, 1), DayKind.CLOSURE, "大雪",
            ((600, 720), (840, 1020)),
        ),
        CalendarRow(
            3, "533401000000", date(2026, 12, 5), DayKind.WORKING, "", ((1200, 1560),)
        ),
        CalendarRow(4, "533401101003", date(2026, 12, 2), DayKind.CLOSURE, ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "hours", "problem"),
    [
        ("closure", "ten to noon", RowProblem.HOURS),
        ("closure", "10:00-12:75", RowProblem.HOURS),
        ("closure", "24:00-26:00", RowProblem.HOURS),
        ("working", "20:00-02:00", RowProblem.HOURS_END),
        ("closure", "10:00-12:00 11:00-13:00", RowProblem.HOURS_OVERLAP),
        ("working", " ".join(f"{h}:00-{h}:30" for h in range(12)), RowProblem.HOURS),
        ("holiday", "10:00-12:00", RowProblem.HOURS_KIND),
        ("default", "10:00-12:00", RowProblem.HOURS_KIND),
    ],
)
def test_wrong_hours_are_named(kind, hours, problem):
    row = f"533401101003,2026-12-01,{kind},,{hours}\n"
    with pytest.raises(BadRow) as caught:
        parse(WITH_HOURS + "533401101003,2026-12-02,closure,,\n" + row)
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
