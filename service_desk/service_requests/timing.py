"""The two clocks of a request: started, paused, met, moved; judged from event times only.

Who works something out gives back the `Facts` that it was worked out by. They belong into the
data of the step's line on the timeline: `replay` tells the clocks from these lines alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from service_desk.foundation.clock import local
from service_desk.service_clock import queries as service_clock
from service_desk.service_clock.policies import Matter as ClockMatter
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_clock.walk import Span
from service_desk.service_requests.draft import Draft
from service_desk.service_requests.lifecycle import PAUSED, Nature, State, Urgency
from service_desk.service_requests.models import (
    ClockKind,
    ClockOutcome,
    RequestClock,
    ServiceRequest,
)
from service_desk.service_requests.queries import approved_extensions
from service_desk.service_requests.reminders import first_moment, plan, spans, versions

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
"""Due time of what has no clock, so that every open request has its place in a queue."""
REWORK_DAYS = 5

Facts = dict[str, Any]
"""`basis`: what was in force in the request's place; empty where nothing was worked out."""


def machine_time(due_at: datetime | None) -> str:
    """`data-due` of pages and rows: ISO 8601 with the local offset; empty when nothing is due."""
    if due_at is None or due_at >= NEVER:
        return ""
    return local(due_at).isoformat(timespec="seconds")


class Matter(Protocol):
    """What a due time depends on: a draft or a stored request."""

    @property
    def urgency(self) -> Urgency: ...
    @property
    def nature(self) -> Nature: ...
    @property
    def category(self) -> str | None: ...
    @property
    def area_code(self) -> str: ...


class Started(NamedTuple):
    """The values of both clocks, the hours of the place, and what they go by.

    Nothing where none runs.
    """

    clocks: list[dict[str, Any]]
    hours: ServiceHours | None
    facts: Facts


def promises(draft: Draft, unit_code: str, at: datetime) -> Started:
    """Both clocks, started at `at`; none for praise."""
    return _promised(draft, unit_code, at) if draft.has_clocks else Started([], None, {})


def _promised(matter: Matter, unit_code: str, at: datetime) -> Started:
    matters = [_matter(kind, matter) for kind in ClockKind]
    given = service_clock.promises(matters, matter.area_code, at)
    clocks = [
        _started(kind, promise, at) | {"unit_code": unit_code}
        for kind, promise in zip(ClockKind, given.steps, strict=True)
    ]
    return Started(clocks, given.hours, _told(given.basis))


def _told(basis: service_clock.Basis) -> Facts:
    return {"basis": basis._asdict()}


def _facts(request: ServiceRequest) -> Facts:
    return _told(service_clock.basis(request.area_code))


def start_late(request: ServiceRequest) -> None:
    """What was taken for praise needs an answer after all: counted from when it came in.

    So does what was stopped as praise: nobody loses a promise by a wrong click and its repair.
    """
    if not request.clocks:
        given = _promised(request, request.unit_code, request.created_at)
        request.clocks.extend(RequestClock(**values) for values in given.clocks)
    for clock in request.clocks:
        if _was_stopped(clock, request.cycle):
            clock.outcome = ClockOutcome.OPEN


def _was_stopped(clock: RequestClock, cycle: int) -> bool:
    """In this cycle: closing ends the first response of the one before for good."""
    ended = clock.met_at is None and clock.outcome is not ClockOutcome.OPEN
    return ended and (cycle == 1 or clock.kind is ClockKind.RESOLUTION)


def stop(request: ServiceRequest, at: datetime) -> None:
    """It needs no answer after all; what was due before is late all the same."""
    _stop(request, at)


def _matter(kind: ClockKind, matter: Matter) -> ClockMatter:
    return ClockMatter(kind, matter.urgency, matter.nature, matter.category)


def _started(kind: ClockKind, promise: service_clock.Promise, at: datetime) -> dict[str, Any]:
    return {
        "kind": kind,
        "policy_id": promise.policy_id,
        "policy_version": promise.policy_version,
        "calendar_version": promise.calendar_version,
        "started_at": at,
        "first_due_at": promise.due_at,
        "due_at": promise.due_at,
        "pauses": [],
        "outcome": ClockOutcome.OPEN,
        "steps": 0,
        "remind_at": first_moment(promise, at),
    }


def soonest(clocks: Iterable[dict[str, Any]]) -> datetime:
    return min((clock["due_at"] for clock in clocks), default=NEVER)


def clock_of(request: ServiceRequest, kind: ClockKind) -> RequestClock | None:
    return next((clock for clock in request.clocks if clock.kind is kind), None)


def running(request: ServiceRequest) -> list[RequestClock]:
    return [clock for clock in request.clocks if clock.outcome is ClockOutcome.OPEN]


def refresh_due(request: ServiceRequest) -> None:
    """The soonest running clock orders the queues; nothing is due once it is answered.

    A paused clock is not due: what waits for the resident lies at the end of every queue. When
    the clocks next remind somebody is settled here too.
    """
    plan(request)
    unmet = [clock.due_at for clock in running(request) if clock.paused_at is None]
    done = request.state in (State.RESOLVED, State.CLOSED, State.DECLINED)
    request.due_at = None if done else min(unmet, default=NEVER)


def meet(request: ServiceRequest, kind: ClockKind, at: datetime) -> Facts:
    """The promise is kept or broken now; a second time changes nothing."""
    clock = clock_of(request, kind)
    if clock is None or clock.outcome is not ClockOutcome.OPEN:
        return {}
    _resume(clock, request, at)
    elapsed = service_clock.measure_minutes(
        request.area_code, clock.started_at, at, clock.calendar_version
    )
    clock.met_at = at
    clock.outcome = ClockOutcome.ON_TIME if at <= clock.due_at else ClockOutcome.LATE
    clock.service_minutes, clock.wall_minutes = elapsed
    refresh_due(request)
    return _facts(request)


