"""The table of moves is the one of design.md §4."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service_desk.service_requests.lifecycle import (
    MOVES,
    ONLY_APPROVED,
    OPEN,
    PAUSED,
    WORKING,
    IllegalMove,
    State,
    check_move,
)

TABLE = {
    "received": "assigned declined closed",
    "assigned": "accepted assigned declined closed",
    "accepted": "waiting deferred resolved assigned declined closed",
    "waiting": "accepted assigned resolved closed",
    "deferred": "accepted assigned resolved closed",
    "resolved": "closed rework",
    "rework": "waiting assigned resolved closed",
    "declined": "closed received",
    "closed": "rework",
}
STATES = st.sampled_from(State)


@given(STATES, STATES, st.booleans())
def test_exactly_the_moves_of_the_table(origin, target, approved):
    allowed = target in TABLE[origin].split()
    if allowed and (approved or target not in ("declined", "deferred")):
        check_move(origin, target, approved)
    else:
        with pytest.raises(IllegalMove):
            check_move(origin, target, approved)


def test_every_state_has_a_way_to_the_end():
    reached = {State.CLOSED}
    while more := {s for s, targets in MOVES.items() if targets & reached} - reached:
        reached |= more
    assert reached == set(State)


def test_sets_of_states():
    assert set(State) - OPEN == {State.RESOLVED, State.DECLINED, State.CLOSED}
    assert {State.DECLINED, State.DEFERRED} == ONLY_APPROVED
    assert {State.WAITING, State.DEFERRED} == PAUSED
    assert WORKING <= OPEN
