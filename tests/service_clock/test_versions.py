"""Versions of the calendar and of the limits: added whole, never changed, kept by requests."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from service_desk.audit.models import AuditEntry
from service_desk.directory.hours import Interval
from service_desk.directory.models import Station
from service_desk.directory.service import set_station_hours
from service_desk.service_clock import calendar_queries, national, queries, service
from service_desk.service_clock.calendar_file import BadRow, CalendarRow
from service_desk.service_clock.in_force import CURRENT, Versions, in_force
from service_desk.service_clock.models import (
    CalendarDay,
    CalendarVersion,
    ClockPolicy,
    DaySource,
    PolicyVersion,
)
from service_desk.service_clock.policies import DEFAULTS, Policy, PolicyKind
from service_desk.service_clock.promised import NoLimit
from service_desk.service_clock.queries import Matter, Running, Span
from service_desk.service_clock.schedule import DEFAULT_WEEK, DayKind
from service_desk.service_clock.service import Allowed
from service_desk.service_clock.walk import Clock
from tests.service_clock.worlds import local

AT = datetime(2026, 11, 24, 4, tzinfo=UTC)
CITY, BEIMEN, WEIXI = "533401000000", "533401101003", "533423101001"
JIANTANG = "533401101000"
FIRST = Matter("first_response", "P2", "help", "ELDER")
RESOLUTION = Matter("resolution", "P2", "inquiry", "ELDER")
START = local("11-23 10:00")


@pytest.fixture
def rows(db_app, db_session):
    """The desk's database in a context, with calendar and limits as at the first start."""
    service.seed_policies(AT)
    service.fill_calendar(AT)
    return db_session


def holiday(code, day, line=2):
    return CalendarRow(line, code, day, DayKind.HOLIDAY, "州庆")


def count(rows, table):
    return rows.scalar(sa.select(sa.func.count()).select_from(table))


def due(area=BEIMEN, versions=CURRENT, matter=FIRST):
    return queries.promise(matter, area, START, (), versions).due_at


def give_hours(rows, area, *intervals):
    station = rows.scalar(sa.select(Station).where(Station.area_code == area))
    if station is None:
        station = Station(area_code=area, name="站", hours_version=0)
        rows.add(station)
        rows.flush()
    week = [Interval(*each) for each in intervals]
    set_station_hours(station, week, 1, AT)


def test_filling_and_seeding_again_writes_nothing(rows):
    tables = (CalendarVersion, CalendarDay, PolicyVersion, ClockPolicy)
    before = [count(rows, table) for table in tables]
    assert service.fill_calendar(AT) == 0
    service.seed_policies(AT)
    assert [count(rows, table) for table in tables] == before
    assert before[3] == len(DEFAULTS)


def test_a_new_year_is_taken_in_when_it_comes(rows):
    later = datetime(2027, 6, 1, tzinfo=UTC)
    assert service.fill_calendar(later) > 0
    assert (
        calendar_queries.calendar_days(date(2029, 10, 1), date(2029, 10, 1))[0].kind
        is DayKind.HOLIDAY
    )


def test_an_import_makes_a_version_that_holds_all_of_the_last_and_is_audited(rows):
    before = in_force(BEIMEN)
    version = service.import_calendar([holiday(CITY, date(2026, 11, 24))], None, AT)
    assert in_force(BEIMEN).calendar_version == version > before.calendar_version
    assert due() == local("11-25 10:00")
    assert due(WEIXI) == local("11-24 10:00")
    october = calendar_queries.calendar_days(date(2026, 10, 1), date(2026, 10, 10))
    assert len(october) == 8
    assert {each.source for each in october} == {DaySource.LIBRARY}
    entry = rows.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.action == "calendar_imported"
    assert entry.subject == f"calendar:{version}"


