"""Reads the audit record, and finds where somebody altered, deleted or cut it."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import ColumnElement

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
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """How many entries were read, and what is wrong with them."""

    entries: int
    findings: tuple[Finding, ...]


def entries(filters: Filters) -> Sequence[sa.Row[Any]]:
    """The newest entries first, at most PAGE + 1: one more tells that there is more."""
    query = sa.select(AuditEntry.__table__).order_by(AuditEntry.id.desc()).limit(PAGE + 1)
    return session.execute(query.where(*_conditions(filters))).all()


def _conditions(filters: Filters) -> list[ColumnElement[bool]]:
    is_, less, more = operator.eq, operator.lt, operator.ge
    asked: tuple[tuple[Any, Any, Any], ...] = (
        (AuditEntry.action, is_, filters.action),
        (AuditEntry.subject, is_, filters.subject),
        (AuditEntry.actor_id, is_, filters.actor_id),
        (AuditEntry.id, less, filters.before_id),
        (AuditEntry.at, more, filters.since),
        (AuditEntry.at, less, filters.until),
    )
    return [compare(column, value) for column, compare, value in asked if value not in (None, "")]


def actions() -> Sequence[str]:
    """Every kind of act on record."""
    return session.scalars(sa.select(AuditEntry.action).distinct().order_by("action")).all()


def verify() -> Verdict:
    """Walks the whole chain. A cut tail shows against the head's hash."""
    findings = tuple(inspect(_links(), _fits, BEGINNING, _head_hash()))
    return Verdict(session.scalar(sa.select(sa.func.count(AuditEntry.id))) or 0, findings)


def verify_newest(count: int) -> Verdict:
    """Walks the newest `count` entries, which costs the same however long the record is."""
    query = sa.select(AuditEntry.__table__).order_by(AuditEntry.id.desc()).limit(count)
    links = [_link(row) for row in reversed(session.execute(query).all())]
    beginning = links[0].previous_hash if len(links) == count else BEGINNING
    return Verdict(len(links), tuple(inspect(links, _fits, beginning, _head_hash())))


def _head_hash() -> str:
    head = session.scalar(sa.select(AuditHead.hash).where(AuditHead.id == HEAD_ID))
    return head or BEGINNING


def _links() -> Iterator[Link]:
    query = sa.select(AuditEntry.__table__).order_by(AuditEntry.id)
    for row in session.execute(query.execution_options(yield_per=BATCH)):
        yield _link(row)


def _link(row: sa.Row[Any]) -> Link:
    act = Act(row.at, row.actor_id, row.action, row.subject, row.details)
    return Link(row.id, act.canonical(), row.previous_hash, row.hash)


def _fits(text: str, hashed: str) -> bool:
    return hashed in keyring().lookups(text)
