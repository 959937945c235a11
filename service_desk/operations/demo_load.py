"""`desk demo`: as many invented requests as wanted, spread over months, true to every rule."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from random import Random

import sqlalchemy as sa

from service_desk.directory.areas import PREFECTURE
from service_desk.directory.queries import villages
from service_desk.feedback.models import Rating, RatingInvitation
from service_desk.foundation.database import Base, session
from service_desk.foundation.secrets import keyring, secret
from service_desk.operations.demo_bulk import ids_used, insert_bulk, next_id
from service_desk.operations.demo_chance import Arrival, arrivals
from service_desk.operations.demo_ground import Ground
from service_desk.operations.demo_persons import Persons
from service_desk.operations.demo_rows import Maker, Rows
from service_desk.operations.demo_words import Words
from service_desk.service_requests.models import RequestClock, ServiceRequest, TimelineEntry
from service_desk.supervision.models import Reminder

CHUNK = 5000
MONTH = timedelta(days=30.4375)
RESIDENT_WRITES = 3
"""So many requests a resident sends on average, as far as there are residents."""

TABLES: tuple[tuple[type[Base], tuple[str, ...]], ...] = (
    (ServiceRequest, (
        "id", "reference", "external_id", "pin_hash", "address", "name", "phone", "phone_hash",
        "contact_preference", "anonymous", "channel", "created_at", "nature", "category",
        "suggested_category", "urgency", "danger", "restricted", "area_code", "description",
        "language", "entered_by", "owner_post_id", "owner_user_id", "unit_code",
        "first_unit_code", "vacancy", "assigned_at", "state", "due_at", "resolved_at",
        "closed_at", "close_reason", "cycle", "reopened", "looked_at", "looked_by",
        "acknowledged_at", "acknowledged_by", "version",
    )),
    (RequestClock, (
        "request_id", "policy_version", "calendar_version", "unit_code", "kind", "policy_id",
        "started_at", "first_due_at", "due_at", "pauses", "paused_at", "met_at", "outcome",
        "service_minutes", "wall_minutes", "steps", "remind_at",
    )),
    (TimelineEntry, (
        "request_id", "at", "kind", "actor_kind", "actor_id", "public", "text", "data",
    )),
    (RatingInvitation, ("request_id", "cycle", "invited_at")),
    (Rating, ("request_id", "cycle", "level", "source", "comment", "at")),
    (Reminder, ("request_id", "clock", "cycle", "step", "at", "skipped")),
)  # fmt: skip
"""The columns in the order in which demo_rows makes them."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How much, spread over the `months` before `until` (aware); a seed gives the same again."""

    requests: int
    months: float
    seed: int
    until: datetime


def full_hour(at: datetime) -> datetime:
    """The hour that has begun, so that two loads of one hour are the same."""
    return at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def load_requests(wanted: Wanted) -> Iterator[int]:
    """Writes a chunk at a time and yields how many requests are there. For a unit of work.

    On an empty database the same wish gives the same requests; what is there stays.
    """
    dice = Random(wanted.seed)
    codes = [place.code for place in villages(PREFECTURE)]
    span = (wanted.until - MONTH * wanted.months, wanted.until)
    maker = _maker(dice, wanted)
    request_id, done = next_id(ServiceRequest), 0
    for chunk in _chunks(arrivals(dice, span, codes, wanted.requests)):
        rows = Rows([], [], [], [], [], [])
        for offset, arrival in enumerate(chunk, start=request_id + done):
            maker.add(rows, offset, arrival, wanted.until)
        _write(rows)
        done += len(chunk)
        yield done
    ids_used(ServiceRequest)


def _maker(dice: Random, wanted: Wanted) -> Maker:
    words = Words(keyring(), secret())
    persons = Persons(dice, words, max(1, wanted.requests // RESIDENT_WRITES))
    return Maker(dice, Ground(wanted.until), words, persons)


def _chunks(all_arrivals: Iterable[Arrival]) -> Iterator[list[Arrival]]:
    source = iter(all_arrivals)
    while chunk := list(islice(source, CHUNK)):
        yield chunk


def _write(rows: Rows) -> None:
    for (table, columns), made in zip(TABLES, rows, strict=True):
        insert_bulk(table, columns, made)


def has_requests() -> bool:
    return session.scalar(sa.select(ServiceRequest.id).limit(1)) is not None
