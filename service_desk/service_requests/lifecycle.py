"""The states of a service request and the moves between them (pure; design.md §4)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from service_desk.directory.categories import Nature

__all__ = [
    "CLOCKLESS", "GAIN_AT_MOST", "MOVES", "ONLY_APPROVED", "OPEN", "PAUSED", "WORKING", "Channel",
    "CloseReason", "IllegalMove", "Nature", "State", "Urgency", "check_move", "may_rest",
]  # fmt: skip


class State(StrEnum):
    """Nine states; overdue and escalation are derived, never states."""

    RECEIVED = "received"
    ASSIGNED = "assigned"
    ACCEPTED = "accepted"
    WAITING = "waiting"
    DEFERRED = "deferred"
    RESOLVED = "resolved"
    REWORK = "rework"
    DECLINED = "declined"
    CLOSED = "closed"


class Urgency(StrEnum):
    """P0 life or body at risk now, P1 serious harm within a day, P2 the rest (domain.md §7)."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"


class Channel(StrEnum):
    """How a request came in; phone, walk_in and paper are entered at the counter."""

    WEB = "web"
    SMS = "sms"
    PHONE = "phone"
    WALK_IN = "walk_in"
    PAPER = "paper"
    OPEN311 = "open311"


class CloseReason(StrEnum):
    """Why a request is closed."""

    RATED = "rated"
    RATING_LAPSED = "rating_lapsed"
    WITHDRAWN = "withdrawn"
    DUPLICATE = "duplicate"
    NO_REPLY = "no_reply"
    INVALID = "invalid"
    THANKED = "thanked"


GAIN_AT_MOST = timedelta(days=31)
"""One change of the calendar gives no more: as long as a closure can be."""
CLOCKLESS = frozenset({Nature.PRAISE, Nature.INVALID})

MOVES: dict[State, frozenset[State]] = {
    State.RECEIVED: frozenset({State.ASSIGNED, State.DECLINED, State.CLOSED}),
    State.ASSIGNED: frozenset({State.ACCEPTED, State.ASSIGNED, State.DECLINED, State.CLOSED}),
    State.ACCEPTED: frozenset(
        {
            State.WAITING,
            State.DEFERRED,
            State.RESOLVED,
            State.ASSIGNED,
            State.DECLINED,
            State.CLOSED,
        }
    ),
    State.WAITING: frozenset({State.ACCEPTED, State.ASSIGNED, State.RESOLVED, State.CLOSED}),
    State.DEFERRED: frozenset({State.ACCEPTED, State.ASSIGNED, State.RESOLVED, State.CLOSED}),
    State.RESOLVED: frozenset({State.CLOSED, State.REWORK}),
    State.REWORK: frozenset({State.WAITING, State.ASSIGNED, State.RESOLVED, State.CLOSED}),
    State.DECLINED: frozenset({State.CLOSED, State.RECEIVED}),
    State.CLOSED: frozenset({State.REWORK}),
}
ONLY_APPROVED = frozenset({State.DECLINED, State.DEFERRED})
OPEN = frozenset(
    {
        State.RECEIVED,
        State.ASSIGNED,
        State.ACCEPTED,
        State.WAITING,
        State.DEFERRED,
        State.REWORK,
    }
)
WORKING = frozenset({State.ACCEPTED, State.WAITING, State.REWORK})
PAUSED = frozenset({State.WAITING, State.DEFERRED})


class IllegalMove(Exception):
    """The table does not allow this move."""


def check_move(origin: State, target: State, approved: bool = False) -> None:
    """Raises IllegalMove unless the table, and an approval where it asks for one, allow it."""
    if target not in MOVES[origin]:
        raise IllegalMove(f"{origin} to {target}")
    if target in ONLY_APPROVED and not approved:
        raise IllegalMove(f"{origin} to {target} needs an approval")


def may_rest(state: State, urgency: Urgency) -> bool:
    """Whether its clock may rest in this state: never in danger, and what is urgent is not put
    on the ledger (domain.md §6)."""
    if state is State.DEFERRED:
        return urgency is Urgency.P2
    return state is State.WAITING and urgency is not Urgency.P0
