"""The migrations lead from nothing to the models and back, on both databases."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask_migrate import downgrade, upgrade

from service_desk.foundation.database import db
from tests.support import desk

VERSIONS = Path(__file__).parents[2] / "migrations" / "versions"


@pytest.fixture
def empty_app(empty_database_url, tmp_path):
    """The desk on a database without a table, inside an app context."""
    told = desk.environment(empty_database_url, tmp_path / "data")
    with desk.running(told) as app, app.app_context():
        yield app


def tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names()) - {"alembic_version"}


@pytest.mark.both_databases
def test_every_table_comes_and_goes_with_the_migrations(empty_app):
    upgrade()
    assert tables() == set(db.metadata.tables)
    downgrade(revision="base")
    assert tables() == set()
    upgrade()
    assert tables() == set(db.metadata.tables)


@pytest.mark.both_databases
def test_models_and_migrations_agree(empty_app):
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []


@pytest.mark.both_databases
def test_upgrading_twice_changes_nothing(empty_app):
    upgrade()
    before = tables()
    upgrade()
    assert tables() == before
    assert db.session.scalar(sa.text("SELECT count(*) FROM alembic_version")) == 1
    db.session.rollback()


def test_rows_of_a_filled_database_do_not_hinder_the_way_down(db_app):
    with db_app.app_context():
        downgrade(revision="base")
        assert tables() == set()


def test_migrations_are_numbered_without_gaps():
    numbers = sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    assert numbers
