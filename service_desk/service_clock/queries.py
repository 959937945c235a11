"""What upper rooms ask: when it is due, how long it took, when it is open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from service_desk.directory.areas import PREFECTURE
from service_desk.foundation.database import session
from service_desk.foundation.faults import Fault
from service_desk.service_clock import walk
from service_desk.service_clock.in_force import (
    CURRENT,
    InForce,
    Versions,
    hours_in_force,
    in_force,
    make_up_years,
    many_in_force,
)
from service_desk.service_clock.models import CalendarDay, CalendarVersion, ClockPolicy
from service_desk.service_clock.policies import DEFAULTS, Matter, Policy, PolicyKind, pick
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_clock.walk import Clock, Elapsed, Span
from service_desk.service_clock.week_text import week_text

HISTORY = 20


class NoLimit(Fault):
    """This step has no time limit, or is not allowed, for this urgency."""

    status = 422


class Basis(NamedTuple):
    """What was in force in a place, in codes short enough to be kept with every step.

    Together with the versions themselves, which never change, it is enough to work a due time
    out again: of the stations' weeks the hours are told, not the version (see `week_text`).
    """

    area: str
    policy: int
    calendar: int
    week: str


class Promise(NamedTuple):
    """When something is due, and by which versions and opening hours it was worked out."""

    due_at: datetime
    clock: Clock
    policy_id: int
    policy_version: int
    calendar_version: int
    hours: ServiceHours


class Kept(NamedTuple):
    """By what a promise was given in a place, and is measured from then on."""

    area_code: str
    policy_id: int
    versions: Versions


class Measure(NamedTuple):
    """The clock of a promise, and when it ticks."""

    hours: ServiceHours
    clock: Clock


class Terms(NamedTuple):
    """The limit of a promise and the hours under some versions."""

    hours: ServiceHours
    policy: Policy
    versions: Versions

    @property
    def measure(self) -> Measure:
        """How it is measured."""
        return Measure(self.hours, self.policy.clock)

    def due(self, start: datetime) -> datetime:
        """When it is due, started at `start`; nothing came to it since."""
        return walk.due(self.hours, self.policy.clock, start, self.policy.amount)

    def promise(self, start: datetime) -> Promise:
        """The same promise as it would be given from `start` under these versions."""
        policy, calendar = self.versions.policy or 0, self.versions.calendar or 0
        due_at, clock = self.due(start), self.policy.clock
        return Promise(due_at, clock, self.policy.id, policy, calendar, self.hours)


@dataclass(frozen=True, slots=True)
class Running:
    """A promise that was given: what a request keeps of it."""

    area_code: str
    started_at: datetime
    due_at: datetime
    policy_id: int
    versions: Versions


def promise(
    matter: Matter,
    area_code: str,
    start: datetime,
    pauses: Sequence[Span] = (),
    versions: Versions = CURRENT,
) -> Promise:
    """When the step of `matter` that started at `start` is due in a place.

    Give the versions that a request was promised under to work its time out again; the
    current ones hold otherwise. Raises NoLimit where the step has none.
    """
    rules = in_force(area_code, versions)
    return _promise(rules, replace(matter, area_code=area_code), start, pauses)


class Promises(NamedTuple):
    """Of several steps that start together, and what they were worked out with."""

    steps: list[Promise]
    hours: ServiceHours
    basis: Basis


def promises(matters: Sequence[Matter], area_code: str, start: datetime) -> Promises:
    """As `promise`, for several steps that start together, with one look at the database."""
    rules = in_force(area_code)
    placed = [replace(matter, area_code=area_code) for matter in matters]
    steps = [_promise(rules, matter, start, ()) for matter in placed]
    return Promises(steps, rules.hours, _basis(rules, area_code))


def _promise(rules: InForce, matter: Matter, start: datetime, pauses: Sequence[Span]) -> Promise:
    policy = pick(rules.policies, matter)
    if policy is None:
        raise NoLimit(f"{matter.kind} has no limit for {matter.urgency}")
    return Promise(
        due_at=walk.due(rules.hours, policy.clock, start, policy.amount, pauses),
        clock=policy.clock,
        policy_id=policy.id,
        policy_version=rules.policy_version,
        calendar_version=rules.calendar_version,
        hours=rules.hours,
    )


def basis(area_code: str) -> Basis:
    """What is in force in a place now."""
    return _basis(in_force(area_code), area_code)


def bases(area_codes: Iterable[str]) -> dict[str, Basis]:
    """The same for many places; one statement."""
    return {code: _basis(rules, code) for code, rules in many_in_force(area_codes).items()}


def _basis(rules: InForce, area_code: str) -> Basis:
    week = week_text(rules.hours.week)
    return Basis(area_code, rules.policy_version, rules.calendar_version, week)


def due_after_pause(running: Running, pause: Span) -> datetime:
    """The due time moved by what of `pause` lay before it, measured in the promise's clock.

    It keeps what moved the due time before (earlier pauses, an extension) and what was
    promised under older opening hours. Never earlier than `running.due_at`.
    """
    rules = in_force(running.area_code, running.versions)
    clock = _clock_of(rules.policies, running.policy_id)
    return walk.extended(rules.hours, clock, running.started_at, running.due_at, pause)


def _clock_of(policies: Sequence[Policy], policy_id: int) -> Clock:
    return _policy_of(policies, policy_id).clock


def _policy_of(policies: Sequence[Policy], policy_id: int) -> Policy:
    return {each.id: each for each in policies}[policy_id]


def measures(promises_kept: Iterable[Kept]) -> dict[Kept, Measure]:
    """How each of these promises is measured; one statement for all of the same versions."""
    return {kept: each.measure for kept, each in terms(promises_kept).items()}


def terms(promises_kept: Iterable[Kept]) -> dict[Kept, Terms]:
    """By what each of these promises is given; one statement for all of the same versions."""
    wanted: dict[Versions, set[Kept]] = {}
    for each in promises_kept:
        wanted.setdefault(each.versions, set()).add(each)
    found: dict[Kept, Terms] = {}
    for versions, group in wanted.items():
        rules = many_in_force({each.area_code for each in group}, versions)
        for each in group:
            found[each] = _terms(rules[each.area_code], each.policy_id)
    return found


def _terms(rules: InForce, policy_id: int) -> Terms:
    versions = Versions(rules.policy_version, rules.calendar_version)
    return Terms(rules.hours, _policy_of(rules.policies, policy_id), versions)


class Begun(NamedTuple):
    """A step that started: of which matter and place, when, and promised by which limits."""

    matter: Matter
    start: datetime
    policy_version: int | None = None


def limit(matter: Matter, area_code: str, policy_version: int | None = None) -> Policy | None:
    """What a step of `matter` may take in a place, by a version or by what is in force; None
    where it has no limit or is not allowed."""
    rules = in_force(area_code, Versions(policy=policy_version))
    return pick(rules.policies, replace(matter, area_code=area_code))


def ends_at(
    matter: Matter, area_code: str, start: datetime, policy_version: int | None = None
) -> datetime:
    """When a step that started at `start` is over in a place. Raises NoLimit."""
    begun = Begun(replace(matter, area_code=area_code), start, policy_version)
    (found,) = ends([begun])
    if found is None:
        raise NoLimit(f"{matter.kind} has no limit for {matter.urgency}")
    return found


def ends(steps: Sequence[Begun]) -> list[datetime | None]:
    """When each of many steps is over, in their order; None for one without a limit.

    Matters tell their place. One look at the database for all of the same version.
    """
    places: dict[int | None, set[str]] = {}
    for each in steps:
        places.setdefault(each.policy_version, set()).add(_place(each))
    rules = {
        version: many_in_force(codes, Versions(policy=version)) for version, codes in places.items()
    }
    return [_end(rules[each.policy_version][_place(each)], each) for each in steps]


def _place(step: Begun) -> str:
    return step.matter.area_code or PREFECTURE


def _end(rules: InForce, step: Begun) -> datetime | None:
    policy = pick(rules.policies, step.matter)
    if policy is None:
        return None
    return walk.due(rules.hours, policy.clock, step.start, policy.amount)


def shortest(kind: PolicyKind) -> timedelta:
    """No step of this kind is over sooner, in any place and under any version: to read few rows.

    A working day ends at its closing time, which may come before the hour of the start.
    """
    query = sa.select(ClockPolicy.clock, sa.func.min(ClockPolicy.amount)).where(
        ClockPolicy.kind == kind
    )
    known = session.execute(query.group_by(ClockPolicy.clock)).all()
    shipped = [(each.clock, each.amount) for each in DEFAULTS if each.kind is kind]
    return min(_least(clock, amount) for clock, amount in [*known, *shipped])


def _least(clock: Clock, amount: int) -> timedelta:
    if clock is Clock.WORKING_DAY:
        return timedelta(days=max(amount - 1, 0))
    return timedelta(minutes=amount)


def due_by_minutes(
    area_code: str, start: datetime, minutes: int, pauses: Sequence[Span] = ()
) -> datetime:
    """When `minutes` of service time have passed in a place."""
    return walk.due(in_force(area_code).hours, Clock.SERVICE_HOUR, start, minutes, pauses)


def add_working_days(area_code: str, start: datetime, days: int) -> datetime:
    """The closing time of working day `days`; day 1 is the day after the start."""
    return walk.due(in_force(area_code).hours, Clock.WORKING_DAY, start, days)


def measure_minutes(
    area_code: str, start: datetime, end: datetime, calendar_version: int | None = None
) -> Elapsed:
    """Whole minutes of service time and of wall time between two moments."""
    rules = in_force(area_code, Versions(calendar=calendar_version))
    return walk.measure(rules.hours, start, end)


def next_opening(area_code: str, at: datetime) -> datetime:
    """`at` while the place's station is open, else when the service clock starts to run."""
    return walk.next_opening(in_force(area_code).hours, at)


