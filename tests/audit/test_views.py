"""The page of the record: who may read it, what it lists, and what it never holds."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.audit.models import AuditEntry
from service_desk.audit.queries import PAGE
from service_desk.audit.service import record
from service_desk.audit.wording import ACTIONS, action_label
from service_desk.foundation.clock import local, now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work

PATH = "/admin/audit"
SOURCE = Path(__file__).parents[2] / "service_desk"
OTHERS = (
    "admin",
    "analyst",
    "county.xgll",
    "dispatch.diqing",
    "dispatch.jiantang",
    "grid.beimen",
    "lead.jiantang",
    "legal.jiantang",
)


@pytest.fixture
def auditor(client, password):
    client.sign_in("auditor", password)
    return client


@pytest.fixture
def many(app):
    """A hundred and twenty acts of one kind, an hour apart, the last one now."""
    with app.app_context():
        user_id = session.scalar(sa.select(User.id).where(User.username == "grid.beimen"))
        with unit_of_work():
            for number in range(120):
                at = now() - timedelta(hours=119 - number)
                record("station_described", user_id, f"station:{number % 3}", {}, at)
    return user_id


def entries(text):
    return [int(found) for found in re.findall(r'data-entry="(\d+)"', text)]


@pytest.mark.parametrize("username", OTHERS)
def test_only_an_auditor(client, password, username):
    client.sign_in(username, password)
    assert client.get(PATH).status_code == 403


def test_strangers_sign_in_first(client):
    assert client.get(PATH).location == "/login?next=/admin/audit"


@pytest.mark.both_databases
def test_newest_first_page_by_page_each_entry_once(auditor, many):
    address, seen = f"{PATH}?action=station_described", []
    while address:
        page = auditor.get(address).text
        found = entries(page)
        assert len(found) <= PAGE
        seen += found
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1].replace("&amp;", "&") if following else ""
    assert len(seen) == 120
    assert seen == sorted(seen, reverse=True)


def test_a_later_page_leads_back_to_the_first(auditor, many):
    first = entries(auditor.get(PATH).text)
    page = auditor.get(f"{PATH}?before={first[-1]}").text
    assert max(entries(page)) < first[-1]
    assert 'rel="prev"' in page


@pytest.mark.both_databases
def test_it_is_narrowed_by_kind_actor_subject_and_day(auditor, many):
    day = local(now()).date()
    for query, kind in (
        ("actor=grid.beimen", {"station_described"}),
        ("actor=GRID.beimen&subject=station:1", {"station_described"}),
        ("action=signed_in", {"signed_in"}),
        (f"since={day}&until={day}&actor=auditor", {"signed_in"}),
    ):
        page = auditor.get(f"{PATH}?{query}").text
        assert set(re.findall(r'data-action="(\w+)"', page)) == kind
    for query in (
        "actor=nobody.here",
        "subject=station:9",
        "action=x",
        f"since={day + timedelta(days=1)}",
        f"until={day - timedelta(days=30)}",
    ):
        page = auditor.get(f"{PATH}?{query}")
        assert page.status_code == 200
        assert entries(page.text) == []
        assert "desk-empty" in page.text


@pytest.mark.both_databases
@pytest.mark.parametrize(
    "query",
    [
        "before=x",
        "before=-1",
        "before=99999999999999999999999",
        "before=１２",
        "since=yesterday",
        "since=0001-01-01",
        "until=9999-12-31",
        "subject=%00",
        "actor=%27%20OR%201=1",
        "action=" + "x" * 500,
        "check=some",
    ],
)
def test_what_an_address_cannot_mean_breaks_nothing(auditor, query):
    assert auditor.get(f"{PATH}?{query}").status_code == 200


def test_it_names_people_and_the_desk(app, auditor, many):
    with app.app_context(), unit_of_work():
        record("password_reset", None, f"user:{many}", {}, now())
        record("looked", 999_999, "user:nobody", {"changed": ["urgency"]}, now())
    page = auditor.get(PATH).text
    assert page.count("grid.beimen") >= 2
    assert "#999999" in page
    assert "the desk itself" in auditor.get(f"{PATH}?lang=en").text
    assert "changed" in page


@pytest.mark.both_databases
def test_it_says_whether_the_record_is_whole(app, auditor):
    assert "desk-banner--good" in auditor.get(PATH).text
    assert "desk-banner--good" in auditor.get(f"{PATH}?check=all").text


@pytest.mark.both_databases
@pytest.mark.parametrize(
    ("change", "words"),
    [
        ("UPDATE audit_entries SET action = 'x' WHERE id = :id", "Entry {} was altered."),
        ("DELETE FROM audit_entries WHERE id > :id", "Entries after entry {} were cut off."),
        ("DELETE FROM audit_entries WHERE id = :id - 1", "Entries before entry {} were deleted."),
    ],
)
def test_it_says_where_the_record_is_broken(app, auditor, many, tamper, change, words):
    with app.app_context():
        entry = session.scalar(sa.select(sa.func.max(AuditEntry.id))) - 5
        tamper(change, id=entry)
    for query in ("lang=en", "lang=en&check=all"):
        page = auditor.get(f"{PATH}?{query}").text
        assert "desk-banner--bad" in page
        assert words.format(entry) in page


def test_reading_it_changes_nothing(app, auditor):
    with app.app_context():
        before = session.scalar(sa.select(sa.func.count(AuditEntry.id)))
    auditor.get(f"{PATH}?check=all")
    with app.app_context():
        assert session.scalar(sa.select(sa.func.count(AuditEntry.id))) == before


def test_every_kind_that_a_room_writes_has_a_name():
    """The first argument of every call, where it stands there as a word."""
    written = {
        found
        for file in SOURCE.rglob("*.py")
        for found in re.findall(r'\brecord\(\s*"([a-z_]+)"', file.read_text("utf-8"))
    }
    assert len(written) > 20
    assert written <= set(ACTIONS)


def test_every_kind_has_a_name(app):
    with app.test_request_context("/?lang=en"):
        assert all(action_label(each) != each for each in ACTIONS)
        assert action_label("something_new") == "something_new"
