"""Writes the audit record: entries are only ever appended, one after the other."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service_desk.audit.models import BEGINNING, HEAD_ID, AuditEntry, AuditHead
from service_desk.audit.rules import Act, bound
from service_desk.foundation.database import insert_once, session
from service_desk.foundation.secrets import keyring


def record(
    action: str,
    actor_id: int | None,
    subject: str,
    details: dict[str, Any],
    at: datetime,
) -> None:
    """Appends one act, kept with the caller's transaction.

    `action` is a verb such as `person_created`, `subject` what it was done to, such as
    `user:7` or `request:3124567890`. `details` holds ids and codes (JSON values other than
    floats), never case text. `actor_id` is null for the desk itself.
    """
    act = Act(at, actor_id, action, subject, details)
    head = _locked_head()
    hashed = keyring().lookup(bound(head.hash, act.canonical()))
    session.execute(
        sa.insert(AuditEntry).values(
            at=at,
            actor_id=actor_id,
            action=action,
            subject=subject,
            details=details,
            previous_hash=head.hash,
            hash=hashed,
        )
    )
    session.execute(
        sa.update(AuditHead)
        .where(AuditHead.id == HEAD_ID)
        .values(count=AuditHead.count + 1, hash=hashed)
    )


def _locked_head() -> sa.Row[Any]:
    """The head, ours until commit: by its row on PostgreSQL, by the one writer on SQLite."""
    query = sa.select(AuditHead.hash).where(AuditHead.id == HEAD_ID).with_for_update()
    head = session.execute(query).first()
    if head is None:
        first = insert_once(AuditHead).values(id=HEAD_ID, count=0, hash=BEGINNING)
        session.execute(first)
        head = session.execute(query).one()
    return head
