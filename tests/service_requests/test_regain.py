"""A changed calendar gives open requests time and takes none; late work stays late."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from service_desk.directory.hours import Interval
from service_desk.directory.models import Station, StationWeek
from service_desk.directory.service import set_station_hours
from service_desk.foundation.actor import Actor
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock.calendar_file import CalendarRow
from service_desk.service_clock.models import CalendarVersion
from service_desk.service_clock.schedule import DayKind
from service_desk.service_clock.service import import_calendar
from service_desk.service_requests import approvals, clocks, service, timing
from service_desk.service_requests.gaining import Change
from service_desk.service_requests.lifecycle import Nature, State, Urgency
from service_desk.service_requests.models import ApprovalKind, ClockKind, ClockOutcome, EntryKind
from service_desk.service_requests.queries import timeline
from service_desk.service_requests.rebuild import compare_all
from service_desk.service_requests.regain import looked_through
from tests.casework.explain import plan
from tests.service_requests.conftest import AT, BEIMEN, WORKER, step
from workers.calendar import regain_all

FIRST, RESOLUTION = ClockKind.FIRST_RESPONSE, ClockKind.RESOLUTION
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
DUE = AT + DAY
LEAD = Actor.staff(2)
TUESDAY = date(2026, 11, 24)
COUNTY, ELSEWHERE = "533401000000", "533422000000"
LATER = timedelta(minutes=5)
MONDAY_MINUTES = 120 + 270
"""Open on Monday from 10:00 on."""

pytestmark = pytest.mark.both_databases


def clock(request, kind=FIRST):
    found = clocks.clock_of(request, kind)
    assert found is not None
    return found


@pytest.fixture
def edit(app):
    """Publishes a day; the sweep has not been yet."""

    def publish(at, kind=DayKind.HOLIDAY, day=TUESDAY, area_code=BEIMEN):
        with app.app_context(), unit_of_work():
            return import_calendar([CalendarRow(1, area_code, day, kind, "节日")], None, at)

    return publish


@pytest.fixture
def sweep(app):
    def sweep_(at):
        with app.app_context():
            return regain_all(at)

    return sweep_


@pytest.fixture
def version(app):
    """What the newest version of the calendar says of itself: gained, looked through up to."""

    def told():
        with app.app_context():
            newest = sa.select(sa.func.max(CalendarVersion.id)).scalar_subquery()
            row = session.scalar(sa.select(CalendarVersion).where(CalendarVersion.id == newest))
            return row.moved, row.reached

    return told


@pytest.fixture
def agree(app):
    def check():
        with app.app_context():
            found = list(compare_all())
            assert found
            assert [each for each in found if each.differences or not each.enough] == []

    return check


def test_a_holiday_gives_open_requests_its_hours(open_one, edit, sweep, read, version, agree):
    request_id, elsewhere = open_one(), open_one(area_code="533422102201")
    before = clock(read(request_id), RESOLUTION)
    edit(AT + HOUR)
    sweep(AT + HOUR + LATER)
    request = read(request_id)
    assert (clock(request).due_at, clock(request).first_due_at) == (DUE + DAY, DUE + DAY)
    assert request.due_at == DUE + DAY
    assert clock(request, RESOLUTION).due_at == before.due_at + DAY
    assert clock(read(elsewhere)).due_at == DUE
    assert version() == (1, None)
    agree()


def test_its_timeline_says_so_to_the_resident(app, open_one, edit, sweep):
    request_id = open_one()
    number = edit(AT + HOUR)
    sweep(AT + HOUR + LATER)
    with app.app_context():
        last = timeline(request_id, public_only=True)[-1]
    assert (last.kind, last.data["calendar"]) == (EntryKind.CALENDAR_CHANGED, number)
    assert datetime.fromisoformat(last.data["since"]) == AT + HOUR


def test_no_calendar_takes_time_away(open_one, edit, sweep, read, version, agree):
    request_id = open_one()
    edit(AT + HOUR)
    sweep(AT + HOUR + LATER)
    edit(AT + 2 * HOUR, DayKind.WORKING)
    edit(AT + 2 * HOUR, DayKind.WORKING, date(2026, 11, 29))
    sweep(AT + 2 * HOUR + LATER)
    request = read(request_id)
    assert (clock(request).due_at, clock(request).first_due_at) == (DUE + DAY, DUE + DAY)
    assert version() == (0, None)
    agree()


def test_what_was_over_when_it_was_changed_stays_late(open_one, edit, sweep, read, version):
    request_id = open_one()
    edit(DUE + MINUTE)
    sweep(DUE + MINUTE + LATER)
    assert clock(read(request_id)).due_at == DUE


def test_what_counts_is_when_it_was_changed_not_when_the_sweep_came(
    open_one, change, edit, sweep, read, agree
):
    """Answered after the old due time and before the sweep: on time all the same."""
    waits, answered = open_one(), open_one()
    edit(DUE - MINUTE)
    change(answered, step, State.ACCEPTED, DUE)
    change(answered, respond, DUE + HOUR)
    assert clock(read(answered)).outcome is ClockOutcome.LATE
    sweep(DUE + 2 * HOUR)
    assert clock(read(answered)).outcome is ClockOutcome.ON_TIME
    assert clock(read(answered)).service_minutes == MONDAY_MINUTES
    assert clock(read(waits)).due_at == DUE + DAY
    agree()


def respond(request, at):
    facts = timing.meet(request, FIRST, at)
    data = {"method": "call", "outcome": "reached"} | facts
    service.note(request, WORKER, at, service.Entry(EntryKind.CONTACT, data=data))


def test_rework_and_what_was_extended_or_rested_gain_too(
    open_one, change, edit, sweep, read, agree
):
    again, longer, rested = open_one(), open_one(), open_one()
    for request_id in (again, rested):
        change(request_id, step, State.ACCEPTED, AT)
    change(again, step, State.RESOLVED, AT + HOUR)
    change(again, service.rework, "没修好", WORKER, AT + 2 * HOUR)
    change(longer, extended, AT + HOUR)
    change(rested, step, State.WAITING, AT + HOUR, EntryKind.WAITING)
    before = {each: clock(read(each), RESOLUTION) for each in (again, longer, rested)}
    edit(AT + 3 * HOUR)
    sweep(AT + 3 * HOUR + LATER)
    for request_id, old in before.items():
        assert clock(read(request_id), RESOLUTION).due_at == old.due_at + DAY
    assert clock(read(again), RESOLUTION).first_due_at == before[again].first_due_at
    assert clock(read(rested), RESOLUTION).paused_at == AT + HOUR
    agree()


def extended(request, at):
    approval = approvals.propose(request, ApprovalKind.EXTENSION, WORKER, at, "要等材料", days=1)
    approvals.decide(approval, LEAD, at, True, "同意")


def test_danger_waits_for_no_calendar(open_one, edit, sweep, read, version):
    request_id = open_one(urgency=Urgency.P0)
    edit(AT + MINUTE)
    sweep(AT + LATER)
    assert clock(read(request_id)).due_at == AT + 15 * MINUTE
    assert version() == (0, None)


def test_two_sweeps_at_once_give_everybody_their_time_once(app, open_one, edit, read, version):
    ids = [open_one() for _ in range(90)]
    edit(AT + HOUR, area_code=COUNTY)
    together = Barrier(2)

    def one():
        with app.app_context():
            together.wait()
            return regain_all(AT + HOUR + LATER)

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(one) for _ in range(2)]:
            each.result()
    assert version() == (90, None)
    assert {clock(read(each)).due_at for each in ids} == {DUE + DAY}
    with app.app_context():
        kinds = [line.kind for each in ids for line in timeline(each)]
    assert kinds.count(EntryKind.CALENDAR_CHANGED) == 90


def test_a_young_calendar_is_looked_through_again(open_one, edit, sweep, read, version):
    """For what was on its way in, promised under the calendar before."""
    early = open_one()
    edit(AT + HOUR)
    sweep(AT + HOUR + MINUTE)
    assert version() == (1, 0)
    sweep(AT + HOUR + LATER)
    assert version() == (1, None)
    assert clock(read(early)).due_at == DUE + DAY


def test_a_station_that_opens_less_gives_its_requests_time(
    app, open_one, sweep, read, people, agree
):
    here, elsewhere = open_one(), open_one(area_code="533422102201")
    mornings = [Interval(day, 510, 720) for day in range(5)]
    with app.app_context(), unit_of_work():
        station = session.scalar(sa.select(Station).where(Station.area_code == BEIMEN))
        set_station_hours(station, mornings, people["admin"], AT + HOUR)
    sweep(AT + HOUR + LATER)
    with app.app_context():
        newest = sa.select(StationWeek).order_by(StationWeek.version.desc())
        week = session.scalars(newest.where(StationWeek.station_id == station.id)).first()
    assert (week.moved, week.reached) == (1, None)
    assert clock(read(here)).due_at == datetime.fromisoformat("2026-11-25T11:00+08:00")
    assert clock(read(elsewhere)).due_at == DUE
    agree()


def test_what_was_promised_under_a_newer_calendar_gains_nothing_from_an_older(
    open_one, edit, sweep, read, version
):
    """A mistaken holiday is taken out again before the sweep: who came after it knows neither."""
    edit(AT - 2 * MINUTE)
    edit(AT - MINUTE, kind=None)
    request_id = open_one()
    sweep(AT + LATER)
    assert clock(read(request_id)).due_at == DUE


def test_what_began_to_wait_after_the_change_was_running_then(
    open_one, change, edit, sweep, read, agree
):
    request_id = open_one(nature=Nature.INQUIRY)
    due = clock(read(request_id), RESOLUTION).due_at
    change(request_id, step, State.ACCEPTED, AT)
    edit(due - HOUR, day=due.date())
    change(request_id, step, State.WAITING, due + MINUTE, EntryKind.WAITING)
    sweep(due + HOUR)
    assert clock(read(request_id), RESOLUTION).due_at == due + DAY
    agree()


def test_one_change_gives_a_month_at_most(app, open_one, sweep, read, people, agree):
    """A slip in a station's week must not put a promise off for years."""
    request_id = open_one()
    with app.app_context(), unit_of_work():
        station = session.scalar(sa.select(Station).where(Station.area_code == BEIMEN))
        set_station_hours(station, [Interval(0, 510, 511)], people["admin"], AT + HOUR)
    sweep(AT + HOUR + LATER)
    assert clock(read(request_id)).due_at == DUE + timedelta(days=31)
    agree()


def test_what_is_long_done_is_not_read(app, edit):
    number = edit(AT)
    with app.app_context():
        version = session.get_one(CalendarVersion, number)
        if session.get_bind().dialect.name == "postgresql":
            session.execute(sa.text("SET LOCAL enable_seqscan = off"))  # few rows: no index pays
        told = plan(looked_through(Change(version, number, "533400000000", "533499999999")), {})
    assert "ix_request_clocks_late" in told
    assert "ix_request_clocks_running" in told
