"""Stations, calendars and moments for the tests of the walk."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import strategies as st

from service_desk.service_clock.schedule import DEFAULT_WEEK, DayKind, ServiceHours
from service_desk.service_clock.walk import Span

BEIJING = timezone(timedelta(hours=8))
FIRST, LAST = date(2026, 9, 1), date(2026, 12, 31)
NATIONAL = {
    **{date(2026, 10, day): DayKind.HOLIDAY for day in range(1, 8)},
    date(2026, 9, 20): DayKind.WORKING,
    date(2026, 10, 10): DayKind.WORKING,
}
ORDINARY = ServiceHours(DEFAULT_WEEK, NATIONAL)


def local(text: str) -> datetime:
    """`11-23 10:00` of 2026 as people in Diqing read it."""
    return datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=BEIJING)


_edges = st.integers(0, 95).map(lambda quarter: quarter * 15)
_interval = st.tuples(_edges, st.integers(1, 40)).map(
    lambda pair: (pair[0], min(pair[0] + pair[1] * 15, 2880))
)
_day = st.lists(_interval, max_size=3).map(tuple)
weeks = st.lists(_day, min_size=7, max_size=7).map(tuple).filter(any)
calendars = st.dictionaries(
    st.dates(FIRST, LAST), st.sampled_from((DayKind.HOLIDAY, DayKind.WORKING)), max_size=20
)
own_hours = st.dictionaries(st.dates(FIRST, LAST), _day, max_size=8)
stations = st.one_of(
    st.just(ORDINARY),
    calendars.map(lambda days: ServiceHours(DEFAULT_WEEK, days)),
    st.builds(ServiceHours, weeks, calendars, own_hours),
)
moments = st.integers(0, 122 * 86_400 * 10**6).map(
    lambda microseconds: datetime(2026, 9, 1, tzinfo=UTC) + timedelta(microseconds=microseconds)
)
lengths = st.timedeltas(timedelta(0), timedelta(days=9))
pauses = st.builds(lambda start, length: Span(start, start + length), moments, lengths)
