"""The append-only record of who saw or changed what; each row holds the hash of the last."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from service_desk.foundation.database import Base, BigId

HEAD_ID = 1
BEGINNING = "0" * 43
"""What the first entry has for the hash of the one before it."""


class AuditEntry(Base):
    """One act. `details` holds ids, codes and reasons' kinds, never case text."""

    __tablename__ = "audit_entries"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None] = mapped_column(sa.Integer)
    action: Mapped[str] = mapped_column(sa.String(60), index=True)
    subject: Mapped[str] = mapped_column(sa.String(120), index=True)
    details: Mapped[dict[str, Any]]
    previous_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)


class AuditHead(Base):
    """One row: how many entries there are and the last one's hash, so that a cut tail shows.

    Whoever appends locks it first: entries are written one after the other.
    """

    __tablename__ = "audit_heads"
    __table_args__ = (sa.CheckConstraint(f"id = {HEAD_ID}", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[str] = mapped_column(sa.String(64))


_REFUSE = "BEGIN SELECT RAISE(ABORT, 'audit_entries is append-only'); END"
_FUNCTION = """
CREATE FUNCTION audit_entries_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit_entries is append-only'; END $$
"""
_TRIGGER = """
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE OR TRUNCATE
ON audit_entries FOR EACH STATEMENT EXECUTE FUNCTION audit_entries_append_only()
"""
APPEND_ONLY = {
    "sqlite": (
        f"CREATE TRIGGER audit_entries_no_update BEFORE UPDATE ON audit_entries {_REFUSE}",
        f"CREATE TRIGGER audit_entries_no_delete BEFORE DELETE ON audit_entries {_REFUSE}",
    ),
    "postgresql": (_FUNCTION, _TRIGGER),
}
"""Statements for a migration, by dialect: the database itself refuses to change an entry."""
