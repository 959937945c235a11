"""Who pauses most: told from timelines alone, within one's own area, in service time."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from service_desk.accounts.models import User
from service_desk.accounts.queries import reach_of
from service_desk.casework import lengthening
from service_desk.casework import service as casework
from service_desk.casework.rules import Cause, Method, Outcome, back_at
from service_desk.foundation.actor import Actor, ActorKind
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.lifecycle import PAUSED, State
from service_desk.service_requests.models import Approval, EntryKind
from service_desk.service_requests.queries import by_reference, took_longer
from service_desk.supervision.pauses import How, Longer, Pauser, read, summed
from service_desk.supervision.pausing import DAYS, pausers
from tests.casework.explain import plan, reads_all
from workers.pauses import end_deferrals, end_waiting

OWNER, LEAD, COUNTY = "grid.beimen", "lead.jiantang", "county.xgll"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""10:00 in Diqing; no holiday for weeks."""
CLOSING = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DAY_MINUTES = 8 * 60
MISSED = casework.Contact(Method.CALL, Outcome.NOT_REACHED)


@pytest.fixture
def people(app):
    with app.app_context():
        return dict(session.execute(sa.select(User.username, User.id)).all())


@pytest.fixture
def claimed(open_one, change, people):
    def make(at=MONDAY, **changes):
        reference = open_one(at=at - timedelta(hours=1), **changes)
        change(reference, casework.claim, Actor.staff(people[OWNER]), at)
        return reference

    return make


@pytest.fixture
def approve(app, people):
    def do(who, at):
        with app.app_context(), unit_of_work():
            newest = session.scalars(sa.select(Approval).order_by(Approval.id.desc())).first()
            decision = casework.Decision(approved=True, reason="同意")
            casework.decide(newest, decision, Actor.staff(people[who]), at)

    return do


@pytest.fixture
def board(app, people):
    def rows(who, at):
        with app.app_context():
            return pausers(reach_of(people[who], at.date()), at)

    return rows


def sweep(app, work, at):
    with app.app_context():
        return work(at)


@pytest.mark.both_databases
def test_a_wait_counts_for_who_waited_in_service_time(app, claimed, change, people, board):
    actor = Actor.staff(people[OWNER])
    reference = claimed()
    change(reference, casework.wait, "身份证", MISSED, actor, MONDAY)
    change(reference, casework.resume, actor, MONDAY + DAY)
    (row,) = board(LEAD, MONDAY + 2 * DAY)
    assert (row.user_id, row.waits, row.alone, row.minutes) == (people[OWNER], 1, 0, DAY_MINUTES)
    assert row.post_id is not None
    assert board("lead.benzilan", MONDAY + 2 * DAY) == []
    assert [each.user_id for each in board(COUNTY, MONDAY + 2 * DAY)] == [people[OWNER]]


@pytest.mark.both_databases
def test_what_ended_by_itself_is_told_apart(app, claimed, change, people, board):
    actor = Actor.staff(people[OWNER])
    reference = claimed()
    change(reference, casework.wait, "身份证", MISSED, actor, MONDAY)
    assert sweep(app, end_waiting, CLOSING) == 1
    (row,) = board(LEAD, CLOSING + DAY)
    assert (row.waits, row.alone) == (1, 1)
    change(reference, casework.wait, "户口本", MISSED, actor, CLOSING + DAY)
    (row,) = board(LEAD, CLOSING + 2 * DAY)
    assert (row.waits, row.alone) == (2, 1)


@pytest.mark.both_databases
def test_a_deferral_and_an_extension_count_for_who_proposed_them(
    app, claimed, change, people, approve, board
):
    actor, until = Actor.staff(people[OWNER]), date(2026, 11, 26)
    reference = claimed()
    change(reference, casework.propose_extension, 3, "等排期", actor, MONDAY)
    approve(LEAD, MONDAY)
    deferral = lengthening.Deferral(Cause.SEASON, until)
    change(reference, lengthening.propose_deferral, deferral, "等雪化", actor, MONDAY)
    assert [each.extensions for each in board(LEAD, MONDAY)] == [1]
    approve(COUNTY, MONDAY)
    assert sweep(app, end_deferrals, back_at(until)) == 1
    (row,) = board(LEAD, back_at(until))
    told = (row.user_id, row.waits, row.deferrals, row.extensions, row.alone)
    assert told == (people[OWNER], 0, 1, 1, 1)
    assert row.minutes == 6 * 60 + 30 + 3 * DAY_MINUTES


