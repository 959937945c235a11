"""`desk rebuild-clocks`: an auditor sees every clock that its timeline does not tell."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests import service
from service_desk.service_requests.lifecycle import Nature, State
from service_desk.service_requests.models import (
    ClockKind,
    ClockOutcome,
    EntryKind,
    RequestClock,
    TimelineEntry,
)
from service_desk.service_requests.reference import show_reference
from tests.service_requests.conftest import AT, WORKER, step

pytestmark = pytest.mark.both_databases
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk(app):
    """Runs `desk rebuild-clocks …`; gives the exit status and the lines."""

    def run(*arguments):
        result = app.test_cli_runner().invoke(args=["desk", "rebuild-clocks", *arguments])
        return result.exit_code, result.output.splitlines()

    return run


@pytest.fixture
def worked(open_one, change):
    """A request that waited, was resolved and came back."""
    request_id = open_one()
    change(request_id, step, State.ACCEPTED, AT + HOUR)
    change(request_id, step, State.WAITING, AT + DAY)
    change(request_id, step, State.ACCEPTED, AT + 2 * DAY)
    change(request_id, step, State.RESOLVED, AT + 3 * DAY)
    change(request_id, service.rework, "没修好", WORKER, AT + 4 * DAY)
    return request_id


@pytest.fixture
def falsify(app):
    """Writes to a clock behind the desk's back."""

    def write(request_id, kind, **values):
        with app.app_context(), unit_of_work():
            session.execute(
                sa.update(RequestClock)
                .where(RequestClock.request_id == request_id, RequestClock.kind == kind)
                .values(**values)
            )

    return write


def test_nothing_differs_in_what_the_desk_did(desk, worked, open_one):
    open_one(nature=Nature.PRAISE)
    told = "2 requests compared: 0 differ, 0 from before the timeline kept enough."
    assert desk("--check") == (0, [told])


def test_every_falsified_field_is_named(desk, worked, read, falsify):
    request = read(worked)
    late = request.clocks[0].due_at + DAY
    falsify(worked, ClockKind.FIRST_RESPONSE, due_at=late, outcome=ClockOutcome.ON_TIME)
    falsify(worked, ClockKind.RESOLUTION, pauses=[[AT.isoformat(), (AT + DAY).isoformat()]])
    status, lines = desk("--check")
    reference = show_reference(request.reference)
    assert status == 1
    assert lines == [
        (
            f"{reference} first_response due_at: stored 2026-11-25T02:00:00+00:00, "
            "the timeline tells 2026-11-24T02:00:00+00:00"
        ),
        f"{reference} first_response outcome: stored on_time, the timeline tells open",
        (
            f"{reference} resolution pauses: stored 2026-11-23T02:00:00+00:00.."
            "2026-11-24T02:00:00+00:00, the timeline tells none"
        ),
        "1 requests compared: 1 differ, 0 from before the timeline kept enough.",
    ]


def test_a_difference_is_told_and_never_repaired(desk, worked, falsify, read):
    falsify(worked, ClockKind.RESOLUTION, due_at=AT + 99 * DAY)
    status, lines = desk()
    assert (status, len(lines)) == (0, 2)
    assert desk("--check")[0] == 1
    assert max(clock.due_at for clock in read(worked).clocks) == AT + 99 * DAY


def test_a_clock_that_is_gone_is_a_difference(app, desk, worked):
    with app.app_context(), unit_of_work():
        session.execute(sa.delete(RequestClock).where(RequestClock.request_id == worked))
    status, lines = desk("--check")
    assert status == 1
    assert any("stored none" in line for line in lines)


def test_older_lines_are_not_enough_and_no_difference(app, desk, worked, read):
    with app.app_context(), unit_of_work():
        session.execute(
            sa.update(TimelineEntry)
            .where(TimelineEntry.kind == EntryKind.SUBMITTED)
            .values(data={"channel": "web", "urgency": "P2", "danger": False})
        )
    status, lines = desk("--check")
    assert status == 0
    assert lines[0] == f"{show_reference(read(worked).reference)}: not enough recorded"
    assert lines[1].endswith("0 differ, 1 from before the timeline kept enough.")


def test_one_request_can_be_asked_for(desk, worked, open_one, read):
    open_one()
    status, lines = desk("--check", "--reference", show_reference(read(worked).reference))
    assert (status, lines[0][:19]) == (0, "1 requests compared")
    assert desk("--reference", "3124-567-891")[0] == 1
    assert desk("--reference", "nobody's")[0] == 1


def test_no_word_of_the_resident_is_kept_among_the_codes(app, worked):
    with app.app_context():
        kept = str(session.scalars(sa.select(TimelineEntry.data)).all())
    for word in ("老爷子", "和阿奶", "13800001234", "北门街"):
        assert word not in kept
