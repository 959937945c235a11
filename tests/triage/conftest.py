"""Requests to look at, opened as a resident's text would be."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import count

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.routing.queries import place
from service_desk.service_requests.draft import Draft
from service_desk.service_requests.lifecycle import Channel, Nature, Urgency
from service_desk.service_requests.models import ServiceRequest
from service_desk.service_requests.opening import open_request

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
BEIMEN = "533401101003"
_keys = count(1)


@pytest.fixture
def arrive(app):
    """Opens a request and returns its id; arguments are those of a draft."""

    def opened(at: datetime = AT, **known) -> int:
        told = {
            "channel": Channel.WEB,
            "external_id": f"triage-{next(_keys):032d}",
            "area_code": BEIMEN,
            "description": "路灯坏了三天",
            "nature": Nature.HELP,
            "urgency": Urgency.P2,
            "category": "INFRA",
            **known,
        }
        draft = Draft(**told)
        with app.app_context(), unit_of_work():
            found = place(draft.category, draft.area_code, draft.urgency, draft.restricted, at)
            return open_request(draft, found, at).request_id

    return opened


@pytest.fixture
def read(app):
    """A function of a request as it is stored now, in a context of its own."""

    def stored(request_id: int, tell=lambda request: request):
        with app.app_context():
            return tell(session.get_one(ServiceRequest, request_id))

    return stored


@pytest.fixture
def user_id(app):
    """The id behind a demo account's name."""

    def known(username: str) -> int:
        with app.app_context():
            return session.scalar(sa.select(User.id).where(User.username == username))

    return known
