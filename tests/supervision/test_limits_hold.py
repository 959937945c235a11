"""Other limits hold for what comes in afterwards; what is under way keeps what was promised."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.accounts.queries import reach_of
from service_desk.casework import service as casework
from service_desk.casework.lengthening import Deferral, latest_day, propose_deferral
from service_desk.casework.rules import Cause, Method, Outcome
from service_desk.feedback.service import lapse_due
from service_desk.foundation.actor import RESIDENT, Actor
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.transaction import unit_of_work
from service_desk.intake.telling import receipt
from service_desk.messaging.wording import received
from service_desk.service_clock.in_force import CURRENT, in_force
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_clock.policy_changes import Edit, Slot, applied
from service_desk.service_clock.service import add_policies
from service_desk.service_clock.walk import Clock
from service_desk.service_requests import service as requests
from service_desk.service_requests.lifecycle import CloseReason, State, Urgency
from service_desk.service_requests.models import EntryKind
from service_desk.service_requests.queries import by_reference
from service_desk.service_requests.service import for_change
from service_desk.service_requests.timeline import Entry
from service_desk.supervision import counts
from service_desk.triage.queries import look_ends, unlooked
from tests.service_clock.worlds import local
from workers.pauses import end_waiting

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""10:00 in Diqing; no holiday for weeks."""
BEIMEN, WEIXI = "533401101003", "533423101001"
XGLL = "533401000000"
CONTACT = casework.Contact(Method.CALL, Outcome.REACHED)
K, DAYS, WALL, HOURS = PolicyKind, Clock.WORKING_DAY, Clock.WALL, Clock.SERVICE_HOUR


@pytest.fixture
def set_limit(app):
    """Changes one limit of the county of Beimen."""

    def change(kind, urgency, clock, amount):
        with app.app_context(), unit_of_work():
            edit = Edit(Slot(kind, urgency), clock, amount)
            after = applied(in_force(XGLL).policies, XGLL, [edit])
            add_policies(after, "改", None, MONDAY)

    return change


@pytest.fixture
def do(app):
    """Does something to a request as its owner, in a transaction of its own."""

    def work(reference, act, *arguments, at=MONDAY):
        with app.app_context(), unit_of_work():
            request = for_change(by_reference(reference).id)
            act(request, *arguments, Actor.staff(request.owner_user_id or 1), at)

    return work


def reach_named(username):
    user = session.scalar(sa.select(User.id).where(User.username == username))
    return reach_of(user, MONDAY.date())


def sweep(app, work, at):
    with app.app_context():
        return work(at)


def lapse(at):
    with unit_of_work():
        return lapse_due(at)


@pytest.mark.both_databases
def test_an_open_request_keeps_the_limits_it_was_promised(app, open_one, stored, set_limit, do):
    before = stored(open_one(at=MONDAY))
    set_limit(K.FIRST_RESPONSE, "P2", HOURS, 4 * 60)
    set_limit(K.WAITING, None, DAYS, 1)
    kept, new = stored(before.reference), stored(open_one(at=MONDAY))
    assert kept.due_at == before.due_at == local("11-24 10:00")
    assert new.due_at == local("11-23 15:30")
    assert stored(open_one(at=MONDAY, area_code=WEIXI)).due_at == before.due_at
    for each in (kept, new):
        do(each.reference, casework.claim)
        do(each.reference, casework.wait, "身份证", CONTACT)
    assert sweep(app, end_waiting, local("11-24 18:00")) == 1
    assert stored(new.reference).state is State.ACCEPTED
    assert stored(kept.reference).state is State.WAITING
    assert sweep(app, end_waiting, local("11-30 18:00")) == 1


@pytest.mark.both_databases
def test_many_that_wait_long_do_not_hide_one_that_is_over(
    app, open_one, set_limit, do, monkeypatch
):
    monkeypatch.setattr("workers.pauses.BATCH", 1)
    long = [open_one(at=MONDAY) for _ in range(3)]
    set_limit(K.WAITING, None, DAYS, 1)
    short = open_one(at=MONDAY)
    for reference in (*long, short):
        do(reference, casework.claim)
        do(reference, casework.wait, "身份证", CONTACT)
    assert sweep(app, end_waiting, local("11-24 18:00")) == 1


@pytest.mark.both_databases
def test_what_rests_is_reviewed_by_the_limit_it_was_promised(app, open_one, do, set_limit):
    before = open_one(at=MONDAY)
    set_limit(K.REVIEW, None, WALL, 3 * 24 * 60)
    after, day = open_one(at=MONDAY), MONDAY.date()
    with app.app_context():
        kept, new = by_reference(before), by_reference(after)
        assert latest_day(kept, MONDAY) == day + timedelta(days=30)
        assert latest_day(new, MONDAY) == day + timedelta(days=3)
    rests = Deferral(Cause.FUNDS, day + timedelta(days=4))
    for reference in (before, after):
        do(reference, casework.claim)
    do(before, propose_deferral, rests, "等资金")
    with pytest.raises(Refused):
        do(after, propose_deferral, rests, "等资金")