def test_an_open_request_keeps_the_calendar_it_was_promised(rows):
    held = queries.promise(FIRST, BEIMEN, START)
    service.import_calendar([holiday(CITY, date(2026, 11, 24))], None, AT)
    versions = Versions(held.policy_version, held.calendar_version)
    assert due(versions=versions) == held.due_at == local("11-24 10:00")
    measured = calendar_queries.measure_minutes(
        BEIMEN, START, local("11-24 10:00"), held.calendar_version
    )
    assert measured == (480, 1440)
    assert calendar_queries.measure_minutes(BEIMEN, START, local("11-24 10:00")) == (390, 1440)


def test_the_nearest_place_and_the_table_win_over_the_library(rows):
    day = date(2026, 10, 10)
    made_up = [
        CalendarRow(2, CITY, day, DayKind.HOLIDAY, ""),
        CalendarRow(3, JIANTANG, day, DayKind.WORKING, ""),
        CalendarRow(4, "533400000000", date(2026, 10, 8), DayKind.HOLIDAY, ""),
    ]
    service.import_calendar(made_up, None, AT)
    assert calendar_queries.opening_on(BEIMEN, day) == DEFAULT_WEEK[0]
    assert calendar_queries.opening_on("533401201000", day) == ()
    assert calendar_queries.opening_on(WEIXI, day) == DEFAULT_WEEK[0]
    assert calendar_queries.opening_on(WEIXI, date(2026, 10, 8)) == ()


def test_taking_a_line_out_brings_back_what_the_library_says(rows):
    day, prefecture = date(2026, 10, 1), "533400000000"
    service.import_calendar([CalendarRow(2, prefecture, day, DayKind.WORKING, "")], None, AT)
    assert calendar_queries.opening_on(BEIMEN, day) == DEFAULT_WEEK[3]
    assert service.fill_calendar(AT) == 0
    service.import_calendar([CalendarRow(2, prefecture, day, None, "")], None, AT)
    assert calendar_queries.opening_on(BEIMEN, day) == ()


def test_a_place_that_does_not_exist_is_named_and_nothing_is_written(rows):
    before = count(rows, CalendarVersion), count(rows, CalendarDay)
    bad = [holiday(CITY, date(2026, 11, 24)), holiday("533499000000", date(2026, 11, 24), 3)]
    with pytest.raises(BadRow, match="line 3: area"):
        service.import_calendar(bad, None, AT)
    assert (count(rows, CalendarVersion), count(rows, CalendarDay)) == before


def test_years_without_published_make_up_days_are_reported(rows):
    assert calendar_queries.unpublished_years(datetime(2025, 6, 1, tzinfo=UTC)) == ()
    unknown = tuple(year for year in (2027, 2028) if not national.is_published(year))
    assert calendar_queries.unpublished_years(datetime(2027, 6, 1, tzinfo=UTC)) == unknown
    saturday = CalendarRow(2, "533400000000", date(2028, 4, 29), DayKind.WORKING, "")
    service.import_calendar([saturday], None, AT)
    assert 2028 not in calendar_queries.unpublished_years(datetime(2027, 6, 1, tzinfo=UTC))


def test_changed_limits_hold_for_new_promises_only(rows):
    held = queries.promise(FIRST, BEIMEN, START)
    four_hours = Policy(PolicyKind.FIRST_RESPONSE, "P2", Clock.SERVICE_HOUR, 240)
    version = service.add_policies([four_hours], "half", None, AT)
    changed = queries.promise(FIRST, BEIMEN, START)
    assert changed.policy_version == version != held.policy_version
    assert changed.policy_id != held.policy_id
    assert changed.due_at == local("11-23 15:30")
    assert due(versions=Versions(held.policy_version, held.calendar_version)) == held.due_at
    with pytest.raises(NoLimit):
        queries.promise(RESOLUTION, BEIMEN, START)


def test_a_version_that_was_rolled_back_is_not_remembered(rows):
    rows.commit()
    service.import_calendar([holiday(CITY, date(2026, 11, 24))], None, AT)
    assert due() == local("11-25 10:00")
    rows.rollback()
    service.import_calendar([holiday(CITY, date(2026, 11, 30))], None, AT)
    assert due() == local("11-24 10:00")
    assert calendar_queries.opening_on(BEIMEN, date(2026, 11, 30)) == ()


