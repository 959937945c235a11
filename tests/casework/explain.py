"""What a database's planner would do for a statement."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles

from service_desk.foundation.database import session


class Explain(sa.Executable, sa.ClauseElement):
    """EXPLAIN of a statement, with its values bound as they would be."""

    inherit_cache = False

    def __init__(self, statement: sa.Select[Any]) -> None:
        self.statement = statement


@compiles(Explain, "postgresql")
def _postgresql(element: Explain, compiler: Any, **options: Any) -> str:
    return "EXPLAIN " + compiler.process(element.statement, **options)


@compiles(Explain, "sqlite")
def _sqlite(element: Explain, compiler: Any, **options: Any) -> str:
    return "EXPLAIN QUERY PLAN " + compiler.process(element.statement, **options)


def plan(statement: sa.Select[Any], values: dict[str, Any]) -> str:
    """The planner's own words, a line a step."""
    return "\n".join(str(tuple(row)) for row in session.execute(Explain(statement), values))


def reads_all(told: str, table: str) -> bool:
    """Whether a table is read from end to end."""
    return f"Seq Scan on {table}" in told or f"SCAN {table}'" in told
