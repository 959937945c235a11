"""The human look: only a person lowers danger, clocks follow, what changed is on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.audit.models import AuditEntry
from service_desk.foundation.actor import Actor
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused, StaleEdit
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging.models import Message
from service_desk.service_requests.lifecycle import CloseReason, Nature, State, Urgency
from service_desk.service_requests.models import (
    ClockKind,
    ClockOutcome,
    EntryKind,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.service import close, for_change
from service_desk.service_requests.timeline import Entry
from service_desk.service_requests.timing import NEVER, clock_of
from service_desk.triage import service
from service_desk.triage.rules import Look
from tests.triage.conftest import AT, BEIMEN

LATER = AT + timedelta(minutes=4)
SEEN = Look(Urgency.P2, Nature.HELP, "INFRA", BEIMEN, restricted=False)


@pytest.fixture
def look(app, user_id):
    """Looks at a request as the township's dispatcher and returns what is stored then."""
    actor = Actor.staff(user_id("dispatch.jiantang"))

    def looked(request_id: int, seen: Look = SEEN, at=LATER, **changes) -> ServiceRequest:
        with app.app_context(), unit_of_work():
            service.look(for_change(request_id), replace(seen, **changes), actor, at)
        with app.app_context():
            request = session.get_one(ServiceRequest, request_id)
            _ = request.clocks
            return request

    return looked


def entries(app, request_id, kind):
    with app.app_context():
        query = sa.select(TimelineEntry).where(
            TimelineEntry.request_id == request_id, TimelineEntry.kind == kind
        )
        return session.scalars(query).all()


def texts(app, purpose):
    with app.app_context():
        found = session.scalars(sa.select(Message)).all()
        return [message for message in found if message.purpose.startswith(purpose)]


def first_due(request):
    return clock_of(request, ClockKind.FIRST_RESPONSE).due_at


@pytest.mark.both_databases
def test_confirming_marks_it_as_looked_at(app, arrive, look, user_id):
    request = look(arrive(category="ELDER-05"), category="ELDER-05")
    assert (request.looked_at, request.looked_by) == (LATER, user_id("dispatch.jiantang"))
    assert request.state is State.ASSIGNED
    assert len(entries(app, request.id, EntryKind.LOOKED)) == 1
    with app.app_context():
        assert not session.scalar(sa.select(AuditEntry).where(AuditEntry.action == "looked"))


def test_the_first_look_is_kept(arrive, look):
    request_id = arrive()
    look(request_id)
    assert look(request_id, at=LATER + timedelta(hours=1)).looked_at == LATER


@pytest.mark.both_databases
def test_a_new_category_goes_to_whom_it_concerns(app, arrive, look, user_id):
    request_id = arrive(category="INFRA")
    request = look(request_id, category="LEGAL-03")
    assert request.owner_user_id == user_id("legal.jiantang")
    assert request.state is State.ASSIGNED
    assert len(texts(app, "assigned")) == 1
    [entry] = entries(app, request_id, EntryKind.CLASSIFIED)
    assert entry.data["changed"] == {"category": ["INFRA", "LEGAL-03"]}
    with app.app_context():
        audited = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "looked")).one()
    assert audited.details == {"changed": {"category": ["INFRA", "LEGAL-03"]}}


def test_a_place_that_was_not_known_is_filled_in(arrive, look, user_id):
    request_id = arrive(area_code="533400000000", category="ELDER-05")
    request = look(request_id, category="ELDER-05")
    assert request.area_code == BEIMEN
    assert request.owner_user_id == user_id("grid.beimen")


def test_a_place_that_does_not_exist_is_refused(arrive, look):
    with pytest.raises(Refused) as refused:
        look(arrive(), area_code="533401101999")
    assert refused.value.field == "area"


def test_after_signing_a_new_category_moves_nobody(app, arrive, look, read, user_id):
    request_id = arrive(category="ELDER-05")
    with app.app_context(), unit_of_work():
        request = for_change(request_id)
        request.state = State.ACCEPTED
    owner = read(request_id, lambda request: request.owner_user_id)
    request = look(request_id, category="LEGAL-03")
    assert (request.category, request.owner_user_id) == ("LEGAL-03", owner)


