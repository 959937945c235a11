"""The national days: what the notices of the State Council say."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from service_desk.service_clock.national import days_between, days_of, is_published, shipped_days
from service_desk.service_clock.schedule import DayKind


def days(year: int, kind: DayKind) -> set[date]:
    return {day for day, known in days_of(year).items() if known.kind is kind}


def stretch(first: date, last: date) -> set[date]:
    return {first + timedelta(days=n) for n in range((last - first).days + 1)}


def test_the_days_off_of_2026_are_those_of_the_notice():
    assert days(2026, DayKind.HOLIDAY) == (
        stretch(date(2026, 1, 1), date(2026, 1, 3))
        | stretch(date(2026, 2, 15), date(2026, 2, 23))
        | stretch(date(2026, 4, 4), date(2026, 4, 6))
        | stretch(date(2026, 5, 1), date(2026, 5, 5))
        | stretch(date(2026, 6, 19), date(2026, 6, 21))
        | stretch(date(2026, 9, 25), date(2026, 9, 27))
        | stretch(date(2026, 10, 1), date(2026, 10, 7))
    )


def test_the_make_up_days_of_2026_are_those_of_the_notice():
    assert days(2026, DayKind.WORKING) == {
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    }


@pytest.mark.parametrize("year", [2024, 2025, 2026])
def test_published_years_have_make_up_days(year):
    assert is_published(year)


def test_a_year_far_ahead_has_its_holidays_but_no_make_up_days():
    assert not is_published(2090)
    assert date(2090, 10, 1) in days(2090, DayKind.HOLIDAY)


def test_every_day_has_a_short_name_and_lies_in_its_year():
    for day, known in shipped_days().items():
        assert 0 < len(known.name) <= 80
        assert day in days_of(day.year)
    assert min(days_between(2025, 2026)) == date(2025, 1, 1)


def test_no_day_is_both_off_and_worked_and_only_weekends_are_made_up():
    for year in (2024, 2025, 2026):
        assert all(day.weekday() >= 5 for day in days(year, DayKind.WORKING))
