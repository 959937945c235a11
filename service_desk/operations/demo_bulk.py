"""Many rows at once, with values that are ready for the database: COPY on PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from service_desk.foundation.database import Base, session

Row = tuple[Any, ...]


def insert_bulk(table: type[Base], columns: Sequence[str], rows: Iterable[Row]) -> None:
    """Inside the caller's transaction. Encrypted, JSON and enum columns are given as stored."""
    names = ", ".join(columns)
    if session.get_bind().dialect.name == "postgresql":
        _copy(f"COPY {table.__tablename__} ({names}) FROM STDIN", rows)
        return
    places = ", ".join("?" * len(columns))
    statement = f"INSERT INTO {table.__tablename__} ({names}) VALUES ({places})"  # noqa: S608 - our own names
    ready = [tuple(map(_for_sqlite, row)) for row in rows]
    if ready:
        session.connection().exec_driver_sql(statement, ready)


def _copy(statement: str, rows: Iterable[Row]) -> None:
    connection = session.connection().connection.driver_connection
    assert connection is not None  # noqa: S101 - it was just opened
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _for_sqlite(value: Any) -> Any:
    """Moments as SQLAlchemy stores them: UTC without an offset."""
    if type(value) is not datetime:  # millions of values, and no subclass among them
        return value
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def next_id(table: type[Base]) -> int:
    """The first id that is free; nobody else adds rows until the transaction ends."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.text(f"LOCK TABLE {table.__tablename__} IN SHARE ROW EXCLUSIVE MODE"))
    highest = session.scalar(sa.select(sa.func.max(table.__table__.c.id)))
    return (highest or 0) + 1


def ids_used(table: type[Base]) -> None:
    """Tells PostgreSQL's sequence that ids were given by hand."""
    if session.get_bind().dialect.name != "postgresql":
        return
    name = table.__tablename__
    statement = f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), max(id)) FROM {name}"  # noqa: S608 - our own name
    session.execute(sa.text(statement))
