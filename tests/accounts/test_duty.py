"""Who sets turns of duty, for whom and where; and what a roster leaves open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from service_desk.accounts.duty import may_set_duty, without
from service_desk.accounts.models import Absence, DutyTurn, Grant, Post, User
from service_desk.accounts.on_call import empty_posts, presences, uncovered
from service_desk.accounts.reach import AreaReach, Reach, nobody
from service_desk.directory.areas import area_range
from service_desk.directory.roles import Role
from service_desk.foundation.access import Permission
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work

DUTY = "/admin/posts/duty"
JIANTANG, BEIMEN, BENZILAN = "533401101000", "533401101003", "533422102000"
ALL = (area_range("533400000000"),)
T0 = datetime(2050, 1, 3, tzinfo=UTC)
HOURS = st.integers(0, 40)
STRETCHES = st.lists(st.tuples(HOURS, HOURS), max_size=6)


def hour(number):
    return T0 + timedelta(hours=number)


def stretch(pair):
    return hour(pair[0]), hour(pair[1])


def covers(stretches, moment):
    return any(start <= moment < end for start, end in stretches)


@given(whole=STRETCHES, holes=STRETCHES)
def test_what_is_left_is_what_no_hole_takes(whole, holes):
    """Looked at half an hour by half an hour."""
    whole = [stretch((min(pair), max(pair))) for pair in whole]
    holes = [stretch(pair) for pair in holes]
    left = without(whole, holes)
    for half in range(82):
        moment = T0 + half * timedelta(minutes=30)
        assert covers(left, moment) == (covers(whole, moment) and not covers(holes, moment))


def reach(*permissions, area=JIANTANG, categories=None):
    areas = (AreaReach(*area_range(area), categories, restricted=False),)
    return Reach(1, frozenset(), areas, frozenset(permissions))


def test_who_may_set_duty_where():
    lead = reach(Permission.SUPERVISE, Permission.SET_DUTY)
    assert may_set_duty(lead, JIANTANG)
    assert may_set_duty(lead, BEIMEN)
    assert not may_set_duty(lead, BENZILAN)
    assert not may_set_duty(lead, "533401000000")
    manager = Reach(1, frozenset(), (), frozenset({Permission.MANAGE_PEOPLE}))
    assert may_set_duty(manager, BENZILAN)
    assert not may_set_duty(reach(Permission.WORK_CASES), JIANTANG)
    some = reach(Permission.SET_DUTY, categories=frozenset({"ELDER"}))
    assert not may_set_duty(some, JIANTANG)
    assert not may_set_duty(nobody(), JIANTANG)


def turn(**changes):
    told = {
        "username": "grid.beimen",
        "starts_at": "2050-01-01T08:30",
        "ends_at": "2050-01-02T08:30",
        "rank": "0",
    }
    return told | changes


@pytest.mark.both_databases
def test_a_lead_sets_the_turns_of_the_own_township(app, as_, acts, count):
    lead, before = as_("lead.jiantang"), count(DutyTurn)
    for area in (JIANTANG, BEIMEN):
        assert lead.send(f"{DUTY}?area={area}", **turn()).status_code == 303
    assert count(DutyTurn) == before + 2
    assert acts(f"area:{BEIMEN}") == ["duty_added"]
    with app.app_context():
        query = sa.select(DutyTurn.id).where(DutyTurn.area_code == BEIMEN)
        turn_id = session.scalars(query).one()
    page = lead.get(DUTY)
    assert page.status_code == 200
    assert "建塘镇" in page.text
    assert "奔子栏镇" not in page.text
    assert lead.send(f"{DUTY}/{turn_id}/remove", DUTY).status_code == 303
    assert acts(f"area:{BEIMEN}") == ["duty_added", "duty_removed"]


def test_elsewhere_there_is_nothing_to_see_or_set(app, as_, count):
    lead = as_("lead.jiantang")
    with app.app_context():
        query = sa.select(DutyTurn.id).where(DutyTurn.area_code == BENZILAN)
        theirs = session.scalars(query.limit(1)).one()
    before = count(DutyTurn)
    for area in (BENZILAN, "533401000000", "533400000000", "533499999999"):
        assert lead.get(f"{DUTY}?area={area}").status_code == 404
        assert lead.send(f"{DUTY}?area={area}", DUTY, **turn()).status_code == 404
    assert lead.send(f"{DUTY}/{theirs}/remove", DUTY).status_code == 404
    assert count(DutyTurn) == before


def test_a_lead_calls_only_people_with_a_post_in_the_area(as_, count):
    lead, before = as_("lead.jiantang"), count(DutyTurn)
    for name in ("lead.benzilan", "admin", "auditor", "county.xgll", "nobody.here"):
        answer = lead.send(f"{DUTY}?area={JIANTANG}", **turn(username=name))
        assert answer.status_code == 422, name
        assert 'href="#duty-username"' in answer.text
    assert count(DutyTurn) == before


@pytest.mark.parametrize("username", ["grid.beimen", "legal.jiantang", "analyst", "auditor"])
def test_who_oversees_nobody_sets_no_duty(as_, username):
    client = as_(username)
    assert client.get(f"{DUTY}?area={JIANTANG}").status_code == 403
    assert client.send(f"{DUTY}?area={JIANTANG}", "/account", **turn()).status_code == 403


def user(name):
    return session.scalars(sa.select(User).where(User.username == name)).one()


def roster(*turns):
    """Only these turns of Jiantang: (user, first hour, last hour)."""
    with unit_of_work():
        session.execute(sa.delete(DutyTurn))
        session.add_all(
            DutyTurn(
                area_code=JIANTANG,
                user_id=user(name).id,
                starts_at=hour(start),
                ends_at=hour(end),
            )
            for name, start, end in turns
        )


def first_gap(start=0, end=168):
    found = presences(ALL, hour(start), hour(end))
    return dict(uncovered(found, [JIANTANG], hour(start), hour(end))).get(JIANTANG)


@pytest.mark.both_databases
def test_a_roster_without_a_hole_is_no_alert(db_session):
    roster(("grid.beimen", -5, 80), ("legal.jiantang", 80, 200))
    assert first_gap() is None
    assert [each.covers(hour(0)) for each in presences(ALL, hour(0), hour(1))] == [True]


@pytest.mark.both_databases
def test_where_nobody_is_on_call_is_found(db_session):
    roster(("grid.beimen", 0, 50), ("legal.jiantang", 60, 100))
    assert first_gap() == (hour(50), hour(60))
    assert first_gap(60) == (hour(100), hour(168))
    roster()
    assert first_gap() == (hour(0), hour(168))


@pytest.mark.both_databases
def test_who_is_away_or_switched_off_is_not_on_call(db_session):
    roster(("grid.beimen", 0, 200))
    with unit_of_work():
        absent = Absence(
            user_id=user("grid.beimen").id, first_day=date(2050, 1, 5), last_day=date(2050, 1, 6)
        )
        session.add(absent)
    gap = first_gap()
    assert gap == (datetime(2050, 1, 4, 16, tzinfo=UTC), datetime(2050, 1, 6, 16, tzinfo=UTC))
    with unit_of_work():
        user("grid.beimen").active = False
    assert first_gap() == (hour(0), hour(168))


@pytest.mark.both_databases
def test_empty_posts_say_whether_somebody_holds_them(db_session):
    on, inside = date(2026, 11, 2), (area_range(JIANTANG),)
    before = empty_posts(inside, on, 100)
    post = session.scalars(
        sa.select(Post).where(Post.role == Role.TOWNSHIP_LEAD, Post.area_code == JIANTANG)
    ).one()
    assert post.id not in [row.id for row in before]
    with unit_of_work():
        session.add(Absence(user_id=user("lead.jiantang").id, first_day=on, last_day=on))
    found = {row.id: row for row in empty_posts(inside, on, 100)}
    assert found[post.id].held
    assert found[post.id].total == len(found) == len(before) + 1
    with unit_of_work():
        session.execute(sa.delete(Grant).where(Grant.post_id == post.id))
    assert not {row.id: row for row in empty_posts(inside, on, 100)}[post.id].held
    assert post.id not in [row.id for row in empty_posts((area_range(BENZILAN),), on, 500)]
    assert len(empty_posts(ALL, on, 1)) == 1
