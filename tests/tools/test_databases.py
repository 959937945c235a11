"""Every test has a database of its own."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from tests.support import databases


@pytest.mark.parametrize("kind", list(databases.Kind))
def test_an_empty_database_has_no_table(kind, tmp_path):
    with databases.empty(kind, tmp_path) as url:
        engine = sa.create_engine(url)
        assert sa.inspect(engine).get_table_names() == []
        engine.dispose()


@pytest.mark.parametrize("kind", list(databases.Kind))
def test_a_copy_is_filled_once_and_changes_alone(kind, tmp_path, monkeypatch):
    monkeypatch.setattr(databases, "TEMPLATE", f"template_{kind}_of_this_test")
    filled = []

    def fill(url: str) -> None:
        filled.append(url)
        run(url, "CREATE TABLE word (text VARCHAR(9))")

    for _ in range(2):
        with databases.copied(kind, tmp_path, fill) as url:
            assert run(url, "SELECT count(*) FROM word") == 0
            run(url, "INSERT INTO word VALUES ('kept')")
            assert run(url, "SELECT count(*) FROM word") == 1
    assert len(filled) == 1


def run(url: str, statement: str) -> int | None:
    """What the statement yields, if anything."""
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        result = connection.execute(sa.text(statement))
        value = result.scalar() if result.returns_rows else None
    engine.dispose()
    return value