def test_what_was_refused_or_is_long_ago_counts_for_nobody(app, claimed, change, people, board):
    actor = Actor.staff(people[OWNER])
    reference = claimed()
    change(reference, casework.propose_extension, 3, "等排期", actor, MONDAY)
    with app.app_context(), unit_of_work():
        newest = session.scalars(sa.select(Approval)).one()
        casework.decide(newest, casework.Decision(False, "不行"), Actor.staff(people[LEAD]), MONDAY)
    assert board(LEAD, MONDAY) == []
    change(reference, casework.wait, "身份证", MISSED, actor, MONDAY)
    assert len(board(LEAD, MONDAY + timedelta(days=DAYS))) == 1
    assert board(LEAD, MONDAY + timedelta(days=DAYS + 1)) == []


def test_a_restricted_matter_is_not_told_to_who_need_not_know(app, claimed, change, people, board):
    reference = claimed()
    change(reference, casework.wait, "身份证", MISSED, Actor.staff(people[OWNER]), MONDAY)
    with app.app_context(), unit_of_work():
        by_reference(reference).restricted = True
    assert board(LEAD, MONDAY + DAY) == []


def test_the_card_stands_on_the_board_and_not_in_what_is_renewed(app, claimed, change, as_, people):
    reference = claimed(at=datetime.now(UTC) - DAY)
    actor = Actor.staff(people[OWNER])
    change(reference, casework.wait, "身份证", MISSED, actor, datetime.now(UTC) - DAY)
    page = as_(LEAD).get("/board").text
    assert re.search(r'id="pauses".*desk-table', page, re.DOTALL)
    assert "/queue?scope=area&amp;state=deferred" in page
    assert 'id="pauses"' not in as_(LEAD).get("/board?fragment=board").text


@pytest.mark.both_databases
def test_lines_that_pause_are_found_along_an_index(app):
    with app.app_context():
        query = sa.select(sa.literal_column("request_id")).where(
            took_longer(), sa.literal_column("at") >= sa.bindparam("since", type_=sa.DateTime())
        )
        told = plan(query.select_from(sa.table("timeline_entries")), {"since": MONDAY})
    assert "took_longer" in told or not reads_all(told, "timeline_entries")


def line(hour, kind, who=7, system=False, **data):
    actor = ActorKind.SYSTEM if system else ActorKind.STAFF
    at = MONDAY + timedelta(hours=hour)
    return SimpleNamespace(at=at, kind=kind, actor_kind=actor, actor_id=who, data=data)


ENDS = {
    State.ACCEPTED: EntryKind.RESUMED,
    State.RESOLVED: EntryKind.RESOLVED,
    State.ASSIGNED: EntryKind.ASSIGNED,
    State.CLOSED: EntryKind.CLOSED,
}


def begun(states):
    """How often the clock began to rest."""
    rests, count = False, 0
    for state in states:
        if state is State.WAITING and not rests:
            rests, count = True, count + 1
        elif state not in PAUSED:
            rests = False
    return count


@given(st.lists(st.tuples(st.sampled_from(State), st.booleans()), max_size=40))
def test_pauses_of_one_request_never_overlap(moves):
    """Whatever the order of states: each pause ends where the next state begins."""
    lines = []
    for hour, (state, alone) in enumerate(moves):
        kind = EntryKind.WAITING if state is State.WAITING else ENDS.get(state, EntryKind.NOTE)
        task = {"task": "ask_again"} if alone and kind is EntryKind.RESUMED else {}
        lines.append(line(hour, kind, system=bool(task), state=state, cycle=1, **task))
    found = read(lines)
    for one, other in pairwise(found):
        assert one.end is not None
        assert one.end <= other.start
    assert len(found) == begun([state for state, _ in moves])


spans = st.tuples(
    st.sampled_from(How), st.sampled_from([None, 1, 2]), st.sampled_from([None, 5]), st.booleans()
)


@given(st.lists(st.tuples(spans, st.integers(0, 5000)), max_size=40))
def test_every_one_is_counted_once(found):
    made = [
        (Longer(how, user, post, MONDAY, alone=alone), minutes)
        for (how, user, post, alone), minutes in found
    ]
    rows = summed(made)
    assert sum(row.times for row in rows) == len(made)
    assert sum(row.minutes for row in rows) == sum(minutes for _, minutes in made)
    assert sum(row.alone for row in rows) == sum(each.alone for each, _ in made)
    assert [row.minutes for row in rows] == sorted((row.minutes for row in rows), reverse=True)
    assert len({(row.user_id, row.post_id) for row in rows}) == len(rows)
    assert Pauser(1, 2) not in rows
