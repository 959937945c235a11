"""Where requests go with the people who are really there, on both databases."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta, timezone
from uuid import uuid4

import pytest
import sqlalchemy as sa

from service_desk.accounts.models import DutyTurn, Grant, Post, User
from service_desk.directory.areas import PREFECTURE, AreaLevel
from service_desk.directory.categories import CODES, OwnerLevel, category
from service_desk.directory.models import Area
from service_desk.directory.roles import SELF_GOVERNANCE, Role
from service_desk.foundation.actor import RESIDENT
from service_desk.foundation.database import session
from service_desk.routing.queries import everybody, on_call, open_loads, place
from service_desk.routing.rules import chain, choose, plan
from service_desk.service_requests.draft import Draft
from service_desk.service_requests.lifecycle import Channel, CloseReason, Nature, Urgency
from service_desk.service_requests.models import EntryKind
from service_desk.service_requests.opening import open_request
from service_desk.service_requests.service import close, for_change
from service_desk.service_requests.timeline import Entry
from tests.routing.conftest import AT, BEIMEN, JIANTANG, TODAY, XIANGGELILA

pytestmark = pytest.mark.both_databases
GRID = Role.GRID_WORKER
DAY = timedelta(days=1)


def where(code="ELDER-05", area=BEIMEN, urgency=Urgency.P2, restricted=False, at=AT):
    return place(code, area, urgency, restricted, at)


def codes(placement):
    return [reason["code"] for reason in placement.reasons]


def give(placement):
    draft = Draft(
        channel=Channel.WEB,
        external_id=uuid4().hex,
        area_code=BEIMEN,
        description="x",
        nature=Nature.HELP,
        urgency=Urgency.P2,
    )
    return open_request(draft, placement, AT).request_id


def test_every_category_in_every_village_has_an_owner(db_session):
    """All of them through the rules, on the demo's posts read once."""
    posts = _demo_posts()
    villages = session.scalars(sa.select(Area.code).where(Area.level == AreaLevel.VILLAGE)).all()
    assert len(villages) == 197
    for village in villages:
        near = [post for area in chain(village) for post in posts[area]]
        for code in [None, *CODES]:
            choice = choose(plan(code, village, restricted=False), near)
            assert choice.post is not None, (village, code)
            assert choice.holders, (village, code)
            assert not choice.vacancy, (village, code)
            _check_owner(choice.post, village, code)


def _check_owner(post, village, code):
    if code is None or post.area_code != village:
        return
    assert code != "GOV-04"
    assert category(code).level is not OwnerLevel.DEPT or post.role not in SELF_GOVERNANCE


def _demo_posts():
    posts = defaultdict(list)
    for post in everybody(AT):
        posts[post.area_code].append(post)
    return posts


def test_the_database_answers_as_the_rules_do(db_session):
    posts = _demo_posts()
    for village in (BEIMEN, "533422102001", "533423201201"):
        near = [post for area in chain(village) for post in posts[area]]
        for code in sorted(CODES):
            choice = choose(plan(code, village, restricted=False), near)
            found = where(code, village)
            assert choice.post is not None
            assert (found.post_id, found.unit_code) == (choice.post.post_id, choice.post.area_code)
            assert found.user_id == choice.holders[0].user_id


def test_the_grid_worker_of_the_village_gets_it(staff):
    found = where()
    assert found.user_id == staff.named("grid.beimen").id
    assert (found.unit_code, found.vacancy, found.dispatcher) == (BEIMEN, False, False)
    assert codes(found) == ["category", "assigned"]


def test_a_substitute_stands_in(staff):
    other = staff.holder(Role.MEDIATOR, JIANTANG)
    staff.away(staff.named("grid.beimen"), other)
    found = where()
    assert found.user_id == other.id
    assert (found.post_id, found.vacancy) == (staff.post(GRID, BEIMEN).id, False)
    assert found.reasons[-1] == {"code": "stand_in", "user": other.id}


