"""Reminders and escalation: each step once, to whom it concerns, from the time that counts."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import Absence, User
from service_desk.casework import service as casework
from service_desk.casework.rules import Method, Outcome
from service_desk.foundation.actor import RESIDENT, Actor
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests import clocks, timing
from service_desk.service_requests.lifecycle import State, Urgency
from service_desk.service_requests.models import ClockKind, EntryKind, RequestClock, ServiceRequest
from service_desk.service_requests.promising import restate
from service_desk.service_requests.queries import by_reference, timeline
from service_desk.service_requests.schedule import STEPS
from service_desk.service_requests.service import rework, withdraw
from service_desk.service_requests.timing import lengthen
from service_desk.supervision.looks import locked
from service_desk.supervision.models import Reminder
from service_desk.supervision.rules import RUNGS
from service_desk.triage.service import acknowledge
from tests.casework.explain import plan, reads_all
from tests.service_clock.test_walk_properties import process_in
from tests.service_clock.worlds import local
from workers.reminders import remind_all
from workers.sweep import sweep

MONDAY = local("11-23 10:00")
HALF, MOST = local("11-23 15:30"), local("11-23 17:54")
DUE, AFTER = local("11-24 10:00"), local("11-25 18:00")
"""The steps of a first response within eight service hours of MONDAY."""
MINUTE = timedelta(minutes=1)
WORKER, LEAD, COUNTY, PREFECTURE = "grid.beimen", "lead.jiantang", "county.xgll", "dispatch.diqing"
FIRST, LAST = "first_response", "resolution"


def owner(request):
    return Actor.staff(request.owner_user_id)


def respond(request, at):
    casework.claim(request, owner(request), at)
    timing.meet(request, ClockKind.FIRST_RESPONSE, at)


def wait(request, at):
    casework.claim(request, owner(request), at)
    casework.wait(
        request, "身份证", casework.Contact(Method.CALL, Outcome.REACHED), owner(request), at
    )


def resolve(request, at):
    casework.claim(request, owner(request), at)
    casework.resolve(request, "办好了", Method.VISIT, owner(request), at)


def clock(request, kind):
    return next(each for each in request.clocks if each.kind == kind)


def rows(app):
    with app.app_context():
        query = sa.select(Reminder).order_by(Reminder.clock, Reminder.cycle)
        found = session.scalars(query).all()
        return sorted(
            ((each.clock, each.cycle, each.step, each.skipped) for each in found),
            key=lambda row: (row[0], row[1], STEPS.index(row[2])),
        )


@pytest.mark.both_databases
def test_each_step_once_and_one_rung_higher(open_one, remind, reminded, texts):
    open_one(at=MONDAY)
    for moment in (HALF, MOST, DUE, AFTER):
        assert remind(moment - MINUTE) == 0
        assert remind(moment) == 1
        assert remind(moment) == 0
    assert reminded() == [
        (FIRST, "half", {WORKER}),
        (FIRST, "most", {WORKER, LEAD}),
        (FIRST, "due", {WORKER, LEAD}),
        (FIRST, "after", {WORKER, LEAD, COUNTY}),
    ]
    purposes = [each.purpose for each in texts()]
    assert purposes == ["remind_first_response"] * 3 + ["late_first_response"] * 5
    assert remind(AFTER + timedelta(hours=1)) == 0


@pytest.mark.both_databases
@pytest.mark.parametrize("sweeps", [2, 8])
def test_many_sweeps_at_once_do_each_step_once(app, open_one, reminded, texts, sweeps):
    for _ in range(6):
        open_one(at=MONDAY)
    together = Barrier(sweeps)

    def one(_number):
        with app.app_context():
            together.wait()
            for moment in (HALF, MOST):
                remind_all(moment)
            session.remove()

    with ThreadPoolExecutor(sweeps) as pool:
        list(pool.map(one, range(sweeps)))
    with app.app_context():
        remind_all(MOST)
    told = {(FIRST, "half"): 6, (FIRST, "most"): 6}
    lines = [line[:2] for line in reminded()]
    assert {each: lines.count(each) for each in lines} == told
    assert len(texts()) == 6 + 12
    assert len(rows(app)) == 12


@pytest.mark.both_databases
def test_a_late_start_tells_of_the_newest_step_only(app, open_one, remind, reminded, texts):
    open_one(at=MONDAY)
    assert remind(AFTER + MINUTE) == 1
    assert reminded() == [(FIRST, "after", {WORKER, LEAD, COUNTY})]
    assert len(texts()) == 3
    skipped = [(FIRST, 1, step, step != "after") for step in STEPS]
    assert rows(app) == skipped


def test_a_very_late_start_tells_each_person_of_a_request_once(open_one, remind, reminded, texts):
    open_one(at=MONDAY)
    assert remind(MONDAY + timedelta(days=60)) == 1
    assert sorted(line[:2] for line in reminded()) == [(FIRST, "after"), (LAST, "after")]
    assert len(texts()) == len({each.phone for each in texts()}) == 3


@pytest.mark.both_databases
def test_a_met_promise_reminds_nobody(open_one, remind, change, stored, reminded):
    reference = open_one(at=MONDAY)
    change(reference, respond, HALF - MINUTE)
    assert remind(AFTER) == 0
    assert clock(stored(reference), FIRST).remind_at is None
    assert reminded() == []


@pytest.mark.parametrize("end", [resolve, lambda request, at: withdraw(request, RESIDENT, at)])
def test_what_is_over_reminds_nobody(open_one, remind, change, reminded, end):
    reference = open_one(at=MONDAY)
    change(reference, end, HALF - MINUTE)
    assert remind(MONDAY + timedelta(days=60)) == 0
    assert reminded() == []


def test_what_was_declined_reminds_nobody(open_one, remind, change, reminded):
    reference = open_one(at=MONDAY)
    change(reference, decline)
    assert remind(MONDAY + timedelta(days=60)) == 0


def decline(request):
    request.state = State.DECLINED
    clocks.refresh_due(request)


@pytest.mark.both_databases
def test_a_paused_promise_reminds_nobody_and_goes_on_later(app, open_one, remind, change, stored):
    reference = open_one(at=MONDAY)
    before = clock(stored(reference), LAST).remind_at
    change(reference, wait, MONDAY + MINUTE)
    assert clock(stored(reference), LAST).remind_at is None
    remind(before + timedelta(hours=1))
    assert {row[0] for row in rows(app)} <= {FIRST}
    change(reference, casework.resume, Actor.staff(1), local("11-26 10:00"))
    after = clock(stored(reference), LAST)
    assert after.remind_at > before
    assert remind(after.remind_at - MINUTE) == 0
    assert remind(after.remind_at) == 1
    assert (LAST, 1, "half", False) in rows(app)


@pytest.mark.both_databases
def test_an_extension_moves_the_steps_that_are_left(app, open_one, remind, change, stored):
    reference = open_one(at=MONDAY)
    change(reference, respond, MONDAY + MINUTE)
    half = clock(stored(reference), LAST).remind_at
    assert remind(half) == 1
    most = clock(stored(reference), LAST).remind_at
    change(reference, lengthen, 10)
    moved = clock(stored(reference), LAST)
    assert moved.remind_at > most
    assert remind(moved.remind_at - MINUTE) == 0
    assert remind(moved.remind_at) == 1
    assert remind(moved.due_at - MINUTE) == 0
    assert remind(moved.due_at) == 1
    assert [row[2] for row in rows(app)] == ["half", "most", "due"]


def test_a_greater_urgency_counts_from_the_new_due_time(open_one, remind, change, stored, reminded):
    reference = open_one(at=MONDAY)
    change(reference, restated, Urgency.P1, MONDAY + MINUTE)
    assert clock(stored(reference), FIRST).remind_at == MONDAY + timedelta(hours=1)
    assert remind(MONDAY + timedelta(hours=2)) == 1
    assert reminded() == [(FIRST, "due", {WORKER, LEAD, COUNTY})]


def restated(request, urgency, at):
    request.urgency = urgency
    restate(request, at)


@pytest.mark.both_databases
def test_rework_is_reminded_of_anew(app, open_one, remind, change, stored):
    reference = open_one(at=MONDAY)
    change(reference, respond, MONDAY + MINUTE)
    remind(clock(stored(reference), LAST).due_at)
    change(reference, resolve_only, local("12-03 10:00"))
    change(reference, rework, "还没修好", RESIDENT, local("12-04 10:00"))
    again = clock(stored(reference), LAST)
    assert (again.steps, stored(reference).cycle) == (0, 2)
    assert remind(again.remind_at) == 1
    assert remind(again.due_at) == 1
    assert [row[1:] for row in rows(app)] == [
        (1, "half", True),
        (1, "most", True),
        (1, "due", False),
        (2, "half", False),
        (2, "most", True),
        (2, "due", False),
    ]


def resolve_only(request, at):
    casework.resolve(request, "办好了", Method.VISIT, owner(request), at)


@pytest.mark.both_databases
def test_a_request_woken_too_early_is_put_to_sleep_again(app, open_one, remind, stored, reminded):
    """As after the migration, which does not know the service clock."""
    reference = open_one(at=MONDAY)
    expected = [each.remind_at for each in stored(reference).clocks]
    with app.app_context(), unit_of_work():
        session.execute(sa.update(RequestClock).values(remind_at=RequestClock.started_at))
    assert remind(MONDAY + MINUTE) == 1
    assert [each.remind_at for each in stored(reference).clocks] == expected
    assert reminded() == []


def test_the_zone_of_the_process_makes_no_difference(open_one, remind, reminded):
    with process_in("Pacific/Kiritimati"):
        open_one(at=MONDAY)
        assert remind(HALF - MINUTE) == 0
        assert remind(HALF) == 1
    with process_in("America/New_York"):
        assert remind(MOST - MINUTE) == 0
        assert remind(MOST) == 1


def away(app, username, day):
    with app.app_context(), unit_of_work():
        user = session.scalar(sa.select(User.id).where(User.username == username))
        leave = {"user_id": user, "first_day": day, "last_day": day, "substitute_id": None}
        session.execute(sa.insert(Absence).values(**leave))


def test_an_empty_rung_is_made_up_for_by_the_next_one(app, open_one, remind, reminded):
    open_one(at=MONDAY)
    away(app, WORKER, date(2026, 11, 23))
    remind(HALF)
    away(app, LEAD, date(2026, 11, 23))
    remind(MOST)
    assert reminded() == [(FIRST, "half", {LEAD}), (FIRST, "most", {COUNTY, PREFECTURE})]


def test_a_restricted_matter_is_told_to_the_cleared_without_its_place(
    open_one, remind, reminded, texts
):
    open_one(at=MONDAY, category="LEGAL-08", restricted=True)
    remind(AFTER)
    assert reminded() == [(FIRST, "after", {PREFECTURE})]
    assert [each.purpose for each in texts()] == ["late_first_response_plain"]
    assert "北门" not in texts()[0].body


def test_only_codes_and_ids_are_on_the_timeline(app, open_one, remind, stored):
    reference = open_one(at=MONDAY)
    version = stored(reference).version
    remind(MOST)
    with app.app_context():
        line = timeline(by_reference(reference).id)[-1]
    assert (line.kind, line.public, line.text) == (EntryKind.REMINDED, False, None)
    assert set(line.data) == {"clock", "cycle", "step", "skipped", "users"}
    assert (line.data["step"], line.data["skipped"]) == ("most", ["half"])
    assert stored(reference).version == version


@pytest.mark.parametrize(("urgency", "waits"), [(Urgency.P2, True), (Urgency.P1, False)])
def test_only_what_is_urgent_wakes_people_at_night(open_one, remind, texts, urgency, waits):
    """A 24-hour item: its clock runs at night too."""
    open_one(at=local("11-23 20:00"), urgency=urgency, category="SAFE-08")
    remind(local("11-24 00:00"))
    morning = local("11-24 08:30")
    assert {each.not_before for each in texts()} == {morning if waits else local("11-24 00:00")}


def test_each_language_gets_its_own(app, open_one, remind, texts):
    open_one(at=MONDAY)
    with app.app_context(), unit_of_work():
        session.execute(sa.update(User).where(User.username == LEAD).values(language="en"))
        session.execute(sa.update(User).where(User.username == COUNTY).values(phone=None))
    remind(AFTER)
    assert sorted(each.language for each in texts()) == ["en", "zh_Hans_CN"]


def test_the_longest_waiting_come_first_and_all_are_done(app, open_one, remind, monkeypatch):
    monkeypatch.setattr("service_desk.supervision.reminding.BATCH", 2)
    for minute in range(5):
        open_one(at=MONDAY + timedelta(minutes=minute))
    with app.app_context(), unit_of_work():
        assert len(locked(MOST, 2)) == 2
    assert remind(MOST + timedelta(minutes=10)) == 5
    assert len(rows(app)) == 10


@pytest.mark.both_databases
def test_a_request_somebody_changes_just_now_is_left_for_the_next_sweep(
    app, database, open_one, remind, change, reminded
):
    reference = open_one(at=MONDAY)
    if database == "sqlite":
        return  # one writer at a time: the sweep waits for its turn

    def meanwhile(request):
        with ThreadPoolExecutor(1) as pool:
            assert pool.submit(remind, HALF).result() == 0

    change(reference, meanwhile)
    assert reminded() == []
    assert remind(HALF) == 1


@pytest.mark.both_databases
def test_a_sweep_reads_the_index_of_moments(db_session, open_one):
    query = (
        sa.select(ServiceRequest.id)
        .join(RequestClock, RequestClock.request_id == ServiceRequest.id)
        .where(RequestClock.remind_at <= sa.bindparam("at", type_=RequestClock.remind_at.type))
        .order_by(RequestClock.remind_at)
        .limit(25)
    )
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text("SET LOCAL enable_seqscan = off"))
    told = plan(query, {"at": datetime(2026, 11, 24, tzinfo=UTC)})
    assert "ix_request_clocks_remind_at" in told
    assert not reads_all(told, "request_clocks")


def test_the_schedule_and_the_operator_sweep_it(app, open_one, reminded):
    open_one(at=MONDAY)
    with app.app_context():
        assert sweep(HALF)["remind_due"] == 1
    assert reminded() == [(FIRST, "half", {WORKER})]


def test_each_step_tells_everybody_the_one_before_told():
    for told in RUNGS.values():
        assert [told[step] for step in STEPS] == sorted(told[step] for step in STEPS)


@pytest.mark.both_databases
def test_danger_that_was_taken_on_is_reminded_of_to_more(open_one, remind, change, reminded):
    reference = open_one(at=MONDAY, urgency=Urgency.P0)
    change(reference, lambda request: acknowledge(request, owner(request), MONDAY + MINUTE))
    assert remind(MONDAY + timedelta(minutes=8)) == 1
    assert remind(MONDAY + timedelta(minutes=12)) == 1
    assert remind(MONDAY + timedelta(minutes=15)) == 1
    assert reminded() == [
        (FIRST, "half", {WORKER, LEAD}),
        (FIRST, "most", {WORKER, LEAD, COUNTY}),
        (FIRST, "due", {WORKER, LEAD, COUNTY, PREFECTURE}),
    ]


def test_while_a_danger_is_called_out_the_calls_speak(app, open_one, remind, reminded, texts):
    open_one(at=MONDAY, urgency=Urgency.P0)
    assert remind(MONDAY + timedelta(minutes=8)) == 1
    assert reminded() == [(FIRST, "half", set())]
    assert texts() == []
    assert rows(app) == [(FIRST, 1, "half", False)]
