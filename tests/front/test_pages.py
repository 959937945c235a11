"""The start page, the stations and the notices: in three languages, for every day of the year."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from sqlalchemy import event

from service_desk.directory import queries, service
from service_desk.directory.hours import Interval
from service_desk.foundation.database import db
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock.calendar_file import CalendarRow
from service_desk.service_clock.schedule import DayKind
from service_desk.service_clock.service import import_calendar
from tests.front.conftest import BEIMEN

PATHS = ("/", "/track", "/stations", f"/stations/{BEIMEN}", "/notice/privacy")
TUESDAY = datetime(2026, 11, 24, tzinfo=UTC)


def at(hour: int, minute: int = 0, day: datetime = TUESDAY) -> datetime:
    """That time of day in Diqing."""
    return day + timedelta(hours=hour - 8, minutes=minute)


@contextmanager
def statements(app):
    """Every statement that is sent to the database meanwhile."""
    sent: list[str] = []
    with app.app_context():
        engine = db.engine

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("path", [*PATHS, "/notice/accessibility"])
@pytest.mark.parametrize(
    ("language", "told"), [("zh_Hans_CN", "zh-Hans-CN"), ("bo", "bo"), ("en", "en")]
)
def test_pages_speak_three_languages(client, path, language, told):
    page = client.get(f"{path}?lang={language}")
    assert page.status_code == 200
    assert f'<html lang="{told}"' in page.text
    assert page.text.index('href="tel:110"') < page.text.index("desk-header__title")
    assert client.head(path).status_code == 200


def test_the_start_page_has_three_doors_and_a_number(client):
    page = client.get("/").text
    for door in ("/requests/new", "/track", "/stations"):
        assert 'class="desk-door' in page
        assert f'href="{door}"' in page
    assert 'href="sms:12345"' in page
    assert 'href="/simulator"' in page


def test_the_number_to_text_is_the_providers_where_texts_really_go_out(make_app):
    app = make_app(
        SMS_PROVIDER="twilio",
        TWILIO_ACCOUNT_SID="AC0",
        TWILIO_AUTH_TOKEN="a-token",
        TWILIO_FROM="+8613887700000",
    )
    page = app.test_client().get("/").text
    assert 'href="sms:13887700000"' in page
    assert "/simulator" not in page


def test_every_station_is_there_with_few_questions_to_the_database(app, client):
    client.get("/stations")
    with statements(app) as sent:
        page = client.get("/stations").text
    assert page.count('href="/stations/5334') == 197
    assert len(sent) <= 6
    assert page.index("香格里拉市") < page.index("建塘镇") < page.index(BEIMEN)


def test_stations_are_found_by_name_and_by_place(client):
    page = client.get("/stations?q=北门").text
    assert BEIMEN in page
    assert page.count('href="/stations/5334') == 1
    assert client.get("/stations?q=建塘镇　北门").text.count('href="/stations/5334') == 1
    assert client.get("/stations?area=533401501000").text.count('href="/stations/5334') == 3
    assert "desk-empty" in client.get("/stations?q=<b>nowhere").text
    for area in ("x", "533499000000", "1" * 400):
        assert client.get(f"/stations?area={area}").status_code == 404


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (at(9), "Open until 12:00"),
        (at(12, 30), "Closed, opens today at 13:30"),
        (at(13, 30), "Open until 18:00"),
        (at(18), "Closed, opens tomorrow at 08:30"),
        (at(6), "Closed, opens today at 08:30"),
        (at(9, day=datetime(2026, 11, 28, tzinfo=UTC)), "Closed, opens Monday 30 Nov at 08:30"),
        (at(9, day=datetime(2026, 10, 1, tzinfo=UTC)), "Closed, opens Thursday 8 Oct at 08:30"),
        (at(9, day=datetime(2026, 10, 10, tzinfo=UTC)), "Open until 12:00"),
    ],
)
def test_whether_it_is_open_holidays_and_make_up_days_counted(client, moment, told):
    with time_machine.travel(moment, tick=False):
        assert told in client.get(f"/stations/{BEIMEN}?lang=en").text
        assert told in client.get("/stations?q=北门&lang=en").text


def test_the_week_names_what_is_unusual(client):
    with time_machine.travel(at(9, day=datetime(2026, 10, 4, tzinfo=UTC)), tick=False):
        page = client.get(f"/stations/{BEIMEN}?lang=en").text
    assert page.count("Closed (public holiday)") == 4
    assert page.count("make-up working day") == 1
    assert page.count("08:30-12:00") == 3
    assert page.count('class="is-today"') == 1


def test_what_is_taken_up_at_any_hour(client):
    page = client.get(f"/stations/{BEIMEN}?lang=en").text
    for item in ("Fire and fire hazards", "Domestic violence", "Water", "Visits, no sign of life"):
        assert item in page
    assert "Kindergarten" not in page
    assert 'href="tel:12345"' in page


@pytest.mark.both_databases
def test_a_station_that_is_closed_and_one_open_past_midnight(app, client, hours):
    hours()
    page = client.get(f"/stations/{BEIMEN}?lang=en").text
    assert "Closed until further notice" in page
    assert "08:30" not in page
    assert "Closed until further notice" in client.get("/stations?q=北门&lang=en").text
    hours(Interval(1, 1200, 1440), Interval(2, 0, 120))
    with time_machine.travel(at(22), tick=False):
        assert "Open until 24:00" in client.get(f"/stations/{BEIMEN}?lang=en").text
    with time_machine.travel(at(25), tick=False):
        assert "Open until 02:00" in client.get(f"/stations/{BEIMEN}?lang=en").text


@pytest.mark.both_databases
def test_a_night_and_a_closure_are_said(app, client, hours):
    hours(Interval(1, 1200, 1560), Interval(2, 540, 1020), Interval(3, 540, 1020))
    days = [
        CalendarRow(2, BEIMEN, date(2026, 11, 25), DayKind.CLOSURE, "大雪"),
        CalendarRow(3, BEIMEN, date(2026, 11, 26), DayKind.CLOSURE, "大雪", ((600, 720),)),
        CalendarRow(4, BEIMEN, date(2026, 11, 28), DayKind.CLOSURE, "大雪"),
    ]
    with app.app_context(), unit_of_work():
        import_calendar(days, None, TUESDAY)
    for moment, told in (
        (at(22), "Open until 02:00"),
        (at(25), "Open until 02:00"),
        (at(27), "Closed, opens tomorrow at 10:00"),
    ):
        with time_machine.travel(moment, tick=False):
            page = client.get(f"/stations/{BEIMEN}?lang=en").text
            assert told in page
    assert page.count("Closed on this day") == 1
    assert page.count("10:00-12:00") == page.count("(this day only)") == 1


@pytest.fixture
def hours(app):
    """Gives the station of Beimen other hours."""

    def given(*intervals: Interval) -> None:
        with app.app_context(), unit_of_work():
            station = queries.station_of(BEIMEN)
            user_id = queries.session.scalar(sa.text("SELECT min(id) FROM users"))
            service.set_station_hours(station, list(intervals), user_id, TUESDAY)

    return given


@pytest.mark.both_databases
@pytest.mark.parametrize("code", ["533401101000", "533401101999", "x", "533401101003 ", "%00"])
def test_no_station_no_page(client, code):
    assert client.get(f"/stations/{code}").status_code == 404


def test_notices_say_what_is_true_of_cookies_and_keys(client):
    page = client.get("/notice/privacy?lang=en").text
    assert "stored encrypted" in page
    assert "12345" in page
    assert "WCAG 2.2" in client.get("/notice/accessibility?lang=en").text