@pytest.mark.both_databases
def test_danger_that_a_person_sees_is_paged_and_hurries_the_clock(app, arrive, look):
    request_id = arrive()
    request = look(request_id, urgency=Urgency.P0, category="SAFE-02")
    assert first_due(request) == AT + timedelta(minutes=15)
    [paged] = entries(app, request_id, EntryKind.PAGED)
    assert paged.data["round"] == 1
    assert len(texts(app, "page_danger")) == len(paged.data["users"]) >= 2
    assert request.acknowledged_at is None


@pytest.mark.parametrize("reason", ["", ".", "\u200b", "\u2060\u2060", "……", "好"])
def test_a_danger_is_not_called_off_without_a_reason(arrive, look, read, reason):
    request_id = arrive(urgency=Urgency.P0, category="SAFE-02")
    with pytest.raises(Refused) as refused:
        look(request_id, category="SAFE-02", reason=reason)
    assert refused.value.field == "reason"
    assert read(request_id, lambda request: request.urgency) is Urgency.P0


def test_a_danger_called_off_with_a_reason_is_on_record(app, arrive, look):
    request_id = arrive(urgency=Urgency.P0, category="SAFE-02")
    request = look(request_id, category="SAFE-02", reason="已电话核实,是烧秸秆")
    assert request.urgency is Urgency.P2
    [entry] = entries(app, request_id, EntryKind.CLASSIFIED)
    assert entry.text == "已电话核实,是烧秸秆"
    with app.app_context():
        audited = session.scalars(sa.select(AuditEntry).where(AuditEntry.action == "looked")).one()
        assert "核实" not in str(audited.details)


def test_a_restricted_category_restricts_whatever_was_ticked(arrive, look):
    request = look(arrive(), category="SAFE-01", urgency=Urgency.P1)
    assert request.restricted
    assert look(request.id, category="SAFE-01", urgency=Urgency.P1).restricted


def test_a_longer_deadline_does_not_hide_that_it_is_late(arrive, look):
    request_id = arrive(urgency=Urgency.P1, category="SAFE-08")
    late = AT + timedelta(hours=3)
    request = look(request_id, at=late, category="INFRA-07")
    assert first_due(request) == AT + timedelta(hours=2)


def test_praise_needs_no_answer_and_a_complaint_taken_for_praise_does(arrive, look):
    request = look(arrive(), nature=Nature.PRAISE, category="GOV-06")
    assert {clock.outcome for clock in request.clocks} == {ClockOutcome.CANCELLED}
    assert request.due_at == NEVER
    taken = arrive(nature=Nature.PRAISE, category="GOV-06")
    request = look(taken, nature=Nature.COMPLAINT, category="GOV-01")
    assert len(request.clocks) == 2
    assert all(clock.started_at == AT for clock in request.clocks)
    assert request.due_at < NEVER


def test_what_is_closed_can_be_looked_at_but_not_changed(app, arrive, look):
    request_id = arrive()
    with app.app_context(), unit_of_work():
        actor = Actor.staff(1)
        entry = Entry(EntryKind.WITHDRAWN, public=True)
        close(for_change(request_id), CloseReason.WITHDRAWN, actor, AT, entry)
    with pytest.raises(StaleEdit):
        look(request_id, urgency=Urgency.P1)
    assert look(request_id).looked_at == LATER


@pytest.mark.both_databases
def test_danger_is_acknowledged_once(app, arrive, user_id, read):
    request_id = arrive(urgency=Urgency.P0, category="SAFE-02")
    actor = Actor.staff(user_id("lead.jiantang"))
    with app.app_context(), unit_of_work():
        service.acknowledge(for_change(request_id), actor, LATER)
    assert read(request_id, lambda request: request.acknowledged_at) == LATER
    with app.app_context(), pytest.raises(StaleEdit), unit_of_work():
        service.acknowledge(for_change(request_id), actor, LATER)


def test_what_is_no_danger_is_not_acknowledged(app, arrive, user_id):
    request_id = arrive()
    with app.app_context(), pytest.raises(StaleEdit), unit_of_work():
        service.acknowledge(for_change(request_id), Actor.staff(1), LATER)
