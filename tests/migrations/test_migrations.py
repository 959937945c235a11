"""The migrations lead from nothing to the models and back, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime
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


PLACE, DAY = "533400000000", date(2026, 11, 24)
AT = datetime(2026, 11, 24, tzinfo=UTC)
NIGHTS = (
    ("areas", (PLACE, "prefecture", "州", None, False, DAY, None)),
    ("stations", (7, PLACE, "站", "", "", 2)),
    ("station_weeks", (7, 1, AT, None, 0, None)),
    ("station_weeks", (7, 2, AT, None, 3, 0)),
    ("station_hours", (7, 1, 0, 510, 720)),
    ("station_hours", (7, 2, 6, 1200, 1560)),
    ("station_hours", (7, 2, 2, 540, 600)),
)


@pytest.mark.both_databases
def test_nights_and_weeks_survive_the_way_down_and_up_again(empty_app):
    """Before versions a night had two intervals, on two days."""
    upgrade(revision="0005")
    for table, row in NIGHTS:
        with db.engine.begin() as connection:
            connection.execute(sa.insert(db.metadata.tables[table]).values(row))
    downgrade(revision="0004")
    hours = "SELECT * FROM station_hours ORDER BY weekday"
    assert told(hours) == [(7, 0, 0, 120), (7, 2, 540, 600), (7, 6, 1200, 1440)]
    upgrade(revision="0005")
    assert told(hours) == [(7, 2, 0, 0, 120), (7, 2, 2, 540, 600), (7, 2, 6, 1200, 1440)]
    weeks = "SELECT station_id, version, created_by, moved, reached FROM station_weeks"
    assert told(weeks) == [(7, 2, None, 0, None)]


def told(statement: str) -> list[tuple]:
    with db.engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(statement))]


def test_migrations_are_numbered_without_gaps():
    numbers = sorted(path.name[:4] for path in VERSIONS.glob("[0-9]*.py"))
    assert numbers == [f"{number:04d}" for number in range(1, len(numbers) + 1)]
    assert numbers
