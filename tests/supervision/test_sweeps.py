"""What the desk does by itself: waiting ends, danger is called again; each once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from service_desk.accounts.models import DutyTurn, User
from service_desk.casework import lengthening
from service_desk.casework import service as casework
from service_desk.casework.rules import Cause, Method, Outcome
from service_desk.foundation.actor import Actor
from service_desk.foundation.clock import local
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging.models import Message
from service_desk.service_requests.lifecycle import State, Urgency
from service_desk.service_requests.models import EntryKind, TimelineEntry
from service_desk.service_requests.queries import by_reference, timeline
from service_desk.service_requests.service import for_change
from service_desk.triage.service import acknowledge
from workers.pauses import BATCH, call_again, end_deferrals, end_waiting

MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""10:00 in Diqing; no holiday for weeks."""
CLOSING = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
"""18:00 on the fifth working day after it."""


@pytest.fixture
def waiting(app, open_one):
    reference = open_one(at=MONDAY - timedelta(hours=1))
    with app.app_context(), unit_of_work():
        request = for_change(by_reference(reference).id)
        owner = Actor.staff(request.owner_user_id)
        casework.claim(request, owner, MONDAY)
        contact = casework.Contact(Method.CALL, Outcome.REACHED)
        casework.wait(request, "身份证复印件", contact, owner, MONDAY)
    return reference


def run(app, sweep, at):
    with app.app_context():
        return sweep(at)


def pages(app):
    with app.app_context():
        kind = TimelineEntry.kind == EntryKind.PAGED
        return session.scalar(sa.select(sa.func.count()).where(kind))


@pytest.mark.both_databases
def test_waiting_ends_after_five_working_days_with_a_task(app, waiting, stored):
    assert run(app, end_waiting, CLOSING - timedelta(minutes=1)) == 0
    assert stored(waiting).state is State.WAITING
    assert run(app, end_waiting, CLOSING) == 1
    assert stored(waiting).state is State.ACCEPTED
    assert run(app, end_waiting, CLOSING + timedelta(hours=1)) == 0
    with app.app_context():
        last = timeline(by_reference(waiting).id)[-1]
    assert (last.kind, last.public) == (EntryKind.RESUMED, False)
    assert "5" in last.text


def test_the_resident_who_answers_is_not_asked_again(app, waiting, stored):
    with app.app_context(), unit_of_work():
        request = for_change(by_reference(waiting).id)
        casework.resume(request, Actor.staff(request.owner_user_id), MONDAY + timedelta(days=1))
    assert run(app, end_waiting, CLOSING) == 0


@pytest.mark.both_databases
def test_danger_is_called_again_every_five_minutes_until_somebody_acts(app, open_one):
    reference = open_one(at=MONDAY, urgency=Urgency.P0)
    assert run(app, call_again, MONDAY) == 1
    assert run(app, call_again, MONDAY + timedelta(minutes=4)) == 0
    assert run(app, call_again, MONDAY + timedelta(minutes=5)) == 1
    assert run(app, call_again, MONDAY + timedelta(minutes=5)) == 0
    assert pages(app) == 2
    with app.app_context():
        bodies = list(session.scalars(sa.select(Message)))
        assert len({each.dedupe_key for each in bodies}) == len(bodies) > 2
    with app.app_context(), unit_of_work():
        request = for_change(by_reference(reference).id)
        acknowledge(request, Actor.staff(request.owner_user_id), MONDAY + timedelta(minutes=6))
    assert run(app, call_again, MONDAY + timedelta(minutes=20)) == 0


def called(app):
    """Who was called in each round, in order."""
    with app.app_context():
        names = dict(session.execute(sa.select(User.id, User.username)).all())
        paged = sa.select(TimelineEntry.data).where(TimelineEntry.kind == EntryKind.PAGED)
        return [
            [names[each] for each in data["users"]]
            for data in session.scalars(paged.order_by(TimelineEntry.id))
        ]


@pytest.fixture
def no_roster(app):
    """Nobody has duty, so that only the posts of the place are called first."""
    with app.app_context(), unit_of_work():
        session.execute(sa.delete(DutyTurn))


@pytest.mark.both_databases
def test_every_five_minutes_one_rung_more_is_called(app, no_roster, open_one):
    open_one(at=MONDAY, urgency=Urgency.P0)
    for minute in (0, 4, 5, 9, 10, 15):
        run(app, call_again, MONDAY + timedelta(minutes=minute))
    near = ["police_aux.533401101003", "lead.jiantang"]
    county, prefecture = "county.xgll", "dispatch.diqing"
    everybody = [*near, county, prefecture]
    assert called(app) == [near, [*near, county], everybody, everybody]


