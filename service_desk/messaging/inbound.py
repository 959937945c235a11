"""Texts that reach us: kept once, and answered as long as no robot is on the line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from service_desk.foundation.database import insert_once_returning, run, session
from service_desk.foundation.secrets import keyring
from service_desk.messaging.echo import fingerprint
from service_desk.messaging.gateway import Arrived
from service_desk.messaging.models import InboundMessage, Message, OptOut

ECHO = "echo"
MEMORY = timedelta(days=1)
HOUR = timedelta(hours=1)
ANSWERS_AN_HOUR, MOST_ANSWERS_AN_HOUR = 3, 30
FEW = 50


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
        """Three answers an hour for the same words or our own; thirty whatever is written."""
        recent = [each for each in self.earlier if at - each.received_at < HOUR]
        if len(recent) >= MOST_ANSWERS_AN_HOUR:
            return False
        like = sum(1 for each in recent if each.alike or each.taken_for == ECHO)
        return like + self.echo < ANSWERS_AN_HOUR


INBOUND: sa.Table = InboundMessage.__table__  # type: ignore[assignment]
_HASHES: sa.BindParameter[list[str]] = sa.bindparam("hashes", expanding=True)
_OPTED_OUT = sa.exists().where(OptOut.__table__.c.phone_hash.in_(_HASHES))
_ECHO = sa.exists().where(
    Message.__table__.c.phone_hash.in_(_HASHES),
    Message.__table__.c.body_hash == sa.bindparam("mark"),
    Message.__table__.c.created_at > sa.bindparam("since"),
)
_KNOWN = (
    sa.select(
        INBOUND.c.id,
        INBOUND.c.taken_for,
        INBOUND.c.request_id,
        INBOUND.c.received_at,
        INBOUND.c.body_hash,
        _OPTED_OUT.label("opted_out"),
        _ECHO.label("echo"),
    )
    .where(INBOUND.c.phone_hash.in_(_HASHES), INBOUND.c.received_at > sa.bindparam("since"))
    .order_by(INBOUND.c.id.desc())
    .limit(FEW)
)
"""The texts of the last day, the one that just came among them, and what else is known."""
_TAKE_FOR = (
    sa.update(INBOUND)
    .where(INBOUND.c.id == sa.bindparam("inbound_id"))
    .values(taken_for=sa.bindparam("kind"), request_id=sa.bindparam("about"))
)


def keep(text: Arrived, at: datetime) -> Kept | None:
    """Writes the text down; None when this one came before."""
    mark = fingerprint(text.body)
    row = {
        "provider": text.provider,
        "external_id": text.external_id,
        "phone": text.phone,
        "phone_hash": keyring().lookup(text.phone),
        "body": text.body,
        "body_hash": mark,
        "received_at": at,
    }
    inbound_id = run(insert_once_returning(InboundMessage), row).scalar()
    if inbound_id is None:
        return None
    asked = {"hashes": keyring().lookups(text.phone), "mark": mark, "since": at - MEMORY}
    rows = run(_KNOWN, asked).all()
    earlier = [
        Earlier(each.id, each.taken_for, each.request_id, each.received_at, each.body_hash == mark)
        for each in rows
        if each.id != inbound_id
    ]
    return Kept(inbound_id, earlier, bool(rows[0].opted_out), bool(rows[0].echo))


def take_for(inbound_id: int, kind: str, request_id: int | None = None) -> None:
    """What the text was understood as."""
    told = {"inbound_id": inbound_id, "kind": kind, "about": request_id}
    run(_TAKE_FOR, told)


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


def not_kept(texts: Sequence[Arrived]) -> list[Arrived]:
    """Those of one provider's texts that never reached us."""
    ids = {each.external_id for each in texts}
    providers = {each.provider for each in texts}
    kept = session.scalars(
        sa.select(INBOUND.c.external_id).where(
            INBOUND.c.provider.in_(providers), INBOUND.c.external_id.in_(ids)
        )
    ).all()
    return [each for each in texts if each.external_id not in kept]