def test_without_any_version_what_the_program_ships_holds(rows):
    for table in (ClockPolicy, PolicyVersion, CalendarDay, CalendarVersion):
        rows.execute(sa.delete(table))
    shipped = queries.promise(FIRST, BEIMEN, START)
    assert (shipped.policy_version, shipped.calendar_version) == (0, 0)
    assert shipped.due_at == local("11-24 10:00")
    assert calendar_queries.next_opening(BEIMEN, local("10-03 10:00")) == local("10-08 08:30")
    assert due(versions=Versions(0, 0), matter=RESOLUTION) == local("11-26 18:00")


def test_two_steps_are_promised_together_as_alone(rows):
    together = queries.promises([FIRST, RESOLUTION], BEIMEN, START).steps
    alone = [queries.promise(each, BEIMEN, START) for each in (FIRST, RESOLUTION)]
    assert together == alone
    assert [each.clock for each in together] == [Clock.SERVICE_HOUR, Clock.WORKING_DAY]


def test_the_hours_are_those_of_the_nearest_station_that_has_any(rows):
    give_hours(rows, BEIMEN)
    give_hours(rows, JIANTANG)
    assert due() == local("11-24 10:00")
    give_hours(rows, JIANTANG, *((day, 600, 840) for day in range(7)))
    assert due() == local("11-24 14:00")
    give_hours(rows, BEIMEN, *((day, 600, 720) for day in range(7)))
    assert due() == local("11-26 12:00")
    give_hours(rows, BEIMEN, *((day, 0, 1440) for day in range(7)))
    assert due() == local("11-23 18:00")


def test_a_pause_moves_the_due_time_in_the_clock_of_the_promise(rows):
    held = queries.promise(RESOLUTION, BEIMEN, START)
    assert held.due_at == local("11-26 18:00")
    versions = Versions(held.policy_version, held.calendar_version)
    pause = Span(local("11-24 10:00"), local("11-25 09:00"))
    given = Running(BEIMEN, START, held.due_at, held.policy_id, versions)
    moved = queries.due_after_pause(given, pause)
    assert moved == local("11-27 18:00")
    assert moved == queries.promise(RESOLUTION, BEIMEN, START, [pause], versions).due_at
    extended = Running(BEIMEN, START, local("12-10 18:00"), held.policy_id, versions)
    assert queries.due_after_pause(extended, pause) == local("12-11 18:00")


def test_working_days_and_service_minutes_can_be_asked_for_alone(rows):
    assert calendar_queries.add_working_days(BEIMEN, local("09-30 10:00"), 3) == local(
        "10-10 18:00"
    )
    assert calendar_queries.due_by_minutes(BEIMEN, START, 480) == local("11-24 10:00")


def asked(rows, read):
    """The statements that are sent to the database meanwhile."""
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        statements.append(statement)

    engine = rows.get_bind()
    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        read()
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
    return statements


def test_one_promise_asks_the_database_once_when_the_versions_are_known(rows):
    def read():
        return queries.promises([FIRST, RESOLUTION], BEIMEN, START)

    read()
    assert len(asked(rows, read)) == 1


def closure(code, day, hours=(), line=2):
    return CalendarRow(line, code, day, DayKind.CLOSURE, "大雪", hours)


def newest(rows):
    return calendar_queries.versions()[0]


def test_a_closure_stops_service_hours_and_not_working_days(rows):
    assert due() == local("11-24 10:00")
    assert due(matter=RESOLUTION) == local("11-26 18:00")
    week = [closure(BEIMEN, date(2026, 11, day)) for day in range(24, 27)]
    service.import_calendar(week, None, AT)
    assert due() == local("11-27 10:00")
    assert due(matter=RESOLUTION) == local("11-26 18:00")
    assert due(area=WEIXI) == local("11-24 10:00")
    assert calendar_queries.opening_on(BEIMEN, date(2026, 11, 25)) == ()


