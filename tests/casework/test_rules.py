"""Cursors, filters and who may do what: decided by their arguments alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.accounts.reach import Granted, Reach, reach_from
from service_desk.accounts.rules import permissions_of
from service_desk.casework import cursor, filters
from service_desk.casework.cursor import Cursor
from service_desk.casework.filters import Filters
from service_desk.casework.rules import (
    DISPATCHERS,
    NOT_FOR_P0,
    WAITS,
    WORKERS,
    Act,
    back_at,
    may,
    may_lead,
    may_rest_until,
    may_wait,
    offered,
    standing,
    tried_enough,
)
from service_desk.directory.areas import contains
from service_desk.directory.roles import Role
from service_desk.foundation.access import Permission
from service_desk.foundation.clock import SHANGHAI
from service_desk.service_requests.lifecycle import OPEN, State, Urgency

moments = st.timedeltas(timedelta(0), timedelta(days=2_900_000)).map(
    lambda since: datetime(1970, 1, 1, tzinfo=UTC) + since
)


@given(st.sampled_from([0, 1]), moments, st.integers(0, 10**12))
def test_a_cursor_comes_back_from_its_text(rank, due_at, number):
    assert cursor.read(Cursor(rank, due_at, number).text()) == Cursor(rank, due_at, number)


@pytest.mark.parametrize(
    "text", [None, "", "2-1-1", "1-x-1", "1--1", f"1-{10**18 - 1}-1", "1-1-1 OR 1", "１-1-1"]
)
def test_what_is_no_cursor_is_the_start(text):
    assert cursor.read(text) == cursor.START


def test_filters_are_read_and_written_the_same():
    wishes = Filters(scope="area", state="unclaimed", urgency="P1", category="ELDER", owner="7")
    query = wishes.address("")
    pairs = dict(pair.split("=") for pair in query.removeprefix("?").split("&"))
    assert filters.read(pairs) == wishes
    assert Filters().address() == "/queue"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("state", "asleep"),
        ("urgency", "P9"),
        ("category", "ELDER-03"),
        ("area", "110000000000"),
        ("due", "never"),
        ("owner", "1 OR 1"),
        ("owner", "٣"),
        ("post", "9" * 30),
        ("scope", "world"),
        ("vacancy", "maybe"),
    ],
)
def test_a_value_that_does_not_exist_is_no_wish(name, value):
    assert filters.read({name: value}) == Filters()


def matter(**changes):
    facts = {
        "state": State.ACCEPTED,
        "urgency": Urgency.P2,
        "category": "ELDER-05",
        "area_code": "533401101003",
        "restricted": False,
        "owner_post_id": 5,
        "owner_user_id": 7,
    }
    return SimpleNamespace(**facts | changes)


def reach(*permissions, user=1):
    return Reach(user, frozenset(), (), frozenset(permissions))


COUNTY, OTHER_COUNTY, JIANTANG = "533401000000", "533422000000", "533401101000"


def granted(*grants, categories=None, restricted=False):
    """The reach that these pairs of role and area give."""
    held = (Granted(role, area, None, categories, restricted) for role, area in grants)
    return reach_from(1, held)


LEAD = granted((Role.TOWNSHIP_LEAD, JIANTANG))


def test_the_owner_works_and_the_lead_dispatches():
    owner = standing(reach(Permission.REVEAL, user=7), matter())
    lead = standing(LEAD, matter())
    for act in WORKERS:
        assert may(act, owner)
        assert not may(act, lead)
    for act in DISPATCHERS:
        assert not may(act, owner)
        assert may(act, lead)
    assert may(Act.NOTE, lead)
    assert may(Act.REVEAL, owner)


@pytest.mark.parametrize(
    "changes",
    [{"area_code": "533422102001"}, {"restricted": True}],
)
def test_permissions_end_where_the_area_ends(changes):
    lead = standing(LEAD, matter(**changes))
    assert not any(may(act, lead) for act in Act)


def test_a_grant_for_some_categories_covers_only_those():
    who = granted((Role.DISPATCHER, JIANTANG), categories=["LEGAL"])
    assert not may(Act.TRANSFER, standing(who, matter()))
    assert may(Act.TRANSFER, standing(who, matter(category="LEGAL-03")))


def test_who_was_called_may_take_it_on_but_not_work_on_it_unsigned():
    called = standing(reach(Permission.REVEAL), matter(urgency=Urgency.P0), called=True)
    assert [act for act in Act if may(act, called)] == [Act.CLAIM, Act.NOTE, Act.REVEAL]


@given(st.sampled_from(list(State)))
def test_a_danger_is_never_returned_or_put_off(state):
    owner = standing(reach(user=7), matter())
    acts = offered(owner, matter(state=state, urgency=Urgency.P0))
    assert not NOT_FOR_P0 & set(acts)


@given(st.sampled_from(sorted(set(State) - OPEN)))
def test_nothing_but_notes_is_done_to_what_is_over(state):
    owner = standing(reach(user=7), matter())
    assert offered(owner, matter(state=state)) == [Act.NOTE]


@pytest.mark.parametrize(
    ("role", "category", "area", "allowed"),
    [
        (Role.GRID_WORKER, "ELDER-05", "533401101003", True),
        (Role.GRID_WORKER, "ELDER-01", "533401101003", False),
        (Role.CIVIL_OFFICER, "ELDER-01", "533401101000", True),
        (Role.MEDIATOR, "GOV-04", "533401101003", False),
        (Role.AUDITOR, None, "533400000000", False),
        (Role.GRID_WORKER, None, "533401101003", True),
        (Role.GRID_WORKER, "NO-SUCH", "533401101003", True),
    ],
)
def test_who_may_lead(role, category, area, allowed):
    assert may_lead(role, category, area) is allowed


def test_three_tries_on_two_days_are_enough():
    first = date(2026, 11, 24)
    assert not tried_enough([first, first, first])
    assert not tried_enough([first, first + timedelta(1)])
    assert tried_enough([first, first, first + timedelta(1)])


days = st.dates(date(2024, 1, 1), date(2027, 12, 31))


@given(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=30))
def test_no_order_of_tries_waits_more_than_twice_or_again_on_the_same_day(tries):
    """Each try comes some days after the one before; the wait it begins may end by itself."""
    today, began, alone = date(2026, 1, 1), 0, None
    for later, ends_alone in tries:
        today += timedelta(later)
        if not may_wait(began, alone, today):
            assert began >= WAITS or today == alone
            continue
        assert alone is None or today > alone
        began += 1
        alone = today if ends_alone else alone
    assert began <= WAITS


@given(st.integers(0, 9), st.one_of(st.none(), days), days)
def test_a_wait_that_is_refused_is_not_allowed_by_more_waits(began, alone, today):
    if not may_wait(began, alone, today):
        assert not may_wait(began + 1, alone, today)
    elif began + 1 < WAITS:
        assert may_wait(began + 1, alone, today)


@given(days, st.integers(-40, 400), st.integers(0, 60))
def test_what_rests_comes_back_after_today_and_by_the_review(today, later, review):
    until, latest = today + timedelta(later), today + timedelta(review)
    allowed = may_rest_until(until, today, latest)
    assert allowed is (1 <= later <= review)
    if allowed:
        midnight = datetime.combine(until, time(), SHANGHAI)
        assert back_at(until) - midnight == timedelta(days=1)


@given(st.sampled_from(State), st.sampled_from(Urgency))
def test_only_a_grant_for_the_county_decides_on_the_ledger(state, urgency):
    asked = matter(state=state, urgency=urgency)
    supervisor, lead = Role.COUNTY_SUPERVISOR, (Role.TOWNSHIP_LEAD, JIANTANG)
    cases = {
        ((supervisor, COUNTY),): True,
        (lead,): False,
        ((supervisor, OTHER_COUNTY), lead): False,
        ((supervisor, OTHER_COUNTY), (Role.DISPATCHER, COUNTY)): False,
        ((supervisor, JIANTANG), (Role.DISPATCHER, COUNTY)): False,
    }
    for grants, decides in cases.items():
        who = standing(granted(*grants), asked)
        assert who.defers is decides
        assert who.recalls is (decides and state is State.DEFERRED)
        assert may(Act.RESUME, who) is who.recalls
        assert not may(Act.DEFER, who)
    assert not standing(granted((Role.DISPATCHER, COUNTY)), asked).defers


POWERS = {
    "dispatches": Permission.DISPATCH,
    "supervises": Permission.SUPERVISE,
    "approves": Permission.APPROVE,
    "defers": Permission.DEFER,
}
AREA_ROLES = st.sampled_from([Role.DISPATCHER, Role.TOWNSHIP_LEAD, Role.COUNTY_SUPERVISOR])
PLACES = st.sampled_from([COUNTY, OTHER_COUNTY, JIANTANG, "533422102000"])


@given(st.lists(st.tuples(AREA_ROLES, PLACES), max_size=4), st.sampled_from([1, 7]), st.booleans())
def test_two_grants_together_allow_no_more_than_one_of_them(grants, owner, restricted):
    """Nor does owning a request, or being cleared elsewhere."""
    asked = matter(owner_user_id=owner, restricted=restricted)
    together = standing(granted(*grants), asked)
    alone = [standing(granted(grant), asked) for grant in grants]
    for power in POWERS:
        assert getattr(together, power) is any(getattr(each, power) for each in alone)


@given(AREA_ROLES, PLACES, PLACES)
def test_a_role_is_worth_nothing_outside_its_area(role, area, place):
    """Whoever owns a request sees it wherever it lies: that gives no power over it."""
    who = standing(granted((role, area)), matter(area_code=place, owner_user_id=1))
    for power, permission in POWERS.items():
        inside = contains(area, place) and permission in permissions_of(role)
        assert getattr(who, power) <= inside
