"""Promises given, and given anew when what a request is, or the calendar, changes.

Who works something out gives back the `Facts` that it was worked out by. They belong into the
data of the step's line on the timeline: `replay` tells the clocks from these lines alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple, Protocol

from service_desk.service_clock import queries as service_clock
from service_desk.service_clock.in_force import Versions
from service_desk.service_clock.policies import Matter as ClockMatter
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_clock.walk import Span
from service_desk.service_requests import steps
from service_desk.service_requests.clocks import (
    NEVER,
    Facts,
    facts,
    in_rework,
    is_over,
    refresh_due,
    running,
    told,
)
from service_desk.service_requests.draft import Draft
from service_desk.service_requests.lifecycle import Nature, Urgency
from service_desk.service_requests.models import (
    ClockKind,
    ClockOutcome,
    RequestClock,
    ServiceRequest,
)
from service_desk.service_requests.queries import approved_extensions
from service_desk.service_requests.reminders import calendars, first_moment, spans


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
    return Started(clocks, given.hours, told(given.basis))


def _matter(kind: str, matter: Matter) -> ClockMatter:
    return ClockMatter(kind, matter.urgency, matter.nature, matter.category)


def _started(kind: ClockKind, promise: service_clock.Promise, at: datetime) -> dict[str, Any]:
    return {
        "kind": kind,
        "started_at": at,
        "first_due_at": promise.due_at,
        "due_at": promise.due_at,
        "pauses": [],
        "outcome": ClockOutcome.OPEN,
        "steps": 0,
        "remind_at": first_moment(promise, at),
    } | _source(promise)


def _source(promise: service_clock.Promise) -> dict[str, int]:
    return {
        "policy_id": promise.policy_id,
        "policy_version": promise.policy_version,
        "calendar_version": promise.calendar_version,
    }


def _put(clock: RequestClock, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(clock, name, value)


def soonest(clocks: Iterable[dict[str, Any]]) -> datetime:
    return min((clock["due_at"] for clock in clocks), default=NEVER)


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
    """In this cycle: a first response that was late when an earlier one was closed stays late."""
    if clock.met_at is not None or clock.outcome is ClockOutcome.OPEN:
        return False
    first = clock.kind is ClockKind.FIRST_RESPONSE
    return cycle == 1 or not first or clock.outcome is ClockOutcome.CANCELLED


def start_rework(clock: RequestClock, request: ServiceRequest, at: datetime) -> None:
    """Rework has a promise of its own; the first due time stays for the report."""
    first_due_at = clock.first_due_at
    promise = service_clock.promise(_matter(_limit(clock, request), request), request.area_code, at)
    _put(clock, _started(clock.kind, promise, at))
    clock.first_due_at = first_due_at
    clock.paused_at = clock.met_at = clock.remind_at = None
    clock.service_minutes = clock.wall_minutes = None


def start_again(clock: RequestClock, request: ServiceRequest, at: datetime) -> None:
    """A first response that the resident withdrew from and asks for again is due anew.

    Reports go on counting by the first due time: nobody is on time by way of a withdrawal.
    """
    first_due_at, unit_code = clock.first_due_at, clock.unit_code
    promise = service_clock.promise(_matter(clock.kind, request), request.area_code, at)
    _put(clock, _started(clock.kind, promise, at))
    clock.first_due_at, clock.unit_code, clock.remind_at = first_due_at, unit_code, None


def _limit(clock: RequestClock, request: ServiceRequest) -> str:
    """Danger has one limit for the whole case, rework or not (domain.md §6)."""
    if in_rework(clock, request) and request.urgency is not Urgency.P0:
        return PolicyKind.REWORK
    return clock.kind


def restate(request: ServiceRequest, at: datetime) -> Facts:
    """Urgency, nature or category changed: recomputed from the original start.

    A promise whose time has passed is not made longer: no click makes late work look on time.
    An approved extension stays as far as the new limits allow one.
    """
    for clock in running(request):
        _restate(clock, request, at)
    refresh_due(request)
    return facts(request)


def _restate(clock: RequestClock, request: ServiceRequest, at: datetime) -> None:
    """By the same limit nothing changes, wherever it lies now: no place's hours are tried for
    size. `first_due_at` is what reports count by: without extensions and pauses."""
    promise = _anew(clock, request)
    if promise.policy_id == clock.policy_id:
        return
    due_at = moved(clock, request, promise)
    if due_at > clock.due_at and is_over(clock, at):
        return
    settle(clock, request, promise, due_at)


def _anew(clock: RequestClock, request: ServiceRequest) -> service_clock.Promise:
    """From its start, by the calendar it was promised under or the newest: whichever is later."""
    matter = _matter(_limit(clock, request), request)
    given = [
        service_clock.promise(matter, request.area_code, clock.started_at, (), each)
        for each in calendars(clock)
    ]
    return max(given, key=lambda promise: promise.due_at)


def settle(
    clock: RequestClock, request: ServiceRequest, promise: service_clock.Promise, due_at: datetime
) -> None:
    """The promise counts from now on; that of a rework leaves the first due time alone."""
    if not in_rework(clock, request):
        clock.first_due_at = promise.due_at
    _put(clock, _source(promise))
    clock.due_at, clock.remind_at = due_at, None


def moved(clock: RequestClock, request: ServiceRequest, promise: service_clock.Promise) -> datetime:
    """Its due time with what came to it since, extensions and pauses in the order they came."""
    due_at = promise.due_at
    for _, addition in sorted(_additions(clock, request), key=itemgetter(0)):
        if isinstance(addition, int):
            due_at = steps.longer(request, due_at, addition)
        else:
            known = service_clock.Running(
                request.area_code, clock.started_at, due_at, promise.policy_id, _of(promise)
            )
            due_at = service_clock.due_after_pause(known, addition)
    return due_at


def _additions(
    clock: RequestClock, request: ServiceRequest
) -> Iterator[tuple[datetime, int | Span]]:
    """The days of an extension when it was approved, a pause when it was over."""
    for pause in spans(clock):
        yield pause.end, pause
    if clock.kind is ClockKind.RESOLUTION:
        yield from approved_extensions(request.id, clock.started_at)


def _of(promise: service_clock.Promise) -> Versions:
    return Versions(promise.policy_version, promise.calendar_version)
