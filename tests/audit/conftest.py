"""A record to look at, and a way past the triggers that guard it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask import Flask

from service_desk.audit.service import record
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work

TRIGGERS = {
    "sqlite": [
        "DROP TRIGGER IF EXISTS audit_entries_no_update",
        "DROP TRIGGER IF EXISTS audit_entries_no_delete",
    ],
    "postgresql": ["DROP TRIGGER IF EXISTS audit_entries_append_only ON audit_entries"],
}


@pytest.fixture
def ids(db_app: Flask) -> Iterator[list[int]]:
    """Eight acts on record; their ids in order, in an app context."""
    with db_app.app_context():
        for number in range(8):
            with unit_of_work():
                record("looked", None, f"request:{number}", {"number": number}, now())
        yield list(session.scalars(sa.text("SELECT id FROM audit_entries ORDER BY id")))[-8:]


@pytest.fixture
def tamper() -> Callable[..., None]:
    """Runs a statement as somebody would who owns the database."""

    def run(statement: str, **values: int) -> None:
        with _unguarded(), unit_of_work():
            session.execute(sa.text(statement), values)

    return run


@contextmanager
def _unguarded() -> Iterator[None]:
    with unit_of_work():
        for statement in TRIGGERS[session.get_bind().dialect.name]:
            session.execute(sa.text(statement))
    yield
