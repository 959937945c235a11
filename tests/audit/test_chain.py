"""The hash chain: what was altered, deleted or cut is found, and where."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from service_desk.audit.models import AuditEntry, AuditHead
from service_desk.audit.queries import verify, verify_newest
from service_desk.audit.rules import Act, Damage, Finding, Link, bound, inspect
from service_desk.audit.service import record
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_whole_record_is_whole(ids):
    verdict = verify()
    assert verdict.findings == ()
    assert verdict.entries == session.scalar(sa.select(sa.func.count(AuditEntry.id)))
    assert verify_newest(5).findings == ()
    assert verify_newest(5).entries == 5
    assert verify_newest(5000).findings == ()


def test_an_empty_record_is_whole(db_app, tamper):
    with db_app.app_context():
        tamper("DELETE FROM audit_entries")
        tamper("DELETE FROM audit_heads")
        assert verify().entries == 0
        assert verify().findings == ()
        assert verify_newest(10).findings == ()
        with unit_of_work():
            record("looked", None, "request:1", {}, NOON)
        assert verify().findings == ()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit_entries SET action = 'nothing' WHERE id = :id",
        "UPDATE audit_entries SET subject = 'request:99' WHERE id = :id",
        "UPDATE audit_entries SET actor_id = 7 WHERE id = :id",
        "UPDATE audit_entries SET details = '[99]' WHERE id = :id",
        "UPDATE audit_entries SET at = '2020-01-01 00:00:00' WHERE id = :id",
        "UPDATE audit_entries SET hash = 'made-up' WHERE id = :id",
    ],
)
def test_an_altered_entry_is_found(ids, tamper, change):
    tamper(change, id=ids[3])
    found = verify().findings
    assert Finding(Damage.ALTERED, ids[3]) in found
    assert all(each.entry_id in ids[3:5] for each in found)
    assert verify_newest(6).findings == found
    assert verify_newest(3).findings == ()


@pytest.mark.parametrize("gone", [1, 3])
def test_a_deleted_entry_is_found(ids, tamper, gone):
    tamper(
        "DELETE FROM audit_entries WHERE id BETWEEN :id AND :last", id=ids[2], last=ids[1 + gone]
    )
    assert verify().findings == (Finding(Damage.DELETED, ids[2 + gone]),)


def test_a_deleted_beginning_is_found(ids, tamper):
    tamper("DELETE FROM audit_entries WHERE id <= :id", id=ids[1])
    assert verify().findings == (Finding(Damage.DELETED, ids[2]),)
    assert verify_newest(5000).findings == (Finding(Damage.DELETED, ids[2]),)


def test_a_cut_end_is_found(ids, tamper):
    tamper("DELETE FROM audit_entries WHERE id >= :id", id=ids[6])
    assert verify().findings == (Finding(Damage.CUT, ids[5]),)
    assert verify_newest(3).findings == (Finding(Damage.CUT, ids[5]),)


def test_a_record_that_is_gone_is_found(ids, tamper):
    tamper("DELETE FROM audit_entries")
    assert verify().findings == (Finding(Damage.CUT, 0),)


@pytest.mark.parametrize(
    "word", ["UPDATE audit_entries SET action = 'x'", "DELETE FROM audit_entries"]
)
def test_the_database_itself_refuses(ids, word):
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), unit_of_work():
        session.execute(sa.text(word))
    assert verify().findings == ()


def test_what_fails_leaves_no_entry(ids):
    before = verify().entries
    with pytest.raises(TypeError), unit_of_work():
        [record("looked", None, "request:9", {"at": each}, NOON) for each in (1, NOON)]
    assert verify().entries == before
    assert verify().findings == ()


def test_entries_in_parallel_make_one_chain(db_app):
    def one(number):
        with db_app.app_context():
            with unit_of_work():
                record("looked", number, f"request:{number}", {}, now())
            session.remove()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(one, range(24)))
    with db_app.app_context():
        verdict = verify()
        assert verdict.findings == ()
        assert session.scalar(sa.select(AuditHead.count)) == verdict.entries


def test_an_old_key_still_fits(make_app):
    old, new = (
        "an-old-field-key-that-is-long-enough-0123",
        "a-new-field-key-that-is-long-enough-0123",
    )
    for keys in (old, f"{new},{old}"):
        app = make_app(FIELD_KEYS=keys)
        with app.app_context(), unit_of_work():
            record("looked", None, "request:1", {}, NOON)
    with app.app_context():
        assert [each for each in verify().findings if each.damage is not Damage.ALTERED] == []
        assert verify_newest(2).findings == ()


@given(st.integers(-12, 14))
def test_the_same_act_reads_the_same_in_every_time_zone(hours):
    there = NOON.astimezone(timezone(timedelta(hours=hours)))
    acts = [Act(at, 7, "looked", "request:1", {"b": 1, "a": "雪"}) for at in (NOON, there)]
    assert acts[0].canonical() == acts[1].canonical()


@given(st.integers(0, 20), st.data())
def test_one_change_anywhere_is_found(length, data):
    """With any hash whose values differ: here, the text itself."""
    links, previous = [], "start"
    for number in range(length):
        hashed = bound(previous, f"act {number}")
        links.append(Link(number, f"act {number}", previous, hashed))
        previous = hashed

    def fits(text, hashed):
        return text == hashed

    assert list(inspect(links, fits, "start", previous)) == []
    if links:
        gone = data.draw(st.integers(0, length - 1))
        assert list(inspect(links[:gone] + links[gone + 1 :], fits, "start", previous))
        broken = Link(gone, "another act", links[gone].previous_hash, links[gone].hash)
        found = list(inspect([*links[:gone], broken, *links[gone + 1 :]], fits, "start", previous))
        assert found == [Finding(Damage.ALTERED, gone)]
