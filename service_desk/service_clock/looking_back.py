"""From a limit back to a moment: whatever began before it has used the limit up."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from service_desk.service_clock import walk
from service_desk.service_clock.in_force import InForce, many_in_force
from service_desk.service_clock.policies import Matter, Policy, pick
from service_desk.service_clock.schedule import NeverDue

FARTHEST = 400 * 24 * 60
"""Minutes; nothing older than this is told from what is this old."""


def used_up(matter: Matter, area_codes: Iterable[str], at: datetime) -> dict[str, datetime]:
    """For each place, the first minute whose limit is not over at `at`; what began before it has
    had its time. Places where the step has no limit are left out. One statement."""
    found: dict[str, datetime] = {}
    for code, rules in many_in_force(area_codes).items():
        placed = Matter(matter.kind, matter.urgency, matter.nature, matter.category, code)
        policy = pick(rules.policies, placed)
        if policy is not None:
            found[code] = first_running(rules, policy, at)
    return found


def first_running(rules: InForce, policy: Policy, at: datetime) -> datetime:
    """The first minute before `at` whose limit is not over; the later it began, the later it is
    due, so that halving finds it."""
    running, over = 0, FARTHEST
    while over - running > 1:
        minutes = (running + over) // 2
        if _is_over(rules, policy, at - timedelta(minutes=minutes), at):
            over = minutes
        else:
            running = minutes
    return at - timedelta(minutes=running)


def _is_over(rules: InForce, policy: Policy, start: datetime, at: datetime) -> bool:
    try:
        return walk.due(rules.hours, policy.clock, start, policy.amount) <= at
    except NeverDue:
        return False
