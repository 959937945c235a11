"""Everything that is kept about one request, readable, and on record that it was given."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from service_desk.audit.models import AuditEntry
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.intake.service import Submission, submit
from service_desk.service_requests.lifecycle import Channel
from service_desk.service_requests.models import ContactPreference
from service_desk.service_requests.reference import show_reference

pytestmark = pytest.mark.both_databases
WORDS = "我妈八十二岁，没有人给她做饭"


@pytest.fixture
def reference(app):
    given = Submission(
        channel=Channel.WEB,
        external_id="a-form-token-0123456789",
        area_code="533401101003",
        description=WORDS,
        language="zh_Hans_CN",
        contact_preference=ContactPreference.SMS,
        phone="+8613800001234",
        name="卓玛",
    )
    with app.app_context(), unit_of_work():
        return submit(given, now()).reference


def test_all_of_it_in_clear(run, reference):
    status, printed = run("export-request", show_reference(reference))
    assert status == 0
    found = json.loads(printed)
    request = found["request"]
    assert (request["description"], request["name"]) == (WORDS, "卓玛")
    assert request["phone"] == "+8613800001234"
    assert [each["kind"] for each in found["clocks"]] == ["first_response", "resolution"]
    assert found["timeline"][0]["kind"] == "submitted"
    assert any(reference[:4] in text["body"] for text in found["texts_to"])
    assert (found["ratings"], found["photos"], found["texts_from"]) == ([], [], [])
    assert "hash" not in printed


def test_it_is_put_on_record(run, reference, app):
    run("export-request", reference)
    with app.app_context():
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert (entry.action, entry.subject) == ("exported", f"request:{reference}")
    assert run("audit", "verify")[0] == 0


def test_nobody_elses(run, reference):
    assert run("export-request", "3124567891")[0] == 1
    status, printed = run("export-request", "nonsense")
    assert status == 1
    assert "no request with this reference" in printed
