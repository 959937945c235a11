"""However many schedules there are, what is due is done once a period."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.foundation.periodic import KEPT, PeriodicRun, first_time, forget_before
from service_desk.foundation.transaction import unit_of_work

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
CALLERS = 8


def ask(job="sweep", period="2026-11-24", at=AT):
    with unit_of_work():
        return first_time(job, period, at)


@pytest.mark.both_databases
def test_once_per_job_and_period(db_session):
    assert ask()
    assert not ask()
    assert ask(job="other")
    assert ask(period="2026-11-25")


@pytest.mark.both_databases
def test_who_failed_lets_the_next_one_try(db_session):
    def fail():
        with unit_of_work():
            assert first_time("sweep", "x", AT)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert ask(period="x")


def test_of_many_at_once_one_does_it(committed_db, make_app):
    app, together = make_app(), Barrier(CALLERS)

    def call(_):
        with app.app_context():
            together.wait()
            won = [ask(period=str(number)) for number in range(10)]
            session.remove()
        return sum(won)

    with ThreadPoolExecutor(CALLERS) as pool:
        assert sum(pool.map(call, range(CALLERS))) == 10


@pytest.mark.both_databases
def test_old_runs_are_forgotten(db_session):
    ask(period="old", at=AT - KEPT - timedelta(seconds=1))
    ask(period="kept", at=AT - KEPT)
    with unit_of_work():
        assert forget_before(AT) == 1
        assert forget_before(AT) == 0
    assert session.scalars(sa.select(PeriodicRun.period)).all() == ["kept"]
