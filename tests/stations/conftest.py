"""People of Beimen and their overseers, and what is stored of its station's days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from service_desk.directory.hours import Interval
from service_desk.directory.queries import station_of
from service_desk.directory.service import set_station_hours
from service_desk.foundation.clock import local, now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.stations.models import StationDay, StationProposal
from tests.accounts.conftest import acts, as_, id_of

__all__ = ["acts", "as_", "id_of"]
BEIMEN = "533401101003"
ELSEWHERE = "533422102201"
JIANTANG = "533401101000"
CITY = "533401000000"
PLANNED = "08:30-12:00 13:30-18:00"


@pytest.fixture
def today() -> date:
    return local(now()).date()


@pytest.fixture
def yesterday(today: date) -> date:
    return today - timedelta(days=1)


@pytest.fixture
def open_daily(app: Flask, id_of: Callable[[str], int]) -> None:
    """Beimen opens on every day of the week, so that tests run the same on all of them."""
    hours = [Interval(day, *pair) for day in range(7) for pair in ((510, 720), (810, 1080))]
    with app.app_context(), unit_of_work():
        station = station_of(BEIMEN)
        assert station is not None
        set_station_hours(station, hours, id_of("admin"), now())


@pytest.fixture
def told(app: Flask) -> Callable[..., list[StationDay]]:
    """Every word on the days of a station, in the order in which they were said."""

    def rows(area_code: str = BEIMEN) -> list[StationDay]:
        with app.app_context():
            query = sa.select(StationDay).where(StationDay.area_code == area_code)
            return list(session.scalars(query.order_by(StationDay.id)))

    return rows


@pytest.fixture
def proposed(app: Flask) -> Callable[[], list[StationProposal]]:
    def rows() -> list[StationProposal]:
        with app.app_context():
            return list(session.scalars(sa.select(StationProposal).order_by(StationProposal.id)))

    return rows
