"""Two clerks at once: every word is kept, one after the other; a decision is taken once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.foundation.clock import local, now
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.transaction import unit_of_work
from service_desk.stations import proposals, service
from service_desk.stations.models import StationDay
from service_desk.stations.rules import Kind, Said, Source
from service_desk.stations.service import By
from service_desk.stations.table_file import DayRow
from tests.stations.conftest import BEIMEN

CLERKS = 6


def at_once(app, work):
    """What each of several people gets, who begin together."""
    with app.app_context():
        people = list(session.scalars(sa.select(User.id).order_by(User.id).limit(CLERKS)))
    together = Barrier(CLERKS)

    def one(user_id):
        with app.app_context():
            together.wait()
            try:
                with unit_of_work():
                    return work(user_id)
            except Refused:
                return None
            finally:
                session.remove()

    with ThreadPoolExecutor(CLERKS) as pool:
        return list(pool.map(one, people))


def test_words_of_one_moment_are_numbered_in_order(committed_db, make_app):
    app, today = make_app(), local(now()).date()

    def tell(user_id):
        said = Said(Kind.OPENED, ((0, user_id),))
        return service.tell_alone(BEIMEN, today, said, By(Source.CLERK, user_id, now())).number

    assert sorted(at_once(app, tell)) == list(range(1, CLERKS + 1))


def test_six_taps_open_the_station_once(committed_db, make_app):
    app = make_app()
    numbers = at_once(app, lambda user_id: service.open_now(BEIMEN, user_id, now()).number)
    assert numbers == [1] * CLERKS


def test_a_proposal_is_decided_once(committed_db, make_app):
    app, at = make_app(), now()
    row = DayRow(0, BEIMEN, local(at).date() - timedelta(days=9), ((510, 1080),))
    with app.app_context(), unit_of_work():
        by = By(Source.CLERK, None, at)
        number = proposals.propose(BEIMEN, Kind.OPENED, [row], "值班簿", by).id
    decided = at_once(app, lambda user_id: proposals.decide(number, True, user_id, now()).id)
    assert sorted(decided, key=str) == [*[number] * 1, *[None] * (CLERKS - 1)]
    with app.app_context():
        assert session.scalar(sa.select(sa.func.count(StationDay.id))) == 1
