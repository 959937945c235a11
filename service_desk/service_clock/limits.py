"""What a step may take, and when those that started are over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from service_desk.directory.areas import PREFECTURE
from service_desk.foundation.database import session
from service_desk.service_clock import walk
from service_desk.service_clock.in_force import InForce, Versions, in_force, many_in_force
from service_desk.service_clock.models import ClockPolicy
from service_desk.service_clock.policies import DEFAULTS, Matter, Policy, PolicyKind, pick
from service_desk.service_clock.promised import NoLimit
from service_desk.service_clock.walk import Clock


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
