"""What was published stays what was published."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from threading import Barrier

import pytest
import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.reporting.figures import DEFINITION_VERSION
from service_desk.reporting.models import ReportSnapshot
from service_desk.reporting.months import Month
from service_desk.reporting.queries import newest_frozen, report, snapshot
from service_desk.reporting.service import close_month
from tests.reporting.worlds import BEIMEN, DAY, MINUTE, PREFECTURE, TOWNSHIP, Fact, store

NOVEMBER = Month(2026, 11)
DAY_FIVE = datetime(2026, 12, 4, 16, tzinfo=UTC)
TOGETHER = 6


def close(at):
    with unit_of_work():
        return close_month(at)


@pytest.mark.both_databases
def test_a_month_freezes_once_from_day_five_on(db_session):
    store([Fact()])
    assert close(DAY_FIVE - MINUTE) == 0
    assert close(DAY_FIVE) == 1
    assert close(DAY_FIVE + DAY) == 0
    assert newest_frozen() == NOVEMBER
    frozen = snapshot(NOVEMBER)
    assert frozen is not None
    assert frozen.frozen_at == DAY_FIVE


@pytest.mark.both_databases
def test_later_changes_do_not_change_it(db_session):
    store([Fact()])
    before = report(NOVEMBER, TOWNSHIP, DAY_FIVE)
    close(DAY_FIVE)
    store([Fact(), Fact()])
    after = report(NOVEMBER, TOWNSHIP, DAY_FIVE + 40 * DAY)
    assert after["rows"] == before["rows"]
    assert after["total"] == before["total"]
    assert before["frozen_at"] is None
    assert datetime.fromisoformat(after["frozen_at"]) == DAY_FIVE
    assert report(NOVEMBER, BEIMEN, DAY_FIVE)["total"]["volume"] == 1


def test_it_keeps_the_definition_it_was_counted_by(db_session):
    close(DAY_FIVE)
    with unit_of_work():
        session.execute(sa.update(ReportSnapshot).values(definition_version=DEFINITION_VERSION - 1))
    assert report(NOVEMBER, PREFECTURE, DAY_FIVE)["definition_version"] == DEFINITION_VERSION - 1


def test_a_place_that_came_later_is_counted_live(db_session):
    close(DAY_FIVE)
    frozen = snapshot(NOVEMBER)
    rows = [row for row in frozen.figures["rows"] if row["area_code"] != BEIMEN]
    with unit_of_work():
        session.execute(sa.update(ReportSnapshot).values(figures={"rows": rows}))
    found = report(NOVEMBER, BEIMEN, DAY_FIVE)
    assert found["frozen_at"] is None
    assert found["total"]["volume"] == 0


def test_after_a_long_standstill_every_month_is_frozen(db_session):
    close(DAY_FIVE)
    assert close(datetime(2027, 3, 10, tzinfo=UTC)) == 3
    months = session.scalars(sa.select(ReportSnapshot.month).order_by(ReportSnapshot.month))
    assert list(months) == ["2026-11", "2026-12", "2027-01", "2027-02"]


def test_many_schedules_freeze_it_once(committed_db, make_app):
    app = make_app()
    together = Barrier(TOGETHER)

    def run(_):
        with app.app_context():
            together.wait()
            frozen = close(DAY_FIVE)
            session.remove()
        return frozen

    with ThreadPoolExecutor(TOGETHER) as pool:
        assert sum(pool.map(run, range(TOGETHER))) == 1
    with app.app_context():
        assert session.scalar(sa.select(sa.func.count()).select_from(ReportSnapshot)) == 1
