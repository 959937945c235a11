"""How Alembic runs migrations on the database of the running app."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext
from flask import current_app
from sqlalchemy.engine import Connection

from service_desk.foundation import periodic
from service_desk.foundation.database import db

KNOWN_TO_THE_WORKERS_ONLY = (periodic.PeriodicRun,)
"""Tables that no room imports; importing them here makes every comparison whole."""


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Our own column types as the plain types below them: a migration outlives our code."""
    if kind != "type":
        return False
    if isinstance(item, sa.Enum):
        values = ", ".join(repr(value) for value in item.enums)
        return (
            f"sa.Enum({values}, name={item.name!r}, native_enum=False, "
            f"create_constraint=True, length={item.length})"
        )
    if isinstance(item, sa.types.TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    return False


def renumber(_context: Any, _revision: Any, directives: list[Any]) -> None:
    """0001, 0002, ...: the next number names the migration; without a change there is none."""
    if not getattr(context.config.cmd_opts, "autogenerate", False):
        return
    script = directives[0]
    script.rev_id = f"{int(context.script.get_current_head() or 0) + 1:04d}"
    if script.upgrade_ops.is_empty():
        directives.clear()


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=db.metadata,
        render_item=render_item,
        compare_type=True,
        process_revision_directives=renumber,
        render_as_batch=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def run() -> None:
    engine: sa.Engine = current_app.extensions["migrate"].db.engine
    with engine.connect() as connection:
        if connection.dialect.name == "sqlite":
            migrate_sqlite(connection)
        else:
            migrate(connection)


def migrate_sqlite(connection: Connection) -> None:
    """A changed table is rebuilt there; its foreign keys rest meanwhile and are checked after."""
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        migrate(connection)
        broken = driver.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"foreign keys broken after migrating: {broken[:5]}")
    finally:
        driver.execute("PRAGMA foreign_keys=ON")


run()
