"""What a resident may do with a tracked request, and what comes next (pure; domain.md §6-8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from service_desk.service_requests.lifecycle import OPEN, State, Urgency


class Step(StrEnum):
    """What happens next, as the card on top tells it."""

    DANGER = "danger"
    CONTACT = "contact"
    ANSWER = "answer"
    THANKS = "thanks"
    YOUR_TURN = "your_turn"
    LEDGER = "ledger"
    RATE = "rate"
    REWORK = "rework"
    DECLINED = "declined"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a request stands; `answered` when somebody has reached the resident.

    `clocks` is False for praise, which is owed no answer; `reopens_until` is set for what is
    closed and was never reopened.
    """

    state: State
    urgency: Urgency
    answered: bool = False
    clocks: bool = True
    reopens_until: datetime | None = None

    @property
    def rateable(self) -> bool:
        return self.state is State.RESOLVED

    @property
    def takes_more(self) -> bool:
        """Whether words that are added reach somebody who is at work."""
        return self.state in OPEN

    @property
    def withdrawable(self) -> bool:
        """A danger is only called off by a person who has made sure."""
        return self.state in OPEN and self.urgency is not Urgency.P0

    def reopens(self, at: datetime) -> bool:
        return self.reopens_until is not None and at <= self.reopens_until


_FIXED = {
    State.WAITING: Step.YOUR_TURN,
    State.DEFERRED: Step.LEDGER,
    State.RESOLVED: Step.RATE,
    State.REWORK: Step.REWORK,
    State.DECLINED: Step.DECLINED,
    State.CLOSED: Step.FINISHED,
}


def next_step(standing: Standing) -> Step:
    """Danger first; then a contact, then the answer."""
    if standing.urgency is Urgency.P0 and standing.takes_more and not standing.answered:
        return Step.DANGER
    if standing.state in _FIXED:
        return _FIXED[standing.state]
    if not standing.clocks:
        return Step.THANKS
    return Step.ANSWER if standing.answered else Step.CONTACT
