"""A week in minutes: the demo's time is moved, and every process goes with it.

A resident asks, nobody does anything; past the due time the schedule has reminded those above by
text, the record says so, and the board counts it as overdue.
"""

from __future__ import annotations

import re
from datetime import datetime

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.foundation.database import session
from service_desk.foundation.periodic import PeriodicRun
from tests.journey.people import Phone, Visitor, machine_values, rows, visible
from tests.journey.test_main_job import asks
from tests.support.waiting import eventually

pytestmark = pytest.mark.both_databases

LEAD = "lead.jiantang"
OVERDUE = "/queue?scope=area&due=overdue"
MINUTES_OF_A_DAY = 1440
CARD = re.compile(r"desk-simulator__now[^>]*>([^<]+)<")


def moves(visitor, move):
    sent = visitor.send("/simulator/time", shown_on="/simulator", move=move)
    assert sent.status_code == 303
    return demo_time(visitor)


def demo_time(visitor):
    """What the card says, as an aware moment; to the minute."""
    return datetime.fromisoformat(CARD.search(visitor.page("/simulator"))[1] + "+08:00")


def phone_of(app, username):
    with app.app_context():
        return str(session.scalar(sa.select(User.phone).where(User.username == username)))


def runs(app, job):
    with app.app_context():
        found = session.scalars(sa.select(PeriodicRun.at).where(PeriodicRun.job == job)).all()
    return len(found)


def test_past_its_due_time_a_request_is_reminded_of_and_overdue(make_live, app, password):
    url = make_live(WEB_WORKERS="2").url
    _, reference = asks(url, Phone(url, "+8613887710077"))
    lead, operator = Visitor(url).sign_in(LEAD, password), Visitor(url)
    due = datetime.fromisoformat(machine_values(lead.page(f"/queue/{reference}"))["data-due"])
    assert reference not in rows(lead.page(OVERDUE))
    before = runs(app, "remind_due")

    while demo_time(operator) <= due:
        moves(operator, "tomorrow")

    assert reference in rows(lead.page(OVERDUE))
    eventually(lambda: "Reminded" in lead.page(f"/queue/{reference}?lang=en"), 30)
    Phone(url, phone_of(app, LEAD)).waits_for(visible(reference))
    assert runs(app, "remind_due") - before < MINUTES_OF_A_DAY / 10
