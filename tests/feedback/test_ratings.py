"""A rating is given once a cycle, by a resident, and never changed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from service_desk.feedback import rules
from service_desk.feedback.models import Rating, RatingSource
from service_desk.feedback.queries import rating_of
from service_desk.feedback.service import record
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.clocks import clock_of
from service_desk.service_requests.lifecycle import CloseReason, State
from service_desk.service_requests.models import ClockKind, ClockOutcome, EntryKind, ServiceRequest
from service_desk.service_requests.queries import timeline
from tests.feedback.conftest import RESOLVED

LATER = RESOLVED + timedelta(hours=1)
TOGETHER = 6


@pytest.fixture
def rate(app):
    def rate_(request_id, level, comment=None, at=LATER):
        with app.app_context(), unit_of_work():
            return record(request_id, level, comment, RatingSource.SMS, at).id

    return rate_


@pytest.mark.parametrize(
    ("level", "bad"), [(5, False), (4, False), (3, False), (2, True), (1, True)]
)
def test_the_last_two_levels_are_bad(level, bad):
    assert rules.is_bad(level) is bad


@pytest.mark.both_databases
@pytest.mark.parametrize("level", [5, 3])
def test_a_good_one_closes(resolved, rate, read, app, level):
    request_id = resolved()
    rate(request_id, level, "谢谢")
    request = read(request_id)
    assert (request.state, request.close_reason) == (State.CLOSED, CloseReason.RATED)
    assert request.closed_at == LATER
    with app.app_context():
        entry = timeline(request_id)[-1]
        rating = rating_of(request_id, 1)
    assert (entry.kind, entry.text, entry.public) == (EntryKind.RATED, "谢谢", True)
    assert entry.data["level"] == level
    assert (rating.level, rating.comment, rating.source) == (level, "谢谢", RatingSource.SMS)


@pytest.mark.both_databases
@pytest.mark.parametrize("level", [1, 2])
def test_a_bad_one_begins_a_rectification(resolved, rate, read, app, level):
    request_id = resolved()
    rate(request_id, level, "没人来")
    request = read(request_id)
    assert (request.state, request.cycle) == (State.REWORK, 2)
    assert request.resolved_at is None
    clock = clock_of(request, ClockKind.RESOLUTION)
    assert (clock.outcome, clock.started_at) == (ClockOutcome.OPEN, LATER)
    assert request.due_at == clock.due_at
    with app.app_context():
        kinds = [entry.kind for entry in timeline(request_id)[-2:]]
    assert kinds == [EntryKind.RATED, EntryKind.REWORK]


@pytest.mark.both_databases
def test_each_cycle_has_its_own_and_both_are_kept(resolved, rate, again, app, count):
    request_id = resolved()
    rate(request_id, 1)
    again(request_id, LATER)
    rate(request_id, 5)
    with app.app_context():
        assert rating_of(request_id, 1).level == 1
        assert rating_of(request_id, 2).level == 5
    assert count(Rating) == 2


@pytest.mark.both_databases
def test_a_second_one_changes_nothing(resolved, rate, app, count):
    request_id = resolved()
    rate(request_id, 4)
    with pytest.raises(Refused):
        rate(request_id, 1)
    assert count(Rating) == 1
    with app.app_context():
        assert rating_of(request_id, 1).level == 4


def test_levels_are_five(resolved, rate, count):
    request_id = resolved()
    for level in (0, 6, -1, 50):
        with pytest.raises(Refused) as refused:
            rate(request_id, level)
        assert refused.value.field == "level"
    assert count(Rating) == 0


def test_what_is_not_resolved_cannot_be_rated(resolved, rate, count):
    request_id = resolved()
    rate(request_id, 2)
    with pytest.raises(Refused):
        rate(request_id, 5)
    assert count(Rating) == 1


def test_an_empty_comment_is_none(resolved, rate, app):
    request_id = resolved()
    rate(request_id, 5, "")
    with app.app_context():
        assert rating_of(request_id, 1).comment is None


@pytest.mark.both_databases
@pytest.mark.parametrize("changes", [{"level": 6}, {"level": 0}, {"cycle": 1}])
def test_the_database_refuses_what_the_rules_forbid(app, resolved, rate, changes):
    request_id = resolved()
    rate(request_id, 4)
    row = {"request_id": request_id, "cycle": 2, "level": 5, "source": "web", "at": LATER}
    with app.app_context(), pytest.raises(IntegrityError), unit_of_work():
        session.execute(sa.insert(Rating).values(**{**row, **changes}))


def test_comments_are_not_readable_in_the_database(app, resolved, rate):
    rate(resolved(), 5, "谢谢小李")
    with app.app_context():
        raw = session.scalar(sa.text("SELECT comment FROM ratings"))
    assert "谢谢".encode() not in raw


def test_of_many_at_once_one_is_recorded(committed_db, make_app, resolved):
    app, request_id = make_app(), resolved()
    together = Barrier(TOGETHER)

    def call(level):
        with app.app_context():
            together.wait()
            try:
                with unit_of_work():
                    record(request_id, level, None, RatingSource.WEB, LATER)
            except Refused:
                return 0
            finally:
                session.remove()
        return 1

    with ThreadPoolExecutor(TOGETHER) as pool:
        assert sum(pool.map(call, [3, 4, 5, 5, 4, 3])) == 1
    with app.app_context():
        assert session.get_one(ServiceRequest, request_id).state is State.CLOSED
        assert len(session.scalars(sa.select(Rating)).all()) == 1
