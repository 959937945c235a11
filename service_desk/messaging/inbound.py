"""Texts that reach us: kept once, and answered as long as no robot is on the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from service_desk.foundation.database import insert_once, session
from service_desk.foundation.secrets import keyring
from service_desk.messaging.echo import fingerprint
from service_desk.messaging.models import InboundMessage, Message, OptOut

ECHO = "echo"
MEMORY = timedelta(days=1)
HOUR = timedelta(hours=1)
ANSWERS_AN_HOUR = 3
FEW = 50


@dataclass(frozen=True)
class Arrived:
    """A text as a provider hands it to us; `phone` is E.164 where it is a real number."""

    provider: str
    external_id: str
    phone: str
    body: str


@dataclass(frozen=True)
class Earlier:
    """A text of the same phone within the last day."""

    id: int
    taken_for: str | None
    request_id: int | None
    received_at: datetime
    alike: bool


@dataclass(frozen=True)
class Kept:
    """A text that is in the database now. `echo`: we wrote these very words to this phone."""

    id: int
    earlier: Sequence[Earlier]
    opted_out: bool
    echo: bool

    def may_answer(self, at: datetime) -> bool:
        """Three answers an hour for the same words or our own; other words are a person's."""
        recent = [each for each in self.earlier if at - each.received_at < HOUR]
        like = sum(1 for each in recent if each.alike or each.taken_for == ECHO)
        return like + self.echo < ANSWERS_AN_HOUR


def keep(text: Arrived, at: datetime) -> Kept | None:
    """Writes the text down; None when this one came before."""
    mark = fingerprint(text.body)
    inbound_id = session.scalar(
        insert_once(InboundMessage)
        .values(
            provider=text.provider,
            external_id=text.external_id,
            phone=text.phone,
            phone_hash=keyring().lookup(text.phone),
            body=text.body,
            body_hash=mark,
            received_at=at,
        )
        .returning(InboundMessage.id)
    )
    if inbound_id is None:
        return None
    hashes = keyring().lookups(text.phone)
    opted_out, echo = session.execute(
        sa.select(
            sa.exists().where(OptOut.phone_hash.in_(hashes)),
            sa.exists().where(
                Message.phone_hash.in_(hashes),
                Message.body_hash == mark,
                Message.created_at > at - MEMORY,
            ),
        )
    ).one()
    return Kept(inbound_id, _earlier(hashes, inbound_id, mark, at), bool(opted_out), bool(echo))


def _earlier(hashes: list[str], but: int, mark: str, at: datetime) -> list[Earlier]:
    table = InboundMessage
    rows = session.execute(
        sa.select(table.id, table.taken_for, table.request_id, table.received_at, table.body_hash)
        .where(table.phone_hash.in_(hashes), table.received_at > at - MEMORY, table.id != but)
        .order_by(table.received_at.desc(), table.id.desc())
        .limit(FEW)
    )
    return [
        Earlier(row.id, row.taken_for, row.request_id, row.received_at, row.body_hash == mark)
        for row in rows
    ]


def take_for(inbound_id: int, kind: str, request_id: int | None = None) -> None:
    """What the text was understood as."""
    session.execute(
        sa.update(InboundMessage)
        .where(InboundMessage.id == inbound_id)
        .values(taken_for=kind, request_id=request_id)
        .execution_options(synchronize_session=False)
    )


def settle(inbound_id: int, asked: str, kind: str) -> InboundMessage | None:
    """The text about which we asked, now taken for `kind`; None when that is settled already."""
    settled = session.scalar(
        sa.update(InboundMessage)
        .where(InboundMessage.id == inbound_id, InboundMessage.taken_for == asked)
        .values(taken_for=kind)
        .returning(InboundMessage.id)
        .execution_options(synchronize_session=False)
    )
    return None if settled is None else session.get(InboundMessage, settled)
