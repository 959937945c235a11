"""What may be changed about the limits, whom it reaches, and who has to agree (domain.md §6)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.directory.areas import PREFECTURE
from service_desk.directory.categories import CODES, Nature
from service_desk.service_clock.policies import DEFAULTS, Matter, Policy, PolicyKind, pick
from service_desk.service_clock.policy_changes import (
    CLOCKS,
    NEEDED,
    URGENCIES,
    URGENCIES_OF,
    Edit,
    Effect,
    Slot,
    Wrong,
    applied,
    bounds_of,
    by_slot,
    differences,
    effects,
    missing,
    needs_second,
    same,
    slot_of,
    wrong_with,
)
from service_desk.service_clock.policy_rows import rows_of
from service_desk.service_clock.publishing import read, written
from service_desk.service_clock.walk import Clock

XGLL, DEQIN, WEIXI = "533401000000", "533422000000", "533423000000"
COUNTIES = (XGLL, DEQIN, WEIXI)
HELP = Slot(PolicyKind.RESOLUTION, "P2", "help")
NATURES, CATEGORIES = list(Nature), [None, *sorted(CODES)]


@st.composite
def slots(draw):
    kind = draw(st.sampled_from(list(PolicyKind)))
    urgency = draw(st.sampled_from(sorted(URGENCIES_OF[kind])))
    every = len(URGENCIES_OF[kind]) == len(URGENCIES)
    if every and draw(st.booleans()):
        urgency = None
    nature = draw(st.none() | st.sampled_from(NATURES))
    return Slot(kind, urgency, nature, draw(st.sampled_from(CATEGORIES)))


@st.composite
def edits(draw):
    slot = draw(slots())
    clock = draw(st.sampled_from(CLOCKS[slot.kind]))
    least, most = bounds_of(slot.kind, clock)
    return Edit(slot, clock, draw(st.integers(max(1, least), most)))


@st.composite
def matters(draw, *places):
    return Matter(
        draw(st.sampled_from(list(PolicyKind))),
        draw(st.sampled_from(URGENCIES)),
        draw(st.sampled_from(NATURES)),
        draw(st.sampled_from(CATEGORIES)),
        draw(st.sampled_from(places or COUNTIES)),
    )


def specific(policy):
    """How special a limit is, told again: category, then 24-hour mark, nature, urgency."""
    levels = 0 if policy.category is None else 2 if "-" in policy.category else 1
    rest = (policy.around_the_clock, policy.nature, policy.urgency)
    return levels, *(each is not None for each in rest)


@given(st.lists(edits(), max_size=6), matters())
def test_a_countys_row_never_covers_a_more_special_one(changes, matter):
    after = applied(DEFAULTS, XGLL, changes)
    before, found = pick(DEFAULTS, matter), pick(after, matter)
    if before is not None and matter.kind not in ("return", "extension"):
        assert found is not None
    if before is not None and found is not None:
        assert specific(found) >= specific(before)


@given(st.lists(edits(), max_size=6), matters(DEQIN, WEIXI, PREFECTURE))
def test_other_counties_notice_nothing(changes, matter):
    assert pick(applied(DEFAULTS, XGLL, changes), matter) is pick(DEFAULTS, matter)


@given(st.lists(edits(), max_size=6))
def test_danger_is_never_returned_or_put_off(changes):
    policies = [
        *applied(applied(DEFAULTS, XGLL, changes), PREFECTURE, changes),
        Policy(PolicyKind.RETURN, None, Clock.WALL, 60),
        Policy(PolicyKind.EXTENSION, "P0", Clock.WALL, 60),
    ]
    for kind in (PolicyKind.RETURN, PolicyKind.EXTENSION):
        assert pick(policies, Matter(kind, "P0", "help", "ELDER", XGLL)) is None


@given(st.lists(edits(), max_size=4), st.sampled_from([XGLL, PREFECTURE]), st.data())
def test_effects_name_every_request_that_comes_under_another_limit(changes, area, data):
    after = applied(DEFAULTS, area, changes)
    areas = (XGLL,) if area == XGLL else (PREFECTURE, *COUNTIES)
    told = effects(DEFAULTS, after, areas)
    assert len(set(told)) == len(told)
    assert all(not same(*each) for each in told)
    matter = data.draw(matters(*areas))
    found = Effect(pick(DEFAULTS, matter), pick(after, matter))
    assert same(*found) or found in told


@given(st.lists(edits(), max_size=5, unique_by=lambda each: each.slot))
def test_taking_out_what_was_set_leads_back(changes):
    there = applied(DEFAULTS, XGLL, changes)
    back = applied(there, XGLL, [Edit(each.slot) for each in changes])
    assert set(back) == set(DEFAULTS)
    assert set(applied(there, XGLL, changes)) == set(there)


@given(st.lists(edits(), max_size=5, unique_by=lambda each: each.slot))
def test_a_draft_is_kept_as_it_was(changes):
    taken = [Edit(each.slot) for each in changes[:1]]
    assert read(written([*changes, *taken])) == (*changes, *taken)


def test_what_the_prefecture_says_already_is_no_row_of_the_county():
    seven = Edit(HELP, Clock.WORKING_DAY, 7)
    assert applied(DEFAULTS, XGLL, [seven]) == DEFAULTS
    changed = applied(DEFAULTS, XGLL, [seven._replace(amount=5)])
    assert len(changed) == len(DEFAULTS) + 1
    assert applied(changed, XGLL, [seven]) == DEFAULTS


@pytest.mark.parametrize(
    ("clock", "amount", "second"),
    [
        (Clock.WORKING_DAY, 6, False),
        (Clock.WORKING_DAY, 8, True),
        (Clock.WALL, 60, True),
        (Clock.SERVICE_HOUR, 60, True),
    ],
)
def test_longer_or_counted_otherwise_needs_a_second_person(clock, amount, second):
    after = applied(DEFAULTS, XGLL, [Edit(HELP, clock, amount)])
    (effect,) = effects(DEFAULTS, after, [XGLL])
    assert needs_second(effect) is second


def test_a_special_limit_that_is_longer_is_noticed_although_no_row_grew():
    added = Edit(Slot(PolicyKind.RESOLUTION, "P2", None, "ELDER"), Clock.WORKING_DAY, 10)
    found = effects(DEFAULTS, applied(DEFAULTS, XGLL, [added]), [XGLL])
    assert any(needs_second(each) for each in found)
    assert {each.before.nature for each in found} == {None, "inquiry", "help", "suggestion"} | {
        "complaint",
        "report",
    }


def test_what_was_not_allowed_before_needs_a_second_person():
    policy = Policy(PolicyKind.RETURN, "P2", Clock.WALL, 10)
    assert needs_second(Effect(None, policy))
    assert needs_second(Effect(policy, None))


def test_the_handbooks_own_limits_are_sound_and_whole():
    assert [each for each in DEFAULTS if wrong_with(each)] == []
    assert list(missing(DEFAULTS, (PREFECTURE, *COUNTIES))) == []


@pytest.mark.parametrize("kind", PolicyKind)
def test_what_a_step_needs_cannot_be_taken_from_anybody(kind):
    left = [each for each in DEFAULTS if each.kind is not kind]
    found = {matter.urgency for matter in missing(left, [XGLL])}
    assert found == NEEDED[kind]


def test_24_hour_items_need_a_limit_too():
    ordinary = Policy(PolicyKind.SIGN, None, Clock.WALL, 30, around_the_clock=False)
    rest = [each for each in DEFAULTS if each.kind is not PolicyKind.SIGN]
    assert next(missing([*rest, ordinary], [XGLL]), None) is not None


@pytest.mark.parametrize(
    ("policy", "wrong"),
    [
        (Policy(PolicyKind.RETURN, "P0", Clock.WALL, 5), Wrong.DANGER),
        (Policy(PolicyKind.RETURN, None, Clock.WALL, 5), Wrong.DANGER),
        (Policy(PolicyKind.EXTENSION, "P0", Clock.WORKING_DAY, 5), Wrong.DANGER),
        (Policy(PolicyKind.MAKE_SAFE, "P1", Clock.WALL, 5), Wrong.URGENCY),
        (Policy(PolicyKind.MAKE_SAFE, None, Clock.WALL, 5), Wrong.URGENCY),
        (Policy(PolicyKind.SIGN, "P9", Clock.WALL, 5), Wrong.URGENCY),
        (Policy(PolicyKind.DANGER_LOOK, "P1", Clock.SERVICE_HOUR, 60), Wrong.CLOCK),
        (Policy(PolicyKind.FIRST_RESPONSE, "P2", Clock.WORKING_DAY, 1), Wrong.CLOCK),
        (Policy(PolicyKind.SIGN, "P2", Clock.WALL, 0), Wrong.AMOUNT),
        (Policy(PolicyKind.SIGN, "P2", Clock.WALL, 86401), Wrong.AMOUNT),
        (Policy(PolicyKind.SIGN, "P2", Clock.SERVICE_HOUR, 14), Wrong.AMOUNT),
        (Policy(PolicyKind.WAITING, None, Clock.WORKING_DAY, 61), Wrong.AMOUNT),
        (Policy(PolicyKind.RESOLUTION, "P2", Clock.WORKING_DAY, 0), Wrong.AMOUNT),
        (Policy(PolicyKind.FOLLOW_UP, "P2", Clock.WORKING_DAY, 0), None),
        (Policy(PolicyKind.SIGN, "P2", Clock.SERVICE_HOUR, 15), None),
    ],
)
def test_a_limit_looked_at_alone(policy, wrong):
    assert wrong_with(policy) is wrong


@pytest.mark.parametrize("kind", PolicyKind)
def test_the_bounds_that_a_form_tells_are_those_that_hold(kind):
    urgency = min(URGENCIES_OF[kind])
    for clock in CLOCKS[kind]:
        least, most = bounds_of(kind, clock)
        wrong = [
            wrong_with(Policy(kind, urgency, clock, amount))
            for amount in (least - 1, least, most, most + 1)
        ]
        assert wrong == [Wrong.AMOUNT, None, None, Wrong.AMOUNT]


def test_two_versions_are_told_apart_row_by_row():
    after = applied(DEFAULTS, XGLL, [Edit(HELP, Clock.WORKING_DAY, 5)])
    (only,) = differences(DEFAULTS, after)
    assert (only.area_code, only.slot, only.before) == (XGLL, HELP, None)
    assert only.after.amount == 5
    assert differences(after, after) == []
    renumbered = [replace(each, id=each.id + 100, version=9) for each in after]
    assert differences(after, renumbered) == []


def test_the_rows_of_a_place_are_its_own_before_the_prefectures():
    after = applied(DEFAULTS, XGLL, [Edit(HELP, Clock.WORKING_DAY, 5)])
    rows = {row.slot: row for row in rows_of(after, PolicyKind.RESOLUTION, XGLL)}
    assert (rows[HELP].policy.amount, rows[HELP].common.amount) == (5, 7)
    assert {row.slot for row in rows_of(after, PolicyKind.RESOLUTION, DEQIN)} == set(rows)
    assert by_slot(after, DEQIN) == {}
    assert slot_of(rows[HELP].policy) == HELP
