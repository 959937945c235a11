"""The moments of reminders, against counting minute by minute."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_desk.service_clock.schedule import DEFAULT_WEEK, ServiceHours
from service_desk.service_clock.walk import Clock, Span, due, measure
from service_desk.service_requests.schedule import (
    PERCENT,
    STEPS,
    Course,
    Progress,
    Step,
    moment,
    next_moment,
    progress,
)
from tests.service_clock.reference import MINUTE, Dull, partway
from tests.service_clock.test_walk_properties import a_station, process_in
from tests.service_clock.worlds import ORDINARY, local, moments, stations

DAY = timedelta(days=1)
AMOUNTS = {Clock.WALL: 1500, Clock.SERVICE_HOUR: 900, Clock.WORKING_DAY: 15}


def some_pauses(chance, start):
    """In order, apart from each other, after the start."""
    found, moment_ = [], start
    for _ in range(chance.randrange(3)):
        begins = moment_ + chance.randrange(3000) * MINUTE
        found.append(Span(begins, begins + chance.randrange(3000) * MINUTE))
        moment_ = found[-1].end + MINUTE
    return found


def a_course(chance, hours):
    clock = chance.choice(list(Clock))
    start = local("09-20 00:00") + chance.randrange(60 * 1440) * MINUTE
    pauses = some_pauses(chance, start)
    due_at = due(hours, clock, start, chance.randrange(1, AMOUNTS[clock]), pauses)
    if chance.random() < 0.3:  # an extension
        due_at = due(hours, Clock.WORKING_DAY, due_at, chance.randrange(1, 10))
    return Course(hours, clock, start, due_at, pauses)


def counted(course, dull, percent):
    """The same moment, found minute by minute."""
    span = course.started_at, course.due_at, percent
    if course.clock is not Clock.WALL:
        return dull.partway(*span, course.pauses)
    paused = course.pauses
    return partway(*span, lambda at: not any(each.start <= at < each.end for each in paused))


@pytest.mark.parametrize("seed", range(40))
def test_steps_agree_with_counting_minute_by_minute(seed):
    chance = random.Random(seed)
    week, days = a_station(chance)
    hours, dull = ServiceHours(week, days), Dull(week, days)
    for _ in range(15):
        course = a_course(chance, hours)
        for step, percent in PERCENT.items():
            assert moment(course, step) == counted(course, dull, percent), (course, step)
        assert moment(course, Step.DUE) == course.due_at
        assert moment(course, Step.AFTER) == dull.working_day(course.due_at, 1, [])


def made(hours, clock, start, amount):
    minutes = amount % AMOUNTS[clock] + 1
    return Course(hours, clock, start, due(hours, clock, start, minutes))


courses = st.builds(made, stations, st.sampled_from(Clock), moments, st.integers(0, 2000))


@given(courses)
def test_steps_come_in_their_order_and_never_before_the_start(course):
    when = [moment(course, step) for step in STEPS]
    assert [course.started_at, *when] == sorted([course.started_at, *when])
    assert when[2] == course.due_at < when[3]


@given(courses)
def test_half_of_the_time_is_half_of_the_minutes_that_count(course):
    whole = measure(course.hours, course.started_at, course.due_at)
    half = measure(course.hours, course.started_at, moment(course, Step.HALF))
    which = 1 if course.clock is Clock.WALL else 0
    assert whole[which] <= half[which] * 2 <= whole[which] + 1 or not whole[which]


@given(courses, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_every_step_is_reached_once_however_often_one_looks(course, later):
    at, behind, reached = course.started_at, 0, []
    while at <= course.started_at + later:
        found = progress(course, behind, at)
        behind += len(found.reached)
        reached += found.reached
        at += timedelta(hours=37)
    at_once = progress(course, 0, at - timedelta(hours=37))
    assert reached == list(at_once.reached) == list(STEPS[:behind])
    assert at_once.next_at == next_moment(course, behind)
    assert at_once.next_at is None or at_once.next_at > at - timedelta(hours=37)


def test_nothing_is_left_after_the_last_step():
    course = Course(ORDINARY, Clock.WALL, local("11-23 10:00"), local("11-23 12:00"))
    assert progress(course, 0, local("12-30 10:00")) == Progress(STEPS, None)
    assert next_moment(course, len(STEPS)) is None


def test_a_station_that_never_opens_again_reminds_as_far_as_it_can():
    closed = ServiceHours(((),) * 7, {})
    course = Course(closed, Clock.SERVICE_HOUR, local("11-23 10:00"), local("11-24 10:00"))
    assert progress(course, 0, local("11-24 10:00")).reached[:3] == STEPS[:3]


def test_eight_service_hours_from_monday_ten():
    start = local("11-23 10:00")
    course = Course(
        ORDINARY, Clock.SERVICE_HOUR, start, due(ORDINARY, Clock.SERVICE_HOUR, start, 480)
    )
    assert [moment(course, step) for step in STEPS] == [
        local("11-23 15:30"),
        local("11-23 17:54"),
        local("11-24 10:00"),
        local("11-25 18:00"),
    ]


@pytest.mark.parametrize("zone", ["America/New_York", "Pacific/Kiritimati"])
@given(course=courses)
@settings(max_examples=20)
def test_the_zone_of_the_process_makes_no_difference(zone, course):
    expected = [moment(course, step) for step in STEPS]
    with process_in(zone):
        known = course.hours
        fresh = ServiceHours(known.week or DEFAULT_WEEK, known.days, known.own)
        again = Course(fresh, course.clock, course.started_at, course.due_at)
        assert [moment(again, step) for step in STEPS] == expected
