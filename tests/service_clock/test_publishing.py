"""Limits are published once each, whole, by one or by two people; what is there never changes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from threading import Barrier

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.foundation.database import session
from service_desk.foundation.faults import Forbidden, Refused, StaleEdit
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock.in_force import in_force
from service_desk.service_clock.models import ClockPolicy, PolicyProposal, PolicyVersion
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_clock.policy_changes import Edit, Slot
from service_desk.service_clock.policy_history import published
from service_desk.service_clock.publishing import Draft, Verdict, decide, submit
from service_desk.service_clock.walk import Clock

AT = datetime(2026, 11, 24, 4, tzinfo=UTC)
XGLL, DEQIN, PREFECTURE = "533401000000", "533422000000", "533400000000"
HELP = Slot(PolicyKind.RESOLUTION, "P2", "help")
EDITORS = 6


def draft(*edits, area=XGLL, version=None):
    version = in_force(area).policy_version if version is None else version
    return Draft(area, version, edits, "试")


def shorter(days):
    return Edit(HELP, Clock.WORKING_DAY, days)


@pytest.fixture
def people(app):
    """Ids of two people who may decide."""
    with app.app_context():
        query = sa.select(User.id).where(User.username.in_(("admin", "county.xgll")))
        return list(session.scalars(query.order_by(User.username)))


@pytest.fixture
def limits(app):
    """Every limit there is, as it is written down."""

    def read():
        with app.app_context():
            rows = session.execute(sa.select(ClockPolicy.__table__).order_by(ClockPolicy.id))
            return [tuple(row) for row in rows]

    return read


@pytest.mark.both_databases
def test_a_version_is_added_and_no_other_touched(app, people, limits):
    before = limits()
    with app.app_context(), unit_of_work():
        submit(draft(shorter(5)), people[0], AT)
    after = limits()
    assert after[: len(before)] == before
    assert len(after) == 2 * len(before) + 1


@pytest.mark.both_databases
def test_of_many_who_publish_at_once_one_is_first_and_the_others_look_again(app, people):
    with app.app_context():
        drafts = [draft(shorter(number)) for number in range(1, EDITORS + 1)]
    together = Barrier(EDITORS)

    def one(each):
        with app.app_context():
            together.wait()
            try:
                with unit_of_work():
                    submit(each, people[0], AT)
            except StaleEdit:
                return 0
            finally:
                session.remove()
            return 1

    with ThreadPoolExecutor(EDITORS) as pool:
        assert sum(pool.map(one, drafts)) == 1
    with app.app_context():
        assert session.scalar(sa.select(sa.func.count()).select_from(PolicyVersion)) == 2


@pytest.mark.both_databases
def test_two_people_and_what_they_looked_at(app, people):
    admin, county = people
    with app.app_context(), unit_of_work():
        waiting = submit(draft(shorter(9)), county, AT).proposal
    with app.app_context():
        version = in_force(XGLL).policy_version
        yes = Verdict(True, "同意", version)
        with pytest.raises(Forbidden), unit_of_work():
            decide(waiting, yes, county, AT)
        with unit_of_work():
            submit(draft(shorter(3), area=DEQIN), county, AT)
        with pytest.raises(StaleEdit), unit_of_work():
            decide(waiting, yes, admin, AT)
        assert session.get_one(PolicyProposal, waiting).decided_at is None
        with unit_of_work():
            decide(waiting, replace(yes, version=version + 1), admin, AT)
        assert in_force(XGLL).policy_version == version + 2
        with pytest.raises(StaleEdit), unit_of_work():
            decide(waiting, yes, admin, AT)


@pytest.mark.both_databases
def test_the_database_knows_that_two_people_are_two(app, people):
    both = {"proposed_by": people[0], "decided_by": people[0]}
    times = {"proposed_at": AT, "decided_at": AT}
    row = PolicyProposal(area_code=XGLL, version_id=1, edits=[], note="试", **both, **times)
    with app.app_context():
        session.add(row)
        with pytest.raises(sa.exc.IntegrityError):
            session.flush()
        session.rollback()


@pytest.mark.parametrize(
    "edit",
    [
        Edit(Slot(PolicyKind.RETURN, "P0"), Clock.WALL, 5),
        Edit(Slot(PolicyKind.EXTENSION, None), Clock.WORKING_DAY, 5),
        Edit(HELP, Clock.WORKING_DAY, 61),
        Edit(Slot(PolicyKind.DANGER_LOOK, "P0"), Clock.SERVICE_HOUR, 60),
        Edit(Slot(PolicyKind.FIRST_RESPONSE, "P0")),
        shorter(7),
    ],
)
def test_what_is_wrong_alone_or_as_a_whole_is_refused(app, people, limits, edit):
    before = limits()
    with app.app_context(), pytest.raises(Refused), unit_of_work():
        submit(draft(edit, area=PREFECTURE), people[0], AT)
    assert limits() == before


def test_the_history_of_a_place_is_its_own_and_the_prefectures(app, people):
    with app.app_context():
        for days, area in ((5, XGLL), (4, DEQIN), (6, PREFECTURE)):
            with unit_of_work():
                submit(draft(shorter(days), area=area), people[0], AT)
        told = [[each.after.amount for each in version.changes] for version in published(XGLL)]
        assert told == [[6], [5], []]
        assert [len(version.changes) for version in published(DEQIN)] == [1, 1, 0]
