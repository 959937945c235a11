"""Compares every stored clock with what its timeline tells; reads only, changes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from typing import Any

import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.service_clock.archive import Archive
from service_desk.service_requests.models import RequestClock, ServiceRequest, TimelineEntry
from service_desk.service_requests.reminders import spans_of
from service_desk.service_requests.replay import rebuild
from service_desk.service_requests.tape import Line, NotEnough
from service_desk.service_requests.told import Clocks, Difference, Told, differences

CHUNK = 500


@dataclass(frozen=True, slots=True)
class Finding:
    """One request; `enough` is False where old lines do not hold what its clocks go by."""

    reference: str
    enough: bool
    differences: tuple[Difference, ...]


def compare_all(reference: str | None = None) -> Iterator[Finding]:
    """Every request in the order they came in, or one; as the database was at one moment."""
    _at_one_moment()
    archive, last = Archive(), 0
    while chunk := _chunk(reference, last):
        yield from _compare(chunk, archive)
        last = chunk[-1].id


def _at_one_moment() -> None:
    """The desk goes on meanwhile: a step is seen with its line or not at all."""
    session.rollback()
    if session.get_bind().dialect.name == "postgresql":
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def _chunk(reference: str | None, after: int) -> Sequence[sa.Row[int, str]]:
    query = sa.select(ServiceRequest.id, ServiceRequest.reference).where(ServiceRequest.id > after)
    if reference is not None:
        query = query.where(ServiceRequest.reference == reference)
    return session.execute(query.order_by(ServiceRequest.id).limit(CHUNK)).all()


def _compare(chunk: Sequence[sa.Row[int, str]], archive: Archive) -> Iterator[Finding]:
    ids = [row.id for row in chunk]
    stored, lines = _stored(ids), _lines(ids)
    for row in chunk:
        yield _finding(row.reference, stored[row.id], lines[row.id], archive)


def _finding(reference: str, stored: Clocks, lines: Sequence[Line], archive: Archive) -> Finding:
    try:
        told = rebuild(lines, archive)
    except NotEnough:
        return Finding(reference, False, ())
    return Finding(reference, True, tuple(differences(stored, told)))


def _stored(ids: Sequence[int]) -> defaultdict[int, Clocks]:
    clocks = RequestClock.__table__
    found: defaultdict[int, Clocks] = defaultdict(dict)
    for row in session.execute(sa.select(clocks).where(clocks.c.request_id.in_(ids))):
        found[row.request_id][row.kind] = _told(row)
    return found


def _told(row: sa.Row[*tuple[Any, ...]]) -> Told:
    values = {each.name: getattr(row, each.name) for each in fields(Told)}
    return Told(**values | {"pauses": spans_of(row.pauses)})


def _lines(ids: Sequence[int]) -> defaultdict[int, list[Line]]:
    """Without the words: nothing is decrypted."""
    query = sa.select(
        TimelineEntry.request_id, TimelineEntry.at, TimelineEntry.kind, TimelineEntry.data
    ).where(TimelineEntry.request_id.in_(ids))
    found: defaultdict[int, list[Line]] = defaultdict(list)
    for row in session.execute(query.order_by(TimelineEntry.id)):
        found[row.request_id].append(row)
    return found
