"""Cursors, filters and who may do what: decided by their arguments alone."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.accounts.reach import AreaReach, Reach
from service_desk.casework import cursor, filters
from service_desk.casework.cursor import Cursor
from service_desk.casework.filters import Filters
from service_desk.casework.rules import (
    DISPATCHERS,
    WORKERS,
    Act,
    may,
    may_lead,
    offered,
    standing,
    tried_enough,
)
from service_desk.directory.roles import Role
from service_desk.foundation.access import Permission
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


def reach(*permissions, user=1, posts=(), areas=()):
    return Reach(user, frozenset(posts), tuple(areas), frozenset(permissions))


JIANTANG = AreaReach("533401101000", "533401101999", None, restricted=False)
LEAD = reach(
    Permission.DISPATCH, Permission.SUPERVISE, Permission.APPROVE, Permission.REVEAL,
    areas=[JIANTANG],
)  # fmt: skip


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
    legal = AreaReach("533401101000", "533401101999", frozenset({"LEGAL"}), restricted=False)
    who = reach(Permission.DISPATCH, areas=[legal])
    assert not may(Act.TRANSFER, standing(who, matter()))
    assert may(Act.TRANSFER, standing(who, matter(category="LEGAL-03")))


def test_who_was_called_may_take_it_on_but_not_work_on_it_unsigned():
    called = standing(reach(Permission.REVEAL), matter(urgency=Urgency.P0), called=True)
    assert [act for act in Act if may(act, called)] == [Act.CLAIM, Act.NOTE, Act.REVEAL]


@given(st.sampled_from(list(State)))
def test_a_danger_is_never_returned_or_extended(state):
    owner = standing(reach(user=7), matter())
    acts = offered(owner, matter(state=state, urgency=Urgency.P0))
    assert not {Act.RETURN, Act.EXTEND} & set(acts)


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
