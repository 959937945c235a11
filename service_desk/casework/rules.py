"""Who may do what to a request in which state (pure; domain.md §2, §6, §7)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from service_desk.accounts.reach import AreaReach, Reach
from service_desk.accounts.rules import may_hold_post
from service_desk.directory.areas import contains, is_village, township_of
from service_desk.directory.categories import CODES, OwnerLevel, category
from service_desk.directory.roles import SELF_GOVERNANCE, Role
from service_desk.foundation.access import Permission
from service_desk.foundation.clock import SHANGHAI
from service_desk.routing.rules import ABOUT_THE_VILLAGE
from service_desk.service_requests.lifecycle import OPEN, State, Urgency


class Act(StrEnum):
    """What a member of staff does to one request; the last part of the address."""

    CLAIM = "claim"
    RESPOND = "respond"
    NOTE = "note"
    WAIT = "wait"
    RESUME = "resume"
    RETURN = "return"
    EXTEND = "extend"
    DEFER = "defer"
    RESOLVE = "resolve"
    TRANSFER = "transfer"
    CLOSE = "close"
    REVEAL = "reveal"


class Method(StrEnum):
    """How somebody reached, or tried to reach, the resident."""

    CALL = "call"
    VISIT = "visit"
    TEXT = "text"
    COUNTER = "counter"


class Outcome(StrEnum):
    """Only a resident who was reached has been answered (domain.md §6)."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"


class Cause(StrEnum):
    """What the ledger waits for (domain.md §6)."""

    LAW = "law"
    FUNDS = "funds"
    SEASON = "season"


class Task(StrEnum):
    """What the desk asks the owner to do when a pause has ended by itself."""

    ASK_AGAIN = "ask_again"
    REVIEW = "review"


AT_WORK = frozenset({State.ACCEPTED, State.WAITING, State.DEFERRED, State.REWORK})
STATES = {
    Act.CLAIM: frozenset({State.RECEIVED, State.ASSIGNED}),
    Act.RESPOND: AT_WORK,
    Act.NOTE: frozenset(State),
    Act.WAIT: frozenset({State.ACCEPTED, State.REWORK}),
    Act.RESUME: frozenset({State.WAITING, State.DEFERRED}),
    Act.RETURN: (AT_WORK | {State.ASSIGNED}) - {State.DEFERRED},
    Act.EXTEND: frozenset({State.ACCEPTED, State.WAITING}),
    Act.DEFER: frozenset({State.ACCEPTED}),
    Act.RESOLVE: AT_WORK,
    Act.TRANSFER: OPEN,
    Act.CLOSE: OPEN,
    Act.REVEAL: frozenset(State),
}
WORKERS = frozenset(
    {
        Act.CLAIM,
        Act.RESPOND,
        Act.WAIT,
        Act.RESUME,
        Act.RETURN,
        Act.EXTEND,
        Act.DEFER,
        Act.RESOLVE,
    }
)
NOT_FOR_P0 = frozenset({Act.WAIT, Act.RETURN, Act.EXTEND, Act.DEFER})
NOT_FOR_P1 = frozenset({Act.DEFER})
"""The ledger is for what can wait; for the rest the handbook has no place on it."""
DISPATCHERS = frozenset({Act.TRANSFER, Act.CLOSE})
TEXTED = 300
"""Characters of a text that a person writes to a resident."""
TRIES, TRY_DAYS = 3, 2
"""Failed tries, and days they fall on, before a person may close for no reply."""
WAITS = 2
"""How often in a cycle the resolution clock may rest because the resident is asked."""


