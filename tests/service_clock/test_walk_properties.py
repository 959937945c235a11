"""What holds for every station, calendar, start and pause."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta, timezone

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service_desk.service_clock.schedule import DEFAULT_WEEK, DayKind, NeverDue, ServiceHours
from service_desk.service_clock.walk import Clock, Span, due, extended, measure, next_opening
from tests.service_clock.reference import MINUTE, Dull, wall
from tests.service_clock.worlds import LAST, ORDINARY, local, moments, pauses, stations

clocks = st.sampled_from(Clock)
amounts = st.integers(0, 3000)
breaks = st.lists(pauses, max_size=4)


def sensible(clock, amount):
    return amount % 25 if clock is Clock.WORKING_DAY else amount


@given(stations, moments, amounts)
def test_adding_then_measuring_is_the_identity(hours, start, amount):
    end = due(hours, Clock.SERVICE_HOUR, start, amount)
    assert measure(hours, start, end).service_minutes == amount
    assert measure(hours, start, due(hours, Clock.WALL, start, amount))[1] == amount


@given(stations, moments, amounts)
def test_a_due_time_is_the_first_moment_by_which_the_time_has_passed(hours, start, amount):
    assume(amount)
    just_before = due(hours, Clock.SERVICE_HOUR, start, amount) - timedelta(microseconds=1)
    assert measure(hours, start, just_before).service_minutes < amount


@given(stations, clocks, moments, amounts, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_due_times_are_monotone_in_the_start(hours, clock, start, amount, later):
    amount = sensible(clock, amount)
    assert due(hours, clock, start, amount) <= due(hours, clock, start + later, amount)


@given(stations, clocks, moments, amounts, st.integers(0, 5))
def test_due_times_are_monotone_in_the_amount(hours, clock, start, amount, more):
    amount = sensible(clock, amount)
    first = due(hours, clock, start, amount)
    assert start <= first <= due(hours, clock, start, amount + more)


@given(stations, clocks, moments, amounts, breaks, pauses)
def test_a_pause_never_brings_a_due_time_forward(hours, clock, start, amount, some, another):
    amount = sensible(clock, amount)
    without = due(hours, clock, start, amount, some)
    assert without <= due(hours, clock, start, amount, [*some, another])


@given(stations, clocks, moments, amounts, breaks, st.randoms())
def test_the_order_of_pauses_makes_no_difference(hours, clock, start, amount, some, order):
    amount = sensible(clock, amount)
    shuffled = order.sample(some, len(some))
    assert due(hours, clock, start, amount, some) == due(hours, clock, start, amount, shuffled)


@given(stations, clocks, moments, amounts, pauses, pauses)
def test_pauses_one_by_one_give_the_same_as_all_at_once(hours, clock, start, amount, one, two):
    first, second = sorted([one, two])
    assume(first.end <= second.start)
    amount = sensible(clock, amount) or 1
    at_once = due(hours, clock, start, amount, [first, second])
    due_at = due(hours, clock, start, amount)
    for pause in (first, second):
        due_at = extended(hours, clock, start, due_at, pause)
    assert due_at == at_once


@given(stations, moments)
def test_the_clock_stands_still_until_the_next_opening(hours, start):
    opening = next_opening(hours, start)
    assert measure(hours, start, opening).service_minutes == 0
    assert measure(hours, opening, opening + timedelta(minutes=1)).service_minutes <= 1
    assert due(hours, Clock.SERVICE_HOUR, start, 15) == due(hours, Clock.SERVICE_HOUR, opening, 15)


@contextmanager
def process_in(zone: str) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = zone
    time.tzset()
    try:
        yield
    finally:
        if before is None:
            del os.environ["TZ"]
        else:
            os.environ["TZ"] = before
        time.tzset()


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati"])
@given(clock=clocks, start=moments, amount=amounts, some=breaks)
@settings(max_examples=30)
def test_neither_the_process_nor_the_offset_of_the_start_matters(zone, clock, start, amount, some):
    amount = sensible(clock, amount)
    expected = due(ORDINARY, clock, start, amount, some)
    elsewhere = start.astimezone(timezone(timedelta(hours=-7)))
    with process_in(zone):
        fresh = ServiceHours(DEFAULT_WEEK, ORDINARY.days)
        assert due(fresh, clock, elsewhere, amount, some) == expected


def a_station(chance: random.Random) -> tuple[tuple, dict[date, DayKind]]:
    if chance.random() < 0.4:
        return DEFAULT_WEEK, dict(ORDINARY.days)
    edges = (sorted(chance.sample(range(0, 1560, 15), 4)) for _ in range(7))
    week = tuple(
        tuple((a, b) for a, b in (cut[:2], cut[2:]) if a < 1440 and chance.random() < 0.6)
        for cut in edges
    )
    days = {
        LAST - timedelta(days=chance.randrange(120)): chance.choice(
            (DayKind.HOLIDAY, DayKind.WORKING)
        )
        for _ in range(12)
    }
    return (week if any(week) else DEFAULT_WEEK), days


def some_pauses(chance: random.Random, start) -> list[Span]:
    begins = [start + chance.randrange(-600, 6000) * MINUTE for _ in range(chance.randrange(4))]
    return [Span(each, each + chance.randrange(4000) * MINUTE) for each in begins]


@pytest.mark.parametrize("seed", range(40))
def test_the_walk_agrees_with_counting_minute_by_minute(seed):
    chance = random.Random(seed)
    week, days = a_station(chance)
    hours, dull = ServiceHours(week, days), Dull(week, days)
    for _ in range(50):
        start = local("09-20 00:00") + chance.randrange(60 * 1440) * MINUTE
        minutes, some = chance.randrange(700), some_pauses(chance, start)
        expected = dull.due(start, minutes, some)
        assert due(hours, Clock.SERVICE_HOUR, start, minutes, some) == expected
        end = start + chance.randrange(4000) * MINUTE
        assert measure(hours, start, end).service_minutes == dull.measure(start, end)


@pytest.mark.parametrize("seed", range(20))
def test_working_days_and_the_wall_agree_with_counting(seed):
    chance = random.Random(seed)
    week, days = a_station(chance)
    hours, dull = ServiceHours(week, days), Dull(week, days)
    for _ in range(50):
        start = local("09-20 00:00") + chance.randrange(60 * 1440) * MINUTE
        count, some = chance.randrange(1, 20), some_pauses(chance, start)
        expected = dull.working_day(start, count, some)
        assert due(hours, Clock.WORKING_DAY, start, count, some) == expected
        expected = wall(start, 30 * count, some)
        assert due(hours, Clock.WALL, start, 30 * count, some) == expected


@given(moments)
def test_a_station_without_a_single_hour_always_ends_in_a_fault(start):
    with pytest.raises(NeverDue):
        due(ServiceHours(((),) * 7, {}), Clock.SERVICE_HOUR, start, 1)
