"""The fixtures that every room's tests use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import scoped_session

from service_desk.foundation.database import session
from service_desk.service_requests.models import ServiceRequest
from tests.support import databases, desk, postgres, queue
from tests.support.client import DeskClient

BOTH = [databases.Kind.SQLITE, databases.Kind.POSTGRESQL]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test with `db_app`, `committed_db` or the mark `both_databases` runs on both."""
    asked = {"db_app", "committed_db"} & set(metafunc.fixturenames)
    if asked or metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("database", BOTH, ids=str)


@pytest.fixture
def database() -> databases.Kind:
    return databases.Kind.SQLITE


@pytest.fixture
def database_url(database: databases.Kind, tmp_path: Path) -> Iterator[str]:
    """A filled database of the test's own: divisions, categories, demo people, no requests."""
    with databases.copied(database, tmp_path, desk.fill) as url:
        yield url


@pytest.fixture
def committed_db(database_url: str) -> str:
    """The URL of the test's own database, on both kinds: for threads and other processes."""
    return database_url


@pytest.fixture
def empty_database_url(database: databases.Kind, tmp_path: Path) -> Iterator[str]:
    """A database without a table: for migrations, restore and first starts."""
    with databases.empty(database, tmp_path) as url:
        yield url


@pytest.fixture
def make_app(database_url: str, tmp_path: Path) -> Iterator[Callable[..., Flask]]:
    """Makes an app on the test's database; arguments are environment variables."""
    with ExitStack() as stack:

        def make(**changes: str) -> Flask:
            told = desk.environment(database_url, tmp_path / "data", **changes)
            app = stack.enter_context(desk.running(told))
            app.test_client_class = DeskClient
            return app

        yield make


@pytest.fixture
def app(make_app: Callable[..., Flask]) -> Flask:
    """The desk on SQLite, without an app context: what a request would find."""
    return make_app()


@pytest.fixture
def db_app(app: Flask) -> Flask:
    """The desk, once on SQLite and once on PostgreSQL."""
    return app


@pytest.fixture
def client(app: Flask) -> DeskClient:
    client = app.test_client()
    assert isinstance(client, DeskClient)
    return client


@pytest.fixture
def db_session(app: Flask) -> Iterator[scoped_session[Any]]:
    """The database session of an app context that lasts as long as the test."""
    with app.app_context():
        yield session


@pytest.fixture
def read(app: Flask) -> Callable[[int], ServiceRequest]:
    """The request of an id as it is stored now, with its clocks."""

    def load(request_id: int) -> ServiceRequest:
        with app.app_context():
            request = session.get_one(ServiceRequest, request_id)
            assert request.clocks is not None
            return request

    return load


@pytest.fixture
def real_queue(worker_id: str) -> str:
    """The URL of a real, empty queue."""
    return queue.empty_queue(worker_id)


@pytest.fixture
def postgres_programs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Puts pg_dump, pg_restore and psql of the running server on PATH."""
    monkeypatch.setenv("PATH", f"{postgres.programs()}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def password() -> str:
    """What every demo person signs in with."""
    return desk.PASSWORD
