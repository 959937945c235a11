"""The demo's station days: a believable month, and something to decide."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest

from service_desk.directory.areas import PREFECTURE, area_range
from service_desk.foundation.clock import SHANGHAI, local, now
from service_desk.foundation.transaction import unit_of_work
from service_desk.operations.demo_stations import SNOWED_IN, load_station_days
from service_desk.stations.queries import compliance, days_told, waiting
from tests.stations.conftest import BEIMEN


@pytest.mark.both_databases
def test_a_month_of_every_station(db_session):
    at, today = now(), local(now()).date()
    with unit_of_work():
        load_station_days(at)
    found = compliance(PREFECTURE, today - timedelta(days=30), today - timedelta(days=1))
    assert 0.7 < found.total.n / found.total.d < 0.95
    assert found.total.unknown > 100
    assert found.total.short > 100
    assert found.within(SNOWED_IN).excused > 0
    kinds = [row.kind for row in waiting([area_range(BEIMEN)])]
    assert kinds == ["opened", "excused"]


def test_whoever_tries_it_finds_yesterday_untold(db_session):
    at, today = now(), local(now()).date()
    with unit_of_work():
        load_station_days(at)
    assert not days_told(BEIMEN, today - timedelta(days=2), today)


@pytest.mark.parametrize("day", ["2026-02-18", "2026-10-07", "2026-01-01", "2027-02-20"])
def test_it_loads_on_any_day_of_the_year(db_session, day):
    with unit_of_work():
        load_station_days(datetime.fromisoformat(f"{day}T09:00").replace(tzinfo=SHANGHAI))
    last = date.fromisoformat(day)
    assert days_told(PREFECTURE, last - timedelta(days=30), last)
