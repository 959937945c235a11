"""Many at once: one person's words are kept in order, nobody speaks over another; decided once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.directory.areas import PREFECTURE, area_range
from service_desk.foundation.clock import local, now
from service_desk.foundation.database import session
from service_desk.foundation.faults import Refused
from service_desk.foundation.transaction import unit_of_work
from service_desk.stations import proposals, service
from service_desk.stations.models import StationDay
from service_desk.stations.queries import station_names
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


def tells(user_id, until):
    """A word on today, that ends at another minute each time."""
    said, by = Said(Kind.OPENED, ((0, until),)), By(Source.CLERK, user_id, now())
    return service.tell_alone(BEIMEN, local(now()).date(), said, by).number


def test_one_persons_words_of_one_moment_are_numbered_in_order(committed_db, make_app, id_of):
    app, clerk = make_app(), id_of("grid.beimen")
    numbers = at_once(app, lambda user_id: tells(clerk, user_id))
    assert sorted(numbers) == list(range(1, CLERKS + 1))


def test_of_six_clerks_the_first_word_stands_and_the_others_need_a_second_person(
    committed_db, make_app
):
    app = make_app()
    numbers = at_once(app, lambda user_id: tells(user_id, user_id))
    assert sorted(numbers, key=str) == [1, *[None] * (CLERKS - 1)]
    with app.app_context():
        assert session.scalar(sa.select(sa.func.count(StationDay.id))) == 1


def test_six_taps_open_the_station_once(committed_db, make_app):
    app = make_app()
    numbers = at_once(app, lambda user_id: service.open_now(BEIMEN, user_id, now()).number)
    assert numbers == [1] * CLERKS


def test_tables_in_opposite_order_do_not_wait_for_each_other(committed_db, make_app):
    """Each locks every station before it writes, in one order; the later one corrects nobody."""
    app, today = make_app(), local(now()).date()
    with app.app_context():
        codes = sorted(station_names([area_range(PREFECTURE)]))

    def take(user_id):
        turn = 1 if user_id % 2 else -1
        rows = [DayRow(0, code, today, ((0, user_id),)) for code in codes[::turn]]
        return proposals.take_table(rows, "考勤机", By(Source.IMPORT, user_id, now())).recorded

    taken = at_once(app, take)
    assert sorted(taken, key=str) == [*[0] * (CLERKS - 1), len(codes)]
    with app.app_context():
        assert session.scalar(sa.select(sa.func.count(StationDay.id))) == len(codes)


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
