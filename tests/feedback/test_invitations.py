"""A resident is asked once, by day, if they can be asked; what nobody rates lapses."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from service_desk.feedback.models import Rating, RatingInvitation, RatingSource
from service_desk.feedback.service import invite_due, lapse_due, record
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging.models import Message
from service_desk.messaging.service import stop
from service_desk.service_requests.lifecycle import CloseReason, State, Urgency
from service_desk.service_requests.models import ContactPreference, EntryKind
from service_desk.service_requests.queries import timeline
from tests.feedback.conftest import LANDLINE, MOBILE, RESOLVED

LATER = RESOLVED + timedelta(minutes=1)
CLOSING = datetime(2026, 11, 30, 10, 0, tzinfo=UTC)
"""18:00 on the fifth working day after it was resolved."""
TOGETHER = 4
UNASKABLE = (
    {"urgency": Urgency.P0},
    {"restricted": True},
    {"phone": None},
    {"contact_preference": ContactPreference.NONE},
    {"contact_preference": ContactPreference.SAFE},
    {"contact_preference": ContactPreference.VISIT},
)


@pytest.fixture
def sweep(app):
    def run(work, at=LATER):
        with app.app_context(), unit_of_work():
            return work(at)

    return run


@pytest.mark.both_databases
def test_asked_once_with_the_digits_to_reply(resolved, sweep, app, count):
    request_id = resolved()
    assert sweep(invite_due) == 1
    assert sweep(invite_due, LATER + timedelta(days=1)) == 0
    assert count(RatingInvitation, RatingInvitation.asked) == 1
    with app.app_context():
        (text,) = session.scalars(sa.select(Message)).all()
        assert (text.request_id, text.phone, text.not_before) == (request_id, MOBILE, LATER)
        assert timeline(request_id)[-1].kind is EntryKind.INVITED
        assert not timeline(request_id)[-1].public
    for level in "54321":
        assert level in text.body


@pytest.mark.parametrize("changes", UNASKABLE, ids=str)
def test_nobody_is_asked_who_should_not_be(resolved, sweep, count, changes):
    resolved(**changes)
    assert sweep(invite_due) == 0
    assert count(Message) == count(RatingInvitation) == 0


@pytest.mark.both_databases
def test_a_landline_gets_no_text_and_is_in_no_figure(resolved, sweep, app, count):
    request_id = resolved(phone=LANDLINE, contact_preference=ContactPreference.PHONE)
    assert sweep(invite_due) == 0
    assert count(Message) == 0
    assert count(RatingInvitation, RatingInvitation.asked.is_(False)) == 1
    assert sweep(invite_due) == 0
    with app.app_context():
        assert timeline(request_id)[-1].kind is EntryKind.RESOLVED


def test_who_said_stop_is_not_asked(resolved, sweep, app, count):
    resolved()
    with app.app_context(), unit_of_work():
        stop(MOBILE, LATER)
    assert sweep(invite_due) == 0
    assert count(Message) == 0
    assert count(RatingInvitation, RatingInvitation.asked) == 0


def test_by_night_the_text_waits_for_the_morning(resolved, sweep, app):
    night = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
    resolved(night)
    assert sweep(invite_due, night) == 1
    with app.app_context():
        (text,) = session.scalars(sa.select(Message)).all()
    assert text.not_before == datetime(2026, 11, 24, 0, 30, tzinfo=UTC)


@pytest.mark.both_databases
def test_after_a_rectification_they_are_asked_again(resolved, sweep, again, app, count):
    request_id = resolved()
    sweep(invite_due)
    with app.app_context(), unit_of_work():
        record(request_id, 1, None, RatingSource.SMS, LATER)
    assert sweep(invite_due) == 0
    again(request_id, LATER)
    assert sweep(invite_due) == 1
    assert count(RatingInvitation) == 2


@pytest.mark.both_databases
def test_it_lapses_after_the_fifth_working_day(resolved, sweep, read, app, count):
    request_id = resolved()
    assert sweep(lapse_due, CLOSING) == 0
    assert sweep(lapse_due, CLOSING + timedelta(minutes=1)) == 1
    request = read(request_id)
    assert (request.state, request.close_reason) == (State.CLOSED, CloseReason.RATING_LAPSED)
    assert sweep(lapse_due, CLOSING + timedelta(days=1)) == 0
    assert count(Rating) == 0
    with app.app_context():
        assert timeline(request_id)[-1].public


def test_what_was_rated_does_not_lapse(resolved, sweep, read, app):
    request_id = resolved()
    with app.app_context(), unit_of_work():
        record(request_id, 1, None, RatingSource.SMS, LATER)
    assert sweep(lapse_due, CLOSING + timedelta(days=9)) == 0
    assert read(request_id).state is State.REWORK


def test_the_holidays_do_not_count(resolved, sweep):
    """Resolved on the last day before the week off in October."""
    resolved(datetime(2026, 9, 30, 2, 0, tzinfo=UTC))
    assert sweep(lapse_due, datetime(2026, 10, 9, 2, 0, tzinfo=UTC)) == 0
    assert sweep(lapse_due, datetime(2026, 10, 20, 2, 0, tzinfo=UTC)) == 1


def together(app, work, at):
    """The same sweep by several schedules at once; gives how much each did."""
    barrier = Barrier(TOGETHER)

    def run(_):
        with app.app_context():
            barrier.wait()
            try:
                with unit_of_work():
                    return work(at)
            finally:
                session.remove()

    with ThreadPoolExecutor(TOGETHER) as pool:
        return list(pool.map(run, range(TOGETHER)))


def test_many_sweeps_ask_once(committed_db, make_app, resolved, count):
    for _ in range(5):
        resolved()
    assert sum(together(make_app(), invite_due, LATER)) == 5
    assert count(Message) == count(RatingInvitation) == 5


def test_many_sweeps_let_it_lapse_once(committed_db, make_app, resolved, read):
    ids = [resolved() for _ in range(5)]
    assert sum(together(make_app(), lapse_due, CLOSING + timedelta(hours=1))) == 5
    assert {read(each).state for each in ids} == {State.CLOSED}


def test_a_rating_and_the_lapse_at_once_end_in_one_of_both(committed_db, make_app, resolved, read):
    """Whichever comes second finds the request as the first one left it."""
    app, barrier = make_app(), Barrier(2)
    ids = [resolved() for _ in range(8)]

    def rate():
        with app.app_context():
            barrier.wait()
            for request_id in ids:
                with suppress(Refused), unit_of_work():
                    record(request_id, 1, None, RatingSource.WEB, CLOSING)
            session.remove()

    def lapse():
        with app.app_context():
            barrier.wait()
            with unit_of_work():
                lapsed = lapse_due(CLOSING + timedelta(hours=1))
            session.remove()
        return lapsed

    with ThreadPoolExecutor(2) as pool:
        rating, lapsing = pool.submit(rate), pool.submit(lapse)
        rating.result()
        lapsed = lapsing.result()
    states = [read(each).state for each in ids]
    assert states.count(State.CLOSED) == lapsed
    assert states.count(State.REWORK) == len(ids) - lapsed
