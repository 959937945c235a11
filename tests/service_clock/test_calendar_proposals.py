"""Days that may give time wait for a second person; rows on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from threading import Barrier

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.audit.models import AuditEntry
from service_desk.foundation.database import session
from service_desk.foundation.faults import Forbidden, NotFound, Refused, StaleEdit
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock import calendar_queries
from service_desk.service_clock.calendar_file import BadRow, CalendarRow
from service_desk.service_clock.calendar_proposals import (
    Decision,
    Sender,
    decide,
    read,
    submit,
    written,
)
from service_desk.service_clock.models import CalendarProposal, CalendarVersion
from service_desk.service_clock.schedule import DEFAULT_WEEK, DayKind
from service_desk.service_clock.service import ANYWHERE, Allowed, import_calendar

AT = datetime(2026, 11, 24, 4, tzinfo=UTC)
LATER = datetime(2026, 11, 25, 4, tzinfo=UTC)
CITY, JIANTANG, BEIMEN, WEIXI = "533401000000", "533401101000", "533401101003", "533423101001"
DAY = date(2026, 12, 1)
YES, NO = Decision(True, "路确实断了"), Decision(False, "路已经通了")

pytestmark = pytest.mark.both_databases


def row(kind, day=DAY, code=BEIMEN, hours=()):
    return CalendarRow(1, code, day, kind, "大雪", hours)


SNOW = [row(DayKind.CLOSURE)]


@pytest.fixture
def people(app):
    """A township's lead, the county's supervisor and an administrator, as they send days."""
    names = ("lead.jiantang", "county.xgll", "admin")
    with app.app_context():
        ids = dict(session.execute(sa.select(User.username, User.id)).all())
    lead, county, admin = (ids[each] for each in names)
    return (
        Sender(lead, Allowed((), (JIANTANG,)), False),
        Sender(county, Allowed((CITY,), (CITY,)), False),
        Sender(admin, ANYWHERE, True),
    )


@pytest.fixture
def in_app(app):
    with app.app_context():
        yield app


def sent(rows, by):
    with unit_of_work():
        return submit(rows, by, AT)


def decided(proposal, decision, by):
    with unit_of_work():
        return decide(proposal, decision, by, LATER)


def test_nothing_is_in_force_before_two_people_said_so(in_app, people):
    lead, county, _admin = people
    before = len(calendar_queries.versions())
    done = sent(SNOW, lead)
    assert done.version is None
    assert len(calendar_queries.versions()) == before
    assert calendar_queries.opening_on(BEIMEN, DAY) == DEFAULT_WEEK[1]
    decided(done.proposal, YES, county)
    assert calendar_queries.opening_on(BEIMEN, DAY) == ()
    newest = calendar_queries.versions()[0]
    assert (newest.created_by, newest.created_at, newest.reached) == (lead.user_id, LATER, 0)
    proposal = session.get_one(CalendarProposal, done.proposal)
    assert (proposal.version_id, proposal.decided_by) == (newest.id, county.user_id)
    assert (proposal.approved, proposal.reason) == YES


def test_what_is_refused_changes_nothing_and_both_are_on_record(in_app, people):
    lead, county, _admin = people
    before = len(calendar_queries.versions())
    waiting = sent(SNOW, lead).proposal
    decided(waiting, NO, county)
    assert len(calendar_queries.versions()) == before
    subject = AuditEntry.subject == f"calendar-proposal:{waiting}"
    entries = session.scalars(sa.select(AuditEntry).where(subject).order_by(AuditEntry.id))
    told = [(each.action, each.actor_id) for each in entries]
    assert told == [("calendar_proposed", lead.user_id), ("calendar_refused", county.user_id)]


def test_an_administrator_is_alone_and_so_is_who_takes_time_away(in_app, people):
    lead, county, admin = people
    before = len(calendar_queries.versions())
    assert sent(SNOW, admin).version
    assert sent([row(None)], lead).version
    assert sent([row(DayKind.WORKING, date(2026, 12, 5))], county).version
    assert len(calendar_queries.versions()) == before + 3
    mixed = [row(DayKind.WORKING, date(2026, 12, 6)), row(DayKind.HOLIDAY, date(2026, 12, 7))]
    assert sent(mixed, county).proposal
    assert sent([row(None, date(2026, 12, 5))], county).proposal, "a make-up day taken out"


def test_who_decides(in_app, people):
    lead, county, admin = people
    waiting = sent([row(DayKind.HOLIDAY)], county).proposal
    for by, fault in ((county, Forbidden), (lead, NotFound)):
        with pytest.raises(fault):
            decided(waiting, YES, by)
    elsewhere = sent([row(DayKind.CLOSURE, code=WEIXI)], Sender(lead.user_id, ANYWHERE, False))
    with pytest.raises(NotFound):
        decided(elsewhere.proposal, YES, county)
    both = [row(DayKind.CLOSURE), row(DayKind.CLOSURE, code=WEIXI)]
    of_both = sent(both, Sender(lead.user_id, ANYWHERE, False)).proposal
    with pytest.raises(NotFound):
        decided(of_both, YES, county)
    decided(waiting, YES, admin)
    for decision in (YES, NO):
        with pytest.raises(StaleEdit):
            decided(waiting, decision, admin)


def test_what_no_longer_fits_is_not_published_and_goes_on_waiting(in_app, people):
    lead, county, admin = people
    waiting = sent(SNOW, lead).proposal
    sent([row(DayKind.HOLIDAY)], admin)
    before = len(calendar_queries.versions())
    with pytest.raises(BadRow, match="line 1: taken"):
        decided(waiting, YES, county)
    sent([row(None)], admin)
    sent(SNOW, admin)
    with pytest.raises(Refused):
        decided(waiting, YES, county)
    assert len(calendar_queries.versions()) == before + 2
    assert session.get_one(CalendarProposal, waiting).decided_at is None
    decided(waiting, NO, county)


def test_a_wrong_row_is_no_proposal_and_the_same_days_are_one(in_app, people):
    lead = people[0]
    with pytest.raises(BadRow, match="line 1: reach"):
        sent([row(DayKind.CLOSURE, code=WEIXI)], lead)
    sent(SNOW, lead)
    with pytest.raises(Refused):
        sent(SNOW, lead)
    assert session.scalar(sa.select(sa.func.count()).select_from(CalendarProposal)) == 1


def test_of_two_who_decide_at_once_one_is_first(app, people):
    lead, county, admin = people
    with app.app_context():
        waiting = sent(SNOW, lead).proposal
        before = session.scalar(sa.select(sa.func.count()).select_from(CalendarVersion))
    together = Barrier(2)

    def one(by):
        with app.app_context():
            together.wait()
            try:
                decided(waiting, YES, by)
            except StaleEdit:
                return 0
            finally:
                session.remove()
            return 1

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(one, (county, admin))) == 1
    with app.app_context():
        found = session.scalar(sa.select(sa.func.count()).select_from(CalendarVersion))
        assert found == before + 1


def test_the_database_knows_that_two_people_are_two(in_app, people):
    both = {"proposed_by": people[0].user_id, "decided_by": people[0].user_id}
    times = {"proposed_at": AT, "decided_at": AT}
    session.add(CalendarProposal(area_code=BEIMEN, rows=[], note="雪", **both, **times))
    with pytest.raises(sa.exc.IntegrityError):
        session.flush()
    session.rollback()


def test_rows_are_written_and_read(in_app):
    rows = [row(None), CalendarRow(2, CITY, DAY, DayKind.CLOSURE, "", ((600, 720), (1200, 1560)))]
    assert read(written(rows)) == rows


def test_the_widest_place_is_the_proposals(in_app, people):
    rows = [row(DayKind.CLOSURE), row(DayKind.CLOSURE, code=JIANTANG)]
    waiting = sent(rows, people[0]).proposal
    assert session.get_one(CalendarProposal, waiting).area_code == JIANTANG
    import_calendar([row(DayKind.CLOSURE, date(2026, 12, 9))], None, AT)
    assert session.get_one(CalendarProposal, waiting).version_id is None
