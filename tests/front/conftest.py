"""A resident's own requests, taken in by intake, and the desk that moves them on."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from itertools import count

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.casework import service as casework
from service_desk.casework.rules import Method, Outcome
from service_desk.casework.service import Contact
from service_desk.foundation.actor import Actor
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.intake.service import Submission, submit
from service_desk.service_requests import service as requests
from service_desk.service_requests import timing
from service_desk.service_requests.draft import Opened
from service_desk.service_requests.lifecycle import Channel, State
from service_desk.service_requests.models import (
    ClockKind,
    ContactPreference,
    EntryKind,
    ServiceRequest,
)
from service_desk.service_requests.timeline import Entry
from service_desk.triage import service as triage

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
"""10:00 in Diqing, on a working day."""
BEIMEN = "533401101003"
PHONE = "+8613887704321"
_keys = count(1)


@pytest.fixture
def arrive(app) -> Callable[..., Opened]:
    """Takes a request in; arguments are those of a submission."""

    def taken_in(at: datetime | None = None, **known) -> Opened:
        told = {
            "channel": Channel.WEB,
            "external_id": f"front-{next(_keys):032d}",
            "area_code": BEIMEN,
            "description": "村口的路灯坏了三天，晚上看不见路",
            "language": "zh_Hans_CN",
            "contact_preference": ContactPreference.PHONE,
            "phone": PHONE,
            "name": "和阿奶",
            **known,
        }
        with app.app_context(), unit_of_work():
            return submit(Submission(**told), at or now())

    return taken_in


@pytest.fixture
def step(app) -> Callable[..., None]:
    """The desk signs for a request and then moves it to a state."""

    def moved(opened: Opened, *states: State, text: str | None = None) -> None:
        for state in states:
            with app.app_context(), unit_of_work():
                _move(requests.for_change(opened.request_id), state, text)

    return moved


KINDS = {State.RESOLVED: EntryKind.RESOLVED, State.WAITING: EntryKind.WAITING}


def _move(request: ServiceRequest, state: State, text: str | None) -> None:
    actor, at = Actor.staff(1), now()
    if request.state in (State.RECEIVED, State.ASSIGNED):
        requests.claim(request, actor, at)
    timing.meet(request, ClockKind.FIRST_RESPONSE, at)
    entry = Entry(KINDS.get(state, EntryKind.NOTE), text, public=True, data={"method": "call"})
    if state is not State.ACCEPTED:
        requests.move(request, state, actor, at, entry)


@pytest.fixture
def read(app) -> Callable[..., object]:
    """A function of a request as it is stored now, in a context of its own."""

    def stored(opened: Opened, tell=lambda request: request):
        with app.app_context():
            return tell(session.get_one(ServiceRequest, opened.request_id))

    return stored


@pytest.fixture
def rows(app) -> Callable[[], dict[str, int]]:
    """How many rows each table has."""

    def counted() -> dict[str, int]:
        with app.app_context():
            tables = ServiceRequest.metadata.sorted_tables
            one = sa.select(sa.func.count())
            return {each.name: session.scalar(one.select_from(each)) for each in tables}

    return counted


@pytest.fixture
def tracked(client):
    """Opens a request with its PIN and gives the client that has it open."""

    def opened_by(opened: Opened):
        answer = client.send("/track", reference=opened.reference, pin=opened.pin)
        assert (answer.status_code, answer.location) == (303, "/track")
        return client

    return opened_by


@pytest.fixture
def restrict(app) -> Callable[[Opened], None]:
    """A person has looked: only those who need to know may see it."""

    def restricted(opened: Opened) -> None:
        with app.app_context(), unit_of_work():
            requests.for_change(opened.request_id).restricted = True
            session.flush()

    return restricted


@pytest.fixture
def colleague_notes(app) -> Callable[[Opened, str], None]:
    """Somebody writes what is for colleagues only."""

    def noted(opened: Opened, text: str) -> None:
        with app.app_context(), unit_of_work():
            request = requests.for_change(opened.request_id)
            requests.note(request, Actor.staff(1), now(), Entry(EntryKind.NOTE, text))

    return noted


@pytest.fixture
def staff_names(app) -> list[str]:
    """Of everybody at work."""
    with app.app_context():
        return list(session.scalars(sa.select(User.display_name)))


@pytest.fixture
def acknowledge(app) -> Callable[[Opened], None]:
    """Somebody acts on the danger."""

    def acknowledged(opened: Opened) -> None:
        with app.app_context(), unit_of_work():
            triage.acknowledge(requests.for_change(opened.request_id), Actor.staff(1), now())

    return acknowledged


@pytest.fixture
def contacted(app) -> Callable[[Opened, Outcome], None]:
    """Somebody calls the resident."""

    def called(opened: Opened, outcome: Outcome) -> None:
        with app.app_context(), unit_of_work():
            request, actor = requests.for_change(opened.request_id), Actor.staff(1)
            if request.state in (State.RECEIVED, State.ASSIGNED):
                requests.claim(request, actor, now())
            casework.respond(request, Contact(Method.CALL, outcome), "", actor, now())

    return called


@pytest.fixture
def decline(app) -> Callable[[Opened, str], None]:
    """Two people agree that it cannot be taken on."""

    def declined(opened: Opened, reason: str) -> None:
        with app.app_context(), unit_of_work():
            request = requests.for_change(opened.request_id)
            entry = Entry(EntryKind.DECLINED, reason, public=True)
            requests.approved_move(request, State.DECLINED, Actor.staff(1), now(), entry)

    return declined
