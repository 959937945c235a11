"""Column types mean the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from enum import StrEnum

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError, StatementError

from service_desk.accounts.models import Post, User
from service_desk.foundation.clock import SHANGHAI, local, now
from service_desk.foundation.database import (
    Base,
    UTCDateTime,
    enum_column,
    insert_once,
    insert_once_returning,
    session,
)
from service_desk.foundation.periodic import PeriodicRun
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.models import EntryKind

MOMENT = datetime(2026, 11, 24, 2, 30, 15, 123456, tzinfo=UTC)


class Fruit(StrEnum):
    APPLE_RED = "apple-red"


@pytest.mark.both_databases
@pytest.mark.parametrize("zone", [UTC, SHANGHAI, timezone(-timedelta(hours=9, minutes=30))])
def test_a_moment_is_kept_to_the_microsecond_in_utc(db_session, zone):
    with unit_of_work():
        session.add(PeriodicRun(job="x", period="y", at=MOMENT.astimezone(zone)))
    session.expire_all()
    kept = session.get_one(PeriodicRun, ("x", "y")).at
    assert kept == MOMENT
    assert kept.tzinfo is UTC


def _store_naive():
    with unit_of_work():
        session.add(PeriodicRun(job="x", period="y", at=datetime(2026, 11, 24)))  # noqa: DTZ001


@pytest.mark.both_databases
def test_a_naive_moment_is_refused(db_session):
    with pytest.raises(StatementError, match="naive"):
        _store_naive()
    assert session.scalar(sa.select(sa.func.count()).select_from(PeriodicRun)) == 0


@pytest.mark.both_databases
def test_moments_are_ordered_as_they_happened(db_session):
    zones = (SHANGHAI, UTC, timezone(-timedelta(hours=5)))
    with unit_of_work():
        for number, zone in enumerate(zones):
            at = (MOMENT + number * timedelta(minutes=1)).astimezone(zone)
            session.add(PeriodicRun(job=str(number), period="y", at=at))
    jobs = session.scalars(sa.select(PeriodicRun.job).order_by(PeriodicRun.at))
    assert list(jobs) == ["0", "1", "2"]
    late = sa.select(PeriodicRun.job).where(PeriodicRun.at > MOMENT.astimezone(SHANGHAI))
    assert len(session.scalars(late).all()) == 2


def test_no_moment_is_no_moment(app):
    kind = UTCDateTime()
    with app.app_context():
        dialect = session.get_bind().dialect
    assert kind.process_bind_param(None, dialect) is None
    assert kind.process_result_value(None, dialect) is None


def test_an_enum_is_kept_by_its_value():
    assert enum_column(Fruit, "fruit").enums == ["apple-red"]


@pytest.mark.both_databases
def test_a_value_outside_the_enum_is_refused_by_the_database(db_session):
    with pytest.raises(IntegrityError), unit_of_work():
        session.execute(sa.text("UPDATE posts SET role = 'wizard'"))
    assert not session.scalar(sa.text("SELECT count(*) FROM posts WHERE role = 'wizard'"))


def test_every_value_of_every_enum_has_room():
    for table in Base.metadata.tables.values():
        for column in table.columns:
            if isinstance(column.type, sa.Enum):
                assert all(len(value) <= 40 for value in column.type.enums), column


def test_every_constraint_has_a_name():
    for table in Base.metadata.tables.values():
        assert all(each.name for each in table.constraints), table.name
    assert EntryKind.PAGED == "paged"


@pytest.mark.both_databases
def test_inserting_once_does_nothing_the_second_time(db_session):
    row = {"job": "x", "period": "y", "at": MOMENT}
    with unit_of_work():
        session.execute(insert_once(PeriodicRun).values(**row))
        session.execute(insert_once(PeriodicRun).values(**row))
        assert session.scalar(sa.select(sa.func.count()).select_from(PeriodicRun)) == 1
        again = session.execute(insert_once_returning(PeriodicRun), row).first()
        assert again is None
        other = session.execute(insert_once_returning(PeriodicRun), row | {"period": "z"}).first()
        assert tuple(other) == ("x", "z")


@pytest.mark.both_databases
def test_a_row_that_points_nowhere_is_refused(db_session):
    with pytest.raises(IntegrityError), unit_of_work():
        session.execute(
            sa.insert(Post).values(role="mediator", area_code="999", title="x", active=True)
        )


def test_sqlite_writes_safely(db_session):
    settings = {
        name: session.scalar(sa.text(f"PRAGMA {name}"))
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
    }
    assert settings == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 15000,
    }


def test_a_phone_is_not_readable_in_the_database(db_session):
    user = session.scalars(sa.select(User).where(User.phone.is_not(None)).limit(1)).one()
    raw = session.scalar(sa.text("SELECT phone FROM users WHERE id = :id"), {"id": user.id})
    assert user.phone.encode() not in raw


def test_now_is_aware_and_local_is_eight_hours_ahead():
    assert now().tzinfo is UTC
    assert local(MOMENT).isoformat() == "2026-11-24T10:30:15.123456+08:00"
