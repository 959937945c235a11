"""`desk audit verify`: says where, and tells a script by its exit code."""

from __future__ import annotations

import pytest


def verify(app):
    return app.test_cli_runner().invoke(args=["desk", "audit", "verify"])


def test_a_whole_record(db_app, ids):
    said = verify(db_app)
    assert said.exit_code == 0
    assert "The audit record is whole:" in said.output


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("UPDATE audit_entries SET action = 'x' WHERE id = :id", "entry {0} was altered"),
        ("DELETE FROM audit_entries WHERE id = :id", "entries before entry {1} were deleted"),
        ("DELETE FROM audit_entries WHERE id > :id", "entries after entry {0} were cut off"),
    ],
)
def test_a_damaged_record(db_app, ids, tamper, change, sentence):
    tamper(change, id=ids[3])
    said = verify(db_app)
    assert said.exit_code == 1
    assert sentence.format(ids[3], ids[4]) in said.output
