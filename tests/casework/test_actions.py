"""Every action over HTTP: what it writes, what it refuses, and that nothing is lost on the way."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa

from service_desk.audit.models import AuditEntry
from service_desk.foundation.actor import RESIDENT
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.secrets import keyring
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging.models import Message, OptOut
from service_desk.service_requests.lifecycle import Nature, State, Urgency
from service_desk.service_requests.models import (
    Approval,
    ContactPreference,
    EntryKind,
    RequestClock,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.queries import by_reference, timeline
from service_desk.service_requests.timeline import Entry, write

OWNER = "grid.beimen"
REACHED = {"method": "call", "outcome": "reached"}
MISSED = {"method": "call", "outcome": "not_reached"}
CIVIL = "civil_officer@533401101000"


@pytest.fixture
def act(as_):
    """Does something to a request as its page would; gives the answer."""

    def do(reference, name, who=OWNER, **fields):
        return as_(who).send(f"/queue/{reference}/{name}", f"/queue/{reference}", **fields)

    return do


@pytest.fixture
def claimed(open_one, act):
    def open_and_claim(**changes):
        reference = open_one(**changes)
        assert act(reference, "claim").status_code == 303
        return reference

    return open_and_claim


def kinds(app, reference):
    with app.app_context():
        return [entry.kind for entry in timeline(by_reference(reference).id)]


def rows(app):
    """How many rows each table has that an action may write to."""
    with app.app_context():
        return {
            table.__name__: session.scalar(sa.select(sa.func.count()).select_from(table))
            for table in (ServiceRequest, RequestClock, TimelineEntry, Approval, Message)
        }


def texts(app):
    with app.app_context():
        return [each.body for each in session.scalars(sa.select(Message).order_by(Message.id))]


def clock(request, kind):
    return next(each for each in request.clocks if each.kind == kind)


def test_claim(db_app, open_one, act, stored):
    reference = open_one()
    answer = act(reference, "claim")
    assert answer.status_code == 303
    assert answer.location == f"/queue/{reference}"
    request = stored(reference)
    assert request.state is State.ACCEPTED
    assert kinds(db_app, reference)[-1] is EntryKind.CLAIMED
    assert clock(request, "first_response").outcome == "open"


def test_the_page_carries_machine_values(app, open_one, as_, stored):
    reference = open_one()
    page = as_(OWNER).get(f"/queue/{reference}").text
    main = re.search(r"<main[^>]*>", page)[0]
    request = stored(reference)
    assert f'data-reference="{reference}"' in main
    assert f'data-version="{request.version}"' in main
    assert 'data-state="assigned"' in main
    assert 'data-urgency="P2"' in main
    assert 'data-category="ELDER-05"' in main
    assert 'data-owner="grid_worker@533401101003"' in main
    assert re.search(r'data-due="\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00"', main)
    assert page.count("<h1") == 1


def test_reaching_the_resident_is_the_first_response(db_app, claimed, act, stored, as_):
    reference = claimed()
    assert act(reference, "respond", **REACHED, note="约好明天上门").status_code == 303
    request = stored(reference)
    first = clock(request, "first_response")
    assert first.outcome == "on_time"
    assert first.met_at is not None
    assert request.due_at == clock(request, "resolution").due_at
    assert kinds(db_app, reference)[-2:] == [EntryKind.CONTACT, EntryKind.NOTE]
    assert "约好明天上门" in as_(OWNER).get(f"/queue/{reference}").text


def test_a_failed_call_is_only_a_try(app, claimed, act, stored):
    reference = claimed()
    assert act(reference, "respond", **MISSED).status_code == 303
    assert clock(stored(reference), "first_response").outcome == "open"


def test_a_text_that_a_person_wrote_counts_when_it_can_arrive(app, claimed, act, stored):
    reference = claimed()
    answer = act(
        reference, "respond", method="text", outcome="reached", note="明天上午九点陪您去县医院"
    )
    assert answer.status_code == 303
    assert clock(stored(reference), "first_response").outcome == "on_time"
    assert "明天上午九点陪您去县医院" in texts(app)[-1]


@pytest.mark.parametrize(
    "changes",
    [
        {"contact_preference": ContactPreference.VISIT},
        {"contact_preference": ContactPreference.SAFE},
        {"phone": None},
        {"phone": "+868878222333"},
    ],
)
def test_no_text_to_who_cannot_or_would_not_get_it(app, claimed, act, stored, changes):
    reference = claimed(**changes)
    before = rows(app)
    answer = act(reference, "respond", method="text", outcome="reached", note="您好，明天来")
    assert answer.status_code == 422
    assert "您好，明天来" in answer.text
    assert rows(app) == before


def test_no_text_to_a_country_that_is_not_served(app, claimed, act, stored):
    reference = claimed(phone="+37120000000")
    answer = act(reference, "respond", method="text", outcome="reached", note="明天来")
    assert answer.status_code == 422
    assert stored(reference).clocks[0].met_at is None


def test_no_text_to_who_said_stop(app, claimed, act):
    reference = claimed()
    with app.app_context(), unit_of_work():
        session.add(OptOut(phone_hash=keyring().lookup("+8613800001234"), at=now()))
    answer = act(reference, "respond", method="text", outcome="reached", note="您好，明天来")
    assert answer.status_code == 422


def test_a_note_is_hidden_from_the_resident_unless_it_is_public(db_app, claimed, act):
    reference = claimed()
    act(reference, "note", text="家里有狗，当心")
    act(reference, "note", text="已联系县医院", public="y")
    with db_app.app_context():
        found = by_reference(reference)
        public = [entry.text for entry in timeline(found.id, public_only=True) if entry.text]
    assert public == ["已联系县医院"]


def test_waiting_rests_the_resolution_only(db_app, claimed, act, stored):
    reference = claimed()
    before = stored(reference)
    answer = act(reference, "wait", needed="身份证复印件", **MISSED)
    assert answer.status_code == 303
    request = stored(reference)
    assert request.state is State.WAITING
    assert clock(request, "resolution").paused_at is not None
    first = clock(request, "first_response")
    assert (first.paused_at, first.outcome, first.pauses) == (None, "open", [])
    assert request.due_at == first.due_at == clock(before, "first_response").due_at
    assert any("身份证复印件" in text for text in texts(db_app))


def test_going_on_never_brings_the_due_time_forward(app, claimed, act, stored):
    reference = claimed()
    before = clock(stored(reference), "resolution").due_at
    act(reference, "wait", needed="身份证复印件", **REACHED)
    assert act(reference, "resume").status_code == 303
    request = stored(reference)
    assert request.state is State.ACCEPTED
    assert clock(request, "resolution").due_at >= before
    assert len(clock(request, "resolution").pauses) == 1


def test_an_answer_on_the_spot_is_also_the_first_response(db_app, claimed, act, stored):
    reference = claimed()
    answer = act(reference, "resolve", result="已陪同取药", method="visit")
    assert answer.status_code == 303
    request = stored(reference)
    assert request.state is State.RESOLVED
    assert request.due_at is None
    assert {each.outcome for each in request.clocks} == {"on_time"}
    assert texts(db_app) == []  # the invitation to rate says the same


def test_a_result_can_be_texted(app, claimed, act, stored):
    reference = claimed()
    assert act(reference, "resolve", result="药已送到", method="text").status_code == 303
    assert "药已送到" in texts(app)[-1]
    other = claimed()
    assert act(other, "resolve", result="药" * 301, method="text").status_code == 422


def test_danger_is_resolved_with_a_text_since_no_rating_follows(app, claimed, act, stored):
    reference = claimed(urgency=Urgency.P0)
    assert stored(reference).acknowledged_at is not None
    act(reference, "resolve", result="人已送医", method="visit")
    assert len(texts(app)) == 1


def test_a_return_waits_for_the_dispatcher(db_app, claimed, act, stored):
    reference = claimed()
    before = stored(reference)
    answer = act(reference, "return", reason="属于民政事项", proposed_owner=CIVIL)
    assert answer.status_code == 303
    request = stored(reference)
    assert (request.state, request.owner_post_id) == (State.ACCEPTED, before.owner_post_id)
    assert rows(db_app)["Approval"] == 1
    assert act(reference, "return", reason="还是民政", proposed_owner=CIVIL).status_code == 422
    assert rows(db_app)["Approval"] == 1


def test_a_return_may_name_the_owner_in_words(app, claimed, act, as_):
    reference = claimed()
    assert act(reference, "return", reason="不归我", proposed_owner="县残联").status_code == 303
    assert "县残联" in as_("dispatch.jiantang").get(f"/queue/{reference}").text


@pytest.mark.parametrize("days", ["0", "11", "-1", "x", "", "1.5", "１"])
def test_days_of_an_extension(app, claimed, act, days):
    reference = claimed()
    before = rows(app)
    assert act(reference, "extend", days=days, reason="等排期").status_code == 422
    assert rows(app) == before


def test_an_extension_is_asked_for_before_the_time_is_over(app, open_one, act):
    reference = open_one(at=now() - timedelta(days=60))
    act(reference, "claim")
    assert act(reference, "extend", days="5", reason="等排期").status_code == 422


def test_an_urgent_request_is_extended_by_a_day_at_most(app, claimed, act):
    reference = claimed(urgency=Urgency.P1)
    assert act(reference, "extend", days="2", reason="等排期").status_code == 422
    assert act(reference, "extend", days="1", reason="等排期").status_code == 303


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("return", {"reason": "不归我", "proposed_owner": CIVIL}),
        ("extend", {"days": "1", "reason": "太忙"}),
    ],
)
def test_in_danger_nobody_argues(app, claimed, act, name, fields):
    reference = claimed(urgency=Urgency.P0)
    before = rows(app)
    assert act(reference, name, **fields).status_code == 422
    assert rows(app) == before


def test_transfer_gives_it_to_another_post_and_tells_them(db_app, claimed, act, stored, as_):
    reference = claimed()
    before = stored(reference)
    answer = act(reference, "transfer", "dispatch.jiantang", owner=CIVIL, reason="由民政专干牵头")
    assert answer.status_code == 303
    request = stored(reference)
    assert request.state is State.ASSIGNED
    assert request.unit_code == "533401101000"
    assert request.owner_user_id not in (None, before.owner_user_id)
    for one, other in pairwise([before, request]):
        assert [each.due_at for each in one.clocks] == [each.due_at for each in other.clocks]
    assert any(reference[:4] in text for text in texts(db_app))
    assert 'data-owner="civil_officer@533401101000"' in (
        as_("dispatch.jiantang").get(f"/queue/{reference}").text
    )
    assert as_(OWNER).get(f"/queue/{reference}").status_code == 404


@pytest.mark.parametrize(
    "owner",
    [
        "",
        "nobody@533401101000",
        "999999999",
        "grid_worker@533401101003",
        "auditor@533400000000",
        "<script>",
    ],
)
def test_transfer_refuses_what_is_no_other_post(app, claimed, act, owner):
    reference = claimed()
    before = rows(app)
    answer = act(reference, "transfer", "dispatch.jiantang", owner=owner, reason="换人")
    assert answer.status_code == 422
    assert rows(app) == before


def test_a_departments_matter_is_never_given_to_the_village(app, open_one, act):
    reference = open_one(category="ELDER-01")
    answer = act(
        reference, "transfer", "dispatch.jiantang",
        owner="grid_worker@533401101003", reason="就近",
    )  # fmt: skip
    assert answer.status_code == 422


def test_a_restricted_matter_goes_only_to_the_cleared(app, open_one, act, stored):
    reference = open_one(category="SAFE-01", restricted=True)
    before = rows(app)
    answer = act(
        reference, "transfer", "dispatch.diqing",
        owner="community_police@533401101000", reason="请处置",
    )  # fmt: skip
    assert answer.status_code in (303, 422)
    if answer.status_code == 422:
        assert rows(app) == before
    else:
        assert stored(reference).owner_user_id is not None


@pytest.mark.parametrize(
    ("changes", "fields", "status"),
    [
        ({}, {"reason": "invalid"}, 303),
        ({"nature": Nature.PRAISE}, {"reason": "thanked"}, 303),
        ({}, {"reason": "thanked"}, 422),
        ({}, {"reason": "no_reply"}, 422),
        ({}, {"reason": "duplicate"}, 422),
        ({}, {"reason": "duplicate", "duplicate_of": "1234567890"}, 422),
        ({}, {"reason": "rated"}, 422),
        ({}, {}, 422),
        ({"urgency": Urgency.P0}, {"reason": "invalid"}, 422),
    ],
)
def test_close(app, open_one, act, stored, changes, fields, status):
    reference = open_one(**changes)
    before = rows(app)
    answer = act(reference, "close", "dispatch.jiantang", **fields)
    assert answer.status_code == status
    assert (stored(reference).state is State.CLOSED) is (status == 303)
    if status == 422:
        assert rows(app) == before


def test_a_duplicate_is_tied_to_the_other_request(app, open_one, act, stored):
    one, other = open_one(), open_one()
    shown = f"{other[:4]}-{other[4:7]}-{other[7:]}"
    answer = act(one, "close", "dispatch.jiantang", reason="duplicate", duplicate_of=shown)
    assert answer.status_code == 303
    assert stored(one).merged_into_id == stored(other).id
    itself = open_one()
    answer = act(itself, "close", "dispatch.jiantang", reason="duplicate", duplicate_of=itself)
    assert answer.status_code == 422


def test_three_failed_tries_on_two_days_allow_to_give_up(app, claimed, act, stored):
    reference = claimed()
    for _ in range(3):
        act(reference, "respond", **MISSED)
    assert act(reference, "close", "dispatch.jiantang", reason="no_reply").status_code == 422
    with app.app_context(), unit_of_work():
        first = session.scalar(
            sa.select(sa.func.min(TimelineEntry.id)).where(TimelineEntry.kind == EntryKind.CONTACT)
        )
        session.execute(
            sa.update(TimelineEntry)
            .where(TimelineEntry.id == first)
            .values(at=now() - timedelta(days=1))
        )
    assert act(reference, "close", "dispatch.jiantang", reason="no_reply").status_code == 303


def test_contact_details_are_shown_once_and_on_record(db_app, claimed, act, as_):
    reference = claimed()
    client, path = as_(OWNER), f"/queue/{reference}"
    assert "13800001234" not in client.get(path).text
    assert act(reference, "reveal", reason="约上门时间").status_code == 303
    shown = client.get(path).text
    assert "13800001234" in shown
    assert "北门街12号" in shown
    assert "13800001234" not in client.get(path).text
    with db_app.app_context():
        entry = session.scalars(
            sa.select(AuditEntry).where(AuditEntry.action == "contact_revealed")
        ).one()
        assert entry.subject == f"request:{reference}"
        assert "约上门时间" not in str(entry.details)
        noted = timeline(by_reference(reference).id)[-1]
    assert (noted.text, noted.public) == ("约上门时间", False)


@pytest.mark.parametrize("kind", [EntryKind.FOLLOW_UP, EntryKind.RATED, EntryKind.REWORK])
def test_a_number_in_later_words_is_shown_only_with_the_contact_details(
    app, claimed, act, as_, kind
):
    reference = claimed()
    with app.app_context(), unit_of_work():
        entry = Entry(kind, "换号码了，请打13900005678", public=True)
        write(by_reference(reference).id, RESIDENT, now(), entry)
    client, path = as_(OWNER), f"/queue/{reference}"
    assert "换号码了" in (page := client.get(path).text)
    assert "13900005678" not in page
    act(reference, "reveal", reason="约上门时间")
    assert "13900005678" in client.get(path).text


@pytest.mark.parametrize("name", ["claim", "note", "respond", "resolve"])
def test_a_stale_page_changes_nothing_and_loses_nothing(app, claimed, as_, name):
    reference = claimed()
    client, path = as_(OWNER), f"/queue/{reference}"
    hidden = client.hidden(path)
    client.send(f"{path}/note", path, text="先记一笔")
    before = rows(app)
    fields = {
        "claim": {},
        "note": {"text": "打过的字不能丢"},
        "respond": {**REACHED, "note": "打过的字不能丢"},
        "resolve": {"result": "打过的字不能丢", "method": "visit"},
    }[name]
    answer = client.post(f"{path}/{name}", data={**hidden, **fields})
    assert answer.status_code == 409
    assert rows(app) == before
    if fields:
        assert "打过的字不能丢" in answer.text


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("claim", {}),
        ("resume", {}),
        ("wait", {"needed": "材料", **REACHED}),
        ("respond", {**REACHED}),
        ("resolve", {"result": "办好了", "method": "call"}),
    ],
)
def test_what_is_over_is_over(app, claimed, act, stored, name, fields):
    reference = claimed()
    act(reference, "resolve", result="办好了", method="call")
    before = rows(app)
    version = stored(reference).version
    assert act(reference, name, version=version, **fields).status_code == 409
    assert rows(app) == before


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("respond", {}),
        ("respond", {"method": "owl", "outcome": "reached"}),
        ("respond", {"method": "text", "outcome": "reached", "note": ""}),
        ("respond", {"method": "text", "outcome": "reached", "note": "长" * 301}),
        ("respond", {**REACHED, "note": "长" * 2001}),
        ("note", {"text": ""}),
        ("note", {"text": "\x07\x1b[2J"}),
        ("note", {"text": "长" * 2001}),
        ("wait", {"needed": "", **REACHED}),
        ("wait", {"needed": "材料"}),
        ("return", {"reason": "", "proposed_owner": ""}),
        ("resolve", {"result": "", "method": "call"}),
        ("resolve", {"result": "\u200b\u2060……", "method": "call"}),
        ("resolve", {"result": "办好了"}),
        ("reveal", {"reason": ""}),
        ("reveal", {"reason": "\u200b\u200b"}),
        ("reveal", {"reason": "长" * 201}),
        ("claim", {"version": "x"}),
        ("claim", {"version": ""}),
    ],
)
def test_what_is_not_well_formed_is_refused_whole(app, claimed, act, name, fields):
    reference = claimed()
    before = rows(app)
    answer = act(reference, name, **fields)
    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.text
    assert rows(app) == before


def test_tibetan_and_emoji_are_kept_as_they_are(app, claimed, act, as_):
    reference = claimed()
    act(reference, "note", text="བཀྲ་ཤིས་བདེ་ལེགས། 🙏")
    assert "བཀྲ་ཤིས་བདེ་ལེགས། 🙏" in as_(OWNER).get(f"/queue/{reference}").text


@pytest.mark.parametrize(
    "do", ["respond", "note", "wait", "return", "extend", "resolve", "reveal", "nonsense", "decide"]
)
def test_every_form_opens_by_its_address(app, claimed, as_, do):
    reference = claimed()
    client = as_(OWNER)
    page = client.get(f"/queue/{reference}?do={do}")
    part = client.get(f"/queue/{reference}?do={do}&fragment=form")
    assert page.status_code == part.status_code == 200
    assert "<html" not in part.text
    ids = re.findall(r'\sid="([^"]+)"', page.text)
    assert len(ids) == len(set(ids))


def test_photos_only_with_their_request(app, claimed, as_):
    reference = claimed()
    client = as_(OWNER)
    assert client.get(f"/queue/{reference}/photos/{'a' * 43}").status_code == 404
    assert client.get(f"/queue/{reference}/photos/..%2Fsecret").status_code == 404
