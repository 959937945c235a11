"""A week is told in a line that people and the desk read alike."""

from __future__ import annotations

import pytest
from hypothesis import given

from service_desk.service_clock.schedule import DEFAULT_WEEK
from service_desk.service_clock.week_text import week_of, week_text
from tests.service_clock.worlds import weeks


def test_an_ordinary_week_is_short():
    assert week_text(DEFAULT_WEEK) == "1-5 08:30-12:00 13:30-18:00"


def test_days_that_differ_are_told_apart():
    night = (((1320, 1560),), (), (), (), (), ((600, 720),), ((600, 720),))
    assert week_text(night) == "1-1 22:00-26:00; 6-7 10:00-12:00"


@given(weeks)
def test_what_was_told_is_read_again(week):
    assert week_of(week_text(week)) == week


@pytest.mark.parametrize("text", ["", "Mon 8-12", "1-5 08:30"])
def test_anything_else_is_refused(text):
    with pytest.raises(ValueError, match=r"values to unpack|invalid literal"):
        week_of(text)