def test_a_closure_may_leave_some_hours(rows):
    short = closure(JIANTANG, date(2026, 11, 24), ((600, 720),))
    service.import_calendar([short], None, AT)
    assert calendar_queries.opening_on(BEIMEN, date(2026, 11, 24)) == ((600, 720),)
    assert due() == local("11-24 11:30")
    nearer = CalendarRow(2, BEIMEN, date(2026, 11, 24), DayKind.WORKING, "")
    service.import_calendar([nearer], None, AT)
    assert due() == local("11-24 10:00")


def test_a_closure_opens_no_holiday_and_hides_none(rows):
    there = calendar_queries.opening_on(BEIMEN, date(2026, 10, 2))
    service.import_calendar([closure(BEIMEN, date(2026, 10, 2), ((600, 720),))], None, AT)
    assert calendar_queries.opening_on(BEIMEN, date(2026, 10, 2)) == there == ()
    assert calendar_queries.add_working_days(BEIMEN, local("09-30 10:00"), 1) == local(
        "10-08 18:00"
    )
    service.import_calendar([holiday(CITY, date(2026, 11, 24))], None, AT)
    before = count(rows, CalendarVersion)
    with pytest.raises(BadRow, match="line 2: taken"):
        service.import_calendar([closure(CITY, date(2026, 11, 24))], None, AT)
    assert count(rows, CalendarVersion) == before


def test_a_version_says_what_it_changed_and_what_it_has_yet_to_look_through(rows):
    assert (newest(rows).changed, newest(rows).reached) == (count(rows, CalendarDay), None)
    days = [closure(BEIMEN, date(2026, 12, day)) for day in (1, 2, 3)]
    version = service.import_calendar(days, None, AT)
    made = newest(rows)
    assert (made.id, made.changed, made.moved, made.reached) == (version, 3, 0, 0)
    assert made.note == "大雪"
    assert service.import_calendar(days, None, AT) == version
    assert service.import_calendar([closure(BEIMEN, date(2026, 12, 3))], None, AT) == version
    out = CalendarRow(2, BEIMEN, date(2026, 12, 3), None, "")
    assert service.import_calendar([out], None, AT) > version
    assert newest(rows).changed == 1


LEAD = Allowed(days=(), closures=(JIANTANG,))


@pytest.mark.parametrize(
    "row",
    [
        closure(WEIXI, date(2026, 12, 1)),
        closure(CITY, date(2026, 12, 1)),
        holiday(BEIMEN, date(2026, 12, 1)),
        CalendarRow(2, BEIMEN, date(2026, 12, 2), None, ""),
        CalendarRow(2, BEIMEN, date(2026, 12, 5), DayKind.WORKING, ""),
    ],
)
def test_who_may_close_stations_enters_nothing_else_and_nowhere_else(rows, row):
    service.import_calendar([holiday(BEIMEN, date(2026, 12, 2))], None, AT)
    before = count(rows, CalendarVersion), count(rows, AuditEntry)
    with pytest.raises(BadRow, match="line 2: reach"):
        service.import_calendar([closure(BEIMEN, date(2026, 12, 3), line=1), row], None, AT, LEAD)
    assert (count(rows, CalendarVersion), count(rows, AuditEntry)) == before


def test_who_may_close_stations_opens_them_again(rows):
    service.import_calendar([closure(BEIMEN, date(2026, 12, 3))], None, AT, LEAD)
    out = CalendarRow(2, BEIMEN, date(2026, 12, 3), None, "")
    service.import_calendar([out], None, AT, LEAD)
    assert calendar_queries.opening_on(BEIMEN, date(2026, 12, 3)) == DEFAULT_WEEK[3]


def test_what_is_not_published_is_asked_with_one_statement(rows):
    calendar_queries.unpublished_years(AT)
    assert len(asked(rows, lambda: calendar_queries.unpublished_years(AT))) == 1
