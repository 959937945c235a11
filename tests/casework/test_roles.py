"""Who gets which answer from every action: owner, colleagues, overseers, strangers."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa

from service_desk.audit.models import AuditEntry
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import TimelineEntry
from service_desk.service_requests.queries import by_reference
from service_desk.triage.alerts import page_on_call
from tests.support.client import DeskClient

OWNER, CIVIL = "grid.beimen", "civil_officer@533401101000"
WORK = {
    "respond": {"method": "call", "outcome": "reached"},
    "wait": {"needed": "身份证", "method": "call", "outcome": "reached"},
    "return": {"reason": "不归我", "proposed_owner": CIVIL},
    "extend": {"days": "2", "reason": "等排期"},
    "resolve": {"result": "办好了", "method": "visit"},
}
OVERSEE = {
    "note": {"text": "请尽快"},
    "transfer": {"owner": CIVIL, "reason": "换人"},
    "close": {"reason": "invalid"},
    "reveal": {"reason": "督办核实"},
}
OVERSEERS = ("dispatch.jiantang", "lead.jiantang", "county.xgll", "dispatch.diqing")
STRANGERS = ("legal.jiantang", "lead.benzilan", "analyst", "auditor", "admin")


def send(client, reference, name, version, fields):
    """With a token of one's own, whether or not the page of the request opens."""
    token = client.hidden("/account")["csrf_token"]
    data = {"csrf_token": token, "version": str(version), **fields}
    return client.post(f"/queue/{reference}/{name}", data=data)


@pytest.fixture
def claimed(open_one, as_):
    reference = open_one()
    as_(OWNER).send(f"/queue/{reference}/claim", f"/queue/{reference}")
    return reference


def entries(app):
    with app.app_context():
        return session.scalar(sa.select(sa.func.count(TimelineEntry.id)))


@pytest.mark.parametrize("name", [*WORK, "note", "reveal"])
def test_the_owner_works(app, claimed, as_, stored, name):
    fields = (WORK | OVERSEE)[name]
    assert send(as_(OWNER), claimed, name, stored(claimed).version, fields).status_code == 303


@pytest.mark.parametrize("name", ["transfer", "close"])
def test_the_owner_neither_transfers_nor_closes(app, claimed, as_, stored, name):
    before = entries(app)
    answer = send(as_(OWNER), claimed, name, stored(claimed).version, OVERSEE[name])
    assert (answer.status_code, entries(app)) == (403, before)


@pytest.mark.parametrize("who", OVERSEERS)
def test_who_oversees_sees_but_does_not_work(app, claimed, as_, stored, who):
    client, version = as_(who), stored(claimed).version
    assert client.get(f"/queue/{claimed}").status_code == 200
    before = entries(app)
    for name, fields in {"claim": {}, "resume": {}, **WORK}.items():
        assert send(client, claimed, name, version, fields).status_code == 403
    assert entries(app) == before


@pytest.mark.parametrize("who", OVERSEERS)
@pytest.mark.parametrize("name", OVERSEE)
def test_who_oversees_dispatches(app, claimed, as_, stored, who, name):
    answer = send(as_(who), claimed, name, stored(claimed).version, OVERSEE[name])
    assert answer.status_code == 303


def without_token(page: str) -> str:
    """The token against forgery holds the second in which it was made."""
    return re.sub(r'(csrf.token" (?:content|value)=)"[^"]+"', r"\1", page)


@pytest.mark.both_databases
@pytest.mark.parametrize("who", STRANGERS)
def test_out_of_scope_is_as_if_it_did_not_exist(app, claimed, as_, stored, who):
    client, version = as_(who), stored(claimed).version
    unknown = client.get("/queue/1234567890")
    before = entries(app)
    page = client.get(f"/queue/{claimed}")
    assert (page.status_code, without_token(page.text)) == (404, without_token(unknown.text))
    for name, fields in {"claim": {}, "resume": {}, **WORK, **OVERSEE}.items():
        assert send(client, claimed, name, version, fields).status_code == 404
    assert client.get(f"/queue/{claimed}/photos/{'a' * 43}").status_code == 404
    assert entries(app) == before
    with app.app_context():
        tried = sa.select(AuditEntry.subject).where(AuditEntry.action == "out_of_scope")
        assert set(session.scalars(tried)) == {f"request:{claimed}"}


@pytest.mark.parametrize("who", ["analyst", "auditor", "admin"])
def test_who_does_not_work_cases_has_no_queue(app, as_, who):
    assert as_(who).get("/queue").status_code == 403


def test_a_stranger_is_asked_to_sign_in(app, claimed, client: DeskClient):
    for path in ("/queue", f"/queue/{claimed}", "/board"):
        answer = client.get(path)
        assert answer.status_code == 302
        assert answer.location.startswith("/login?next=")
    before = entries(app)
    for name in ("claim", *WORK, *OVERSEE):
        assert client.post(f"/queue/{claimed}/{name}").status_code in (302, 400)
    assert entries(app) == before


def test_without_a_token_nothing_happens(app, claimed, as_, stored):
    before = entries(app)
    data = {"version": str(stored(claimed).version), "text": "x y"}
    assert as_(OWNER).post(f"/queue/{claimed}/note", data=data).status_code == 400
    assert entries(app) == before


def test_who_is_called_to_a_danger_may_see_it_and_take_it_on(app, open_one, as_, stored):
    reference = open_one(urgency=Urgency.P0, category="SAFE-01", restricted=True)
    client = as_("lead.jiantang")
    assert client.get(f"/queue/{reference}").status_code == 404
    with app.app_context(), unit_of_work():
        called = page_on_call(by_reference(reference), now())
    assert called
    assert "desk-banner--bad" in client.get("/queue").text
    page = client.get(f"/queue/{reference}")
    assert page.status_code == 200
    assert client.send(f"/queue/{reference}/claim", f"/queue/{reference}").status_code == 303
    assert stored(reference).acknowledged_at is not None
    assert "desk-banner--bad" not in client.get("/queue").text


def test_a_restricted_matter_shows_to_its_owner_by_name_only(app, open_one, as_, stored):
    """A post's uncleared holder sees it when it lies with them by name, and then just once."""
    references = [open_one(restricted=False), open_one(restricted=False)]
    owner_id = stored(references[0]).owner_user_id
    with app.app_context(), unit_of_work():
        for reference, person in zip(references, (owner_id, None), strict=True):
            request = by_reference(reference)
            request.restricted, request.owner_user_id = True, person
    client = as_(OWNER)
    assert client.get("/queue").text.count(f'data-reference="{references[0]}"') == 1
    assert references[1] not in client.get("/queue").text
    assert [client.get(f"/queue/{each}").status_code for each in references] == [200, 404]