class Matter(Protocol):
    """What of a request the rules ask for."""

    @property
    def state(self) -> State: ...
    @property
    def urgency(self) -> Urgency: ...
    @property
    def category(self) -> str | None: ...
    @property
    def area_code(self) -> str: ...
    @property
    def restricted(self) -> bool: ...
    @property
    def owner_post_id(self) -> int | None: ...
    @property
    def owner_user_id(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Standing:
    """How somebody stands to one request: it is theirs, they dispatch it, oversee it, reveal.

    `called` is who was paged for a danger that is not over; `defers` decides for the county what
    goes on the ledger, and `recalls` takes it off.
    """

    owns: bool
    called: bool
    dispatches: bool
    supervises: bool
    approves: bool
    reveals: bool
    defers: bool = False
    recalls: bool = False


def standing(reach: Reach, matter: Matter, called: bool = False) -> Standing:
    """Who decides does so where they were made to; what they are elsewhere is none of it."""
    by_name = matter.owner_user_id == reach.user_id
    owns = by_name or reach.holds(matter.owner_post_id, matter.restricted)
    seen = any(_covers(area, matter) for area in reach.areas)
    over = owns or called or seen
    defers = seen and any(contains(area, matter.area_code) for area in ledgers(reach))
    return Standing(
        owns=owns,
        called=called,
        dispatches=over and reach.may_in(Permission.DISPATCH, matter.area_code),
        supervises=over and reach.may_in(Permission.SUPERVISE, matter.area_code),
        approves=over and reach.may_in(Permission.APPROVE, matter.area_code),
        reveals=over and reach.may(Permission.REVEAL),
        defers=defers,
        recalls=defers and matter.state is State.DEFERRED,
    )


def ledgers(reach: Reach) -> tuple[str, ...]:
    """Counties, or the prefecture, for which they decide what goes on the ledger: being the lead
    of a township, or dispatching for another county, is none."""
    areas = reach.areas_of(Permission.DEFER)
    return tuple(area for area in areas if township_of(area) is None)


def _covers(area: AreaReach, matter: Matter) -> bool:
    if matter.restricted and not area.restricted:
        return False
    code = matter.category or ""
    kinds = area.categories is None or any(code.startswith(each) for each in area.categories)
    return kinds and area.lo <= matter.area_code <= area.hi


def may(act: Act, who: Standing) -> bool:
    """Whether this person may ever do it; the state is another question."""
    if act is Act.CLAIM:
        return who.owns or who.called
    if act in WORKERS:
        return who.owns or (act is Act.RESUME and who.recalls)
    if act in DISPATCHERS:
        return who.dispatches
    return who.reveals if act is Act.REVEAL else who.owns or who.called or who.supervises


def offered(who: Standing, matter: Matter) -> list[Act]:
    """What this person can do now, in the order of work."""
    return [act for act in Act if may(act, who) and fits(act, matter)]


def fits(act: Act, matter: Matter) -> bool:
    """Whether the state and the urgency allow it."""
    return matter.state in STATES[act] and act not in _FORBIDDEN.get(matter.urgency, ())


_FORBIDDEN = {Urgency.P0: NOT_FOR_P0, Urgency.P1: NOT_FOR_P1}


def may_lead(role: Role, code: str | None, area_code: str) -> bool:
    """Whether a post of this role and place may own a matter of this category.

    The village's own people never lead a department's matter (domain.md §15), and nobody of a
    village a complaint about it; a dispatcher may hold anything until it is passed on.
    """
    if not may_hold_post(role):
        return False
    if code is None or code not in CODES:
        return True
    if code in ABOUT_THE_VILLAGE and is_village(area_code):
        return False
    return not (category(code).level is OwnerLevel.DEPT and role in SELF_GOVERNANCE)


def tried_enough(days: Iterable[date]) -> bool:
    """Whether failed tries on these local days are enough to give up (domain.md §6)."""
    tries = list(days)
    return len(tries) >= TRIES and len(set(tries)) >= TRY_DAYS


def may_wait(began: int, ended_alone: date | None, today: date) -> bool:
    """Whether the clock may rest again in this cycle (domain.md §5).

    `began` is how often it has; `ended_alone` the local day on which a wait last ended by itself:
    then the resident is asked again on a later day before we wait once more.
    """
    return began < WAITS and (ended_alone is None or today > ended_alone)


def back_at(until: date) -> datetime:
    """The end of a local day: when what was deferred until then is back at work."""
    return datetime.combine(until + timedelta(days=1), time(), SHANGHAI)


def last_moment(until: date) -> datetime:
    """Within the last day of a deferral: for sentences that name the day."""
    return back_at(until) - timedelta(minutes=1)


def may_rest_until(until: date, today: date, latest: date) -> bool:
    """Whether a day can end a deferral: a later one, and no later than the review."""
    return today < until <= latest
