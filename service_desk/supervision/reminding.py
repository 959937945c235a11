"""Reminds and escalates: each step of each promise once, however many sweeps run.

The row of a step, the texts and the line of the timeline are written together; who starts late
tells each person of a request's newest step only and puts the ones before it on record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from functools import cache, partial
from itertools import chain, groupby
from typing import Any

from service_desk.accounts.queries import Contact, contacts
from service_desk.directory.queries import area_named
from service_desk.foundation.actor import SYSTEM
from service_desk.foundation.database import insert_once_returning, insert_rows, session
from service_desk.messaging import service as messaging
from service_desk.messaging import wording
from service_desk.messaging.service import Outgoing
from service_desk.messaging.wording import Promise
from service_desk.routing.rules import up_to
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import EntryKind, TimelineEntry
from service_desk.service_requests.schedule import STEPS, Step
from service_desk.service_requests.timeline import Entry, row
from service_desk.supervision.ladder import Ladders
from service_desk.supervision.looks import Look, locked, looks
from service_desk.supervision.models import Reminder
from service_desk.supervision.rules import is_late, rungs

BATCH = 25
"""So few that nobody waits long for a row, or on SQLite for the database."""


def remind_due(at: datetime, most: int = BATCH) -> int:
    """Deals with the requests that waited longest, `most` of them; returns how many they were.

    Call it again, each time in a transaction of its own, until there are none.
    """
    requests = locked(at, most)
    if requests:
        found = looks(requests, at)
        for look in found:
            look.clock.steps += len(look.progress.reached)
            look.clock.remind_at = look.progress.next_at
        _tell(list(_told(_put_on_record(found, at), Ladders(requests, at))), at)
    return len(requests)


def _put_on_record(found: Iterable[Look], at: datetime) -> list[Look]:
    """Writes the rows of the steps; gives the looks whose newest step nobody wrote before."""
    reached = [look for look in found if look.progress.reached]
    rows = [_reminder(look, step, at) for look in reached for step in look.progress.reached]
    if not rows:
        return []
    written = session.execute(insert_once_returning(Reminder), rows)
    new = {(row.request_id, row.clock, row.step) for row in written}
    return [each for each in reached if (each.request.id, each.clock.kind, each.newest) in new]


def _reminder(look: Look, step: Step, at: datetime) -> dict[str, Any]:
    return {
        "request_id": look.request.id,
        "clock": look.clock.kind,
        "cycle": look.request.cycle,
        "step": step,
        "at": at,
        "skipped": step is not look.newest,
    }


def _told(found: Iterable[Look], ladders: Ladders) -> Iterator[tuple[Look, list[int]]]:
    """Whom each look is told to: of one request each person hears the gravest news only."""
    for _, group in groupby(found, key=lambda look: look.request.id):
        heard: set[int] = set()
        for look in sorted(group, key=lambda look: STEPS.index(look.newest), reverse=True):
            users = [each for each in _audience(look, ladders) if each not in heard]
            heard.update(users)
            yield look, users


def _audience(look: Look, ladders: Ladders) -> list[int]:
    request = look.request
    called = request.urgency is Urgency.P0 and request.acknowledged_at is None
    return up_to(ladders.of(request), rungs(request.urgency, look.newest, called))


def _tell(told: Sequence[tuple[Look, list[int]]], at: datetime) -> None:
    """Their texts, and one line of the timeline for each look."""
    if not told:
        return
    reached = contacts([user for _, users in told for user in users])
    known = {contact.id: contact for contact in reached}
    found = (_texts(look, [known[user] for user in users if user in known]) for look, users in told)
    messaging.queue_all(chain.from_iterable(found), at)
    insert_rows(TimelineEntry, [_line(look, users, at) for look, users in told])


def _texts(look: Look, people: Iterable[Contact]) -> Iterator[Outgoing]:
    """To whoever has a telephone, in their language."""
    words = cache(partial(wording.reminder, promise=_promise(look)))
    urgent = look.request.urgency is not Urgency.P2
    for person in people:
        if person.phone:
            text, cause = words(person.language), _cause(look, person.id)
            yield Outgoing(text, person.phone, cause, look.request.id, urgent)


def _cause(look: Look, user_id: int) -> str:
    clock, cycle = look.clock.kind, look.request.cycle
    return f"remind:{look.request.id}:{clock}:{cycle}:{look.newest}:{user_id}"


def _promise(look: Look) -> Promise:
    request, clock = look.request, look.clock
    place = None if request.restricted else area_named(request.area_code)
    return Promise(clock.kind, request.reference, clock.due_at, is_late(look.newest), place)


def _line(look: Look, users: Sequence[int], at: datetime) -> dict[str, Any]:
    """Codes and ids only."""
    data = {
        "clock": look.clock.kind,
        "cycle": look.request.cycle,
        "step": look.newest,
        "skipped": [step for step in look.progress.reached if step is not look.newest],
        "users": list(users),
    }
    return row(look.request.id, SYSTEM, at, Entry(EntryKind.REMINDED, data=data))
