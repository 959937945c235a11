"""Silent requests: nobody of the staff has touched them, counted in the county's working days."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from service_desk.accounts.models import User
from service_desk.accounts.queries import reach_of
from service_desk.foundation import clock
from service_desk.foundation.actor import RESIDENT, SYSTEM, Actor
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock import walk
from service_desk.service_clock.calendar_queries import add_working_days
from service_desk.service_clock.in_force import InForce, policies_of
from service_desk.service_clock.looking_back import first_running, used_up
from service_desk.service_clock.models import ClockPolicy
from service_desk.service_clock.policies import Matter, Policy, PolicyKind
from service_desk.service_clock.walk import Clock
from service_desk.service_requests.models import EntryKind, ServiceRequest, TimelineEntry
from service_desk.service_requests.queries import by_reference, in_areas, is_open
from service_desk.service_requests.silence import is_silent, limits, silences
from service_desk.service_requests.timeline import Entry, write
from service_desk.supervision.queries import silent
from tests.casework.explain import plan, reads_all
from tests.service_clock.worlds import local, moments, stations

LEAD, BENZILAN = "lead.jiantang", "533422102201"
MONDAY = local("11-16 10:00")
MATTER = Matter(PolicyKind.SILENT, "P2", "help", None)
COUNTIES = ("533401000000", "533422000000")


def reach(username):
    user_id = session.scalar(sa.select(User.id).where(User.username == username))
    return reach_of(user_id, clock.local(now()).date())


def found(at, username=LEAD):
    return [row.reference for row in silent(reach(username), at)]


def touch(reference, at, actor=None, kind=EntryKind.NOTE):
    with unit_of_work():
        user_id = session.scalar(sa.select(User.id).where(User.username == "grid.beimen"))
        entry = Entry(kind, data={})
        write(by_reference(reference).id, actor or Actor.staff(user_id), at, entry)


@pytest.mark.both_databases
def test_three_working_days_without_a_touch_are_silence(app, open_one):
    """Monday 10:00, untouched: silent when Thursday closes."""
    reference = open_one(at=MONDAY)
    with app.app_context():
        assert found(local("11-19 17:58")) == []
        assert found(local("11-19 18:01")) == [reference]
        touch(reference, local("11-20 09:00"))
        assert found(local("11-25 17:58")) == []
        assert found(local("11-25 18:01")) == [reference]


@pytest.mark.both_databases
@pytest.mark.parametrize("kind", [EntryKind.CLAIMED, EntryKind.CONTACT, EntryKind.LOOKED])
def test_any_line_of_staff_is_a_touch_and_no_other(app, open_one, kind):
    touched, left = open_one(at=MONDAY), open_one(at=MONDAY)
    with app.app_context():
        touch(touched, local("11-18 10:00"), kind=kind)
        touch(left, local("11-18 10:00"), SYSTEM, EntryKind.REMINDED)
        touch(left, local("11-18 11:00"), RESIDENT, EntryKind.FOLLOW_UP)
        assert found(local("11-20 09:00")) == [left]


@pytest.mark.both_databases
def test_longest_silent_first_with_since_when_and_only_of_the_area(app, open_one):
    later, first = open_one(at=MONDAY + timedelta(hours=2)), open_one(at=MONDAY)
    elsewhere = open_one(at=MONDAY, area_code=BENZILAN)
    secret = open_one(at=MONDAY, restricted=True, category="SAFE-01")
    done, deferred = open_one(at=MONDAY), open_one(at=MONDAY)
    at = local("11-23 09:00")
    with app.app_context():
        with unit_of_work():
            for reference, state in ((done, "closed"), (deferred, "deferred")):
                session.execute(
                    sa.update(ServiceRequest)
                    .where(ServiceRequest.reference == reference)
                    .values(state=state)
                )
        rows = silent(reach(LEAD), at)
        assert [row.reference for row in rows] == [first, later]
        assert [row.touched for row in rows] == [MONDAY, MONDAY + timedelta(hours=2)]
        assert {row.total for row in rows} == {2}
        assert found(at, "lead.benzilan") == [elsewhere]
        assert secret in found(at, "dispatch.diqing")


def test_the_board_and_the_queue_agree(db_app, open_one, as_):
    quiet, fresh = open_one(at=now() - timedelta(days=30)), open_one()
    elsewhere = open_one(at=now() - timedelta(days=30), area_code=BENZILAN)
    lead = as_(LEAD)
    page = lead.get("/board").text
    card = page[page.index('id="silent"') :].partition("</section>")[0]
    assert f"silent-{quiet}" in card
    assert "/queue?scope=area&amp;silent=y" in card
    queue = lead.get("/queue?scope=area&silent=y").text
    for text in (card, queue):
        assert quiet in text
        assert fresh not in text
        assert elsewhere not in text
    assert fresh in lead.get("/queue?scope=area&silent=n").text
    assert quiet in as_("grid.beimen").get("/queue?silent=y").text


@pytest.mark.both_databases
def test_the_county_that_changes_its_limit_changes_its_own_list(app, open_one):
    here, there = open_one(at=MONDAY), open_one(at=MONDAY, area_code=BENZILAN)
    at = local("11-20 09:00")
    with app.app_context():
        assert found(at) == [here]
        with unit_of_work():
            shared = session.scalars(
                sa.select(ClockPolicy).where(ClockPolicy.kind == PolicyKind.SILENT)
            ).one()
            version = shared.version_id
            session.add(
                ClockPolicy(
                    version_id=version,
                    kind=PolicyKind.SILENT,
                    clock=Clock.WORKING_DAY,
                    amount=6,
                    area_code="533401000000",
                )
            )
        forget()
        assert found(at) == []
        assert found(at, "lead.benzilan") == [there]
        forget()


def forget():
    """A version never changes outside of tests, so it is read once."""
    policies_of.cache_clear()


@given(hours=stations, clock_=st.sampled_from(Clock), amount=st.integers(1, 9), at=moments)
def test_looking_back_finds_the_first_minute_that_still_runs(hours, clock_, amount, at):
    """What the walk says forward holds on both sides of the minute that was found."""
    policy = Policy(PolicyKind.SILENT, None, clock_, amount)
    edge = first_running(InForce(1, 1, (policy,), hours), policy, at)
    assert walk.due(hours, clock_, edge, amount) > at
    assert walk.due(hours, clock_, edge - timedelta(minutes=1), amount) <= at


@pytest.mark.both_databases
def test_each_county_has_a_limit_and_the_days_are_working_days(db_session):
    at = local("11-19 18:01")
    edges = used_up(MATTER, COUNTIES, at)
    for code in COUNTIES:
        assert add_working_days(code, edges[code] - timedelta(minutes=1), 3) <= at
        assert add_working_days(code, edges[code], 3) > at
    assert set(limits(at)) >= {f"silent_before_{code}" for code in COUNTIES}


def test_the_cost_does_not_grow_with_what_is_stored(db_app, open_one):
    """Only lines of open requests are read, along their index, one request after the other."""
    open_one(at=now() - timedelta(days=30))
    with db_app.app_context():
        crowd()
        ours = is_open(), in_areas(reach(LEAD))
        for query in (
            sa.select(ServiceRequest.id).where(*ours, is_silent()),
            sa.select(silences(*ours)),
        ):
            told = plan(query, limits(now()))
            assert not reads_all(told, "timeline_entries"), told
            assert not reads_all(told, "service_requests"), told
            assert "ix_timeline_entries_request_id_id" in told
            assert "ix_service_requests_" in told


def crowd():
    """Many finished requests with lines, so that a planner has a reason to use an index."""
    with unit_of_work():
        row = dict(session.execute(sa.select(ServiceRequest.__table__)).mappings().one())
        line = dict(session.execute(sa.select(TimelineEntry.__table__)).mappings().first())
        rows, lines = [], []
        for number in range(1000):
            new = row["id"] + number + 1
            rows.append(
                row
                | {"id": new, "reference": f"9{number:09d}", "external_id": f"c{number}"}
                | {"state": "closed"}
            )
            lines += [
                line | {"id": 10_000 + number * 5 + each, "request_id": new} for each in range(5)
            ]
        session.execute(sa.insert(ServiceRequest.__table__), rows)
        session.execute(sa.insert(TimelineEntry.__table__), lines)
    session.execute(sa.text("ANALYZE"))
    session.commit()
