"""Steps of a request: what each writes, what it refuses, and that stale ones are told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service_desk.foundation.actor import RESIDENT, SYSTEM, Actor
from service_desk.foundation.database import session
from service_desk.foundation.faults import NotFound, Refused, StaleEdit
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests import service
from service_desk.service_requests.lifecycle import MOVES, ONLY_APPROVED, CloseReason, State
from service_desk.service_requests.models import EntryKind, ServiceRequest
from service_desk.service_requests.placement import Placement
from service_desk.service_requests.queries import timeline
from service_desk.service_requests.service import for_change
from service_desk.service_requests.timeline import Entry
from tests.service_requests.conftest import AT, WORKER, draft, opened, step

LATER = AT + timedelta(hours=1)
REOPEN_WITHIN = timedelta(days=15)
DAY = timedelta(days=1)
TOGETHER = 6
ELSEWHERE = Placement(None, None, "533401101000", False, False, ())


@pytest.fixture
def in_state(open_one, change):
    """A request led to a state by the shortest allowed way."""

    def lead(*states, **changes):
        request_id = open_one(**changes)
        for state in states:
            change(request_id, step, state, LATER)
        return request_id

    return lead


def kinds(app, request_id):
    with app.app_context():
        return [entry.kind for entry in timeline(request_id)]


@pytest.mark.both_databases
def test_claiming_signs_for_it(open_one, change, read, people):
    request_id = open_one()
    actor = Actor.staff(people["lead.jiantang"])
    change(request_id, service.claim, actor, LATER)
    request = read(request_id)
    assert (request.state, request.owner_user_id) == (State.ACCEPTED, actor.user_id)
    with pytest.raises(StaleEdit):
        change(request_id, service.claim, WORKER, LATER)
    assert read(request_id).owner_user_id == actor.user_id


def test_claiming_what_nobody_dispatched_yet(open_one, change, read):
    request_id = open_one(category=None)
    change(request_id, service.claim, WORKER, LATER)
    request = read(request_id)
    assert (request.state, request.owner_user_id) == (State.ACCEPTED, WORKER.user_id)


@pytest.mark.both_databases
def test_two_at_once_one_wins_and_the_others_are_told(committed_db, make_app, open_one, read):
    app, together, request_id = make_app(), Barrier(TOGETHER), open_one()

    def call(target):
        with app.app_context():
            together.wait()
            try:
                with unit_of_work():
                    step(for_change(request_id, version=1), target, LATER)
            except StaleEdit:
                return 0
            finally:
                session.remove()
        return 1

    targets = [State.ACCEPTED, State.CLOSED, State.ASSIGNED] * 2
    with ThreadPoolExecutor(TOGETHER) as pool:
        assert sum(pool.map(call, targets)) == 1
    assert read(request_id).version == 2


def _write_after(request_id, somebody_elses):
    with unit_of_work():
        seen = session.get_one(ServiceRequest, request_id)
        session.execute(somebody_elses.execution_options(synchronize_session=False))
        seen.category = "ELDER-06"


@pytest.mark.both_databases
def test_an_edit_without_the_lock_is_stale_too(app, open_one, read):
    """The version column catches whoever reads, thinks and writes later."""
    request_id = open_one()
    newer = sa.update(ServiceRequest).values(version=ServiceRequest.version + 1)
    with app.app_context():
        with pytest.raises(StaleEdit):
            _write_after(request_id, newer)
        assert session.is_active
    assert read(request_id).category == "ELDER-05"


def test_a_version_that_is_not_the_present_one_is_stale(app, open_one):
    request_id = open_one()
    with app.app_context(), unit_of_work():
        assert for_change(request_id, 1).version == 1
        with pytest.raises(StaleEdit):
            for_change(request_id, 2)
        with pytest.raises(NotFound):
            for_change(10**9)


@settings(
    max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(st.sampled_from(State), min_size=1, max_size=8))
def test_only_moves_of_the_table_change_anything(db_session, targets):
    with unit_of_work():
        request_id = opened(draft()).request_id
    state = State.ASSIGNED
    for target in targets:
        allowed = target in MOVES[state] and target not in ONLY_APPROVED
        with unit_of_work():
            request = for_change(request_id)
            version = request.version
            if allowed:
                step(request, target, LATER)
                state = target
            else:
                with pytest.raises(StaleEdit):
                    step(request, target, LATER)
            assert (request.state, request.version) == (state, version + allowed)
            if request.state is State.CLOSED:
                assert request.due_at is None


@pytest.mark.both_databases
def test_a_note_moves_the_version_and_nothing_else(open_one, change, read, app):
    request_id = open_one()
    before = read(request_id)
    change(request_id, service.note, SYSTEM, LATER, Entry(EntryKind.NOTE, "看过", public=False))
    after = read(request_id)
    assert after.version == before.version + 1
    assert (after.state, after.due_at) == (before.state, before.due_at)
    with app.app_context():
        assert timeline(request_id)[-1].text == "看过"


def test_a_note_keeps_what_else_changed(open_one, change, read):
    def both(request):
        request.category = "ELDER-06"
        service.note(request, WORKER, LATER, Entry(EntryKind.NOTE))

    request_id = open_one()
    change(request_id, both)
    assert read(request_id).category == "ELDER-06"


@pytest.mark.both_databases
def test_what_waits_for_the_resident_goes_on_when_they_write(in_state, change, read, app):
    request_id = in_state(State.ACCEPTED, State.WAITING)
    change(request_id, service.follow_up, "材料在这里", RESIDENT, LATER)
    assert read(request_id).state is State.ACCEPTED
    change(request_id, service.follow_up, "还有", RESIDENT, LATER)
    assert read(request_id).state is State.ACCEPTED
    assert kinds(app, request_id)[-2:] == [EntryKind.FOLLOW_UP] * 2


@pytest.mark.both_databases
def test_withdrawn_by_the_resident(in_state, change, read):
    request_id = in_state(State.ACCEPTED)
    change(request_id, service.withdraw, RESIDENT, LATER)
    request = read(request_id)
    assert (request.state, request.close_reason) == (State.CLOSED, CloseReason.WITHDRAWN)
    assert (request.closed_at, request.due_at) == (LATER, None)
    with pytest.raises(Refused):
        change(request_id, service.withdraw, RESIDENT, LATER)


def test_what_is_answered_cannot_be_withdrawn(in_state, change):
    with pytest.raises(Refused):
        change(in_state(State.ACCEPTED, State.RESOLVED), service.withdraw, RESIDENT, LATER)


@pytest.mark.both_databases
def test_reopened_once_within_fifteen_days(in_state, change, read):
    request_id = in_state(State.ACCEPTED, State.RESOLVED)
    entry = Entry(EntryKind.CLOSED)
    change(request_id, service.close, CloseReason.RATED, RESIDENT, LATER, entry)
    too_late = LATER + REOPEN_WITHIN + timedelta(seconds=1)
    with pytest.raises(Refused):
        change(request_id, service.reopen, "又坏了", RESIDENT, too_late)
    change(request_id, service.reopen, "又坏了", RESIDENT, LATER + REOPEN_WITHIN)
    request = read(request_id)
    assert (request.state, request.cycle, request.reopened) == (State.REWORK, 2, True)
    assert request.closed_at is request.close_reason is request.resolved_at is None
    change(request_id, step, State.RESOLVED, LATER + REOPEN_WITHIN)
    change(request_id, service.close, CloseReason.RATED, RESIDENT, LATER + REOPEN_WITHIN, entry)
    with pytest.raises(Refused):
        change(request_id, service.reopen, "再来", RESIDENT, LATER + REOPEN_WITHIN)


def test_what_is_open_cannot_be_reopened(open_one, change):
    with pytest.raises(Refused):
        change(open_one(), service.reopen, "x", RESIDENT, LATER)


@pytest.mark.both_databases
def test_handing_over_changes_the_owner_and_says_so(in_state, change, read, app):
    request_id = in_state(State.ACCEPTED)
    change(request_id, service.assign, ELSEWHERE, WORKER, LATER)
    request = read(request_id)
    assert (request.state, request.unit_code) == (State.ASSIGNED, "533401101000")
    assert (request.owner_post_id, request.owner_user_id) == (None, None)
    assert request.first_unit_code == "533401101003"
    assert request.assigned_at == LATER
    with app.app_context():
        last = timeline(request_id)[-1]
    assert last.kind is EntryKind.ASSIGNED
    assert (last.data["unit_code"], last.data["state"]) == ("533401101000", State.ASSIGNED)


def test_lines_are_only_ever_added(in_state, app, change):
    request_id = in_state(State.ACCEPTED)
    with app.app_context():
        before = [(each.id, each.kind, each.at) for each in timeline(request_id)]
    change(request_id, step, State.WAITING, LATER)
    change(request_id, service.assign, ELSEWHERE, WORKER, LATER)
    with app.app_context():
        after = [(each.id, each.kind, each.at) for each in timeline(request_id)]
    assert after[: len(before)] == before
    assert len(after) == len(before) + 2
