"""The rule book and reach: what roles may do, and how far a set of grants goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.accounts.reach import Granted, nobody, reach_from
from service_desk.accounts.rules import (
    OVERSIGHT,
    all_permissions,
    home,
    is_username,
    may_hold_post,
    may_send_away,
    permissions_of,
    reaches_area,
    sees_figures,
)
from service_desk.directory.areas import area_range, contains
from service_desk.directory.roles import Role
from service_desk.foundation.access import Permission

CODES = st.sampled_from(
    ["533400000000", "533401000000", "533401101000", "533401101003", "533422102000", "533423101201"]
)
GRANTS = st.lists(
    st.builds(
        Granted,
        role=st.sampled_from(list(Role)),
        area_code=CODES,
        post_id=st.none() | st.integers(1, 50),
        categories=st.none() | st.lists(st.sampled_from(["ELDER", "LEGAL", "CHILD"])),
        restricted=st.booleans(),
        stand_in=st.booleans(),
    ),
    max_size=6,
)


@given(st.lists(st.sampled_from(list(Role))))
def test_roles_together_may_what_each_may(roles):
    assert all_permissions(roles) == {each for role in roles for each in permissions_of(role)}


@given(GRANTS, GRANTS)
def test_more_grants_never_take_anything_away(some, more):
    less, all_ = reach_from(1, some), reach_from(1, some + more)
    assert less.permissions <= all_.permissions
    assert less.post_ids <= all_.post_ids
    assert set(less.areas) <= set(all_.areas)
    assert set(less.reports) <= set(all_.reports)


@given(GRANTS)
def test_reach_goes_no_further_than_the_grants(grants):
    reach = reach_from(1, grants)
    allowed = {area_range(each.area_code) for each in grants if reaches_area(each.role)}
    assert {(area.lo, area.hi) for area in reach.areas} == allowed
    for area in reach.areas:
        if area.restricted:
            assert any(
                each.restricted and not each.stand_in and area_range(each.area_code)[0] == area.lo
                for each in grants
            )


@given(GRANTS, CODES)
def test_figures_are_read_where_a_role_that_sees_them_is_held(grants, code):
    expected = any(sees_figures(each.role) and contains(each.area_code, code) for each in grants)
    assert reach_from(1, grants).reads_figures_of(code) == expected


@given(GRANTS, st.sampled_from(list(Permission)))
def test_a_permission_holds_in_the_areas_of_the_roles_that_give_it(grants, permission):
    reach = reach_from(1, grants)
    expected = [each.area_code for each in grants if permission in permissions_of(each.role)]
    assert list(reach.areas_of(permission)) == expected
    assert bool(expected) == reach.may(permission)


@given(GRANTS)
def test_without_a_wide_role_no_area_is_reached(grants):
    narrow = [each for each in grants if not reaches_area(each.role)]
    assert reach_from(1, narrow).areas == ()


@pytest.mark.parametrize("role", list(Role))
def test_who_oversees_handles_no_request(role):
    handles = Permission.WORK_CASES in permissions_of(role)
    assert handles != (role in OVERSIGHT)
    assert may_hold_post(role) == handles
    assert reaches_area(role) <= handles


@pytest.mark.parametrize(
    ("permission", "roles"),
    [
        (Permission.MANAGE_PEOPLE, {Role.SYSADMIN}),
        (Permission.ADMINISTER, {Role.SYSADMIN}),
        (Permission.EDIT_CALENDAR, {Role.SYSADMIN, Role.COUNTY_SUPERVISOR}),
        (
            Permission.CLOSE_STATIONS,
            {Role.SYSADMIN, Role.COUNTY_SUPERVISOR, Role.TOWNSHIP_LEAD},
        ),
        (Permission.READ_AUDIT, {Role.AUDITOR}),
        (Permission.APPROVE, {Role.TOWNSHIP_LEAD, Role.COUNTY_SUPERVISOR}),
        (
            Permission.SUPERVISE,
            {Role.DISPATCHER, Role.TOWNSHIP_LEAD, Role.COUNTY_SUPERVISOR},
        ),
    ],
)
def test_who_has_the_strong_permissions(permission, roles):
    assert {role for role in Role if permission in permissions_of(role)} == roles


def test_a_clerk_reveals_nothing_and_an_analyst_only_reads_figures():
    assert Permission.REVEAL not in permissions_of(Role.DESK_CLERK)
    assert permissions_of(Role.PREF_ANALYST) == {Permission.SEE_REPORTS}


def test_nobody_may_nothing():
    assert nobody().permissions == frozenset()
    assert not nobody().reads_figures_of("533400000000")
    assert home(frozenset()) == "/account"


@given(st.sets(st.sampled_from(list(Permission))), st.sets(st.sampled_from(list(Permission))))
def test_nobody_hands_on_more_than_they_have(own, theirs):
    assert may_send_away(own, theirs) == (theirs <= own)


@given(st.text(max_size=70))
def test_user_names_are_small_and_plain(text):
    if is_username(text):
        assert 3 <= len(text) <= 60
        assert text.isascii()
        assert text == text.casefold().strip()


@pytest.mark.parametrize("good", ["admin", "grid.beimen", "police_aux.533401101003", "a-1"])
def test_good_user_names(good):
    assert is_username(good)


@pytest.mark.parametrize(
    "bad", ["", "ab", ".abc", "abc-", "A.b.c", "a b", "王五王", "abc\n", "x" * 61]
)
def test_bad_user_names(bad):
    assert not is_username(bad)
