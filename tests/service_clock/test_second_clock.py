"""The walk against a second clock that counts minutes: 2024 to 2027, over 20,000 cases.

Stations with split shifts and nights, the real national days, county holidays, closures of
several places with and without hours, pauses, and a calendar and a limit that change meanwhile.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from service_desk.service_clock import national
from service_desk.service_clock.layers import Told, layered
from service_desk.service_clock.schedule import DEFAULT_WEEK, DayKind, ServiceHours
from service_desk.service_clock.walk import Clock, Span, due, measure
from tests.service_clock import minutes
from tests.service_clock.minutes import A_DAY, Said, Station, minute_at, moment_at

PARTS, WORLDS, CASES = 4, 60, 90
ENOUGH = 20_000
FIRST, LAST = date(2024, 1, 1), date(2027, 12, 31)
NATIONAL = {day: (named.kind.value, ()) for day, named in national.days_between(2024, 2027).items()}
KINDS = ("holiday", "working", "closure", "closure")
PREFECTURE = 3
Calendar = Sequence[Mapping[date, Said]]


class World(NamedTuple):
    """A station before and after somebody edited the calendar, and the days that are special."""

    hours: tuple[ServiceHours, ServiceHours]
    station: tuple[Station, Station]
    days: list[date]
    longest: int


class Run(NamedTuple):
    """The same entry on days in a row."""

    place: int
    first: date
    length: int
    said: Said


_edges = st.lists(st.integers(0, 150), min_size=2, max_size=6, unique=True).map(sorted)
_day = _edges.map(
    lambda edges: tuple(
        (opens * 15, closes * 15)
        for opens, closes in zip(edges[::2], edges[1::2], strict=False)
        if opens * 15 < A_DAY
    )
)
_weeks = st.one_of(
    st.just(DEFAULT_WEEK),
    st.lists(st.one_of(st.just(()), _day, _day), min_size=7, max_size=7).map(tuple).filter(any),
)
_said = st.sampled_from(KINDS).flatmap(
    lambda kind: st.tuples(
        st.just(kind), st.just(()) if kind == "holiday" else st.one_of(st.just(()), _day)
    )
)
_runs = st.builds(
    Run,
    st.integers(0, PREFECTURE),
    st.dates(FIRST, LAST),
    st.sampled_from((1, 1, 2, 5, 12, 31)),
    _said,
)


@st.composite
def worlds(draw: st.DrawFn) -> World:
    week = draw(_weeks)
    before = draw(st.lists(_runs, min_size=3, max_size=14))
    edits = draw(st.lists(_runs, min_size=1, max_size=4))
    calendars = [calendar(before), calendar([*before, *edits])]
    longest = 8 * sum(closes - opens for day in week for opens, closes in day)
    return World(
        hours=tuple(layered(week, [told(place) for place in each]) for each in calendars),
        station=tuple(Station(week, each) for each in calendars),
        days=[run.first for run in (*before, *edits)],
        longest=min(longest, 3000),
    )


def calendar(runs: Sequence[Run]) -> Calendar:
    places: list[dict[date, Said]] = [{}, {}, {}, dict(NATIONAL)]
    for run in runs:
        for ahead in range(run.length):
            places[run.place][run.first + timedelta(days=ahead)] = run.said
    return places


def told(place: Mapping[date, Said]) -> dict[date, Told]:
    return {day: Told(DayKind(kind), tuple(hours)) for day, (kind, hours) in place.items()}


class Case(NamedTuple):
    """Something that began, with pauses as minutes; the limit before and after an edit."""

    start: int
    clock: Clock
    limits: tuple[int, int]
    breaks: list[tuple[int, int]]


def cases(world: World, chance: random.Random) -> Iterator[Case]:
    for _ in range(CASES):
        start, clock = a_start(world, chance), chance.choice(tuple(Clock))
        most = 25 if clock is Clock.WORKING_DAY else world.longest
        yield Case(
            start=start,
            clock=clock,
            limits=(chance.randrange(most), chance.randrange(most)),
            breaks=[a_break(start, chance) for _ in range(chance.choice((0, 0, 1, 2, 4)))],
        )


def a_start(world: World, chance: random.Random) -> int:
    """Half of them shortly before a day that is special."""
    if chance.random() < 0.5:
        day = chance.choice(world.days) - timedelta(days=chance.randrange(5))
    else:
        day = FIRST + timedelta(days=chance.randrange((LAST - FIRST).days))
    return max((day - minutes.ORIGIN).days, 3) * A_DAY + chance.randrange(A_DAY)


def a_break(start: int, chance: random.Random) -> tuple[int, int]:
    begins = start + chance.randrange(-A_DAY, 12 * A_DAY)
    return begins, begins + chance.choice((0, 1, 90, A_DAY, 7 * A_DAY, chance.randrange(9000)))


def counted(station: Station, case: Case, limit: int) -> int:
    if case.clock is Clock.WALL:
        return minutes.wall(case.start, limit, case.breaks)
    if case.clock is Clock.SERVICE_HOUR:
        return station.service(case.start, limit, case.breaks)
    return station.working_days(case.start, limit, case.breaks)


def walked(hours: ServiceHours, case: Case, limit: int) -> int:
    pauses = [Span(*map(moment_at, each)) for each in case.breaks]
    return minute_at(due(hours, case.clock, moment_at(case.start), limit, pauses))


def agrees(world: World, case: Case) -> None:
    """What was promised, and what it gains when calendar and limit change: never less."""
    sides = list(zip(world.hours, world.station, case.limits, strict=True))
    walks = [walked(hours, case, limit) for hours, _, limit in sides]
    counts = [counted(station, case, limit) for _, station, limit in sides]
    assert walks == counts
    promised, kept = walks[0], max(walks)
    assert kept == max(counts) >= promised
    for hours, station, _ in sides:
        start, end = moment_at(case.start), moment_at(promised)
        passed = measure(hours, start, end).service_minutes
        assert passed == station.elapsed(case.start, promised)


@pytest.mark.parametrize("part", range(PARTS))
def test_no_case_differs_from_counting_minutes(part):
    checked = 0

    @seed(part)
    @settings(
        max_examples=WORLDS,
        database=None,
        deadline=None,
        phases=(Phase.generate,),  # a case is small: which one differs is said by the assertion
        suppress_health_check=list(HealthCheck),
    )
    @given(worlds(), st.integers(0, 2**32))
    def compare(world: World, number: int) -> None:
        nonlocal checked
        for case in cases(world, random.Random(number)):
            agrees(world, case)
            checked += 1

    compare()
    assert checked * PARTS >= ENOUGH