def test_a_substitute_who_is_away_too_is_nobody(staff):
    other = staff.holder(Role.MEDIATOR, JIANTANG)
    staff.away(staff.named("grid.beimen"), other)
    staff.away(other)
    found = where()
    assert found.user_id not in (other.id, staff.named("grid.beimen").id)
    assert found.vacancy


def test_a_disabled_substitute_is_nobody(staff):
    other = staff.holder(Role.MEDIATOR, JIANTANG)
    staff.away(staff.named("grid.beimen"), other)
    other.active = False
    session.flush()
    assert where().user_id not in (other.id, staff.named("grid.beimen").id)


def test_an_absence_counts_by_local_days(staff):
    """The 24th begins in Diqing at 16:00 UTC of the 23rd."""
    worker = staff.named("grid.beimen")
    staff.away(worker)
    begins = datetime(2026, 11, 24, tzinfo=timezone(timedelta(hours=8)))
    assert where(at=begins - timedelta(minutes=1)).user_id == worker.id
    assert where(at=begins).user_id != worker.id
    assert where(at=begins + DAY).user_id == worker.id


def test_a_disabled_holder_leaves_a_vacancy_and_the_next_is_asked(staff):
    staff.named("grid.beimen").active = False
    session.flush()
    found = where()
    assert found.vacancy
    assert found.user_id is not None
    assert found.unit_code == JIANTANG
    assert codes(found)[1] == "nobody_there"


def test_a_closed_post_is_no_post(staff):
    staff.post(GRID, BEIMEN).active = False
    session.flush()
    found = where()
    assert codes(found)[1] == "no_post"
    assert found.vacancy


def test_a_grant_that_is_over_or_has_not_begun_does_not_count(staff):
    worker = staff.named("grid.beimen")
    query = sa.update(Grant).where(Grant.user_id == worker.id)
    session.execute(query.values(ends_on=TODAY))
    assert where().user_id == worker.id
    session.execute(query.values(ends_on=TODAY - DAY))
    assert where().user_id != worker.id
    session.execute(query.values(ends_on=None, starts_on=TODAY + DAY))
    assert where().user_id != worker.id


def test_the_one_with_the_fewest_open_requests_gets_it(staff):
    first, second = staff.named("grid.beimen"), staff.hire(GRID, BEIMEN, "grid.second")
    given = [where() for _ in range(1)]
    assert given[0].user_id == first.id
    give(given[0])
    found = where()
    assert found.user_id == second.id
    assert found.reasons[-1] == {"code": "least_loaded", "user": second.id, "open": 0}
    give(found)
    assert where().user_id == first.id


def test_closed_requests_are_no_load(staff):
    worker = staff.named("grid.beimen")
    request_id = give(where())
    assert open_loads([worker.id]) == {worker.id: 1}
    close(for_change(request_id), CloseReason.WITHDRAWN, RESIDENT, AT, Entry(EntryKind.WITHDRAWN))
    assert open_loads([worker.id]) == {worker.id: 0}


def test_a_holder_of_some_categories_gets_only_those(staff):
    worker = staff.named("grid.beimen")
    session.execute(
        sa.update(Grant).where(Grant.user_id == worker.id).values(categories=["ELDER-06"])
    )
    assert where("ELDER-06").user_id == worker.id
    assert where("ELDER-05").user_id != worker.id


def test_a_restricted_matter_goes_to_the_cleared_dispatcher(staff):
    found = where("SAFE-01")
    assert found.user_id == staff.named("dispatch.diqing").id
    assert found.dispatcher
    assert where("ELDER-05", restricted=True).user_id == found.user_id


def test_a_stand_in_is_not_cleared(staff):
    chief, other = staff.named("dispatch.diqing"), staff.named("dispatch.jiantang")
    staff.away(chief, other)
    found = where("SAFE-01")
    assert found.user_id is None
    assert found.vacancy
    assert found.unit_code == PREFECTURE


