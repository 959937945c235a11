"""People who sign in, and looks at what is stored of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask

from service_desk.accounts.models import User
from service_desk.audit.models import AuditEntry
from service_desk.foundation.database import session
from tests.support.client import DeskClient

SignIn = Callable[[str], DeskClient]


@pytest.fixture
def as_(app: Flask, password: str) -> SignIn:
    """A client of somebody signed in."""

    def sign_in(username: str) -> DeskClient:
        client = app.test_client()
        assert isinstance(client, DeskClient)
        assert client.sign_in(username, password).status_code == 302
        return client

    return sign_in


@pytest.fixture
def id_of(app: Flask) -> Callable[[str], int]:
    def find(username: str) -> int:
        with app.app_context():
            found = session.scalar(sa.select(User.id).where(User.username == username))
            assert found is not None
            return found

    return find


@pytest.fixture
def acts(app: Flask) -> Callable[[str], list[str]]:
    """The acts on record about a subject, oldest first."""

    def listed(subject: str) -> list[str]:
        with app.app_context():
            query = sa.select(AuditEntry.action).where(AuditEntry.subject == subject)
            return list(session.scalars(query.order_by(AuditEntry.id)))

    return listed


@pytest.fixture
def count(app: Flask) -> Callable[[type], int]:
    """How many rows a table has."""

    def rows(table: type) -> int:
        with app.app_context():
            return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0

    return rows
