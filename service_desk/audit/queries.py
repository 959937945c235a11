"""Reads the audit record, and finds where somebody altered, deleted or cut it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from service_desk.audit.models import BEGINNING, HEAD_ID, AuditEntry, AuditHead
from service_desk.audit.rules import Act, Finding, Link, inspect
from service_desk.foundation.database import session
from service_desk.foundation.secrets import keyring

PAGE = 50
BATCH = 1000


@dataclass(frozen=True, slots=True)
class Filters:
    """What part of the record to list; an empty field asks for everything."""

    action: str = ""
    subject: str = ""
    actor_id: int | None = None
    before_id: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries were read, and what is wrong with them."""

    entries: int
    findings: tuple[Finding, ...]


def entries(filters: Filters) -> Sequence[sa.Row[Any]]:
    """The newest entries first, at most PAGE + 1: one more tells that there is more."""
    query = sa.select(AuditEntry.__table__).order_by(AuditEntry.id.desc()).limit(PAGE + 1)
    if filters.action:
        query = query.where(AuditEntry.action == filters.action)
    if filters.subject:
        query = query.where(AuditEntry.subject == filters.subject)
    if filters.actor_id is not None:
        query = query.where(AuditEntry.actor_id == filters.actor_id)
    if filters.before_id is not None:
        query = query.where(AuditEntry.id < filters.before_id)
    return session.execute(query).all()


def actions() -> Sequence[str]:
    """Every kind of act on record."""
    return session.scalars(sa.select(AuditEntry.action).distinct().order_by("action")).all()


def verify() -> Verdict:
    """Walks the whole chain. A cut tail shows against the head's hash."""
    head = session.execute(
        sa.select(AuditHead.count, AuditHead.hash).where(AuditHead.id == HEAD_ID)
    ).first()
    findings = tuple(inspect(_links(), _fits, BEGINNING, head.hash if head else BEGINNING))
    return Verdict(session.scalar(sa.select(sa.func.count(AuditEntry.id))) or 0, findings)


def _links() -> Iterator[Link]:
    query = sa.select(AuditEntry.__table__).order_by(AuditEntry.id)
    for row in session.execute(query.execution_options(yield_per=BATCH)):
        act = Act(row.at, row.actor_id, row.action, row.subject, row.details)
        yield Link(row.id, act.canonical(), row.previous_hash, row.hash)


def _fits(text: str, hashed: str) -> bool:
    return hashed in keyring().lookups(text)
