"""Waiting for the resident: after a try, for what is named, twice a cycle at most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service_desk.casework import service as casework
from service_desk.casework.rules import Method, Outcome
from service_desk.casework.service import Contact
from service_desk.foundation.actor import Actor
from service_desk.foundation.clock import now
from service_desk.foundation.faults import Refused
from service_desk.foundation.transaction import unit_of_work
from service_desk.front.service import add
from service_desk.service_requests.lifecycle import State, Urgency
from service_desk.service_requests.models import EntryKind
from service_desk.service_requests.queries import by_reference, timeline
from service_desk.service_requests.rebuild import compare_all
from service_desk.service_requests.service import for_change, rework
from service_desk.triage.service import raise_danger
from workers.pauses import end_waiting

OWNER = "grid.beimen"
MONDAY = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
"""10:00 in Diqing; no holiday for weeks."""
CLOSING = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
"""18:00 on the fifth working day after it."""
DAY = timedelta(days=1)
MISSED = Contact(Method.CALL, Outcome.NOT_REACHED)
REACHED = Contact(Method.CALL, Outcome.REACHED)


class Desk:
    """One request of the grid worker's, and what they do to it at any moment."""

    def __init__(self, app, reference):
        self.app, self.reference = app, reference

    def do(self, work, *arguments, **more):
        with self.app.app_context(), unit_of_work():
            request = for_change(by_reference(self.reference).id)
            actor = Actor.staff(request.owner_user_id)
            return work(request, *arguments[:-1], actor, arguments[-1], **more)

    def wait(self, at, contact=MISSED, needed="身份证复印件"):
        self.do(casework.wait, needed, contact, at)

    def resume(self, at):
        self.do(casework.resume, at)

    def sweep(self, at):
        with self.app.app_context():
            return end_waiting(at)

    @property
    def state(self):
        with self.app.app_context():
            return by_reference(self.reference).state

    def lines(self):
        with self.app.app_context():
            (found,) = compare_all(self.reference)
            assert found.enough
            assert found.differences == ()
            return timeline(by_reference(self.reference).id)


@pytest.fixture
def claimed(app, open_one):
    def make(at=MONDAY, **changes):
        desk = Desk(app, open_one(at=at - timedelta(hours=1), **changes))
        desk.do(casework.claim, at)
        return desk

    return make


@pytest.mark.both_databases
def test_a_try_and_what_is_named_come_with_the_wait(claimed):
    desk = claimed()
    desk.wait(MONDAY)
    asked, waits = desk.lines()[-2:]
    assert (asked.kind, asked.data["outcome"]) == (EntryKind.CONTACT, "not_reached")
    assert (waits.kind, waits.text, waits.public) == (EntryKind.WAITING, "身份证复印件", True)


@pytest.mark.parametrize(
    "fields",
    [
        {"needed": "", "method": "call", "outcome": "reached"},
        {"needed": "身份证", "method": "", "outcome": "reached"},
        {"needed": "身份证", "method": "call", "outcome": ""},
    ],
)
def test_without_them_nobody_waits(open_one, as_, stored, fields):
    reference = open_one()
    path = f"/queue/{reference}"
    as_(OWNER).send(f"{path}/claim", path)
    assert as_(OWNER).send(f"{path}/wait", path, **fields).status_code == 422
    assert stored(reference).state is State.ACCEPTED


@pytest.mark.both_databases
def test_it_waits_twice_in_a_cycle_and_no_more(claimed):
    desk = claimed()
    for hour in (1, 3):
        desk.wait(MONDAY + timedelta(hours=hour), REACHED)
        desk.resume(MONDAY + timedelta(hours=hour + 1))
    with pytest.raises(Refused):
        desk.wait(MONDAY + 2 * DAY)
    assert desk.state is State.ACCEPTED
    desk.do(casework.resolve, "办好了", Method.CALL, MONDAY + 2 * DAY)
    with desk.app.app_context(), unit_of_work():
        request = for_change(by_reference(desk.reference).id)
        rework(request, "没有解决", Actor.staff(request.owner_user_id), MONDAY + 3 * DAY)
    desk.wait(MONDAY + 3 * DAY)
    assert desk.state is State.WAITING


@pytest.mark.both_databases
def test_after_a_wait_in_vain_the_resident_is_asked_on_a_later_day(claimed):
    desk = claimed()
    desk.wait(MONDAY)
    assert desk.sweep(CLOSING) == 1
    with pytest.raises(Refused):
        desk.wait(CLOSING + timedelta(hours=1))
    desk.wait(CLOSING + DAY)
    assert desk.state is State.WAITING


def test_the_task_to_ask_again_stands_on_top_until_it_is_done(claimed, as_):
    desk = claimed()
    desk.wait(MONDAY)
    desk.sweep(CLOSING)
    assert desk.lines()[-1].data["task"] == "ask_again"
    page, queue = as_(OWNER).get(f"/queue/{desk.reference}"), as_(OWNER).get("/queue")
    assert "desk-banner--warn" in page.text
    assert "desk-tag--warn" in queue.text
    desk.do(casework.respond, MISSED, "", CLOSING + DAY)
    page, queue = as_(OWNER).get(f"/queue/{desk.reference}"), as_(OWNER).get("/queue")
    assert "desk-banner--warn" not in page.text
    assert "desk-tag--warn" not in queue.text


def test_a_resident_who_adds_something_has_answered(claimed, as_):
    desk = claimed()
    desk.wait(MONDAY)
    desk.sweep(CLOSING)
    with desk.app.app_context(), unit_of_work():
        add(by_reference(desk.reference).id, "身份证号已经给村里了", CLOSING + DAY)
    assert "desk-tag--warn" not in as_(OWNER).get("/queue").text


def test_a_try_in_vain_does_not_stop_the_first_response(claimed, remind, stored):
    """Not even while it waits: the clock runs out and somebody is reminded."""
    desk = claimed()
    desk.wait(MONDAY)
    first = next(each for each in stored(desk.reference).clocks if each.kind == "first_response")
    assert (first.outcome, first.paused_at) == ("open", None)
    assert stored(desk.reference).due_at == first.due_at
    remind(first.due_at + timedelta(minutes=1))
    assert EntryKind.REMINDED in [each.kind for each in desk.lines()]
    desk.do(casework.respond, REACHED, "", first.due_at + timedelta(hours=1))
    first = next(each for each in stored(desk.reference).clocks if each.kind == "first_response")
    assert first.outcome == "late"


def test_nobody_waits_in_danger(claimed, as_, stored):
    desk = claimed(urgency=Urgency.P0)
    path = f"/queue/{desk.reference}"
    assert "do=wait" not in as_(OWNER).get(path).text
    fields = {"needed": "身份证", "method": "call", "outcome": "reached"}
    assert as_(OWNER).send(f"{path}/wait", path, **fields).status_code == 422
    assert desk.state is State.ACCEPTED


@pytest.mark.both_databases
def test_what_becomes_a_danger_no_longer_waits(claimed):
    desk = claimed(at=now())
    desk.wait(now())
    with desk.app.app_context(), unit_of_work():
        raise_danger(for_change(by_reference(desk.reference).id), now())
    assert desk.state is State.ACCEPTED
    assert desk.lines()
