"""Writing the timeline: entries are only ever added."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from service_desk.foundation.actor import Actor
from service_desk.foundation.database import insert_rows
from service_desk.service_requests.models import EntryKind, TimelineEntry


@dataclass(frozen=True)
class Entry:
    """What to write down. Only a public one is shown to the resident."""

    kind: EntryKind
    text: str | None = None
    public: bool = False
    data: dict[str, Any] = field(default_factory=dict)


def write(request_id: int, actor: Actor, at: datetime, *entries: Entry) -> None:
    insert_rows(TimelineEntry, [row(request_id, actor, at, entry) for entry in entries])


def row(request_id: int, actor: Actor, at: datetime, entry: Entry) -> dict[str, Any]:
    return {
        "request_id": request_id,
        "at": at,
        "kind": entry.kind,
        "actor_kind": actor.kind,
        "actor_id": actor.user_id,
        "public": entry.public,
        "text": entry.text,
        "data": entry.data,
    }
