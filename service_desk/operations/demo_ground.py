"""The real rules of routing and of the service clock, asked once for each case and kept.

A load of a million asks the same few thousand questions: who has this category here, how long
may it take, when is the station open.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import cache
from typing import NamedTuple

from service_desk.directory.areas import PREFECTURE
from service_desk.directory.categories import RESTRICTED_CODES
from service_desk.operations.demo_chance import Arrival
from service_desk.routing.queries import everybody, settle
from service_desk.routing.rules import Ladder, PostState, chain, overseers, plan
from service_desk.routing.rules import Matter as RoutedMatter
from service_desk.service_clock.in_force import InForce, in_force
from service_desk.service_clock.policies import Matter, Policy, PolicyKind, pick
from service_desk.service_clock.queries import basis
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_requests.lifecycle import CLOCKLESS, Nature, Urgency
from service_desk.service_requests.models import ClockKind
from service_desk.service_requests.placement import Placement
from service_desk.service_requests.service import assignment


class Limits(NamedTuple):
    """How long a first response, a resolution and putting it right may take."""

    first_response: Policy
    resolution: Policy
    rework: Policy


class Spot(NamedTuple):
    """Where routing puts it; `told` is the JSON of its line of the timeline."""

    placement: Placement
    told: str


class Ground:
    """`at` is the day whose holders of posts count.

    `basis` is the JSON of what is in force in a place, for lines of the timeline.
    """

    def __init__(self, at: datetime) -> None:
        self._posts: dict[str, list[PostState]] = {}
        for post in everybody(at):
            self._posts.setdefault(post.area_code, []).append(post)
        self._policies = in_force(PREFECTURE).policies
        self.rules = cache(self._rules)
        self.basis = cache(self._basis_of)
        self._placed = cache(self._place)
        self._limit = cache(self._pick)

    def _rules(self, area_code: str) -> InForce:
        return in_force(area_code)

    def hours(self, area_code: str) -> ServiceHours:
        return self.rules(area_code).hours

    def _basis_of(self, area_code: str) -> str:
        return json.dumps(basis(area_code)._asdict())

    def limits(self, arrival: Arrival) -> Limits | None:
        """None for what nobody waits an answer to: praise without danger."""
        if arrival.nature in CLOCKLESS and arrival.urgency is not Urgency.P0:
            return None
        key = arrival.urgency, arrival.nature, arrival.category
        again = ClockKind.RESOLUTION if arrival.urgency is Urgency.P0 else PolicyKind.REWORK
        return Limits(*[self._limit(kind, *key) for kind in (*ClockKind, again)])

    def _pick(self, kind: str, urgency: Urgency, nature: Nature, category: str) -> Policy:
        found = pick(self._policies, Matter(kind, urgency, nature, category))
        assert found is not None  # noqa: S101 - both steps have a limit for every urgency
        return found

    def spot(self, arrival: Arrival) -> Spot:
        return self._placed(arrival.category, arrival.area_code)

    def dispatcher(self, area_code: str) -> int | None:
        """Who gives the human look: the nearest dispatcher."""
        return self._placed(None, area_code).placement.user_id

    def ladder(self, arrival: Arrival, spot: Spot) -> Ladder:
        """Who is reminded of it: its owner, then those above."""
        owner = spot.placement.user_id
        matter = RoutedMatter(
            arrival.category, arrival.area_code, arrival.category in RESTRICTED_CODES
        )
        return [[owner] if owner else [], *overseers(self._posts_of(arrival.area_code), matter)]

    def _posts_of(self, area_code: str) -> list[PostState]:
        return [post for code in chain(area_code) for post in self._posts.get(code, ())]

    def _place(self, category: str | None, area_code: str) -> Spot:
        restricted = category in RESTRICTED_CODES
        wanted = plan(category, area_code, restricted)
        found = settle(wanted, self._posts_of(area_code), Urgency.P2)
        return Spot(found, json.dumps(assignment(found).data, ensure_ascii=False))
