"""Opening hours: lunch does not count, overlaps are refused."""

from __future__ import annotations

from datetime import time

from hypothesis import given
from hypothesis import strategies as st

from service_desk.directory import hours
from service_desk.directory.hours import HoursProblem, Interval

MORNING = Interval(0, 510, 720)
minutes = st.integers(0, hours.DAY)
intervals = st.lists(
    st.builds(Interval, st.integers(0, 6), minutes, st.integers(0, hours.LATEST)), max_size=12
)


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
        (Interval(1, 1200, 120), HoursProblem.ENDS_BEFORE_START),
        (Interval(1, 1440, 1500), HoursProblem.OUTSIDE_THE_DAY),
        (Interval(1, 600, 2881), HoursProblem.OUTSIDE_THE_DAY),
    ):
        assert hours.problem([bad]) == (why, bad)


def test_touching_intervals_and_other_days_do_not_overlap():
    assert hours.problem([MORNING, Interval(0, 720, 800), Interval(1, 510, 720)]) is None


def test_a_night_overlaps_the_next_morning_also_from_sunday_to_monday():
    early = Interval(0, 60, 240)
    for weekday, morning in ((6, early), (0, Interval(1, 60, 240))):
        night = Interval(weekday, 1200, 1560)
        assert hours.problem([night, morning]) == (
            HoursProblem.OVERLAP,
            morning,
        )
        assert hours.problem([Interval(weekday, 1200, 1500), morning]) is None
    whole = Interval(2, 0, hours.LATEST)
    assert hours.problem([whole, Interval(4, 0, 60)]) is None
    assert hours.problem([whole, Interval(3, 1439, 1440)]) is not None


def test_a_night_counts_on_both_days():
    week = hours.week([Interval(6, 1200, 1560), Interval(0, 540, 900)])
    assert hours.pairs_on(week, 6) == ((1200, 1440),)
    assert hours.pairs_on(week, 0) == ((0, 120), (540, 900))
    assert hours.short_days(week) == (6,)
    assert [hours.is_open(week, 0, minute) for minute in (0, 119, 120)] == [True, True, False]
    assert hours.is_open(week, 6, 1439)
    assert not hours.is_open(week, 1, 60)


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
        counted = sum(
            hours.is_open(week, day, minute) for day in range(7) for minute in range(hours.DAY)
        )
        assert counted == sum(map(hours.open_minutes, week.values()))
        assert counted == sum(hours.open_minutes(hours.pairs_on(week, day)) for day in range(7))


@given(st.lists(st.tuples(minutes, st.integers(0, hours.LATEST)), max_size=4))
def test_hours_are_read_as_they_are_written(pairs):
    assert hours.read_day(hours.day_text(pairs)) == tuple(pairs)


def test_hours_are_read_as_typed_on_any_keypad():
    assert hours.read_day("８：３０－１２：００，13:30至18") == ((510, 720), (810, 1080))
    assert hours.read_day("") == ()
    for wrong in (
        "from nine",
        "9-",
        "9:00-12:60",
        "9:00-49:00",
        "25-26",
        "9:00 12:00",
        "٩:٠٠-١٢:٠٠x",
    ):
        assert hours.read_day(wrong) is None


def test_past_midnight_is_written_in_either_way():
    for text in ("20:00-26:00", "20:00-次日02:00", "20-翌日2", "20:00 至 Next day 2:00"):
        assert hours.read_day(text) == ((1200, 1560),), text
    assert hours.read_day("20:00-次日24:00") == ((1200, 2880),)
    assert hours.read_day("20:00-次日26:00") is None
    assert hours.read_day("次日02:00-04:00") is None
    assert hours.day_text([(1200, 1560)]) == "20:00-26:00"


def test_the_hours_of_a_single_day_are_read_or_named_as_wrong():
    assert hours.read_hours("14:00-17:00 10:00-12:00") == ((600, 720), (840, 1020))
    assert hours.read_hours("") == ()
    assert hours.read_hours("ten to noon") is None
    assert hours.read_hours("20:00-02:00") is HoursProblem.ENDS_BEFORE_START
    assert hours.read_hours("10:00-12:00 11:00-13:00") is HoursProblem.OVERLAP
    assert hours.read_hours("24:00-26:00") is HoursProblem.OUTSIDE_THE_DAY
