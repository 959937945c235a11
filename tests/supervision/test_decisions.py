"""Returns and extensions: proposed by one, decided by another."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from service_desk.audit.models import AuditEntry
from service_desk.foundation.database import session
from service_desk.messaging.models import Message
from service_desk.service_requests.lifecycle import State
from service_desk.service_requests.models import Approval

OWNER, DISPATCHER, LEAD = "grid.beimen", "dispatch.jiantang", "lead.jiantang"
CIVIL = "civil_officer@533401101000"


@pytest.fixture
def proposed(app, open_one, as_):
    """A request with a proposal of its owner; gives (reference, id of the approval)."""

    def propose(name, **fields):
        reference = open_one()
        owner, path = as_(OWNER), f"/queue/{reference}"
        owner.send(f"{path}/claim", path)
        assert owner.send(f"{path}/{name}", path, **fields).status_code == 303
        with app.app_context():
            return reference, session.scalar(sa.select(sa.func.max(Approval.id)))

    return propose


@pytest.fixture
def returned(proposed):
    return lambda owner=CIVIL: proposed("return", reason="属于民政事项", proposed_owner=owner)


@pytest.fixture
def extended(proposed):
    return lambda: proposed("extend", days="5", reason="等县医院排期")


@pytest.fixture
def decide(as_):
    def do(approval_id, who, **fields):
        return as_(who).send(f"/board/approvals/{approval_id}", "/account", **fields)

    return do


def resolution(request):
    return next(clock for clock in request.clocks if clock.kind == "resolution")


def pending(app):
    with app.app_context():
        query = sa.select(sa.func.count()).where(Approval.decided_at.is_(None))
        return session.scalar(query)


def test_an_approved_return_goes_to_the_proposed_post(db_app, returned, decide, stored, as_):
    reference, approval = returned()
    due = [clock.due_at for clock in stored(reference).clocks]
    answer = decide(approval, DISPATCHER, approve="y", reason="同意，由民政办理")
    assert (answer.status_code, answer.location) == (303, "/board")
    request = stored(reference)
    assert request.state is State.ASSIGNED
    assert request.unit_code == "533401101000"
    assert [clock.due_at for clock in request.clocks] == due
    assert pending(db_app) == 0
    assert as_(OWNER).get(f"/queue/{reference}").status_code == 404


def test_the_dispatcher_may_choose_another_post(app, returned, decide, stored, as_):
    reference, approval = returned()
    other = "social_worker@533401101000"
    page = as_(DISPATCHER).get(f"/queue/{reference}?do=decide").text
    assert 'name="owner"' in page
    assert f"/board/approvals/{approval}" in page
    answer = decide(approval, DISPATCHER, approve="y", reason="由社工站办理", owner=other)
    assert answer.status_code == 303
    assert f'data-owner="{other}"' in as_(DISPATCHER).get(f"/queue/{reference}").text


def test_a_refused_return_stays_and_cannot_be_repeated(app, returned, decide, stored, as_):
    reference, approval = returned()
    before = stored(reference)
    assert decide(approval, DISPATCHER, approve="n", reason="属于网格职责").status_code == 303
    request = stored(reference)
    assert (request.state, request.owner_post_id) == (before.state, before.owner_post_id)
    owner, path = as_(OWNER), f"/queue/{reference}"
    assert "属于网格职责" in owner.get(path).text
    again = owner.send(f"{path}/return", path, reason="还是不归我", proposed_owner=CIVIL)
    assert again.status_code == 422


def test_a_return_with_words_for_an_owner_needs_a_choice(app, returned, decide, stored):
    reference, approval = returned("县残联")
    answer = decide(approval, DISPATCHER, approve="y", reason="同意")
    assert answer.status_code == 422
    assert "同意" in answer.text
    assert pending(app) == 1
    assert stored(reference).state is State.ACCEPTED


def test_a_transfer_waits_until_a_return_is_decided(app, returned, as_):
    reference, _ = returned()
    path = f"/queue/{reference}"
    answer = as_(DISPATCHER).send(f"{path}/transfer", path, owner=CIVIL, reason="换人")
    assert answer.status_code == 422


def test_an_approved_extension_moves_the_due_time_once(db_app, extended, decide, stored, as_):
    reference, approval = extended()
    before = resolution(stored(reference))
    assert decide(approval, LEAD, approve="y", reason="情况属实").status_code == 303
    after = resolution(stored(reference))
    assert after.due_at > before.due_at
    assert after.first_due_at == before.first_due_at
    with db_app.app_context():
        assert len(session.scalars(sa.select(Message)).all()) == 1
        (audited,) = session.scalars(sa.select(AuditEntry).filter_by(action="extended"))
        assert audited.subject == f"request:{reference}"
    owner, path = as_(OWNER), f"/queue/{reference}"
    assert owner.send(f"{path}/extend", path, days="1", reason="再来").status_code == 422


def test_a_refused_extension_changes_no_time(app, extended, decide, stored):
    reference, approval = extended()
    before = resolution(stored(reference)).due_at
    assert decide(approval, LEAD, approve="n", reason="抓紧办理").status_code == 303
    assert resolution(stored(reference)).due_at == before


def test_who_decides(app, returned, extended, decide):
    _, return_id = returned()
    _, extension_id = extended()
    yes = {"approve": "y", "reason": "同意"}
    for who in (OWNER, "legal.jiantang", "lead.benzilan", "analyst", "auditor", "admin"):
        for approval in (return_id, extension_id):
            assert decide(approval, who, **yes).status_code in (403, 404)
    assert decide(extension_id, DISPATCHER, **yes).status_code == 403
    assert decide(999_999, LEAD, **yes).status_code == 404
    assert pending(app) == 2
    assert decide(return_id, LEAD, **yes).status_code == 303
    assert decide(extension_id, "county.xgll", **yes).status_code == 303


@pytest.mark.parametrize(
    "fields", [{}, {"approve": "y"}, {"approve": "maybe", "reason": "嗯嗯"}, {"reason": "嗯嗯"}]
)
def test_a_decision_needs_an_answer_and_a_reason(app, extended, decide, fields):
    _, approval = extended()
    answer = decide(approval, LEAD, **fields)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.text
    assert pending(app) == 1


def test_the_second_decision_is_told(app, extended, decide):
    _, approval = extended()
    assert decide(approval, LEAD, approve="y", reason="同意").status_code == 303
    assert decide(approval, "county.xgll", approve="n", reason="不同意").status_code == 409


def test_proposals_wait_on_the_board_of_who_decides(app, returned, extended, as_):
    returned()
    extended()
    count = re.compile(r'href="/board/waiting">\s*<span class="desk-figure__number">(\d+)<')
    assert count.search(as_(DISPATCHER).get("/board").text)[1] == "1"
    assert count.search(as_(LEAD).get("/board").text)[1] == "2"
