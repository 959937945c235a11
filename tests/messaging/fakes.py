"""A provider with a memory of its own, a clock that stands still, and texts to send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from service_desk.foundation.database import db, session
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging.gateway import Arrived, Letter, ProviderError, Sent
from service_desk.messaging.models import Message
from service_desk.messaging.service import Queued, queue
from service_desk.messaging.wording import Text

NOON = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
"""12:00 in Diqing, on a working day."""
PHONE = "+8613800000000"


@dataclass
class Clock:
    """Time passes only when it is told to."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def pass_by(self, **amount: float) -> datetime:
        self.at += timedelta(**amount)
        return self.at


@dataclass
class MemoryProvider:
    """`taken` is its own log. `troubles` happen in turn: raised before or after it takes."""

    name: str = "memory"
    taken: list[Letter] = field(default_factory=list)
    before: list[Exception | None] = field(default_factory=list)
    after: list[Exception | None] = field(default_factory=list)
    inbox: list[tuple[datetime, Arrived]] = field(default_factory=list)
    asked: int = 0
    connections: list[int] = field(default_factory=list)

    def send(self, letter: Letter) -> Sent:
        self.connections.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
        _raise_next(self.before)
        self.taken.append(letter)
        _raise_next(self.after)
        return Sent(f"m{len(self.taken)}")

    def arrived(self, since: datetime) -> Sequence[Arrived]:
        return [text for at, text in self.inbox if at >= since]

    def find(self, letter: Letter) -> Sequence[Sent]:
        self.asked += 1
        return [
            Sent(f"m{number}")
            for number, taken in enumerate(self.taken, start=1)
            if (taken.phone, taken.body) == (letter.phone, letter.body)
        ]


def _raise_next(troubles: list[Exception | None]) -> None:
    trouble = troubles.pop(0) if troubles else None
    if trouble is not None:
        raise trouble


DROPPED = ProviderError("line", unsure=True)


def write(body: str = "您好", key: str | None = None, at: datetime = NOON, **more: object) -> int:
    """Queues a text and returns its id."""
    text = Text("test", "zh_Hans_CN", {}, body)
    told = {"phone": PHONE, "request_id": None, "answer": True} | more
    with unit_of_work():
        dedupe_key = key or f"key:{body}"
        assert queue(text, dedupe_key=dedupe_key, at=at, **told) is Queued.QUEUED  # type: ignore[arg-type]
        row = session.query(Message.id).filter_by(dedupe_key=dedupe_key).one()
    return int(row.id)


def row(message_id: int) -> Message:
    """The text as it stands now."""
    session.rollback()
    session.expire_all()
    return session.get_one(Message, message_id)
