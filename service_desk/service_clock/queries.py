"""What upper rooms ask of promises: when each is due and by what it is measured."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from service_desk.service_clock import walk
from service_desk.service_clock.calendar_queries import add_working_days, measure_minutes
from service_desk.service_clock.in_force import (
    CURRENT,
    InForce,
    Versions,
    in_force,
    many_in_force,
)
from service_desk.service_clock.policies import Matter, Policy, pick
from service_desk.service_clock.promised import (
    Basis,
    Kept,
    Measure,
    NoLimit,
    Promise,
    Promises,
    Running,
    Terms,
)
from service_desk.service_clock.walk import Clock, Span
from service_desk.service_clock.week_text import week_text

__all__ = [
    "Basis",
    "Kept",
    "Measure",
    "Promise",
    "Promises",
    "Running",
    "Terms",
    "add_working_days",
    "bases",
    "basis",
    "due_after_pause",
    "measure_minutes",
    "measures",
    "promise",
    "promises",
    "terms",
]


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
