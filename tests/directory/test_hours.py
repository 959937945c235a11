"""Opening hours: lunch does not count, overlaps are refused."""

from __future__ import annotations

from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from service_desk.directory import hours
from service_desk.directory.hours import HoursProblem, Interval

MORNING = Interval(0, 510, 720)
minutes = st.integers(0, hours.DAY)
intervals = st.lists(st.builds(Interval, st.integers(0, 6), minutes, minutes), max_size=12)


def test_the_ordinary_day_is_exactly_eight_hours():
    assert hours.open_minutes(hours.DEFAULT_WEEK[0]) == hours.ENOUGH
    assert hours.short_days(hours.DEFAULT_WEEK) == ()
    assert sorted(hours.DEFAULT_WEEK) == [0, 1, 2, 3, 4]


def test_six_and_a_half_hours_are_too_few():
    week = hours.week([Interval(2, 540, 720), Interval(2, 840, 1050)])
    assert hours.open_minutes(week[2]) == 390
    assert hours.short_days(week) == (2,)


def test_what_is_wrong_is_named():
    assert hours.problem([MORNING, Interval(0, 700, 900)]) == (
        HoursProblem.OVERLAP,
        Interval(0, 700, 900),
    )
    for bad, why in (
        (Interval(7, 1, 2), HoursProblem.NO_SUCH_DAY),
        (Interval(1, 600, 600), HoursProblem.ENDS_BEFORE_START),
        (Interval(1, 600, 1441), HoursProblem.OUTSIDE_THE_DAY),
    ):
        assert hours.problem([bad]) == (why, bad)


def test_touching_intervals_and_other_days_do_not_overlap():
    assert hours.problem([MORNING, Interval(0, 720, 800), Interval(1, 510, 720)]) is None


def test_closing_time_is_closed():
    assert hours.is_open(hours.DEFAULT_WEEK, 0, 510)
    assert not hours.is_open(hours.DEFAULT_WEEK, 0, 720)
    assert not hours.is_open(hours.DEFAULT_WEEK, 6, 600)


def test_times_are_told_in_hours_and_minutes():
    assert hours.clock_text(510) == "08:30"
    assert hours.clock_text(hours.DAY) == "24:00"
    assert hours.minute_of(time(8, 30)) == 510


@given(intervals)
def test_good_hours_count_every_open_minute_once(given_intervals):
    if hours.problem(given_intervals) is None:
        week = hours.week(given_intervals)
        for day, pairs in week.items():
            counted = sum(hours.is_open(week, day, minute) for minute in range(hours.DAY))
            assert counted == hours.open_minutes(pairs)


@given(st.lists(st.tuples(minutes, minutes), max_size=4))
def test_hours_are_read_as_they_are_written(pairs):
    assert hours.read_day(hours.day_text(pairs)) == tuple(pairs)


def test_hours_are_read_as_typed_on_any_keypad():
    assert hours.read_day("８：３０－１２：００，13:30至18") == ((510, 720), (810, 1080))
    assert hours.read_day("") == ()
    for wrong in ("from nine", "9-", "9:00-12:60", "9:00-25:00", "9:00 12:00", "٩:٠٠-١٢:٠٠x"):
        assert hours.read_day(wrong) is None
