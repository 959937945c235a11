"""How far each press leads: by a step, or to an hour of the local day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.foundation.clock import SHANGHAI, local
from service_desk.switchboard.moves import Move, way

SPLIT = ((510, 720), (810, 1080))
"""08:30-12:00 and 13:30-18:00."""
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda after: BEGIN + after)


def weekdays(day):
    return SPLIT if day.weekday() < 5 else ()


def never(_day):
    return ()


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI).astimezone(UTC)


def led_to(move, moment, openings=weekdays):
    return moment + way(move, moment, openings)


@pytest.mark.parametrize(
    ("moment", "opening"),
    [
        ("2026-11-27 07:00", "2026-11-27 08:30"),
        ("2026-11-27 08:30", "2026-11-27 13:30"),
        ("2026-11-27 10:00", "2026-11-27 13:30"),
        ("2026-11-27 13:30", "2026-11-30 08:30"),
        ("2026-11-28 23:59", "2026-11-30 08:30"),
    ],
)
def test_to_the_next_opening(moment, opening):
    assert led_to(Move.OPENING, at(moment)) == at(opening)


def test_where_nothing_opens_time_stays():
    assert way(Move.OPENING, at("2026-11-27 10:00"), never) == timedelta(0)


@pytest.mark.parametrize("moment", ["2026-11-27 00:00", "2026-11-27 08:59", "2026-11-27 23:59"])
def test_tomorrow_is_the_local_one(moment):
    assert led_to(Move.TOMORROW, at(moment)) == at("2026-11-28 09:00")


def test_the_plain_steps():
    plain = {Move.QUARTER: 15, Move.HOUR: 60, Move.DAY: 24 * 60, Move.WEEK: 7 * 24 * 60}
    for move, minutes in plain.items():
        assert way(move, at("2026-11-27 10:00"), never) == timedelta(minutes=minutes)


@given(MOMENTS, st.sampled_from(list(Move)))
def test_every_move_leads_forward_by_whole_seconds(moment, move):
    by = way(move, moment, weekdays)
    assert by > timedelta(0)
    assert by % timedelta(seconds=1) == timedelta(0)


@given(MOMENTS)
def test_an_hour_of_the_day_is_reached_and_passed_by_less_than_a_second(moment):
    there = local(led_to(Move.TOMORROW, moment))
    assert (there.hour, there.minute, there.second) == (9, 0, 0)
    there = local(led_to(Move.OPENING, moment))
    assert (there.hour * 60 + there.minute, there.second) in {(510, 0), (810, 0)}
