"""What a station day counts for (pure; domain.md §14), in minutes from local midnight."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from service_desk.directory.hours import DAY, ENOUGH
from service_desk.service_clock.schedule import SATURDAY, ServiceHours, merged

Pairs = tuple[tuple[int, int], ...]
"""Opens and closes in order; past midnight closes after 1440."""

BACK_DAYS = 366
"""Nothing is told of days longer ago."""
EXCUSED_DAYS = 31
"""So many days at most are excused in one go."""
LONGEST_OPEN = 16 * 60
"""Minutes after which an opening that nobody closed was forgotten, and has to be typed."""


class Kind(StrEnum):
    """What is told of a day: when the doors were open, or that force majeure kept them shut."""

    OPENED = "opened"
    EXCUSED = "excused"


class Source(StrEnum):
    """Who told it: the village's clerk, a table, or one person and another who confirmed it."""

    CLERK = "clerk"
    IMPORT = "import"
    CONFIRMED = "confirmed"


class Teller(NamedTuple):
    """How a word came on record, and whose it is; `user_id` is null for the operator."""

    source: Source
    user_id: int | None


class Verdict(StrEnum):
    """What a station day counts for. Unknown is not compliant, but shown apart."""

    UNSCHEDULED = "unscheduled"
    EXCUSED = "excused"
    UNKNOWN = "unknown"
    SHORT = "short"
    COMPLIANT = "compliant"


@dataclass(frozen=True, slots=True)
class Said:
    """What is on record of a day; `open_since` is an opening that nobody has closed yet."""

    kind: Kind
    hours: Pairs = ()
    open_since: int | None = None


@dataclass(frozen=True, slots=True)
class Weekends:
    """Whether a county counts Saturdays and Sundays on which a station's own week is open."""

    saturday: bool = False
    sunday: bool = False


@dataclass(frozen=True, slots=True)
class Tally:
    """Station days by what they count for; the rate is `n` of `d`."""

    scheduled: int = 0
    excused: int = 0
    unknown: int = 0
    short: int = 0
    compliant: int = 0

    @property
    def recorded(self) -> int:
        return self.short + self.compliant

    @property
    def n(self) -> int:
        return self.compliant

    @property
    def d(self) -> int:
        return self.scheduled - self.excused

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.scheduled + other.scheduled,
            self.excused + other.excused,
            self.unknown + other.unknown,
            self.short + other.short,
            self.compliant + other.compliant,
        )


def minutes_on(before: Pairs, own: Pairs) -> int:
    """Minutes open on a local day: what began on the day itself, and the day before.

    Overlaps count once, lunch lies between intervals, midnight parts two days.
    """
    spans = [*_within(before, DAY), *_within(own, 0)]
    return sum(end - start for start, end in merged(spans))


def _within(pairs: Pairs, midnight: int) -> Iterator[tuple[int, int]]:
    for opens, closes in pairs:
        start, end = max(opens - midnight, 0), min(closes - midnight, DAY)
        if start < end:
            yield start, end


def is_scheduled(hours: ServiceHours, day: date, weekends: Weekends) -> bool:
    """Whether the station ought to be open: its week and the calendar, weekends as set.

    A make-up working day is a working day, whatever its weekday and hours. A day that the
    calendar closes, if only but for some hours, is none: that is force majeure, foreseen.
    """
    if day in hours.closures or not hours.intervals_on(day):
        return False
    if day.weekday() < SATURDAY or hours.is_working_day(day):
        return True
    return weekends.saturday if day.weekday() == SATURDAY else weekends.sunday


def judge(scheduled: bool, before: Said | None, own: Said | None) -> Verdict:
    """What a day counts for, by what is on record of the day before and of itself."""
    if not scheduled:
        return Verdict.UNSCHEDULED
    if own is not None and own.kind is Kind.EXCUSED:
        return Verdict.EXCUSED
    minutes = minutes_on(before.hours if before else (), own.hours if own else ())
    if own is None and not minutes:
        return Verdict.UNKNOWN
    return Verdict.COMPLIANT if minutes >= ENOUGH else Verdict.SHORT


def tally(verdicts: Iterable[Verdict]) -> Tally:
    """The sums of many station days."""
    found = Counter(verdicts)
    return Tally(
        scheduled=sum(found.values()) - found[Verdict.UNSCHEDULED],
        excused=found[Verdict.EXCUSED],
        unknown=found[Verdict.UNKNOWN],
        short=found[Verdict.SHORT],
        compliant=found[Verdict.COMPLIANT],
    )


def so_far(planned: Pairs, passed: int) -> Said:
    """The planned hours as far as they are over; nobody tells what is still to come."""
    over = tuple(pair for pair in planned if pair[1] <= passed)
    running = [opens for opens, closes in planned if opens <= passed < closes]
    return Said(Kind.OPENED, over, min(running, default=None))


def may_go_on(known: Teller | None) -> bool:
    """Whether anybody of the station may open or close now: what two people agreed on stands."""
    return known is None or known.source is not Source.CONFIRMED


def may_alone(day: date, today: date, known: Teller | None, user_id: int | None) -> bool:
    """Whether one person may tell of this day: today or yesterday, over their own words only.

    What a second person confirmed is no longer one person's word (docs/adr/0012).
    """
    recent = today - timedelta(days=1) <= day <= today
    own = known is None or (known.source is not Source.CONFIRMED and known.user_id == user_id)
    return recent and own
