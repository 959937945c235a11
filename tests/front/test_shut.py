"""A station that the calendar keeps shut today says so, and says it only then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service_desk.directory.hours import Interval
from service_desk.directory.queries import station_of
from service_desk.directory.service import set_station_hours
from service_desk.foundation.clock import local, now
from service_desk.foundation.transaction import unit_of_work
from service_desk.front.stations import shut_today
from service_desk.service_clock import calendar_file, service
from service_desk.service_clock.schedule import DEFAULT_WEEK, DayKind, ServiceHours

BEIMEN = "533401101003"
NOTICE = "Closed today: public holiday"


@pytest.fixture
def opens_daily(app):
    hours = [Interval(day, 510, 1080) for day in range(7)]
    with app.app_context(), unit_of_work():
        set_station_hours(station_of(BEIMEN), hours, None, now())


def keep_shut(app, day):
    with app.app_context(), unit_of_work():
        rows = calendar_file.parse(f"area_code,day,kind,name\n{BEIMEN},{day},holiday,州庆\n")
        service.import_calendar(rows, None, now())


@pytest.mark.usefixtures("opens_daily")
def test_the_page_says_when_the_calendar_keeps_it_shut(app, client):
    path, today = f"/stations/{BEIMEN}?lang=en", local(now()).date()
    keep_shut(app, today + timedelta(days=1))
    assert NOTICE not in client.get(path).text
    keep_shut(app, today)
    assert NOTICE in client.get(path).text


def test_a_weekday_without_hours_is_no_notice():
    week = ServiceHours(DEFAULT_WEEK, {})
    first = local(now()).date()
    assert [shut_today(week, first + timedelta(days=ahead)) for ahead in range(14)] == [""] * 14
    holidays = {first + timedelta(days=ahead): DayKind.HOLIDAY for ahead in range(7)}
    shut = [shut_today(ServiceHours(DEFAULT_WEEK, holidays), day) for day in holidays]
    assert sum(map(bool, shut)) == 5
