"""What becomes of an invented request: who looks, answers, waits, resolves, rates, and when.

Told to the end first, then cut at the present moment, so that old requests are mostly done and
young ones are under way. Times fall into opening hours where people work, since they are made
by the same service clock that judges them.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from service_desk.feedback.rules import is_bad
from service_desk.messaging.quiet import wake
from service_desk.operations.demo_chance import Arrival, Weighted
from service_desk.operations.demo_ground import Limits
from service_desk.service_clock import walk
from service_desk.service_clock.policies import Policy
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_clock.walk import Clock
from service_desk.service_requests.lifecycle import CloseReason, Nature, Urgency

LATE_ANSWER, LATE_END = 0.08, 0.12
WITHDRAWN, WAITED, ANSWERS_RATING, COMMENTS = 0.025, 0.08, 0.46, 0.3
LEVELS = Weighted({5: 56, 4: 25, 3: 12, 2: 4, 1: 3}.items())
DAY_MINUTES = 480
REWORK_DAYS, LAPSE_DAYS = 5, 5


@dataclass(frozen=True, slots=True)
class Round:
    """From the beginning, or from a bad rating, to the next one. `level` is 0 while unrated."""

    began: datetime
    resolved: datetime | None = None
    invited: datetime | None = None
    rated: datetime | None = None
    level: int = 0


@dataclass(frozen=True, slots=True)
class Life:
    """Every time that has come; None has not, or never does."""

    rounds: tuple[Round, ...]
    looked: datetime | None = None
    claimed: datetime | None = None
    responded: datetime | None = None
    waiting: datetime | None = None
    resumed: datetime | None = None
    closed: datetime | None = None
    reason: CloseReason | None = None


@dataclass(frozen=True, slots=True)
class Teller:
    """Tells lives with its dice; `hours` are those of the request's place."""

    dice: Random
    hours: ServiceHours

    def whole(self, arrival: Arrival, limits: Limits | None, asked: bool) -> Life:
        """To the very end. `asked` is whether a rating may be asked for by text."""
        start = Life((Round(arrival.at),), looked=self._soon(arrival.at, 3, 40))
        if limits is None:
            reason = CloseReason.INVALID
            if arrival.nature is Nature.PRAISE:
                reason = CloseReason.THANKED
            return replace(start, closed=self._worked(arrival.at, 30, 600), reason=reason)
        if arrival.urgency is Urgency.P2 and self.dice.random() < WITHDRAWN:
            closed = self._soon(arrival.at, 60, 4000)
            return replace(start, closed=closed, reason=CloseReason.WITHDRAWN)
        return self._answered(start, limits, asked)

    def _soon(self, moment: datetime, least: int, most: int) -> datetime:
        """Some minutes of the wall clock later."""
        return moment + timedelta(seconds=int(self.dice.uniform(least, most) * 60))

    def _worked(self, moment: datetime, least: int, most: int) -> datetime:
        """Some minutes of opening time later."""
        minutes = int(self.dice.uniform(least, most))
        return walk.due(self.hours, Clock.SERVICE_HOUR, moment, minutes)

    def _within(self, moment: datetime, policy: Policy, late: float) -> datetime:
        """Before the limit is over, but for a share that comes late."""
        share = min(self.dice.random(), self.dice.random()) * 0.98
        if self.dice.random() < late:
            share = 1.02 + self.dice.expovariate(1.4)
        clock, amount = policy.clock, policy.amount
        if clock is Clock.WORKING_DAY:
            clock, amount = Clock.SERVICE_HOUR, amount * DAY_MINUTES
        return walk.due(self.hours, clock, moment, max(2, int(amount * share)))

    def _answered(self, start: Life, limits: Limits, asked: bool) -> Life:
        first, resolution, _ = limits
        began = start.rounds[0].began
        responded = self._within(began, first, LATE_ANSWER)
        resolved = max(self._within(began, resolution, LATE_END), self._worked(responded, 1, 30))
        waiting = resumed = None
        if self.dice.random() < WAITED and resolution.clock is Clock.WORKING_DAY:
            waiting = self._worked(responded, 2, 120)
            resumed = self._soon(waiting, 60, 4000)
            resolved = max(resolved, self._worked(resumed, 30, 900))
        rounds = self._rounds(began, resolved, asked)
        closed, reason = self._ending(rounds[-1])
        return Life(
            rounds=rounds,
            looked=start.looked,
            claimed=began + (responded - began) * self.dice.uniform(0.3, 0.95),
            responded=responded,
            waiting=waiting,
            resumed=resumed,
            closed=closed,
            reason=reason,
        )

    def _rounds(self, began: datetime, resolved: datetime, asked: bool) -> tuple[Round, ...]:
        """A bad rating begins another round, with working days of its own."""
        rounds = [self._round(began, resolved, asked)]
        while (last := rounds[-1]).rated is not None and is_bad(last.level):
            again = self._worked(last.rated, 60, int(REWORK_DAYS * DAY_MINUTES * 0.98))
            rounds.append(self._round(last.rated, again, asked))
        return tuple(rounds)

    def _round(self, began: datetime, resolved: datetime, asked: bool) -> Round:
        if not asked:
            return Round(began, resolved)
        invited = wake(self._soon(resolved, 1, 6))
        if self.dice.random() > ANSWERS_RATING:
            return Round(began, resolved, invited)
        rated = self._soon(invited, 2, 2600)
        return Round(began, resolved, invited, rated, LEVELS.draw(self.dice, 1)[0])

    def _ending(self, last: Round) -> tuple[datetime, CloseReason]:
        """A good rating ends it, silence does after five working days."""
        if last.rated is not None:
            return last.rated, CloseReason.RATED
        resolved = last.resolved or last.began
        lapses = walk.due(self.hours, Clock.WORKING_DAY, resolved, LAPSE_DAYS)
        return self._soon(lapses, 1, 6), CloseReason.RATING_LAPSED


def cut(life: Life, until: datetime) -> Life:
    """What of it has happened by now."""
    if life.closed is not None and life.closed <= until:
        return life  # the end is the last thing of all
    known = {
        name: moment
        for name in ("looked", "claimed", "responded", "waiting", "resumed")
        if (moment := getattr(life, name)) is not None and moment <= until
    }
    return Life(tuple(_cut(each, until) for each in life.rounds if each.began <= until), **known)


def _cut(each: Round, until: datetime) -> Round:
    if each.resolved is None or each.resolved > until:
        return Round(each.began)
    if each.invited is None or each.invited > until:
        return Round(each.began, each.resolved)
    if each.rated is None or each.rated > until:
        return Round(each.began, each.resolved, each.invited)
    return each