def follow(request: ServiceRequest, state: State, at: datetime) -> Facts:
    """What a step does to the clocks. The first response never pauses."""
    clock = clock_of(request, ClockKind.RESOLUTION)
    if clock is None:
        return {}
    if state in PAUSED:
        clock.paused_at = clock.paused_at or at
        return {}
    if state is State.REWORK:
        return _start_again(clock, request, at)
    resumed = _resume(clock, request, at)
    if state is State.CLOSED:
        _stop(request, at)
    return meet(request, clock.kind, at) or resumed if state is State.RESOLVED else resumed


def _start_again(clock: RequestClock, request: ServiceRequest, at: datetime) -> Facts:
    """Rework has a promise of its own; the first one stays for the report."""
    facts = _facts(request)
    clock.paused_at, clock.pauses = None, []
    clock.started_at, clock.outcome, clock.met_at = at, ClockOutcome.OPEN, None
    clock.service_minutes = clock.wall_minutes = None
    clock.calendar_version = facts["basis"]["calendar"]
    clock.due_at = service_clock.add_working_days(request.area_code, at, REWORK_DAYS)
    clock.steps = 0
    clock.remind_at = None
    return facts


def _resume(clock: RequestClock, request: ServiceRequest, at: datetime) -> Facts:
    if clock.paused_at is None:
        return {}
    pause = Span(clock.paused_at, at)
    clock.pauses = [*clock.pauses, [pause.start.isoformat(), pause.end.isoformat()]]
    clock.paused_at = None
    clock.remind_at = None
    clock.due_at = service_clock.due_after_pause(
        service_clock.Running(
            request.area_code, clock.started_at, clock.due_at, clock.policy_id, versions(clock)
        ),
        pause,
    )
    return _facts(request)


def _stop(request: ServiceRequest, at: datetime) -> None:
    """Closing before the due time ends the promise; after it, it was broken."""
    for clock in running(request):
        clock.outcome = ClockOutcome.LATE if is_over(clock, at) else ClockOutcome.CANCELLED


def is_over(clock: RequestClock, at: datetime) -> bool:
    """Whether its time has passed; while it rests, it stands where it was paused."""
    return (clock.paused_at or at) > clock.due_at


def restate(request: ServiceRequest, at: datetime) -> Facts:
    """Urgency, nature or category changed: recomputed from the original start.

    A promise whose time has passed is not made longer: no click makes late work look on time.
    An approved extension stays, but never in danger, and rework keeps the promise of its own.
    """
    for clock in running(request):
        if clock.kind is ClockKind.RESOLUTION and request.cycle > 1:
            continue
        _restate(clock, request, at)
    refresh_due(request)
    return _facts(request)


def _restate(clock: RequestClock, request: ServiceRequest, at: datetime) -> None:
    """`first_due_at` is what reports count by: without extensions and pauses.

    By the same limit it never becomes earlier: opening hours may have changed meanwhile.
    """
    promise = service_clock.promise(
        _matter(clock.kind, request), request.area_code, clock.started_at, (), versions(clock)
    )
    same_limit = promise.policy_id == clock.policy_id
    if same_limit and promise.due_at <= clock.first_due_at:
        return
    due_at = _moved(clock, request, promise)
    due_at = max(due_at, clock.due_at) if same_limit else due_at
    if due_at > clock.due_at and is_over(clock, at):
        return
    clock.first_due_at, clock.due_at = promise.due_at, due_at
    clock.policy_id, clock.policy_version = promise.policy_id, promise.policy_version
    clock.calendar_version = promise.calendar_version
    clock.remind_at = None


def _moved(
    clock: RequestClock, request: ServiceRequest, promise: service_clock.Promise
) -> datetime:
    """A pause in the days of an extension counts too, so the extensions come first."""
    due_at = _extended(request, clock.kind, promise.due_at)
    for pause in spans(clock):
        known = service_clock.Running(
            request.area_code, clock.started_at, due_at, promise.policy_id, versions(clock)
        )
        due_at = service_clock.due_after_pause(known, pause)
    return due_at


def _extended(request: ServiceRequest, kind: ClockKind, due_at: datetime) -> datetime:
    if kind is ClockKind.RESOLUTION and request.urgency is not Urgency.P0:
        for days in approved_extensions(request.id):
            due_at = service_clock.add_working_days(request.area_code, due_at, days)
    return due_at


def hand_over(request: ServiceRequest, at: datetime) -> None:
    """Until the first due time the lead unit is who counts for it (domain.md §9)."""
    for clock in request.clocks:
        if at <= clock.first_due_at:
            clock.unit_code = request.unit_code


def may_lengthen(request: ServiceRequest, at: datetime) -> bool:
    """Only what still runs and is not late: late work is not made to look on time."""
    clock = clock_of(request, ClockKind.RESOLUTION)
    return clock is not None and clock.outcome is ClockOutcome.OPEN and not is_over(clock, at)


def lengthen(request: ServiceRequest, days: int) -> Facts:
    """An approved extension moves the resolution's due time; the first one stays."""
    clock = clock_of(request, ClockKind.RESOLUTION)
    if clock is None or clock.outcome is not ClockOutcome.OPEN:
        return {}
    clock.due_at = service_clock.add_working_days(request.area_code, clock.due_at, days)
    clock.remind_at = None
    refresh_due(request)
    return _facts(request)
