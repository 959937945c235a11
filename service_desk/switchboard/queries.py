"""What is known of the phone that a text came from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

import sqlalchemy as sa

from service_desk.directory.areas import PREFECTURE
from service_desk.directory.categories import group_of
from service_desk.foundation.database import run, session
from service_desk.foundation.localisation import DEFAULT
from service_desk.foundation.secrets import keyring
from service_desk.messaging.models import InboundMessage
from service_desk.service_requests.lifecycle import OPEN, State
from service_desk.service_requests.models import ServiceRequest
from service_desk.switchboard.decide import Context, Waiting

LATEST = 20


@dataclass(frozen=True)
class Known:
    """One request of this phone, as far as texts about it need it."""

    id: int
    reference: str
    state: State
    category: str | None
    restricted: bool
    area_code: str
    language: str
    due_at: datetime | None
    resolved_at: datetime | None

    @property
    def waits(self) -> bool:
        return self.state is State.WAITING

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def group(self) -> str | None:
        return group_of(self.category) if self.category else None


@dataclass(frozen=True)
class Phone:
    """The requests of a phone, latest first."""

    requests: Sequence[Known]

    @property
    def language(self) -> str:
        """For texts without letters: what was spoken last."""
        return self.requests[0].language if self.requests else DEFAULT

    @property
    def area_code(self) -> str:
        """Where the last request was, else the prefecture."""
        return self.requests[0].area_code if self.requests else PREFECTURE

    def request(self, request_id: int | None) -> Known | None:
        return next((each for each in self.requests if each.id == request_id), None)

    def rateable(self) -> int | None:
        """The one that was resolved last and waits for its rating; never a restricted one."""
        ordinary = [each for each in self.requests if not each.restricted]
        resolved = [each for each in ordinary if each.state is State.RESOLVED]
        last = max(resolved, key=lambda each: (each.resolved_at, each.id), default=None)
        return last.id if last else None

    def spoken_of(self, reference: str) -> Known | None:
        """The one a status query means; restricted ones are never spoken of."""
        open_to_all = [each for each in self.requests if not each.restricted]
        if reference:
            return next((each for each in open_to_all if each.reference == reference), None)
        return next(iter(sorted(open_to_all, key=lambda each: not each.is_open)), None)

    def context(self, asked: bool, topic: str | None) -> Context:
        waiting = tuple(Waiting(each.id, each.group) for each in self.requests if each.waits)
        own = {each.reference: each.id for each in self.requests if each.is_open}
        return Context(self.rateable(), waiting, own, asked, topic)


_REQUESTS = ServiceRequest.__table__
_OF_PHONE = (
    sa.select(*[_REQUESTS.c[field.name] for field in fields(Known)])
    .where(_REQUESTS.c.phone_hash.in_(sa.bindparam("hashes", expanding=True)))
    .order_by(_REQUESTS.c.id.desc())
    .limit(LATEST)
)


def phone_of(number: str) -> Phone:
    """The latest requests of this E.164 number, also those stored before a key was rotated."""
    rows = run(_OF_PHONE, {"hashes": keyring().lookups(number)})
    return Phone([Known(*row) for row in rows])


def unanswered(before: datetime, limit: int) -> Sequence[int]:
    """Ids of texts about which we asked, and nobody answered since `before`."""
    return session.scalars(
        sa.select(InboundMessage.id)
        .where(sa.text("taken_for = 'asked'"), InboundMessage.received_at < before)
        .order_by(InboundMessage.received_at)
        .limit(limit)
    ).all()
