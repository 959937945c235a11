"""The ledger: a worker proposes, the county decides, the resident is told, it ends by itself."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.audit.models import AuditEntry
from service_desk.casework import service as casework
from service_desk.casework.rules import back_at, last_moment
from service_desk.foundation.actor import Actor
from service_desk.foundation.clock import local, now
from service_desk.foundation.database import session
from service_desk.foundation.faults import Forbidden, Refused
from service_desk.foundation.localisation import speak
from service_desk.foundation.transaction import unit_of_work
from service_desk.front.page import shown
from service_desk.front.service import standing
from service_desk.messaging.models import Message
from service_desk.messaging.wording import day as say
from service_desk.service_requests.lifecycle import Nature, State, Urgency
from service_desk.service_requests.models import Approval, ApprovalKind, EntryKind, TimelineEntry
from service_desk.service_requests.queries import by_reference, timeline
from service_desk.service_requests.rebuild import compare_all
from service_desk.service_requests.service import for_change
from service_desk.triage.rules import Look
from service_desk.triage.service import look, raise_danger
from workers.pauses import end_deferrals

OWNER, LEAD, COUNTY = "grid.beimen", "lead.jiantang", "county.xgll"
YES, NO = {"approve": "y", "reason": "预算明年到位"}, {"approve": "n", "reason": "可以先修"}


def day(number):
    return (local(now()).date() + timedelta(days=number)).isoformat()


def said(app, number):
    """That day as people say it."""
    with app.app_context():
        return say(last_moment(date.fromisoformat(day(number))), "zh_Hans_CN")


@pytest.fixture
def claimed(open_one, as_):
    def open_and_claim(**changes):
        reference = open_one(**changes)
        path = f"/queue/{reference}"
        assert as_(OWNER).send(f"{path}/claim", path).status_code == 303
        return reference

    return open_and_claim


@pytest.fixture
def defer(as_):
    """Proposes it for the ledger as its page would."""

    def do(reference, who=OWNER, **changes):
        path = f"/queue/{reference}"
        fields = {"cause": "funds", "reason": "等修路资金", "until": day(20), **changes}
        return as_(who).send(f"{path}/defer", path, **fields)

    return do


@pytest.fixture
def proposed(app, claimed, defer):
    """A request with a proposal; gives (reference, id of the approval)."""

    def make(**changes):
        reference = claimed(**changes)
        assert defer(reference).status_code == 303
        with app.app_context():
            return reference, session.scalar(sa.select(sa.func.max(Approval.id)))

    return make


@pytest.fixture
def decide(as_):
    def do(approval, who, **fields):
        return as_(who).send(f"/board/approvals/{approval}", "/account", **fields)

    return do


@pytest.fixture
def deferred(proposed, decide):
    reference, approval = proposed()
    assert decide(approval, COUNTY, **YES).status_code == 303
    return reference


def clock(request, kind="resolution"):
    return next(each for each in request.clocks if each.kind == kind)


def lines(app, reference, public_only=False):
    with app.app_context():
        return timeline(by_reference(reference).id, public_only=public_only)


def texts(app):
    with app.app_context():
        return [each.body for each in session.scalars(sa.select(Message).order_by(Message.id))]


def agrees(app, reference):
    with app.app_context():
        (found,) = compare_all(reference)
        return found.enough and found.differences == ()


def change(app, reference, work):
    with app.app_context(), unit_of_work():
        return work(for_change(by_reference(reference).id))


def sweep(app, at):
    with app.app_context():
        return end_deferrals(at)


@pytest.mark.both_databases
def test_until_the_county_decides_the_clock_runs(app, proposed, stored):
    reference, _ = proposed()
    request = stored(reference)
    assert request.state is State.ACCEPTED
    assert clock(request).paused_at is None
    asked = lines(app, reference)[-1]
    assert (asked.kind, asked.public) == (EntryKind.DEFERRAL_PROPOSED, False)
    assert asked.data["cause"] == "funds"
    assert asked.data["until"] == day(20)


@pytest.mark.both_databases
def test_what_the_county_approves_rests_and_is_told(app, proposed, decide, stored):
    reference, approval = proposed()
    assert decide(approval, COUNTY, **YES).status_code == 303
    request = stored(reference)
    assert request.state is State.DEFERRED
    assert clock(request).paused_at is not None
    assert clock(request, "first_response").paused_at is None
    assert request.due_at == clock(request, "first_response").due_at
    told = lines(app, reference, public_only=True)[-1]
    assert (told.kind, told.text) == (EntryKind.DEFERRAL_DECIDED, YES["reason"])
    assert told.data["until"] == day(20)
    (text,) = texts(app)
    assert "3" in text
    assert "http" not in text
    with app.app_context():
        (audited,) = session.scalars(sa.select(AuditEntry).filter_by(action="deferred"))
        assert audited.subject == f"request:{reference}"
    assert agrees(app, reference)


@pytest.mark.both_databases
def test_what_the_county_refuses_goes_on(app, proposed, decide, stored, as_, defer):
    reference, approval = proposed()
    before = clock(stored(reference)).due_at
    assert decide(approval, COUNTY, **NO).status_code == 303
    request = stored(reference)
    assert (request.state, clock(request).due_at) == (State.ACCEPTED, before)
    assert not lines(app, reference)[-1].public
    assert texts(app) == []
    assert NO["reason"] in as_(OWNER).get(f"/queue/{reference}").text
    assert defer(reference).status_code == 303


@pytest.mark.parametrize(
    "who", [OWNER, LEAD, "dispatch.jiantang", "dispatch.diqing", "lead.benzilan", "auditor"]
)
def test_only_the_county_decides(app, proposed, decide, stored, who):
    reference, approval = proposed()
    assert decide(approval, who, **YES).status_code in (403, 404)
    assert stored(reference).state is State.ACCEPTED


@pytest.mark.parametrize("who", [LEAD, COUNTY, "dispatch.jiantang"])
def test_who_does_not_own_it_does_not_propose(claimed, defer, who):
    assert defer(claimed(), who).status_code == 403


def test_a_stranger_sees_nothing_of_it(claimed, as_):
    reference = claimed()
    token = as_("lead.benzilan").hidden("/account")["csrf_token"]
    data = {"csrf_token": token, "version": "2", "cause": "law", "reason": "原因", "until": day(3)}
    answer = as_("lead.benzilan").post(f"/queue/{reference}/defer", data=data)
    assert answer.status_code == 404


@pytest.mark.parametrize("urgency", [Urgency.P0, Urgency.P1])
def test_what_is_urgent_never_rests_on_the_ledger(app, claimed, defer, as_, urgency):
    reference = claimed(urgency=urgency)
    assert "do=defer" not in as_(OWNER).get(f"/queue/{reference}").text
    assert defer(reference).status_code == 422
    with app.app_context():
        assert session.scalar(sa.select(sa.func.count(Approval.id))) == 0


@pytest.mark.parametrize(
    "fields",
    [
        {"cause": "busy"},
        {"cause": ""},
        {"reason": ""},
        {"reason": "。。"},
        {"until": ""},
        {"until": "soon"},
        {"until": "2026-02-30"},
        {"until": "9999-12-31"},
        {"until": "0001-01-01"},
    ],
)
def test_a_proposal_names_a_cause_a_reason_and_a_day(app, claimed, defer, fields):
    answer = defer(claimed(), **fields)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.text
    with app.app_context():
        assert session.scalar(sa.select(sa.func.count(Approval.id))) == 0


@pytest.mark.parametrize(
    ("number", "status"), [(-1, 422), (0, 422), (1, 303), (30, 303), (31, 422)]
)
def test_it_rests_until_the_review_at_most(claimed, defer, number, status):
    assert defer(claimed(), until=day(number)).status_code == status


def test_what_is_late_cannot_be_put_off(open_one, as_, defer):
    reference = open_one(at=now() - timedelta(days=60))
    as_(OWNER).send(f"/queue/{reference}/claim", f"/queue/{reference}")
    assert defer(reference).status_code == 422


@pytest.fixture
def settle(app, people):
    """Decides as a service would be asked to, at any moment."""

    def run(approval, who, at, approved=True):
        with app.app_context(), unit_of_work():
            found = session.get_one(Approval, approval)
            decision = casework.Decision(approved, "同意")
            casework.decide(found, decision, Actor.staff(people[who]), at)

    return run


@pytest.fixture
def people(app):
    with app.app_context():
        return dict(session.execute(sa.select(User.username, User.id)).all())


@pytest.mark.both_databases
def test_a_decision_after_the_due_time_or_the_last_day_is_refused(app, proposed, stored, settle):
    reference, approval = proposed(nature=Nature.REPORT)
    due_at = clock(stored(reference)).due_at
    with pytest.raises(Refused):
        settle(approval, COUNTY, due_at + timedelta(minutes=1))
    with pytest.raises(Refused):
        settle(approval, COUNTY, back_at(date.fromisoformat(day(20))))
    assert stored(reference).state is State.ACCEPTED
    settle(approval, COUNTY, due_at + timedelta(minutes=1), approved=False)


def test_nobody_decides_on_their_own(app, proposed, settle, stored):
    reference, approval = proposed()
    with pytest.raises(Forbidden):
        settle(approval, OWNER, now())
    assert stored(reference).state is State.ACCEPTED


def test_what_waits_for_the_resident_meanwhile_is_not_put_away(app, proposed, decide, as_, stored):
    reference, approval = proposed()
    path = f"/queue/{reference}"
    fields = {"needed": "身份证", "method": "call", "outcome": "reached"}
    assert as_(OWNER).send(f"{path}/wait", path, **fields).status_code == 303
    assert decide(approval, COUNTY, **YES).status_code == 422
    assert stored(reference).state is State.WAITING


@pytest.mark.both_databases
def test_it_comes_back_by_itself_after_its_last_day_with_a_task(app, deferred, stored, as_):
    end = back_at(date.fromisoformat(day(20)))
    before = clock(stored(deferred)).due_at
    assert sweep(app, end - timedelta(seconds=1)) == 0
    assert sweep(app, end) == 1
    assert sweep(app, end) == 0
    request = stored(deferred)
    assert request.state is State.ACCEPTED
    assert clock(request).due_at > before
    last = lines(app, deferred)[-1]
    assert (last.kind, last.public, last.data["task"]) == (EntryKind.RESUMED, True, "review")
    assert agrees(app, deferred)
    assert "desk-banner--warn" in as_(OWNER).get(f"/queue/{deferred}").text
    row = as_(OWNER).get("/queue").text
    assert "desk-tag--warn" in row


@pytest.mark.parametrize(("who", "status"), [(OWNER, 303), (COUNTY, 303), (LEAD, 403)])
def test_the_owner_or_the_county_takes_it_off_the_ledger(app, deferred, as_, stored, who, status):
    path = f"/queue/{deferred}"
    offered = 'action="/queue/' + deferred + "/resume" in as_(who).get(path).text
    assert offered is (status == 303)
    assert as_(who).send(f"{path}/resume", path).status_code == status
    assert (stored(deferred).state is State.ACCEPTED) is (status == 303)


def test_the_page_of_a_deferred_request_names_both(deferred, as_, app):
    page = as_(OWNER).get(f"/queue/{deferred}").text
    with app.app_context():
        names = dict(session.execute(sa.select(User.username, User.display_name)).all())
    assert names[OWNER] in page
    assert names[COUNTY] in page
    assert "等修路资金" in page


def test_the_ledger_is_a_list_with_its_count(app, deferred, as_):
    for who, scope in ((OWNER, "mine"), (COUNTY, "area")):
        page = as_(who).get(f"/queue?scope={scope}&state=deferred").text
        assert f'data-reference="{deferred}"' in page
        assert 'data-ledger="1"' in page
        assert said(app, 20) in page
    other = as_("lead.benzilan").get("/queue?scope=area&state=deferred").text
    assert 'data-ledger="0"' in other


def test_the_resident_reads_why_and_until_when(deferred, app, client):
    with app.test_request_context():
        request = by_reference(deferred)
        told = shown(request, standing(request), now())
    read = [line.get("text", "") for line in told["lines"]]
    assert any(said(app, 20) in text and YES["reason"] in text for text in read)


@pytest.mark.both_databases
@pytest.mark.parametrize("words", [True, False])
def test_what_becomes_a_danger_is_back_at_work(app, deferred, stored, people, words):
    actor = Actor.staff(people["dispatch.diqing"])
    if words:
        change(app, deferred, lambda request: raise_danger(request, now()))
    else:
        seen = Look(Urgency.P1, Nature.HELP, "ELDER-05", "533401101003", False, "看过了")
        change(app, deferred, lambda request: look(request, seen, actor, now()))
    request = stored(deferred)
    assert request.state is State.ACCEPTED
    assert clock(request).paused_at is None
    assert agrees(app, deferred)


def test_the_lead_who_owns_it_does_not_decide_on_it(app, open_one, as_, stored, people, decide):
    """Neither the button nor the address: proposer and decider are two."""
    reference = open_one()
    with app.app_context(), unit_of_work():
        request = by_reference(reference)
        request.owner_user_id, request.owner_post_id = people[LEAD], None
    path = f"/queue/{reference}"
    lead = as_(LEAD)
    lead.send(f"{path}/claim", path)
    assert lead.send(f"{path}/extend", path, days="3", reason="等排期").status_code == 303
    with app.app_context():
        approval = session.scalar(sa.select(sa.func.max(Approval.id)))
    assert "do=decide" not in lead.get(path).text
    assert f"approval={approval}" not in lead.get("/board").text
    assert decide(approval, LEAD, **YES).status_code == 403
    assert f"approval={approval}" in as_(COUNTY).get("/board").text
    assert decide(approval, COUNTY, **YES).status_code == 303


def test_an_approved_extension_is_told_on_the_public_timeline(app, claimed, as_, decide):
    reference = claimed()
    path = f"/queue/{reference}"
    as_(OWNER).send(f"{path}/extend", path, days="3", reason="等排期")
    with app.app_context():
        approval = session.scalar(sa.select(sa.func.max(Approval.id)))
    decide(approval, LEAD, approve="y", reason="材料确实要等")
    told = lines(app, reference, public_only=True)[-1]
    assert (told.kind, told.text) == (EntryKind.EXTENSION_DECIDED, "材料确实要等")
    assert told.data["days"] == 3


def test_proposals_for_the_ledger_wait_on_the_countys_board(proposed, as_):
    _, approval = proposed()
    assert f"approval={approval}" in as_(COUNTY).get("/board").text
    assert f"approval={approval}" not in as_(LEAD).get("/board").text


def test_no_second_proposal_while_one_waits(app, proposed, defer, as_):
    reference, _ = proposed()
    assert "do=defer" not in as_(OWNER).get(f"/queue/{reference}").text
    assert defer(reference).status_code == 422
    with app.app_context():
        kind = Approval.kind == ApprovalKind.DEFERRAL
        assert session.scalar(sa.select(sa.func.count()).where(kind)) == 1
        assert session.scalar(sa.select(sa.func.count(TimelineEntry.id))) > 0


@pytest.mark.parametrize(
    ("urgency", "asked", "most", "unit"),
    [(Urgency.P2, "3", "10", "working days"), (Urgency.P1, "1", "1", "days")],
)
def test_everybody_reads_by_which_days_it_takes_longer(
    app, claimed, as_, decide, urgency, asked, most, unit
):
    """What is urgent gets days of 24 hours: never called working days (domain.md §5)."""
    path = f"/queue/{claimed(urgency=urgency)}"
    owner, lead = as_(OWNER), as_(LEAD)
    assert says(owner.get(f"{path}?do=extend&lang=en").text) == {(most, unit)}
    refused = owner.send(f"{path}/extend?lang=en", path, days="99", reason="等排期").text
    assert says(refused) == {(most, unit)}
    owner.send(f"{path}/extend", path, days=asked, reason="等排期")
    with app.app_context():
        approval = session.scalar(sa.select(sa.func.max(Approval.id)))
    for page in ("/board?lang=en", f"{path}?do=decide&approval={approval}&lang=en"):
        assert says(lead.get(page).text) == {(asked, unit)}
    decide(approval, LEAD, **YES)
    with app.app_context(), speak("en"):
        request = by_reference(path.rpartition("/")[2])
        told = shown(request, standing(request), now())
    assert says(" ".join(each.get("text", "") for each in told["lines"])) == {(asked, unit)}


def says(text):
    """By how much it takes longer, wherever a text says so."""
    return set(re.findall(r"(\d+) (working days|days) more", text))
