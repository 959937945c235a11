"""Several people edit at the same moment: every edit is kept, each in a version of its own."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest

from service_desk.directory.hours import Interval
from service_desk.directory.queries import station_of, week_versions
from service_desk.directory.service import set_station_hours
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock import calendar_queries
from service_desk.service_clock.calendar_file import CalendarRow
from service_desk.service_clock.schedule import DayKind
from service_desk.service_clock.service import import_calendar

AT = datetime(2026, 11, 24, 4, tzinfo=UTC)
BEIMEN = "533401101003"
EDITORS = range(4)

pytestmark = pytest.mark.both_databases


@pytest.fixture
def at_once(app) -> Callable[..., None]:
    """Every editor does it in a transaction of their own, all from the same moment on."""

    def run(edit: Callable[[int], object]) -> None:
        ready = Barrier(len(EDITORS))

        def one(number: int) -> None:
            with app.app_context():
                ready.wait()
                with unit_of_work():
                    edit(number)

        with ThreadPoolExecutor(len(EDITORS)) as pool:
            list(pool.map(one, EDITORS))

    return run


def test_no_edit_of_the_calendar_is_lost(app, at_once):
    days = [date(2026, 12, 1 + number) for number in EDITORS]
    with app.app_context():
        before = len(calendar_queries.versions())
    at_once(
        lambda number: import_calendar(
            [CalendarRow(1, BEIMEN, days[number], DayKind.CLOSURE, "大雪")], None, AT
        )
    )
    with app.app_context():
        assert [calendar_queries.opening_on(BEIMEN, day) for day in days] == [()] * len(days)
        made = calendar_queries.versions()[: len(EDITORS)]
        assert len(calendar_queries.versions()) == before + len(EDITORS)
        assert [each.changed for each in made] == [1] * len(EDITORS)


def test_every_week_of_a_station_has_a_version_of_its_own(app, at_once):
    at_once(
        lambda number: set_station_hours(
            station_of(BEIMEN), [Interval(0, 540, 700 + number)], 1, AT
        )
    )
    with app.app_context():
        station = station_of(BEIMEN)
        versions = [each.version for each in week_versions(station)]
        assert versions == [5, 4, 3, 2, 1]
        assert station.hours_version == 5
