"""A month of Diqing: where it begins, ends and freezes."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.reporting.months import Month

MONTHS = st.builds(Month, st.integers(2001, 2098), st.integers(1, 12))


def test_a_month_is_local():
    november = Month(2026, 11)
    assert november.start == datetime(2026, 10, 31, 16, tzinfo=UTC)
    assert november.end == datetime(2026, 11, 30, 16, tzinfo=UTC)
    assert Month.of(datetime(2026, 10, 31, 15, 59, tzinfo=UTC)) == Month(2026, 10)
    assert Month.of(datetime(2026, 10, 31, 16, 0, tzinfo=UTC)) == november


def test_it_freezes_as_day_five_of_the_next_begins():
    assert Month(2026, 11).frozen_from == datetime(2026, 12, 4, 16, tzinfo=UTC)


@given(MONTHS)
def test_months_follow_each_other_without_a_gap(month):
    assert month.next.previous == month == month.previous.next
    assert month.next.start == month.end
    assert month.previous < month < month.next
    assert Month.parse(str(month)) == month
    assert Month.of(month.start) == month


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-00", "1999-12", "2026-1", "x", "２０２６-11"]
)
def test_anything_else_is_no_month(text):
    assert Month.parse(text) is None
