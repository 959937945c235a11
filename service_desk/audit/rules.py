"""What an audit entry's hash covers, and what is wrong with a chain of them (pure)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Link:
    """One stored entry: what it says, and the two hashes that hold it in the chain."""

    id: int
    text: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Act:
    """What an entry says, before it is bound into the chain. `at` is aware."""

    at: datetime
    actor_id: int | None
    action: str
    subject: str
    details: dict[str, Any]

    def canonical(self) -> str:
        """The one JSON text of this act, the same on every database and machine."""
        fields = {
            "at": self.at.astimezone(UTC).isoformat(timespec="microseconds"),
            "actor": self.actor_id,
            "action": self.action,
            "subject": self.subject,
            "details": self.details,
        }
        return json.dumps(fields, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


class Damage(StrEnum):
    """What somebody did to the record."""

    ALTERED = "altered"
    DELETED = "deleted"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Finding:
    """`entry_id` is the altered entry, or the entry after (deleted) or before (cut) the gap."""

    damage: Damage
    entry_id: int


def bound(previous_hash: str, text: str) -> str:
    """The text that is hashed for an entry."""
    return f"{previous_hash}\n{text}"


def inspect(
    links: Iterable[Link],
    fits: Callable[[str, str], bool],
    beginning: str,
    head_hash: str,
) -> Iterator[Finding]:
    """Everything wrong with the chain, in order. `fits(text, hash)` checks one hash."""
    expected, last_id = beginning, 0
    for link in links:
        if link.previous_hash != expected:
            yield Finding(Damage.DELETED, link.id)
        if not fits(bound(link.previous_hash, link.text), link.hash):
            yield Finding(Damage.ALTERED, link.id)
        expected, last_id = link.hash, link.id
    if expected != head_hash:
        yield Finding(Damage.CUT, last_id)
