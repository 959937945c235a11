"""The desk under test: settings that need no environment, an app, a filled database."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from jinja2 import FileSystemBytecodeCache

from config import Settings
from service_desk.foundation.transaction import unit_of_work
from service_desk.operations.load import load
from tests.support import run_folder

PASSWORD = "Crane-Lake-Barley-77"
FILLED_AT = datetime(2026, 11, 2, 1, 0, tzinfo=UTC)
"""When the database of every test began: the same on every day that tests run."""
ENVIRONMENT = {
    "SECRET_KEY": "a-secret-that-only-tests-know-0123456789",
    "FIELD_KEYS": "a-field-key-that-only-tests-know-0123456789",
    "DEMO_PASSWORD": PASSWORD,
    "LOG_LEVEL": "ERROR",
    "PUBLIC_URL": "http://localhost",
}


def environment(database_url: str, data_dir: Path, **changes: str) -> dict[str, str]:
    """What a process of the desk under test is told; `changes` are further variables."""
    return {
        **ENVIRONMENT,
        "DATABASE_URL": database_url,
        "DATA_DIR": str(data_dir),
        **changes,
    }


@contextmanager
def running(told: dict[str, str]) -> Iterator[Flask]:
    """An app of its own, whose connections are closed afterwards."""
    app: Flask = importlib.import_module("service_desk.app").create_app(Settings.from_env(told))
    app.testing = True
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(run_folder.current()))
    database = app.extensions["sqlalchemy"]
    try:
        yield app
    finally:
        with app.app_context():
            database.session.remove()
            database.engine.dispose()


def fill(database_url: str) -> None:
    """Migrations, divisions, categories and the demo's people: what `make run` begins with."""
    folder = run_folder.current() / "filling"
    with running(environment(database_url, folder)) as app, app.app_context():
        upgrade()
        with unit_of_work():
            load(True, PASSWORD, FILLED_AT)
