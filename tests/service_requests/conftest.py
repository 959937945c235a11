"""Requests opened straight at the record, and steps on them in transactions of their own."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.foundation.actor import Actor
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.routing.queries import place
from service_desk.service_requests.draft import Draft
from service_desk.service_requests.lifecycle import Channel, Nature, State, Urgency
from service_desk.service_requests.models import EntryKind, ServiceRequest
from service_desk.service_requests.opening import open_request
from service_desk.service_requests.service import for_change, move
from service_desk.service_requests.timeline import Entry

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 10:00 in Diqing; the station is open, no holiday for weeks."""
BEIMEN = "533401101003"
WORKER = Actor.staff(1)


def draft(**changes) -> Draft:
    known = {
        "channel": Channel.WEB,
        "external_id": uuid4().hex,
        "area_code": BEIMEN,
        "description": "老爷子腿脚不便,想找人陪着去医院",
        "nature": Nature.HELP,
        "urgency": Urgency.P2,
        "category": "ELDER-05",
        "name": "和阿奶",
        "phone": "+8613800001234",
        "address": "北门街12号",
        **changes,
    }
    return Draft(**known)


def opened(given: Draft, at: datetime = AT):
    placement = place(given.category, given.area_code, given.urgency, given.restricted, at)
    return open_request(given, placement, at)


def step(request: ServiceRequest, target: State, at: datetime, kind=EntryKind.NOTE) -> None:
    move(request, target, WORKER, at, Entry(kind))


@pytest.fixture
def open_one(app):
    """Opens a request; arguments change its draft. Gives its id."""

    def open_(at: datetime = AT, **changes) -> int:
        with app.app_context(), unit_of_work():
            return opened(draft(**changes), at).request_id

    return open_


@pytest.fixture
def change(app):
    """Does something to a locked request in a transaction of its own; gives what it gave."""

    def do(request_id: int, work, *args, **named):
        with app.app_context(), unit_of_work():
            return work(for_change(request_id), *args, **named)

    return do


@pytest.fixture
def people(app):
    """Ids of demo accounts by name."""
    with app.app_context():
        rows = session.execute(sa.select(User.username, User.id))
        return {row.username: row.id for row in rows}
