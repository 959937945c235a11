"""What needs a second person needs a second person, whoever asks."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from service_desk.foundation.actor import Actor
from service_desk.foundation.database import session
from service_desk.foundation.faults import Forbidden, Refused, StaleEdit
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.approvals import LENGTHENS, NOT_FOR_P0, decide, propose
from service_desk.service_requests.clocks import clock_of
from service_desk.service_requests.lifecycle import Nature, State, Urgency
from service_desk.service_requests.models import Approval, ApprovalKind, ClockKind, EntryKind
from service_desk.service_requests.promising import restate
from service_desk.service_requests.queries import pending_approval, pending_approvals, timeline
from service_desk.service_requests.service import for_change
from tests.service_requests.conftest import AT, step

LATER = AT + timedelta(hours=1)
TOGETHER = 5


@pytest.fixture
def one(people):
    return Actor.staff(people["grid.beimen"])


@pytest.fixture
def other(people):
    return Actor.staff(people["lead.jiantang"])


@pytest.fixture
def working(open_one, change):
    request_id = open_one()
    change(request_id, step, State.ACCEPTED, AT)
    return request_id


@pytest.fixture
def proposed(change, working, one):
    def make(kind, request_id=working, **data):
        return change(request_id, propose, kind, one, AT, "理由", **data).id

    return make


@pytest.fixture
def settle(app):
    def run(approval_id, actor, approved=True, at=LATER):
        with app.app_context(), unit_of_work():
            found = session.get_one(Approval, approval_id)
            decide(found, actor, at, approved, "同意")

    return run


@pytest.mark.both_databases
def test_declining_needs_another_person(proposed, settle, working, one, other, read):
    approval = proposed(ApprovalKind.DECLINE)
    assert read(working).state is State.ACCEPTED
    with pytest.raises(Forbidden):
        settle(approval, one)
    settle(approval, other)
    request = read(working)
    assert (request.state, request.due_at) == (State.DECLINED, None)
    with pytest.raises(StaleEdit):
        settle(approval, other)


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", [ApprovalKind.DECLINE, *sorted(LENGTHENS)])
def test_the_database_knows_that_two_people_are_two(app, proposed, one, kind):
    approval = proposed(kind, days=2)
    with app.app_context(), pytest.raises(IntegrityError), unit_of_work():
        session.execute(
            sa.update(Approval)
            .where(Approval.id == approval)
            .values(decided_by=one.user_id, decided_at=LATER)
        )


@pytest.mark.both_databases
def test_one_of_a_kind_waits_at_a_time(app, proposed, settle, other, working):
    approval = proposed(ApprovalKind.RETURN)
    with pytest.raises(Refused):
        proposed(ApprovalKind.RETURN)
    proposed(ApprovalKind.EXTENSION, days=2)
    with app.app_context():
        assert len(pending_approvals(working)) == 2
        assert pending_approval(working, ApprovalKind.RETURN).id == approval
        assert pending_approval(working, ApprovalKind.DECLINE) is None
    settle(approval, other, approved=False)
    proposed(ApprovalKind.RETURN)


@pytest.mark.both_databases
def test_the_database_knows_it_too(app, proposed, working, one):
    proposed(ApprovalKind.RETURN)
    row = {
        "request_id": working,
        "kind": ApprovalKind.RETURN,
        "proposed_by": one.user_id,
        "proposed_at": AT,
        "reason": "x",
        "data": {},
    }
    with app.app_context(), pytest.raises(IntegrityError), unit_of_work():
        session.execute(sa.insert(Approval).values(**row))


@pytest.mark.parametrize("kind", sorted(NOT_FOR_P0))
def test_a_danger_is_acted_on_first(open_one, change, one, kind):
    danger = open_one(urgency=Urgency.P0)
    with pytest.raises(Refused):
        change(danger, propose, kind, one, AT, "理由")


@pytest.mark.both_databases
def test_an_approved_extension_moves_the_due_time(proposed, settle, working, other, read):
    before = clock_of(read(working), ClockKind.RESOLUTION)
    settle(proposed(ApprovalKind.EXTENSION, days=3), other)
    after = clock_of(read(working), ClockKind.RESOLUTION)
    assert after.due_at > before.due_at
    assert after.first_due_at == before.first_due_at


def test_an_extension_outlives_a_change_of_category(proposed, settle, working, other, change, read):
    plain = clock_of(read(working), ClockKind.RESOLUTION).due_at
    settle(proposed(ApprovalKind.EXTENSION, days=3), other)
    extended = clock_of(read(working), ClockKind.RESOLUTION).due_at
    change(working, seen_as, nature=Nature.COMPLAINT)
    longer = clock_of(read(working), ClockKind.RESOLUTION)
    assert longer.due_at > extended
    change(working, seen_as, nature=Nature.HELP)
    after = clock_of(read(working), ClockKind.RESOLUTION)
    assert (after.first_due_at, after.due_at) == (plain, extended)


def seen_as(request, **changes):
    for name, value in changes.items():
        setattr(request, name, value)
    restate(request, LATER)


@pytest.mark.both_databases
def test_an_extension_does_not_lengthen_a_danger(proposed, settle, working, other, change, read):
    settle(proposed(ApprovalKind.EXTENSION, days=3), other)
    change(working, seen_as, urgency=Urgency.P0)
    assert clock_of(read(working), ClockKind.RESOLUTION).due_at == AT + timedelta(days=1)


@pytest.mark.both_databases
def test_late_work_is_not_extended_any_more(proposed, settle, working, other, read):
    due_at = clock_of(read(working), ClockKind.RESOLUTION).due_at
    approval = proposed(ApprovalKind.EXTENSION, days=3)
    with pytest.raises(Refused):
        settle(approval, other, at=due_at + timedelta(minutes=1))
    assert clock_of(read(working), ClockKind.RESOLUTION).due_at == due_at
    settle(approval, other, approved=False, at=due_at + timedelta(minutes=1))


def test_an_extension_may_be_granted_at_the_last_moment(proposed, settle, working, other, read):
    due_at = clock_of(read(working), ClockKind.RESOLUTION).due_at
    settle(proposed(ApprovalKind.EXTENSION, days=3), other, at=due_at)
    assert clock_of(read(working), ClockKind.RESOLUTION).due_at > due_at


@pytest.mark.parametrize("kind", sorted(NOT_FOR_P0))
def test_what_became_a_danger_is_no_longer_put_off(proposed, settle, working, other, change, kind):
    approval = proposed(kind, days=3)
    change(working, seen_as, urgency=Urgency.P0)
    with pytest.raises(Refused):
        settle(approval, other)
    settle(approval, other, approved=False)


@pytest.mark.parametrize("kind", [ApprovalKind.EXTENSION, ApprovalKind.DECLINE])
def test_a_refused_one_changes_nothing(proposed, settle, working, other, read, kind):
    before = clock_of(read(working), ClockKind.RESOLUTION).due_at
    settle(proposed(kind, days=3), other, approved=False)
    assert clock_of(read(working), ClockKind.RESOLUTION).due_at == before
    assert read(working).state is State.ACCEPTED


def test_the_ledger_pauses_the_resolution(proposed, settle, working, other, read):
    settle(proposed(ApprovalKind.DEFERRAL), other)
    request = read(working)
    assert request.state is State.DEFERRED
    assert clock_of(request, ClockKind.RESOLUTION).paused_at == LATER
    assert clock_of(request, ClockKind.FIRST_RESPONSE).paused_at is None


def test_proposal_and_decision_are_on_the_timeline(app, proposed, settle, working, other):
    approval = proposed(ApprovalKind.RETURN, proposed_owner="7")
    settle(approval, other)
    with app.app_context():
        asked, answered = timeline(working)[-2:]
        kept = session.get_one(Approval, approval)
    assert (asked.kind, answered.kind) == (EntryKind.RETURN_PROPOSED, EntryKind.RETURN_DECIDED)
    assert asked.data == {"proposed_owner": "7", "approval": approval}
    assert answered.data == {"approval": approval, "approved": True}
    assert (kept.reason, kept.decision_reason, kept.decided_at) == ("理由", "同意", LATER)
    assert not asked.public


def test_of_many_proposals_at_once_one_stays(committed_db, make_app, open_one, one):
    app, together, request_id = make_app(), Barrier(TOGETHER), open_one()

    def call(_):
        with app.app_context():
            together.wait()
            try:
                with unit_of_work():
                    propose(for_change(request_id), ApprovalKind.RETURN, one, AT, "x")
            except Refused:
                return 0
            finally:
                session.remove()
        return 1

    with ThreadPoolExecutor(TOGETHER) as pool:
        assert sum(pool.map(call, range(TOGETHER))) == 1