def test_a_restricted_danger_is_called_out_upward_to_the_cleared_only(app, no_roster, open_one):
    open_one(at=MONDAY, urgency=Urgency.P0, category="SAFE-01", restricted=True)
    for minute in (0, 5, 10):
        run(app, call_again, MONDAY + timedelta(minutes=minute))
    near = ["police_aux.533401101003", "lead.jiantang"]
    assert called(app) == [near, [*near, "dispatch.diqing"], [*near, "dispatch.diqing"]]


@pytest.mark.both_databases
def test_eight_sweeps_at_once_call_once(app, open_one):
    open_one(at=MONDAY, urgency=Urgency.P0)
    together = Barrier(8)

    def one(_number):
        with app.app_context():
            together.wait()
            done = call_again(MONDAY)
            session.remove()
            return done

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(one, range(8))) == 1
    assert pages(app) == 1


def test_after_an_hour_in_vain_calls_come_once_an_hour(app, open_one):
    open_one(at=MONDAY, urgency=Urgency.P0)
    for minute in range(0, 181, 5):
        run(app, call_again, MONDAY + timedelta(minutes=minute))
    assert pages(app) == 13 + 2


def test_nobody_is_called_for_what_is_over(app, open_one):
    reference = open_one(at=MONDAY, urgency=Urgency.P0)
    with app.app_context(), unit_of_work():
        request = for_change(by_reference(reference).id)
        owner = Actor.staff(request.owner_user_id)
        casework.claim(request, owner, MONDAY)
        casework.resolve(request, "人已送医", Method.VISIT, owner, MONDAY)
    assert run(app, call_again, MONDAY + timedelta(minutes=10)) == 0


MANY = 2 * BATCH + 3


@contextmanager
def kept(app, counted):
    """How much of `counted` each transaction added, in order, for those that added any."""
    totals, added = [0], []

    def committing(connection):
        totals.append(connection.scalar(counted))

    with app.app_context():
        engine = session.get_bind()
        event.listen(engine, "commit", committing)
        try:
            yield added
        finally:
            event.remove(engine, "commit", committing)
    steps = (after - before for before, after in pairwise(totals))
    added.extend(step for step in steps if step)


def lines(kind):
    return sa.select(sa.func.count()).select_from(TimelineEntry).where(TimelineEntry.kind == kind)


def in_order(app, kind):
    """Whether the requests came to their lines in the order of their ids."""
    with app.app_context():
        query = sa.select(TimelineEntry.request_id).where(TimelineEntry.kind == kind)
        found = list(session.scalars(query.order_by(TimelineEntry.id)))
    return found == sorted(found)


@pytest.mark.both_databases
def test_many_dangers_are_called_a_few_a_transaction(app, open_one):
    for _ in range(MANY):
        open_one(at=MONDAY, urgency=Urgency.P0)
    with kept(app, lines(EntryKind.PAGED)) as added:
        assert call_again(MONDAY) == MANY
    assert added == [BATCH, BATCH, 3]
    assert in_order(app, EntryKind.PAGED)


@pytest.mark.both_databases
@pytest.mark.parametrize("work", [end_waiting, end_deferrals])
def test_many_pauses_end_a_few_a_transaction(app, open_one, work):
    """Who waited longest is looked for first: here, who came last."""
    with app.app_context():
        owner = Actor.staff(by_reference(open_one(at=MONDAY)).owner_user_id)
    for number in range(MANY):
        pause(app, open_one(at=MONDAY), owner, MONDAY + timedelta(minutes=MANY - number), work)
    with kept(app, lines(EntryKind.RESUMED)) as added:
        assert work(CLOSING + timedelta(days=2)) == MANY
    assert added == [BATCH, BATCH, 3]
    assert in_order(app, EntryKind.RESUMED)


def pause(app, reference, owner, at, work):
    with app.app_context(), unit_of_work():
        request = for_change(by_reference(reference).id)
        casework.claim(request, owner, at)
        if work is end_waiting:
            contact = casework.Contact(Method.CALL, Outcome.REACHED)
            casework.wait(request, "身份证复印件", contact, owner, at)
            return
        rests = lengthening.Deferral(Cause.FUNDS, local(at).date() + timedelta(days=1))
        approval = lengthening.propose_deferral(request, rests, "等资金", owner, at)
        yes, county = casework.Decision(True, "同意"), session.scalars(COUNTY).one()
        casework.decide(approval, yes, Actor.staff(county), at)


COUNTY = sa.select(User.id).where(User.username == "county.xgll")
