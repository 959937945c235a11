"""A request that was resolved, and what became of it."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa

from service_desk.foundation.actor import Actor
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.routing.queries import place
from service_desk.service_requests.draft import Draft
from service_desk.service_requests.lifecycle import Channel, Nature, State, Urgency
from service_desk.service_requests.models import (
    ClockKind,
    ContactPreference,
    EntryKind,
)
from service_desk.service_requests.opening import open_request
from service_desk.service_requests.service import claim, for_change, move
from service_desk.service_requests.timeline import Entry
from service_desk.service_requests.timing import meet

OPENED = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
RESOLVED = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""Monday 10:00 in Diqing; no holiday for weeks."""
MOBILE, LANDLINE = "+8613800001234", "+868878222345"


@pytest.fixture
def resolved(app):
    """Opens, claims and resolves a request; arguments change its draft. Gives its id."""

    def resolve(at: datetime = RESOLVED, **changes) -> int:
        known = {
            "channel": Channel.WEB,
            "external_id": uuid4().hex,
            "area_code": "533401101003",
            "description": "想找人陪着去医院取药",
            "nature": Nature.HELP,
            "urgency": Urgency.P2,
            "category": "ELDER-05",
            "phone": MOBILE,
            "contact_preference": ContactPreference.SMS,
            **changes,
        }
        draft = Draft(**known)
        with app.app_context(), unit_of_work():
            found = place(draft.category, draft.area_code, draft.urgency, draft.restricted, OPENED)
            request = for_change(open_request(draft, found, OPENED).request_id)
            actor = Actor.staff(request.owner_user_id or 1)
            claim(request, actor, OPENED)
            meet(request, ClockKind.FIRST_RESPONSE, OPENED)
            move(request, State.RESOLVED, actor, at, Entry(EntryKind.RESOLVED, "好了", public=True))
            return request.id

    return resolve


@pytest.fixture
def again(app):
    """Resolves what is in rework."""

    def resolve(request_id: int, at: datetime) -> None:
        with app.app_context(), unit_of_work():
            request = for_change(request_id)
            actor = Actor.staff(request.owner_user_id)
            move(request, State.RESOLVED, actor, at, Entry(EntryKind.RESOLVED, "再次", public=True))

    return resolve


@pytest.fixture
def count(app):
    """How many rows of a table there are."""

    def rows(table: type, *where: sa.ColumnElement[bool]) -> int:
        with app.app_context():
            query = sa.select(sa.func.count()).select_from(table).where(*where)
            return session.scalar(query) or 0

    return rows