def opening_on(area_code: str, day: date) -> tuple[tuple[int, int], ...]:
    """The intervals of one day, holidays and make-up days counted, in minutes from midnight."""
    return in_force(area_code).hours.intervals_on(day)


def hours_of(area_codes: Iterable[str]) -> Mapping[str, ServiceHours]:
    """When each of many places is open, holidays and make-up days counted; one statement."""
    return hours_in_force(area_codes)


def calendar_days(first: date, last: date) -> Sequence[CalendarDay]:
    """The days of the calendar in force between two days, both included, in order."""
    newest = sa.select(sa.func.max(CalendarVersion.id)).scalar_subquery()
    return session.scalars(
        sa.select(CalendarDay)
        .where(CalendarDay.version_id == newest, CalendarDay.day.between(first, last))
        .order_by(CalendarDay.day, CalendarDay.area_code)
    ).all()


def unpublished_years(at: datetime) -> tuple[int, ...]:
    """Of this year and the next, those whose make-up working days are not known yet.

    Cheap enough for every page: one statement, for the days of a version stay in memory.
    """
    year, known = walk.local_day(at).year, make_up_years()
    return tuple(each for each in (year, year + 1) if each not in known)


def versions(most: int = HISTORY) -> Sequence[CalendarVersion]:
    """The versions of the calendar, newest first."""
    newest_first = sa.select(CalendarVersion).order_by(CalendarVersion.id.desc())
    return session.scalars(newest_first.limit(most)).all()
