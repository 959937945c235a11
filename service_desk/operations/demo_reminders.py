"""What an invented request's running promises have reminded of so far, as the sweep would have."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from service_desk.operations.demo_chance import Arrival
from service_desk.operations.demo_clocks import ClockRow, course_of
from service_desk.operations.demo_entries import SYSTEM, Line
from service_desk.operations.demo_ground import Ground, Spot
from service_desk.operations.demo_story import Life
from service_desk.routing.rules import up_to
from service_desk.service_clock.in_force import InForce
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import EntryKind
from service_desk.service_requests.schedule import STEPS, Step, moment
from service_desk.supervision.rules import rungs


class Said(NamedTuple):
    """One step that was reached: which, when, and who was told."""

    clock: str
    step: Step
    at: datetime
    users: list[int]


def said(
    ground: Ground, arrival: Arrival, spot: Spot, life: Life, clocks: Iterable[ClockRow]
) -> Iterator[Said]:
    """Every step of the clocks that still run; what is finished reminds nobody any more."""
    called = arrival.urgency is Urgency.P0 and life.claimed is None
    rules: InForce = ground.rules(arrival.area_code)
    for clock in clocks:
        for step in STEPS[: clock.steps]:
            told = rungs(arrival.urgency, step, called)
            users = up_to(ground.ladder(arrival, spot), told)
            yield Said(clock.kind, step, moment(course_of(rules, clock), step), users)


def line(each: Said, cycle: int) -> Line:
    data = {
        "clock": each.clock,
        "cycle": cycle,
        "step": each.step,
        "skipped": [],
        "users": each.users,
    }
    return Line(each.at, EntryKind.REMINDED.value, *SYSTEM, False, None, json.dumps(data))
