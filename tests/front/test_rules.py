"""What a resident may do, and what comes next, in every state."""

from __future__ import annotations

from datetime import timedelta

import pytest

from service_desk.front import wording
from service_desk.front.rules import Standing, Step, next_step
from service_desk.service_requests.lifecycle import CloseReason, State, Urgency
from tests.front.conftest import AT


@pytest.mark.parametrize(
    ("state", "answered", "step"),
    [
        (State.RECEIVED, False, Step.CONTACT),
        (State.ASSIGNED, False, Step.CONTACT),
        (State.ACCEPTED, False, Step.CONTACT),
        (State.ACCEPTED, True, Step.ANSWER),
        (State.WAITING, True, Step.YOUR_TURN),
        (State.DEFERRED, True, Step.LEDGER),
        (State.RESOLVED, True, Step.RATE),
        (State.REWORK, True, Step.REWORK),
        (State.DECLINED, True, Step.DECLINED),
        (State.CLOSED, True, Step.FINISHED),
    ],
)
def test_each_state_has_a_next_step(state, answered, step):
    assert next_step(Standing(state, Urgency.P2, answered)) is step


def test_danger_comes_before_everything_until_somebody_was_reached():
    assert next_step(Standing(State.WAITING, Urgency.P0)) is Step.DANGER
    assert next_step(Standing(State.ACCEPTED, Urgency.P0, answered=True)) is Step.ANSWER
    assert next_step(Standing(State.CLOSED, Urgency.P0)) is Step.FINISHED


def test_praise_is_owed_thanks_only():
    assert next_step(Standing(State.ASSIGNED, Urgency.P2, clocks=False)) is Step.THANKS


def test_a_danger_is_not_called_off_by_a_click():
    assert Standing(State.ASSIGNED, Urgency.P1).withdrawable
    assert not Standing(State.ASSIGNED, Urgency.P0).withdrawable
    assert not Standing(State.RESOLVED, Urgency.P2).withdrawable


def test_the_last_moment_to_reopen_still_counts():
    standing = Standing(State.CLOSED, Urgency.P2, reopens_until=AT)
    assert standing.reopens(AT)
    assert not standing.reopens(AT + timedelta(seconds=1))
    assert not Standing(State.CLOSED, Urgency.P2).reopens(AT)


def test_everything_that_can_be_has_a_name():
    assert set(wording.STATES) == set(State)
    assert set(wording.STEPS) == set(Step)
    assert set(wording.ENDINGS) == set(CloseReason)
    assert set(wording.ADVICE) == set(Step) - {Step.FINISHED}
