"""The human look: only a person lowers danger, clocks follow, what changed is on record."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.audit.models import AuditEntry
from service_desk.foundation.actor import RESIDENT, Actor
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused, StaleEdit
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging.models import Message
from service_desk.routing.queries import place
from service_desk.service_requests import service as requests
from service_desk.service_requests.clocks import NEVER, clock_of
from service_desk.service_requests.lifecycle import CloseReason, Nature, State, Urgency
from service_desk.service_requests.models import (
    ClockKind,
    ClockOutcome,
    EntryKind,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.service import assign, claim, close, follow_up, for_change
from service_desk.service_requests.timeline import Entry
from service_desk.triage import service
from service_desk.triage.alerts import tell_of_more
from service_desk.triage.queries import later_words
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


@pytest.mark.parametrize("nature", [Nature.COMPLAINT, Nature.PRAISE])
def test_what_was_looked_at_is_given_more_time_for_a_reason_only(arrive, look, nature):
    request_id = arrive()
    look(request_id)
    with pytest.raises(Refused) as refused:
        look(request_id, nature=nature)
    assert refused.value.field == "reason"
    longer = look(request_id, nature=nature, reason="看错了，其实不同")
    assert longer.nature is nature


def test_nobody_gives_more_time_to_themselves(app, arrive, look, user_id):
    request_id = arrive()
    look(request_id)
    with app.app_context(), unit_of_work():
        requests.claim(for_change(request_id), Actor.staff(user_id("dispatch.jiantang")), LATER)
    with pytest.raises(Refused):
        look(request_id, nature=Nature.COMPLAINT, reason="想多要几天")
    assert look(request_id, nature=Nature.INQUIRY).nature is Nature.INQUIRY


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


@pytest.fixture
def more(app):
    """The resident says more, as over the web."""

    def said(request_id: int, words: str, at) -> None:
        with app.app_context(), unit_of_work():
            request = for_change(request_id)
            follow_up(request, words, RESIDENT, at)
            tell_of_more(request, at)

    return said


@pytest.fixture
def later(app):
    def unread(request_id: int):
        with app.app_context():
            return later_words([request_id]).get(request_id)

    return unread


@pytest.mark.both_databases
def test_later_words_wait_for_a_look_from_when_they_came(arrive, look, read, more, later):
    request_id = arrive()
    look(request_id)
    for hours, words in ((1, "水淹到屋里了"), (2, "门打不开")):
        more(request_id, words, AT + timedelta(hours=hours))
    assert read(request_id, lambda request: (request.looked_at, request.looked_by)) == (None, None)
    said = later(request_id)
    assert said.since == AT + timedelta(hours=1)
    assert [text for _at, text in said.words] == ["水淹到屋里了", "门打不开"]
    at = AT + timedelta(hours=3)
    assert look(request_id, at=at).looked_at == at
    assert later(request_id) is None


def test_before_the_first_look_the_first_words_say_how_long_they_wait(arrive, more, later):
    request_id = arrive()
    more(request_id, "门打不开", AT + timedelta(minutes=20))
    assert later(request_id).since is None
    assert len(later(request_id).words) == 1


def test_the_desks_own_classing_is_no_look(app, arrive, look, more, later):
    request_id = arrive()
    look(request_id)
    more(request_id, "他又打我", LATER)
    with app.app_context(), unit_of_work():
        service.restrict(for_change(request_id), LATER)
    assert len(later(request_id).words) == 1


def test_looking_at_later_words_moves_nobody_who_works_on_it(app, arrive, look, read, more):
    request_id = arrive(category="ELDER-05")
    look(request_id, category="ELDER-05")
    with app.app_context(), unit_of_work():
        claim(for_change(request_id), Actor.staff(1), LATER)
    before = read(request_id, lambda request: (request.owner_user_id, request.owner_post_id))
    more(request_id, "明天有空", LATER)
    request = look(request_id, category="ELDER-05", at=LATER + timedelta(hours=1))
    assert (request.owner_user_id, request.owner_post_id) == before
    assert request.state is State.ACCEPTED


def test_what_was_handed_over_by_a_person_stays_there(app, arrive, look, read, more, user_id):
    request_id = arrive(category="ELDER-05")
    look(request_id, category="ELDER-05")
    with app.app_context(), unit_of_work():
        elsewhere = place("LEGAL-03", BEIMEN, Urgency.P2, False, LATER)
        assign(for_change(request_id), elsewhere, Actor.staff(1), LATER)
    more(request_id, "明天有空", LATER)
    request = look(request_id, category="ELDER-05", at=LATER + timedelta(hours=1))
    assert request.owner_user_id == user_id("legal.jiantang")


@pytest.mark.both_databases
def test_whoever_has_it_is_told_of_later_words_once_an_hour(app, arrive, more):
    request_id = arrive(category="ELDER-05")
    for minutes in (0, 30, 59, 61):
        more(request_id, "门打不开", AT + timedelta(minutes=minutes))
    told = texts(app, "added")
    assert [each.created_at - AT for each in told] == [timedelta(0), timedelta(minutes=61)]
    assert "门" not in told[0].body


@pytest.mark.parametrize(("urgency", "wakes"), [(Urgency.P2, False), (Urgency.P1, True)])
def test_by_night_only_what_is_urgent_wakes_the_worker(app, arrive, more, urgency, wakes):
    night = AT + timedelta(hours=13)
    more(arrive(category="ELDER-05", urgency=urgency), "门打不开", night)
    [told] = texts(app, "added")
    assert (told.not_before == night) is wakes
