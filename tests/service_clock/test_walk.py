"""The walk over service time: the handbook's examples and the edges."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from service_desk.service_clock.schedule import DEFAULT_WEEK, DayKind, NeverDue, ServiceHours
from service_desk.service_clock.walk import (
    Clock,
    Elapsed,
    Span,
    due,
    extended,
    local_day,
    measure,
    next_opening,
)
from tests.service_clock.worlds import ORDINARY, local

EIGHT_HOURS = 480
PAUSE = Span(local("11-24 10:00"), local("11-25 09:00"))
NOTHING = ((),) * 7


@pytest.mark.parametrize(
    ("start", "expected"),
    [
        ("11-23 10:00", "11-24 10:00"),
        ("11-27 19:00", "11-30 18:00"),
        ("11-24 12:30", "11-25 12:00"),
        ("09-30 16:00", "10-08 16:00"),
        ("10-09 17:00", "10-10 17:00"),
    ],
)
def test_eight_service_hours_as_the_handbook_works_them_out(start, expected):
    assert due(ORDINARY, Clock.SERVICE_HOUR, local(start), EIGHT_HOURS) == local(expected)


def test_a_pause_counts_service_time_only():
    start = local("11-23 16:00")
    assert measure(ORDINARY, *PAUSE) == Elapsed(service_minutes=420, wall_minutes=23 * 60)
    assert due(ORDINARY, Clock.SERVICE_HOUR, start, EIGHT_HOURS) == local("11-24 16:00")
    paused = due(ORDINARY, Clock.SERVICE_HOUR, start, EIGHT_HOURS, [PAUSE])
    assert paused == local("11-25 15:00")


def test_a_pause_on_the_wall_counts_every_hour():
    start = local("11-24 08:00")
    assert due(ORDINARY, Clock.WALL, start, 24 * 60, [PAUSE]) == local("11-26 07:00")


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        ("11-23 10:00", 1, "11-24 18:00"),
        ("11-23 19:00", 1, "11-24 18:00"),
        ("11-27 10:00", 3, "12-02 18:00"),
        ("11-28 10:00", 1, "11-30 18:00"),
        ("09-30 10:00", 2, "10-09 18:00"),
        ("09-30 10:00", 3, "10-10 18:00"),
        ("11-23 10:00", 0, "11-23 18:00"),
        ("11-23 18:00", 0, "11-23 18:00"),
        ("11-23 18:01", 0, "11-24 18:00"),
        ("11-28 10:00", 0, "11-30 18:00"),
    ],
)
def test_working_days_end_at_closing_time_and_begin_on_the_next_day(start, days, expected):
    assert due(ORDINARY, Clock.WORKING_DAY, local(start), days) == local(expected)


@pytest.mark.parametrize(
    ("begins", "ends", "expected"),
    [
        ("11-24 10:00", "11-25 09:00", "11-26 18:00"),  # over one closing
        ("11-24 10:00", "11-24 17:59", "11-25 18:00"),  # over none
        ("11-24 10:00", "11-24 18:00", "11-26 18:00"),  # to the closing itself
        ("11-24 18:00", "11-25 09:00", "11-25 18:00"),  # that day was worked
        ("11-23 10:00", "11-24 09:00", "11-25 18:00"),  # the start's own day never counts
        ("11-23 10:00", "11-24 19:00", "11-26 18:00"),
        ("11-25 18:00", "11-30 18:00", "11-25 18:00"),  # begins when it is due
        ("11-20 10:00", "11-22 18:00", "11-25 18:00"),  # over before the start
    ],
)
def test_a_pause_skips_the_working_days_whose_closing_it_covers(begins, ends, expected):
    pause = Span(local(begins), local(ends))
    found = due(ORDINARY, Clock.WORKING_DAY, local("11-23 09:00"), 2, [pause])
    assert found == local(expected)


def test_overlapping_pauses_in_any_order_count_once():
    halves = [
        Span(local("11-24 13:00"), local("11-25 09:00")),
        Span(local("11-24 10:00"), local("11-24 17:00")),
    ]
    found = due(ORDINARY, Clock.SERVICE_HOUR, local("11-23 16:00"), EIGHT_HOURS, halves)
    assert found == local("11-25 15:00")


def test_no_amount_is_due_at_the_start_whatever_is_paused():
    start = local("11-28 10:00")
    around = Span(start - timedelta(days=1), start + timedelta(days=3))
    assert due(ORDINARY, Clock.SERVICE_HOUR, start, 0, [around]) == start
    assert due(ORDINARY, Clock.WALL, start, 0, [around]) == start


def test_due_times_are_in_utc_and_keep_seconds():
    start = local("11-23 10:00") + timedelta(seconds=7, microseconds=3)
    found = due(ORDINARY, Clock.SERVICE_HOUR, start, EIGHT_HOURS)
    assert found == start + timedelta(days=1)
    assert found.tzinfo is UTC


def test_a_make_up_day_has_the_hours_of_its_weekday_or_of_the_first_open_one():
    saturdays = (((540, 720),), *DEFAULT_WEEK[1:5], ((600, 660),), ())
    sunday, saturday = date(2026, 9, 20), date(2026, 10, 10)
    made_up = {sunday: DayKind.WORKING, saturday: DayKind.WORKING}
    hours = ServiceHours(saturdays, made_up)
    assert hours.intervals_on(sunday) == ((540, 720),)
    assert hours.intervals_on(saturday) == ((600, 660),)


def test_a_station_that_opens_on_saturdays_is_closed_on_a_holiday_only():
    saturdays = (*DEFAULT_WEEK[:5], ((540, 720),), ())
    hours = ServiceHours(saturdays, {date(2026, 11, 28): DayKind.HOLIDAY})
    assert hours.intervals_on(date(2026, 11, 21)) == ((540, 720),)
    assert hours.intervals_on(date(2026, 11, 28)) == ()
    friday = local("11-20 18:00")
    assert due(hours, Clock.SERVICE_HOUR, friday, 60) == local("11-21 10:00")
    assert due(hours, Clock.WORKING_DAY, friday, 1) == local("11-23 18:00")


def test_a_working_day_on_which_the_station_stays_closed_ends_at_its_usual_closing():
    mondays = (((540, 1020),), *((),) * 6)
    assert due(ServiceHours(mondays, {}), Clock.WORKING_DAY, local("11-23 10:00"), 1) == local(
        "11-24 17:00"
    )


def test_hours_past_midnight_and_overlapping_ones_count_once():
    nights = (((1320, 1560), (1380, 1500)), ((60, 180),), *((),) * 5)
    hours = ServiceHours(nights, {})
    monday = local("11-23 00:00")
    assert measure(hours, monday, monday + timedelta(days=7)).service_minutes == 5 * 60
    assert due(hours, Clock.SERVICE_HOUR, monday, 270) == local("11-24 02:30")
    assert measure(hours, local("11-24 00:00"), local("11-24 00:30")).service_minutes == 30


def test_a_night_that_began_last_year_is_still_open():
    nights = (*((),) * 3, ((1320, 1560),), *((),) * 3)  # Thursday 31 December 2026
    start = datetime(2026, 12, 31, 16, tzinfo=UTC)  # 1 January, 00:00 in Diqing
    assert measure(ServiceHours(nights, {}), start, start + timedelta(days=1))[0] == 120


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("11-23 10:00", "11-23 10:00"),
        ("11-23 12:00", "11-23 13:30"),
        ("11-23 08:30", "11-23 08:30"),
        ("11-27 18:00", "11-30 08:30"),
        ("09-30 18:00", "10-08 08:30"),
    ],
)
def test_the_next_opening_is_now_while_open(at, expected):
    assert next_opening(ORDINARY, local(at)) == local(expected)


def test_measuring_backwards_is_nothing():
    assert measure(ORDINARY, local("11-24 10:00"), local("11-23 10:00")) == (0, 0)


def test_a_station_that_never_opens_is_a_fault_and_no_endless_search():
    closed = ServiceHours(NOTHING, {})
    start = local("11-23 10:00")
    with pytest.raises(NeverDue):
        due(closed, Clock.SERVICE_HOUR, start, 1)
    with pytest.raises(NeverDue):
        next_opening(closed, start)
    assert due(closed, Clock.WALL, start, 60) == local("11-23 11:00")
    assert due(closed, Clock.WORKING_DAY, start, 1) == local("11-24 18:00")


def test_an_amount_beyond_all_years_is_a_fault():
    with pytest.raises(NeverDue):
        due(ORDINARY, Clock.SERVICE_HOUR, local("11-23 10:00"), 10**9)
    with pytest.raises(NeverDue):
        due(ORDINARY, Clock.WORKING_DAY, local("11-23 10:00"), 10**9)


def test_a_rare_opening_is_found_years_ahead():
    weekly = (((540, 570),), *((),) * 6)
    found = due(ServiceHours(weekly, {}), Clock.SERVICE_HOUR, local("11-23 10:00"), 30 * 200)
    assert found == local("11-23 09:30") + timedelta(weeks=200)


@pytest.mark.parametrize("year", [1970, 9999])
def test_a_year_outside_all_calendars_is_a_fault(year):
    with pytest.raises(NeverDue):
        due(ORDINARY, Clock.SERVICE_HOUR, datetime(year, 6, 1, tzinfo=UTC), 60)


def test_the_index_grows_both_ways_and_gives_the_same():
    fresh = ServiceHours(DEFAULT_WEEK, {})
    start = local("11-23 10:00")
    expected = due(fresh, Clock.SERVICE_HOUR, start, EIGHT_HOURS)
    decade = measure(fresh, start - timedelta(days=3650), start + timedelta(days=3650))
    assert due(fresh, Clock.SERVICE_HOUR, start, EIGHT_HOURS) == expected
    again = ServiceHours(DEFAULT_WEEK, {})
    assert measure(again, start - timedelta(days=3650), start + timedelta(days=3650)) == decade


def test_what_makes_no_sense_is_refused():
    start = local("11-23 10:00")
    with pytest.raises(ValueError, match="negative"):
        due(ORDINARY, Clock.WALL, start, -1)
    with pytest.raises(ValueError, match="before it starts"):
        due(ORDINARY, Clock.WALL, start, 1, [Span(PAUSE.end, PAUSE.start)])
    with pytest.raises(TypeError):
        due(ORDINARY, Clock.WALL, start.replace(tzinfo=None), 1)


@pytest.mark.parametrize(
    "week", [(), ((),) * 6, (((720, 510),), *((),) * 6), (((0, 3000),), *((),) * 6)]
)
def test_hours_that_are_no_week_are_refused(week):
    with pytest.raises(ValueError, match="opening hours"):
        ServiceHours(week, {})


def test_a_due_time_moves_by_one_more_pause_and_keeps_an_extension():
    start, due_at = local("11-23 16:00"), local("11-24 16:00")
    assert extended(ORDINARY, Clock.SERVICE_HOUR, start, due_at, PAUSE) == local("11-25 15:00")
    later = local("12-08 18:00")  # extended by a lead
    assert extended(ORDINARY, Clock.WORKING_DAY, start, later, PAUSE) == local("12-09 18:00")
    over = Span(local("11-26 10:00"), local("11-27 10:00"))
    assert extended(ORDINARY, Clock.SERVICE_HOUR, start, due_at, over) == due_at


def test_the_local_day_is_the_one_in_diqing():
    assert local_day(datetime(2026, 11, 23, 15, 59, tzinfo=UTC)) == date(2026, 11, 23)
    assert local_day(datetime(2026, 11, 23, 16, tzinfo=UTC)) == date(2026, 11, 24)
