"""What a look changes, and how long it may take."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.directory.categories import CODES, RESTRICTED_CODES
from service_desk.service_requests.lifecycle import Nature, Urgency
from service_desk.triage.rules import Look, calls_off, changes, time_left

AT = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)
looks = st.builds(
    Look,
    urgency=st.sampled_from(Urgency),
    nature=st.sampled_from(Nature),
    category=st.sampled_from(sorted(CODES)),
    area_code=st.sampled_from(["533401101003", "533400000000"]),
    restricted=st.booleans(),
)


class Stored:
    """What a look is held against."""

    def __init__(self, look: Look) -> None:
        self.urgency, self.nature = look.urgency, look.nature
        self.category, self.area_code = look.category, look.area_code
        self.restricted = look.restricts


@given(looks)
def test_confirming_changes_nothing(look):
    assert changes(Stored(look), look) == {}


@given(looks, looks)
def test_what_differs_is_named_before_and_after(before, after):
    found = changes(Stored(before), after)
    assert ("urgency" in found) == (before.urgency != after.urgency)
    assert all(old != new for old, new in found.values())


@given(looks)
def test_a_restricted_category_always_restricts(look):
    assert look.restricts == (look.restricted or look.category in RESTRICTED_CODES)


@given(st.sampled_from(Urgency), looks)
def test_only_leaving_p0_calls_a_danger_off(before, look):
    assert calls_off(before, look) == (before is Urgency.P0 and look.urgency is not Urgency.P0)


@pytest.mark.parametrize(
    ("minutes", "state", "told"),
    [(0, "due", 30), (14, "due", 16), (15, "soon", 15), (30, "soon", 0), (31, "overdue", 1)],
)
def test_half_of_the_time_is_soon_and_all_of_it_is_late(minutes, state, told):
    left = time_left(AT, AT + timedelta(minutes=30), AT + timedelta(minutes=minutes))
    assert (left.state, left.minutes) == (state, told)
