"""A request that lies with the grid worker of Beimen, and people who come to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from uuid import uuid4

import pytest
from flask import Flask

from service_desk.foundation.clock import now
from service_desk.foundation.transaction import unit_of_work
from service_desk.routing.queries import place
from service_desk.service_requests.draft import Draft
from service_desk.service_requests.lifecycle import Channel, Nature, Urgency
from service_desk.service_requests.models import ServiceRequest
from service_desk.service_requests.opening import open_request
from service_desk.service_requests.queries import by_reference
from tests.support.client import DeskClient
from workers.reminders import remind_all

BEIMEN = "533401101003"
DRAFT = Draft(
    channel=Channel.WEB,
    external_id="",
    area_code=BEIMEN,
    description="老爷子腿脚不便，想找人陪着去县医院取药，请打13800001234",
    nature=Nature.HELP,
    urgency=Urgency.P2,
    category="ELDER-05",
    name="和阿奶",
    phone="+8613800001234",
    address="北门街12号",
)
Open = Callable[..., str]
SignIn = Callable[[str], DeskClient]


@pytest.fixture
def open_one(app: Flask) -> Open:
    """Takes in a request as a channel would; arguments change the draft. Gives its reference."""

    def open_(at: datetime | None = None, **changes: object) -> str:
        at = at or now()
        draft = replace(DRAFT, **{"external_id": uuid4().hex, **changes})
        with app.app_context(), unit_of_work():
            placement = place(draft.category, draft.area_code, draft.urgency, draft.restricted, at)
            return open_request(draft, placement, at).reference

    return open_


@pytest.fixture
def as_(app: Flask, password: str) -> SignIn:
    """A client of somebody signed in."""
    known: dict[str, DeskClient] = {}

    def sign_in(username: str) -> DeskClient:
        if username not in known:
            client = app.test_client()
            assert isinstance(client, DeskClient)
            assert client.sign_in(username, password).status_code == 302
            known[username] = client
        return known[username]

    return sign_in


@pytest.fixture
def stored(app: Flask) -> Callable[[str], ServiceRequest]:
    """The row as it is now, with its clocks."""

    def load(reference: str) -> ServiceRequest:
        with app.app_context():
            found = by_reference(reference)
            assert found is not None
            assert found.clocks is not None
            return found

    return load


@pytest.fixture
def remind(app: Flask) -> Callable[[datetime], int]:
    """One sweep of the reminders at a moment; gives how many requests it looked at."""

    def sweep(at: datetime) -> int:
        with app.app_context():
            return remind_all(at)

    return sweep
