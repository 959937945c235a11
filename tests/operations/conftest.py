"""A desk with a few hundred invented requests, and a way to run the operator's commands."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from service_desk.foundation.clock import now
from service_desk.foundation.transaction import unit_of_work
from service_desk.operations.demo_load import Wanted, load_requests
from service_desk.routing.queries import place
from service_desk.service_requests.draft import Draft
from service_desk.service_requests.lifecycle import Channel, Nature, Urgency
from service_desk.service_requests.opening import open_request

UNTIL = datetime(2026, 3, 18, 7, 0, tzinfo=UTC)
"""A Wednesday, 15:00 in Diqing."""
COUNT, MONTHS = 600, 4
DRAFT = Draft(
    channel=Channel.WEB,
    external_id="",
    area_code="533401101003",
    description="老人家的门口没有路灯，晚上看不见路",
    nature=Nature.HELP,
    urgency=Urgency.P2,
    category="ENV-01",
    name="和阿奶",
    phone="+8613800001234",
    address="北门街12号",
)


@pytest.fixture
def run(app):
    """Runs `desk …`; gives the exit status and what it printed."""

    def desk(*arguments):
        result = app.test_cli_runner().invoke(args=["desk", *arguments])
        return result.exit_code, result.output

    return desk


@pytest.fixture
def invented(db_session):
    """COUNT requests of the MONTHS before UNTIL."""
    with unit_of_work():
        done = list(load_requests(Wanted(COUNT, MONTHS, 7, UNTIL)))
    assert done[-1] == COUNT
    return db_session


@pytest.fixture
def open_one(app):
    """Takes in a real request of now; gives its reference."""

    def open_(**changes):
        draft = replace(DRAFT, **{"external_id": uuid4().hex, **changes})
        at = now()
        with app.app_context(), unit_of_work():
            placement = place(draft.category, draft.area_code, draft.urgency, draft.restricted, at)
            return open_request(draft, placement, at).reference

    return open_
