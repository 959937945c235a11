"""A request is opened once per key, with all that belongs to it."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
import sqlalchemy as sa

from service_desk.foundation.actor import ActorKind
from service_desk.foundation.database import db, session
from service_desk.foundation.secrets import secret
from service_desk.foundation.transaction import unit_of_work
from service_desk.front.queries import lock_of
from service_desk.service_requests import opening
from service_desk.service_requests.clocks import NEVER, clock_of
from service_desk.service_requests.lifecycle import Channel, Nature, State, Urgency
from service_desk.service_requests.models import (
    ClockKind,
    ClockOutcome,
    EntryKind,
    RequestClock,
    ServiceRequest,
    TimelineEntry,
)
from service_desk.service_requests.opening import pin_hash
from service_desk.service_requests.promising import soonest
from service_desk.service_requests.queries import by_reference, from_phone, timeline
from service_desk.service_requests.reference import new_reference, parse_reference
from tests.service_requests.conftest import AT, draft, opened

TOGETHER = 8
TABLES = (ServiceRequest, RequestClock, TimelineEntry)


def rows():
    return [session.scalar(sa.select(sa.func.count()).select_from(table)) for table in TABLES]


@pytest.mark.both_databases
def test_the_same_key_opens_it_once(db_session):
    one = draft(external_id="form-1")
    with unit_of_work():
        first = opened(one)
    before = rows()
    with unit_of_work():
        second = opened(one)
    assert (first.created, second.created) == (True, False)
    assert (first.request_id, first.reference, first.pin) == (
        second.request_id,
        second.reference,
        second.pin,
    )
    assert rows() == before


@pytest.mark.both_databases
def test_the_same_key_on_another_channel_is_another_request(db_session):
    with unit_of_work():
        first = opened(draft(external_id="7"))
        second = opened(draft(external_id="7", channel=Channel.SMS))
    assert first.request_id != second.request_id
    assert first.pin != second.pin


def test_many_at_once_open_one(committed_db, make_app):
    app, together, one = make_app(), Barrier(TOGETHER), draft(external_id="form-9")

    def call(_):
        with app.app_context():
            together.wait()
            with unit_of_work():
                found = opened(one)
            session.remove()
        return found

    with ThreadPoolExecutor(TOGETHER) as pool:
        found = list(pool.map(call, range(TOGETHER)))
    assert sum(each.created for each in found) == 1
    assert len({(each.reference, each.pin) for each in found}) == 1
    with app.app_context():
        assert rows() == [1, 2, len(timeline(found[0].request_id))]


@pytest.mark.both_databases
def test_a_reference_that_is_taken_is_drawn_again(db_session, monkeypatch):
    with unit_of_work():
        taken = opened(draft()).reference
    drawn = iter([taken, taken, new_reference()])
    monkeypatch.setattr(opening, "new_reference", lambda: next(drawn))
    with unit_of_work():
        found = opened(draft())
    assert found.created
    assert found.reference != taken


@pytest.mark.both_databases
def test_both_clocks_run_from_the_start(open_one, read):
    request = read(open_one())
    first = clock_of(request, ClockKind.FIRST_RESPONSE)
    resolution = clock_of(request, ClockKind.RESOLUTION)
    assert first.first_due_at == first.due_at == AT.replace(day=24)
    assert first.started_at == resolution.started_at == AT
    assert {first.outcome, resolution.outcome} == {ClockOutcome.OPEN}
    assert first.unit_code == resolution.unit_code == request.unit_code
    assert request.due_at == first.due_at < resolution.due_at
    assert (first.policy_version, first.calendar_version) > (0, 0)


def test_praise_has_no_clock_but_its_place_in_the_queue(open_one, read):
    request = read(open_one(nature=Nature.PRAISE))
    assert request.clocks == []
    assert request.due_at == NEVER == soonest([])
    assert read(open_one(nature=Nature.PRAISE, urgency=Urgency.P0)).clocks


@pytest.mark.both_databases
def test_the_timeline_begins_with_it(open_one, app, read):
    request_id = open_one(suggestion={"category": "ELDER-05", "ranked": ["ELDER-05"]})
    with app.app_context():
        entries = timeline(request_id)
        public = timeline(request_id, public_only=True)
    assert [entry.kind for entry in entries] == [
        EntryKind.SUBMITTED,
        EntryKind.SUGGESTED,
        EntryKind.ASSIGNED,
    ]
    assert entries[0].actor_kind is ActorKind.RESIDENT
    assert EntryKind.SUGGESTED not in [entry.kind for entry in public]
    assert entries[-1].data["reasons"]
    assert read(request_id).suggested_category == "ELDER-05"


def test_who_entered_it_is_its_author(open_one, app, people):
    clerk = people["grid.beimen"]
    request_id = open_one(entered_by=clerk, channel=Channel.PAPER)
    with app.app_context():
        entry = timeline(request_id)[0]
    assert (entry.actor_kind, entry.actor_id) == (ActorKind.STAFF, clerk)


def test_what_a_dispatcher_decides_waits_as_received(open_one, read):
    assert read(open_one(category=None)).state is State.RECEIVED
    assert read(open_one()).state is State.ASSIGNED


def test_a_pin_opens_only_its_own_request(app):
    with app.app_context(), unit_of_work():
        one, other = opened(draft()), opened(draft())
        request = by_reference(one.reference)
        lock = lock_of(one.reference)
        assert lock.opens_with_pin(one.pin)
        assert not lock.opens_with_pin(f"{(int(one.pin) + 1) % 10**6:06d}")
        assert request.pin_hash != pin_hash(other.reference, one.pin)
        assert parse_reference(one.reference) == one.reference
        assert one.pin not in request.pin_hash
        assert secret() not in request.pin_hash


def test_pin_and_phone_are_found_after_a_key_was_rotated(make_app):
    app = make_app()
    with app.app_context(), unit_of_work():
        one = opened(draft())
    rotated = make_app(
        FIELD_KEYS=f"{'a-new-key-' * 4},{'a-field-key-that-only-tests-know-0123456789'}"
    )
    with rotated.app_context():
        request = by_reference(one.reference)
        assert request.name == "和阿奶"
        assert lock_of(one.reference).opens_with_pin(one.pin)
        assert session.scalar(sa.select(ServiceRequest.id).where(from_phone("+8613800001234")))


@pytest.mark.both_databases
def test_nothing_personal_is_readable_in_a_dump(db_session):
    with unit_of_work():
        opened(draft(location="99.7,27.8"))
    kept = []
    for table in db.metadata.sorted_tables:
        if table.name in ("service_requests", "timeline_entries", "request_clocks", "attachments"):
            names = ", ".join(column.name for column in table.columns)
            kept += session.execute(sa.text(f"SELECT {names} FROM {table.name}")).all()  # noqa: S608
    dump = b"\n".join(
        bytes(v) if isinstance(v, bytes | memoryview) else str(v).encode() for r in kept for v in r
    )
    assert dump
    for words in ("老爷子", "和阿奶", "13800001234", "北门街", "99.7,27.8"):
        assert words.encode() not in dump
    stored = session.scalars(sa.select(ServiceRequest)).one()
    assert (stored.name, stored.location) == ("和阿奶", "99.7,27.8")


@pytest.mark.both_databases
def test_an_unknown_state_is_refused_by_the_database(db_session):
    with unit_of_work():
        opened(draft())
    with pytest.raises(sa.exc.IntegrityError), unit_of_work():
        session.execute(sa.text("UPDATE service_requests SET state = 'lost'"))
