"""What a promise is, what a request keeps of it, and by what it is measured."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from service_desk.foundation.faults import Fault
from service_desk.service_clock import walk
from service_desk.service_clock.in_force import Versions
from service_desk.service_clock.policies import Policy
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_clock.walk import Clock


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


class Promises(NamedTuple):
    """Of several steps that start together, and what they were worked out with."""

    steps: list[Promise]
    hours: ServiceHours
    basis: Basis