def test_a_return_is_proposed_in_time_or_not_at_all(app, open_one, do, set_limit):
    late, early = open_one(at=MONDAY), open_one(at=MONDAY)
    do(late, casework.claim)
    do(early, casework.claim)
    do(early, casework.propose_return, "不归我", "县残联", at=local("11-23 15:30"))
    with pytest.raises(Refused, match="15:30"):
        do(late, casework.propose_return, "不归我", "县残联", at=local("11-23 15:31"))
    set_limit(K.RETURN, "P2", WALL, 10)
    new = open_one(at=MONDAY)
    do(new, casework.claim)
    with pytest.raises(Refused):
        do(new, casework.propose_return, "不归我", "县残联", at=MONDAY + timedelta(minutes=11))
    danger = open_one(at=MONDAY, urgency=Urgency.P0)
    do(danger, casework.claim)
    with pytest.raises(Refused):
        do(danger, casework.propose_return, "不归我", "县残联")


def test_the_longest_extension_is_the_limits(app, open_one, do, set_limit):
    set_limit(K.EXTENSION, "P2", DAYS, 3)
    reference = open_one(at=MONDAY)
    do(reference, casework.claim)
    with pytest.raises(Refused, match="3"):
        do(reference, casework.propose_extension, 4, "等排期")
    do(reference, casework.propose_extension, 3, "等排期")


@pytest.mark.both_databases
def test_a_rating_lapses_by_the_limit_of_its_county(app, open_one, do, stored, set_limit):
    set_limit(K.RATING_WINDOW, None, DAYS, 1)
    ours, theirs = open_one(at=MONDAY), open_one(at=MONDAY, area_code=WEIXI)
    for reference in (ours, theirs):
        do(reference, casework.claim)
        do(reference, casework.resolve, "已办好", Method.CALL)
    assert sweep(app, lapse, local("11-24 18:00")) == 0
    assert sweep(app, lapse, local("11-24 18:01")) == 1
    assert stored(ours).close_reason is CloseReason.RATING_LAPSED
    assert stored(theirs).state is State.RESOLVED
    assert sweep(app, lapse, local("11-30 18:01")) == 1


def test_reopening_is_open_for_as_long_as_the_limit_says(app, open_one, set_limit):
    set_limit(K.REOPEN, None, WALL, 24 * 60)
    reference = open_one(at=MONDAY)

    def close_and_reopen(after):
        with app.app_context(), unit_of_work():
            request = for_change(by_reference(reference).id)
            if request.state is not State.CLOSED:
                entry = Entry(EntryKind.CLOSED)
                requests.close(request, CloseReason.WITHDRAWN, RESIDENT, MONDAY, entry)
            requests.reopen(request, "又坏了", RESIDENT, MONDAY + after)

    with pytest.raises(Refused):
        close_and_reopen(timedelta(hours=24, seconds=1))
    close_and_reopen(timedelta(hours=24))


@pytest.mark.parametrize(
    ("clock", "amount", "told"),
    [(HOURS, 240, "4个服务小时"), (HOURS, 90, "1.5"), (WALL, 180, "3小时")],
)
def test_the_receipt_names_the_limit_that_holds(app, open_one, set_limit, clock, amount, told):
    set_limit(K.FIRST_RESPONSE, "P2", clock, amount)
    reference = open_one(at=MONDAY)
    with app.app_context():
        request = by_reference(reference)
        hours = in_force(request.area_code, CURRENT).hours
        body = received(receipt(request, hours, MONDAY)).body
    assert told in body.replace(" ", "")


def test_what_nobody_signed_for_in_time_is_late_on_the_board(app, open_one, as_, set_limit):
    set_limit(K.SIGN, "P2", WALL, 30)
    open_one(at=MONDAY)
    with app.app_context():
        reach = reach_named("county.xgll")
        assert counts.late_to_sign(reach, MONDAY + timedelta(minutes=30)) == 0
        assert counts.late_to_sign(reach, MONDAY + timedelta(minutes=31)) == 1
    assert "desk-figure__note" in as_("county.xgll").get("/board").text


def test_the_look_for_danger_is_due_by_the_limit_of_the_place(app, open_one, as_, set_limit):
    set_limit(K.DANGER_LOOK, "P2", WALL, 600)
    set_limit(K.CATEGORY_CHECK, "P2", WALL, 600)
    open_one(at=MONDAY)
    open_one(at=MONDAY, area_code=WEIXI)
    with app.app_context():
        rows = unlooked(reach_named("dispatch.diqing")).rows
        ends = look_ends([(row, row.created_at) for row in rows])
        found = {row.area_code: end - row.created_at for row, end in zip(rows, ends, strict=True)}
    assert found == {BEIMEN: timedelta(hours=10), WEIXI: timedelta(minutes=30)}
