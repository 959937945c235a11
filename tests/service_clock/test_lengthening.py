"""Which rows may give somebody time: those need two people."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.directory.areas import ancestors
from service_desk.service_clock import walk
from service_desk.service_clock.calendar_file import CalendarRow
from service_desk.service_clock.layers import Told, layered
from service_desk.service_clock.lengthening import gives_time
from service_desk.service_clock.schedule import DEFAULT_WEEK, DayKind
from service_desk.service_clock.walk import Clock

CITY, TOWNSHIP, VILLAGE, OTHER = "533401000000", "533401101000", "533401101003", "533423101001"
MONDAY, SATURDAY = date(2026, 12, 7), date(2026, 12, 5)
WEEKS = dict.fromkeys((CITY, TOWNSHIP, VILLAGE, OTHER), DEFAULT_WEEK)
NOON = ((600, 720),)
LONG = ((480, 1200),)
HOLIDAY, WORKING, CLOSURE = DayKind.HOLIDAY, DayKind.WORKING, DayKind.CLOSURE


def changed(before, rows):
    told = dict(before)
    for row in rows:
        told.pop((row.area_code, row.day), None)
        if row.kind is not None:
            told[row.area_code, row.day] = Told(row.kind, row.hours)
    return told


def lengthens(row, before=None, weeks=WEEKS):
    before = before or {}
    return gives_time([row], before, changed(before, [row]), weeks)


def a_row(kind, hours=(), code=TOWNSHIP, day=MONDAY):
    return CalendarRow(1, code, day, kind, "", hours)


@pytest.mark.parametrize(
    ("row", "there"),
    [
        (a_row(HOLIDAY), {}),
        (a_row(CLOSURE), {}),
        (a_row(HOLIDAY, day=SATURDAY), {}),
        (a_row(WORKING, NOON), {}),
        (a_row(WORKING, LONG), {}),
        (a_row(WORKING), {(CITY, MONDAY): Told(WORKING, LONG)}),
        (a_row(None), {(TOWNSHIP, MONDAY): Told(CLOSURE, NOON)}),
        (a_row(None), {(TOWNSHIP, MONDAY): Told(CLOSURE, LONG)}),
        (a_row(None), {(TOWNSHIP, MONDAY): Told(WORKING), (CITY, MONDAY): Told(HOLIDAY)}),
        (
            a_row(None),
            {(TOWNSHIP, MONDAY): Told(CLOSURE, DEFAULT_WEEK[0]), (CITY, MONDAY): Told(CLOSURE)},
        ),
        (a_row(None, day=SATURDAY), {(TOWNSHIP, SATURDAY): Told(WORKING)}),
    ],
)
def test_what_may_give_time(row, there):
    assert lengthens(row, there)


@pytest.mark.parametrize(
    ("row", "there"),
    [
        (a_row(WORKING, day=SATURDAY), {}),
        (a_row(WORKING), {(CITY, MONDAY): Told(HOLIDAY)}),
        (a_row(WORKING), {(TOWNSHIP, MONDAY): Told(CLOSURE)}),
        (a_row(None), {(TOWNSHIP, MONDAY): Told(CLOSURE)}),
        (a_row(None), {(TOWNSHIP, MONDAY): Told(HOLIDAY)}),
        (a_row(None), {(TOWNSHIP, MONDAY): Told(HOLIDAY), (CITY, MONDAY): Told(CLOSURE)}),
        (a_row(None), {(OTHER, MONDAY): Told(CLOSURE, LONG)}),
    ],
)
def test_what_can_only_take_time_away(row, there):
    assert not lengthens(row, there)


def test_one_row_that_may_give_time_is_enough():
    rows = [a_row(WORKING, day=SATURDAY), a_row(HOLIDAY)]
    assert gives_time(rows, {}, changed({}, rows), WEEKS)


tolds = st.builds(
    lambda kind, hours: Told(kind, () if kind is HOLIDAY else hours),
    st.sampled_from(DayKind),
    st.sampled_from([(), NOON, LONG, DEFAULT_WEEK[0]]),
)
days = st.integers(0, 9).map(lambda ahead: date(2026, 12, 3) + timedelta(days=ahead))
calendars = st.dictionaries(
    st.tuples(st.sampled_from([CITY, TOWNSHIP, VILLAGE]), days), tolds, max_size=6
)
rows = st.builds(
    lambda kind, hours, code, day: CalendarRow(1, code, day, kind, "", hours if kind else ()),
    st.sampled_from([None, WORKING]),
    st.sampled_from([(), NOON, LONG]),
    st.sampled_from([CITY, TOWNSHIP, VILLAGE]),
    days,
)


def hours_of(calendar):
    told = [
        {day: each for (place, day), each in calendar.items() if place == code}
        for code in (VILLAGE, *ancestors(VILLAGE))
    ]
    return layered(DEFAULT_WEEK, told)


@given(calendars, rows, st.integers(0, 9 * 24), st.integers(1, 9))
def test_what_one_person_may_publish_makes_nothing_due_later(calendar, row, hour, amount):
    after = changed(calendar, [row])
    if gives_time([row], calendar, after, WEEKS):
        return
    start = datetime(2026, 12, 2, tzinfo=UTC) + timedelta(hours=hour)
    for clock, length in ((Clock.SERVICE_HOUR, amount * 60), (Clock.WORKING_DAY, amount)):
        due = [walk.due(hours_of(each), clock, start, length) for each in (calendar, after)]
        assert due[1] <= due[0], (clock, due)
