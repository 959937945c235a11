"""Counts failed tries at passwords and PINs in the database, so that every host counts alike.

A try is written before it is checked and taken back when it was right: tries in parallel
cannot slip through. A try that is refused is not counted, so that a limit always ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from service_desk.accounts.models import Attempt
from service_desk.foundation.database import session
from service_desk.foundation.faults import TooMany
from service_desk.foundation.secrets import keyring

KEPT = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `count` failures of a kind within `window` for one subject."""

    kind: str
    count: int
    window: timedelta


@dataclass(frozen=True, slots=True)
class Guarded:
    """A limit and what it is counted for, such as a name or an address; kept as a keyed hash."""

    limit: Limit
    subject: str

    @property
    def key(self) -> str:
        return keyring().lookup(f"attempt:{self.subject}")


def begin(guards: Sequence[Guarded], at: datetime) -> list[int]:
    """Counts a try and returns what `succeeded` needs; TooMany when a limit is reached."""
    for guard in guards:
        _one_at_a_time(guard)
        _refuse(guard, at)
    rows = [{"kind": each.limit.kind, "subject": each.key, "at": at} for each in guards]
    return [session.scalars(sa.insert(Attempt).returning(Attempt.id), row).one() for row in rows]


def succeeded(attempt_ids: Iterable[int]) -> None:
    """Takes a try back that turned out right."""
    session.execute(sa.delete(Attempt).where(Attempt.id.in_(list(attempt_ids))))


def forget_before(at: datetime) -> None:
    """Removes what no limit looks at any more."""
    session.execute(sa.delete(Attempt).where(Attempt.at < at - KEPT))


def _refuse(guard: Guarded, at: datetime) -> None:
    """Retry when the oldest of the last `count` failures has left the window."""
    query = (
        sa.select(Attempt.at)
        .where(
            Attempt.kind == guard.limit.kind,
            Attempt.subject == guard.key,
            Attempt.at > at - guard.limit.window,
        )
        .order_by(Attempt.at.desc())
        .offset(guard.limit.count - 1)
        .limit(1)
    )
    oldest = session.scalar(query)
    if oldest is not None:
        raise TooMany(max(1, int((oldest + guard.limit.window - at).total_seconds())))


def _one_at_a_time(guard: Guarded) -> None:
    """On PostgreSQL tries at the same subject wait for each other; SQLite has one writer."""
    if session.get_bind().dialect.name == "postgresql":
        lock = sa.func.pg_advisory_xact_lock(sa.func.hashtextextended(guard.key, 0))
        session.execute(sa.select(lock))
