"""What holds for every station day, against a recount minute by minute."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service_desk.service_clock.layers import Told, layered
from service_desk.service_clock.schedule import DEFAULT_WEEK, DayKind
from service_desk.stations.rules import (
    Kind,
    Said,
    Source,
    Tally,
    Teller,
    Verdict,
    Weekends,
    is_scheduled,
    judge,
    may_alone,
    minutes_on,
    so_far,
    tally,
)

FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
SPAN = 10
ONE = timedelta(days=1)
_opens = st.integers(0, 1439)
_pair = st.builds(
    lambda opens, length: (opens, min(opens + length, 2880)), _opens, st.integers(1, 1500)
)
pairs = st.lists(_pair, max_size=4).map(tuple)
words = st.one_of(
    st.builds(Said, st.just(Kind.OPENED), pairs, st.none() | _opens),
    st.just(Said(Kind.EXCUSED)),
)
_ordinary = st.just(DEFAULT_WEEK[0])
weeks = st.lists(st.just(()) | _ordinary | pairs, min_size=7, max_size=7).map(tuple)
SHORT_DAY = ((600, 720),)
kinds = st.one_of(
    st.just(Told(DayKind.HOLIDAY)),
    st.builds(
        Told,
        st.sampled_from([DayKind.WORKING, DayKind.CLOSURE]),
        st.sampled_from([(), SHORT_DAY, DEFAULT_WEEK[0]]),
    ),
)
worlds = st.fixed_dictionaries(
    {
        "first": st.dates(FIRST, LAST - SPAN * ONE),
        "week": st.just(DEFAULT_WEEK) | weeks,
        "kinds": st.dictionaries(st.integers(0, SPAN), kinds, max_size=6),
        "told": st.dictionaries(st.integers(-1, SPAN), words, max_size=SPAN),
        "weekends": st.builds(Weekends, st.booleans(), st.booleans()),
    }
)


def by_the_product(world):
    first = world["first"]
    days = {first + ONE * ahead: said for ahead, said in world["kinds"].items()}
    hours = layered(world["week"], [days])
    told = {first + ONE * ahead: said for ahead, said in world["told"].items()}
    return [
        judge(is_scheduled(hours, day, world["weekends"]), told.get(day - ONE), told.get(day))
        for day in (first + ONE * ahead for ahead in range(SPAN))
    ]


def minute_by_minute(world):
    """Every minute of the stretch is open or not; no interval is ever looked at again."""
    open_minutes = set()
    for ahead, said in world["told"].items():
        for opens, closes in said.hours if said.kind == "opened" else ():
            open_minutes |= {ahead * 1440 + minute for minute in range(opens, closes)}
    return [one_day(world, ahead, open_minutes) for ahead in range(SPAN)]


def one_day(world, ahead, open_minutes):
    weekday = (world["first"] + ONE * ahead).weekday()
    kind, own_hours = world["kinds"].get(ahead, (None, ()))
    made_up = kind == "working" and bool(own_hours or any(world["week"]))
    opens = made_up or bool(world["week"][weekday])
    counts = {5: world["weekends"].saturday, 6: world["weekends"].sunday}.get(weekday, True)
    if kind in ("holiday", "closure") or not opens or not (counts or kind == "working"):
        return "unscheduled"
    own = world["told"].get(ahead)
    if own is not None and own.kind == "excused":
        return "excused"
    minutes = sum(ahead * 1440 + minute in open_minutes for minute in range(1440))
    if own is None and minutes == 0:
        return "unknown"
    return "compliant" if minutes >= 480 else "short"


@settings(max_examples=400, deadline=None)
@given(worlds)
def test_each_day_counts_as_a_recount_minute_by_minute_says(world):
    assert by_the_product(world) == minute_by_minute(world)


@settings(deadline=None)
@given(worlds)
def test_the_sums_hold_every_day_once(world):
    verdicts = by_the_product(world)
    found = tally(verdicts)
    assert found.scheduled + verdicts.count(Verdict.UNSCHEDULED) == SPAN
    assert found.scheduled == found.excused + found.unknown + found.short + found.compliant
    assert found.recorded == found.short + found.compliant
    assert 0 <= found.n <= found.d <= found.scheduled
    halves = tally(verdicts[:4]) + tally(verdicts[4:])
    assert halves == found


@given(pairs, pairs)
def test_told_twice_counts_once(before, own):
    assert minutes_on(before, (*own, *own)) == minutes_on(before, own) <= 1440
    assert minutes_on(before, own) <= minutes_on(before, (*own, (0, 60)))


@pytest.mark.parametrize(
    ("own", "verdict"),
    [
        (((510, 720), (810, 1080)), "compliant"),
        (((540, 720), (840, 1050)), "short"),
        (((510, 720), (600, 1080)), "compliant"),
        (((510, 750), (720, 960)), "short"),
        (((0, 1440),), "compliant"),
        (((1200, 1680),), "short"),
        ((), "short"),
    ],
)
def test_eight_hours_without_lunch_overlaps_and_the_next_day(own, verdict):
    """domain.md §5: 09:00-12:00 14:00-17:30 fails, 08:30-12:00 13:30-18:00 passes."""
    assert judge(True, None, Said(Kind.OPENED, own)) == verdict


def test_a_night_belongs_to_two_days():
    evening = Said(Kind.OPENED, ((1200, 1920),))
    assert minutes_on((), evening.hours) == 240
    assert minutes_on(evening.hours, ()) == 480
    assert judge(True, evening, None) is Verdict.COMPLIANT
    assert judge(True, None, evening) is Verdict.SHORT


def test_an_opening_that_nobody_closed_is_known_and_counts_for_nothing():
    assert judge(True, None, Said(Kind.OPENED, (), 510)) is Verdict.SHORT


@pytest.mark.parametrize("hours", [(), SHORT_DAY, DEFAULT_WEEK[0]])
@pytest.mark.parametrize("day", [date(2026, 11, 24), date(2026, 10, 10)])
def test_what_the_calendar_closes_leaves_the_plan_whatever_hours_are_left(day, hours):
    """docs/adr/0012; a closure of the county over a make-up day too (10 October)."""
    made_up = {date(2026, 10, 10): Told(DayKind.WORKING)}
    station = layered(DEFAULT_WEEK, [{day: Told(DayKind.CLOSURE, hours)}, made_up])
    assert station.intervals_on(day) == hours
    assert not is_scheduled(station, day, Weekends(True, True))


@pytest.mark.parametrize("hours", [(), SHORT_DAY])
def test_a_make_up_day_is_judged_like_any_day_even_over_a_farther_closure(hours):
    day = date(2026, 10, 10)
    county, station = {day: Told(DayKind.CLOSURE)}, {day: Told(DayKind.WORKING, hours)}
    planned = layered(DEFAULT_WEEK, [station, county])
    assert is_scheduled(planned, day, Weekends())
    kept = Said(Kind.OPENED, planned.intervals_on(day))
    assert judge(True, None, kept) is (Verdict.SHORT if hours else Verdict.COMPLIANT)


def test_no_scheduled_day_is_no_rate():
    assert (Tally().n, Tally().d) == (0, 0)


@given(pairs, st.integers(0, 2880))
def test_nothing_is_told_of_what_is_still_to_come(planned, passed):
    said = so_far(planned, passed)
    assert all(closes <= passed for _opens, closes in said.hours)
    assert said.open_since is None or said.open_since <= passed
    assert set(said.hours) <= set(planned)


people = st.none() | st.integers(1, 3)
tellers = st.builds(Teller, st.sampled_from(Source), people)


@given(st.dates(FIRST, LAST), st.integers(-3, 400), st.none() | tellers, people)
def test_one_person_alone_tells_of_two_days_and_over_their_own_words(today, ago, known, user_id):
    alone = may_alone(today - ago * ONE, today, known, user_id)
    own = known in (None, Teller(Source.CLERK, user_id), Teller(Source.IMPORT, user_id))
    assert alone == (ago in (0, 1) and own)
