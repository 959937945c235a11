"""Everything inside a unit of work is kept, or nothing is."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.faults import StaleEdit
from service_desk.foundation.transaction import end_reading, unit_of_work

pytestmark = pytest.mark.both_databases


def somebody(name):
    return User(username=name, display_name=name, created_at=now())


def known(name):
    return session.scalar(sa.select(User.id).where(User.username == name)) is not None


def test_what_is_done_is_kept(db_session):
    with unit_of_work():
        session.add(somebody("kept"))
    session.rollback()
    assert known("kept")


def _fail_after_writing(fault):
    with unit_of_work():
        session.add(somebody("lost"))
        session.flush()
        raise fault


@pytest.mark.parametrize("fault", [ValueError("x"), KeyboardInterrupt(), SystemExit(1)])
def test_a_fault_of_any_kind_keeps_nothing(db_session, fault):
    with pytest.raises(type(fault)):
        _fail_after_writing(fault)
    assert not known("lost")


def test_what_was_read_before_is_read_again(make_app):
    """Decisions are made on rows of this transaction, not on what a page showed."""
    app, other = make_app(), make_app()
    with app.app_context():
        seen = session.scalars(sa.select(User).where(User.username == "grid.beimen")).one()
        with other.app_context(), unit_of_work():
            session.execute(sa.update(User).where(User.id == seen.id).values(active=False))
        with unit_of_work():
            assert session.get_one(User, seen.id).active is False


def _write_what_is_gone():
    with unit_of_work():
        user = somebody("gone")
        session.add(user)
        session.flush()
        session.execute(sa.text("DELETE FROM users WHERE username = 'gone'"))
        user.display_name = "still here"


def test_a_row_that_somebody_else_changed_is_a_stale_edit(db_session):
    with pytest.raises(StaleEdit):
        _write_what_is_gone()
    assert not known("gone")


def test_unsaved_changes_from_before_are_not_carried_in(db_session):
    session.add(somebody("stray"))
    with unit_of_work():
        pass
    assert not known("stray")


def test_a_unit_that_wrote_nothing_ends_quietly(db_session):
    with unit_of_work():
        assert known("grid.beimen")


def test_unsaved_changes_are_lost_when_reading_ends(db_session):
    """It is told to the database as COMMIT, which keeps nothing that was not written."""
    session.scalars(sa.select(User).where(User.username == "grid.beimen")).one().active = False
    session.add(somebody("stray"))
    end_reading()
    assert not known("stray")
    assert session.scalar(sa.select(User.active).where(User.username == "grid.beimen"))


def _prepared():
    return session.scalar(sa.text("SELECT count(*) FROM pg_prepared_statements"))


def test_statements_stay_prepared_when_reading_ends(db_session):
    if session.get_bind().dialect.name == "postgresql":
        for _ in range(8):
            known("somebody")
            end_reading()
        assert _prepared() > 0