def test_without_a_category_the_nearest_dispatcher_decides(staff):
    found = where(None)
    assert found.user_id == staff.named("dispatch.jiantang").id
    assert found.dispatcher
    assert codes(found) == ["no_category", "dispatcher"]


def test_danger_is_said_first(staff):
    assert codes(where(urgency=Urgency.P0))[0] == "danger"


def test_a_desk_without_anybody_still_has_the_prefectures_post(staff):
    session.execute(sa.update(User).values(active=False))
    found = where()
    assert (found.user_id, found.vacancy, found.unit_code) == (None, True, PREFECTURE)
    assert found.post_id == staff.post(Role.DISPATCHER, PREFECTURE).id
    session.execute(sa.update(Post).values(active=False))
    nowhere = where()
    assert (nowhere.post_id, nowhere.unit_code) == (None, PREFECTURE)


def turn(user, area, rank=0, starts=-DAY, ends=DAY):
    session.add(
        DutyTurn(
            area_code=area, user_id=user.id, starts_at=AT + starts, ends_at=AT + ends, rank=rank
        )
    )
    session.flush()


@pytest.fixture
def no_duty(staff):
    session.execute(sa.delete(DutyTurn))
    return staff


def test_on_call_is_duty_nearest_first_then_the_police_then_the_lead(no_duty):
    staff = no_duty
    near, far, second = (
        staff.named("grid.beimen"),
        staff.named("dispatch.diqing"),
        staff.named("legal.jiantang"),
    )
    turn(far, PREFECTURE)
    turn(second, JIANTANG, rank=1)
    turn(near, JIANTANG, rank=0)
    police = staff.holder(Role.POLICE_AUX, BEIMEN)
    lead = staff.named("lead.jiantang")
    assert on_call(BEIMEN, AT) == [near.id, second.id, far.id, police.id, lead.id]


def test_turns_begin_and_end_to_the_second(no_duty):
    worker = no_duty.named("grid.beimen")
    turn(worker, BEIMEN, starts=timedelta(), ends=DAY)
    assert on_call(BEIMEN, AT)[0] == worker.id
    assert worker.id in on_call(BEIMEN, AT + DAY - timedelta(seconds=1))
    assert worker.id not in on_call(BEIMEN, AT + DAY)
    assert worker.id not in on_call(BEIMEN, AT - timedelta(seconds=1))


def test_who_is_away_or_disabled_is_not_called(no_duty):
    staff = no_duty
    worker, second = staff.named("grid.beimen"), staff.named("legal.jiantang")
    turn(worker, BEIMEN)
    turn(second, BEIMEN)
    staff.away(worker)
    second.active = False
    session.flush()
    called = on_call(BEIMEN, AT)
    assert worker.id not in called
    assert second.id not in called


def test_nobody_is_called_twice(no_duty):
    lead = no_duty.named("lead.jiantang")
    turn(lead, BEIMEN)
    assert on_call(BEIMEN, AT).count(lead.id) == 1


def test_without_anybody_near_the_dispatchers_are_called(no_duty):
    staff = no_duty
    gone = [Role.POLICE_AUX, Role.TOWNSHIP_LEAD]
    session.execute(sa.update(Post).where(Post.role.in_(gone)).values(active=False))
    called = on_call(BEIMEN, AT)
    assert called[0] == staff.named("dispatch.jiantang").id
    assert called[-1] == staff.named("dispatch.diqing").id
    assert staff.holder(Role.DISPATCHER, XIANGGELILA).id in called


def test_the_demo_has_somebody_on_call_everywhere(db_session):
    assert date(2026, 11, 24) == TODAY
    villages = session.scalars(sa.select(Area.code).where(Area.level == AreaLevel.VILLAGE)).all()
    for village in villages[::20]:
        assert on_call(village, AT)
