"""The database: base class, column types, and how SQLite and PostgreSQL are opened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from functools import cache
from typing import Any

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.orm import DeclarativeBase

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An aware datetime, kept in UTC on both databases; a naive one is refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Every table of the desk."""

    metadata = sa.MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: UTCDateTime(),
        dict[str, Any]: sa.JSON(),
        list[Any]: sa.JSON(),
    }


BigId = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def enum_column(values: type[StrEnum], name: str) -> sa.Enum:
    """A text column with a CHECK that holds the enum's values (not its names)."""
    return sa.Enum(
        values,
        name=name,
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


db = SQLAlchemy(
    metadata=Base.metadata, session_options={"expire_on_commit": False, "autoflush": False}
)
session = db.session


def insert_once(table: type[Base]) -> Any:
    """An INSERT that does nothing when a unique key is already there, on both databases."""
    dialect = session.get_bind().dialect.name
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    return make(table.__table__).on_conflict_do_nothing()  # type: ignore[arg-type]


def run(
    statement: sa.Executable, values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None
) -> sa.CursorResult[*tuple[Any, ...]]:
    """Executes on the session's connection, in its transaction, past the ORM.

    For hot paths: a statement of columns that is made once and given its values as parameters
    costs a quarter of one that is made anew and goes through the session.
    """
    return session.connection().execute(statement, values)


@cache
def _insert_once_returning(table: type[Base], dialect: str) -> Any:
    make = postgresql.insert if dialect == "postgresql" else sqlite.insert
    statement = make(table.__table__).on_conflict_do_nothing()  # type: ignore[arg-type]
    return statement.returning(*table.__table__.primary_key)


def insert_once_returning(table: type[Base]) -> Any:
    """The same, made once and given its values as parameters; returns the new key or nothing."""
    return _insert_once_returning(table, session.get_bind().dialect.name)


@cache
def _insert(table: type[Base]) -> sa.Insert:
    return sa.insert(table.__table__)  # type: ignore[arg-type]


def insert_rows(table: type[Base], rows: Sequence[Mapping[str, Any]]) -> None:
    """A Core INSERT: on hot paths the unit of work's bookkeeping costs more than the row."""
    run(_insert(table), rows)


def tune_sqlite(engine: sa.Engine) -> None:
    """WAL with full sync; SQLAlchemy, not the driver, says BEGIN.

    A writer says BEGIN IMMEDIATE, since a read that turns into a write under WAL is
    refused at once instead of waiting its turn.
    """

    @event.listens_for(engine, "connect")
    def _open(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")
        connection.execute("PRAGMA busy_timeout=15000")

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
