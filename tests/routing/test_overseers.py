"""Who is told above the worker: who is there, who may know, one rung after the other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.directory.areas import PREFECTURE
from service_desk.directory.roles import Role
from service_desk.routing.queries import danger_ladder, overseeing
from service_desk.routing.rules import Holder, Matter, PostState, overseers, takers, up_to
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import ServiceRequest
from tests.routing.conftest import AT, BEIMEN, JIANTANG, XIANGGELILA

LEADS = [
    PostState(1, Role.TOWNSHIP_LEAD, JIANTANG, (Holder(11),)),
    PostState(2, Role.TOWNSHIP_LEAD, "533422102000", (Holder(12),)),
    PostState(4, Role.COUNTY_SUPERVISOR, XIANGGELILA, (Holder(21, categories=frozenset({"ENV"})),)),
    PostState(5, Role.COUNTY_SUPERVISOR, XIANGGELILA, (Holder(22),)),
    PostState(3, Role.DISPATCHER, PREFECTURE, (Holder(31, restricted=True),)),
]
ladders = st.lists(st.lists(st.integers(1, 9), max_size=3), max_size=5)


def test_those_of_the_place_and_above_and_for_their_categories_only():
    assert overseers(LEADS, Matter("ELDER-05", BEIMEN)) == [[11], [22], [31]]
    assert overseers(LEADS, Matter("ENV-01", BEIMEN)) == [[11], [21, 22], [31]]
    assert overseers(LEADS, Matter("ELDER-05", PREFECTURE)) == [[], [], [31]]


def test_a_restricted_matter_is_told_to_the_cleared_only():
    assert overseers(LEADS, Matter("SAFE-01", BEIMEN, restricted=True)) == [[], [], [31]]
    assert takers(LEADS[0], Matter("SAFE-01", BEIMEN, restricted=True)) == []
    assert takers(LEADS[0], Matter("SAFE-02", BEIMEN)) == [11]
    assert takers(None, Matter("SAFE-02", BEIMEN)) == []


@given(ladders, st.integers(0, 5))
def test_one_rung_more_never_tells_fewer_and_nobody_twice(ladder, rungs):
    told, more = up_to(ladder, rungs), up_to(ladder, rungs + 1)
    assert more[: len(told)] == told
    assert len(set(more)) == len(more)
    assert bool(more) == any(ladder)


def test_an_empty_rung_is_made_up_for_by_the_next_one():
    assert up_to([[], [11], [22]], 1) == [11]
    assert up_to([[], [11], [22]], 2) == [11, 22]
    assert up_to([[], []], 3) == []


@pytest.mark.both_databases
def test_the_people_of_the_database(staff):
    matter = Matter("ELDER-05", BEIMEN)
    names = ("lead.jiantang", "county.xgll", "dispatch.diqing")
    lead, county, dispatcher = (staff.named(each).id for each in names)
    assert overseers(overseeing(AT), matter) == [[lead], [county], [dispatcher]]
    staff.away(staff.named("lead.jiantang"), staff.named("grid.beimen"))
    staff.away(staff.named("county.xgll"))
    stand_in = staff.named("grid.beimen").id
    assert overseers(overseeing(AT), matter) == [[stand_in], [], [dispatcher]]
    grid = staff.post(Role.GRID_WORKER, BEIMEN)
    found = {post.post_id: post for post in overseeing(AT, [grid.id])}
    assert takers(found[grid.id], matter) == [staff.named("grid.beimen").id]


def test_a_danger_is_called_out_to_everybody_on_call_first(staff):
    request = ServiceRequest(
        category="SAFE-02", area_code=BEIMEN, restricted=False, urgency=Urgency.P0
    )
    near, county, prefecture = danger_ladder(request, AT)
    assert staff.named("lead.jiantang").id in near
    assert (county, prefecture) == (
        [staff.named("county.xgll").id],
        [staff.named("dispatch.diqing").id],
    )
