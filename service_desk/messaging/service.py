"""Texts that we start or answer with: rows in the outbox, written with the change itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from service_desk.foundation.database import insert_once, run, session
from service_desk.foundation.secrets import keyring
from service_desk.messaging.echo import fingerprint
from service_desk.messaging.models import Message, MessageStatus, OptOut
from service_desk.messaging.queries import opted_out, opted_out_of, takes_texts
from service_desk.messaging.quiet import wake
from service_desk.messaging.segments import segments
from service_desk.messaging.wording import STOPPED, Text

LATER = {"id", "lease_until", "attempted_at", "sent_at", "final_at", "error_code"}
"""Columns of a text that nobody has touched yet stay empty; and so do the provider's."""


class Queued(StrEnum):
    """What became of a text that should be sent."""

    QUEUED = "queued"
    ALREADY = "already"
    OPTED_OUT = "opted_out"
    NO_TEXTS = "no_texts"


class Outgoing(NamedTuple):
    """A text that we start: to whom (E.164), why (the cause, once), and whether it may wake."""

    text: Text
    phone: str
    dedupe_key: str
    request_id: int | None
    urgent: bool = False


def queue(  # noqa: PLR0913 - each is one fact of the row, all by name
    text: Text,
    *,
    phone: str,
    dedupe_key: str,
    request_id: int | None,
    at: datetime,
    urgent: bool = False,
    answer: bool = False,
) -> Queued:
    """Writes the text into the outbox, once per `dedupe_key` (the cause, 120 characters).

    `answer` is to a text that just came in, `urgent` is danger: neither keeps quiet hours.
    `phone` is E.164. Returns what became of it; a landline, a country that is not served and
    who said STOP get nothing.
    """
    if not takes_texts(phone, answer):
        return Queued.NO_TEXTS
    row = _row(Outgoing(text, phone, dedupe_key, request_id, urgent or answer), at)
    unless = {"hashes": keyring().lookups(phone)}
    if run(_insert(session.get_bind().dialect.name), row | unless).scalar() is not None:
        return Queued.QUEUED
    return Queued.OPTED_OUT if opted_out(phone) else Queued.ALREADY


def queue_all(outgoing: Iterable[Outgoing], at: datetime) -> None:
    """As `queue` for each of them, with two statements for all. A STOP that comes at the same
    moment is seen by the delivery.
    """
    wanted = [each for each in outgoing if takes_texts(each.phone, answer=False)]
    refused = opted_out_of({each.phone for each in wanted})
    rows = [_row(each, at) for each in wanted if each.phone not in refused]
    if rows:
        session.execute(insert_once(Message), rows)


def _row(outgoing: Outgoing, at: datetime) -> dict[str, Any]:
    text, phone = outgoing.text, outgoing.phone
    return {
        "dedupe_key": outgoing.dedupe_key,
        "request_id": outgoing.request_id,
        "purpose": text.purpose,
        "language": text.language,
        "params": text.params,
        "phone": phone,
        "phone_hash": keyring().lookup(phone),
        "body": text.body,
        "body_hash": fingerprint(text.body),
        "segments": segments(text.body),
        "status": MessageStatus.QUEUED,
        "not_before": at if outgoing.urgent else wake(at),
        "attempts": 0,
        "unsure": False,
        "created_at": at,
    }


@cache
def _insert(dialect: str) -> Any:
    """INSERT … SELECT … WHERE nobody said STOP, made once: one statement for both questions."""
    table, make = Message.__table__, postgresql.insert if dialect == "postgresql" else sqlite.insert
    columns = [
        column
        for column in table.columns
        if column.name not in LATER and not column.name.startswith("provider")
    ]
    refused = sa.exists().where(
        OptOut.__table__.c.phone_hash.in_(sa.bindparam("hashes", expanding=True))
    )
    row = sa.select(*[sa.bindparam(each.name, type_=each.type) for each in columns]).where(~refused)
    names = [column.name for column in columns]
    statement = make(table).from_select(names, row, include_defaults=False)  # type: ignore[arg-type]
    return statement.on_conflict_do_nothing().returning(table.c.id)


def stop(phone: str, at: datetime) -> None:
    """No text to this phone from now on; what still waits is cancelled, but for the goodbye."""
    session.execute(insert_once(OptOut).values(phone_hash=keyring().lookup(phone), at=at))
    session.execute(
        sa.update(Message)
        .where(
            Message.phone_hash.in_(keyring().lookups(phone)),
            Message.status == MessageStatus.QUEUED,
            Message.unsure.is_(False),
            Message.purpose != STOPPED,
        )
        .values(status=MessageStatus.CANCELLED, final_at=at)
        .execution_options(synchronize_session=False)
    )


def start(phone: str) -> None:
    """Texts may go to this phone again."""
    session.execute(
        sa.delete(OptOut)
        .where(OptOut.phone_hash.in_(keyring().lookups(phone)))
        .execution_options(synchronize_session=False)
    )
