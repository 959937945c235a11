"""From a start and an amount to a due time, and back (pure; domain.md §5).

Each clock is a counter that only goes forward: microseconds for `wall`, open microseconds for
`service_hour`, closed working days for `working_day`. A due time is the first instant at
which the counter has moved by the amount since the start, pauses not counted. So it falls on
the end of an opening, never on the start of the next; who acts at exactly that time is on time.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from service_desk.service_clock.schedule import (
    MINUTE,
    NeverDue,
    Openings,
    ServiceHours,
    day_of,
    instant_of,
    merged,
    moment_of,
    year_of,
)

HORIZONS = (1, 4, 15)
"""Years looked ahead, one after the other, before a station counts as never open."""


Spans = list[tuple[int, int]]


class Clock(StrEnum):
    """What an amount is counted in; minutes, but days for `working_day`."""

    WALL = "wall"
    SERVICE_HOUR = "service_hour"
    WORKING_DAY = "working_day"


class Span(NamedTuple):
    """From one aware moment to a later one."""

    start: datetime
    end: datetime


class Elapsed(NamedTuple):
    """Whole minutes between two moments, rounded down."""

    service_minutes: int
    wall_minutes: int


class Counter(Protocol):
    """A clock's hand. `begin` is where the count starts from for a start event, `unit` its
    steps in one minute or day, `least` its steps for an amount of nothing."""

    @property
    def unit(self) -> int: ...

    @property
    def least(self) -> int: ...

    def begin(self, start: int) -> int: ...

    def position(self, instant: int) -> int: ...

    def instant(self, position: int) -> int | None: ...


class Wall:
    """Counts every microsecond."""

    unit = MINUTE
    least = 0

    def begin(self, start: int) -> int:
        return start

    def position(self, instant: int) -> int:
        return instant

    def instant(self, position: int) -> int | None:
        return position


@dataclass(frozen=True, slots=True)
class OpenTime:
    """Counts the microseconds during which the station is open."""

    openings: Openings
    unit: int = MINUTE
    least: int = 0

    def begin(self, start: int) -> int:
        return self.openings.opened_by(start)

    def position(self, instant: int) -> int:
        return self.openings.opened_by(instant)

    def instant(self, position: int) -> int | None:
        return self.openings.when_opened(position)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """Counts closing times of working days; the start's own day is not counted."""

    openings: Openings
    unit: int = 1
    least: int = 1

    def begin(self, start: int) -> int:
        return bisect_right(self.openings.days, start)

    def position(self, instant: int) -> int:
        return bisect_right(self.openings.closings, instant)

    def instant(self, position: int) -> int | None:
        closings = self.openings.closings
        return closings[position - 1] if position <= len(closings) else None


@dataclass(frozen=True, slots=True)
class SameDay(WorkingDays):
    """Counts from the next closing on, which is today's while the station is open."""

    def begin(self, start: int) -> int:
        return bisect_left(self.openings.closings, start)


def due(
    hours: ServiceHours,
    clock: Clock,
    start: datetime,
    amount: int,
    pauses: Sequence[Span] = (),
) -> datetime:
    """The last moment, in UTC, at which `amount` from `start` is still kept.

    `amount` is in minutes, or in days for `working_day`, where day 1 is the day after the
    start and 0 means the next closing. `pauses` may overlap and lie in any order; what of
    them lies before the start or after the due time has no effect.
    Raises ValueError for a negative amount or a pause that ends before it starts, and
    NeverDue when the station does not open for so long.
    """
    if amount < 0:
        raise ValueError("an amount cannot be negative")
    begin = instant_of(start)
    breaks = _breaks(pauses, begin)
    latest = max([begin, *(end for _, end in breaks)])

    def walk(openings: Openings) -> int | None:
        counter = _counter(clock, amount, openings)
        return _walk(counter, begin, amount * counter.unit or counter.least, breaks)

    return _look_ahead(hours, (begin, latest), walk)


def _breaks(pauses: Sequence[Span], start: int) -> Spans:
    """The pauses as instants after the start, in order and joined where they overlap."""
    if any(pause.end < pause.start for pause in pauses):
        raise ValueError("a pause cannot end before it starts")
    spans = ((instant_of(pause.start), instant_of(pause.end)) for pause in pauses)
    return merged((max(begins, start), ends) for begins, ends in spans if ends > start)


def _counter(clock: Clock, amount: int, openings: Openings) -> Counter:
    if clock is Clock.WALL:
        return Wall()
    if clock is Clock.SERVICE_HOUR:
        return OpenTime(openings)
    return WorkingDays(openings) if amount else SameDay(openings)


def _walk(counter: Counter, start: int, amount: int, breaks: Spans) -> int | None:
    origin = counter.begin(start)
    goal = origin + amount
    found = counter.instant(goal) if amount else start
    for begins, ends in breaks:
        if found is None or begins >= found:
            break
        goal += _counted(counter, begins, ends, origin)
        found = counter.instant(goal)
    return found


def _counted(counter: Counter, begins: int, ends: int, origin: int) -> int:
    """How far the counter moves in a pause; working days before day 1 move nothing."""
    return max(counter.position(ends), origin) - max(counter.position(begins), origin)


def extended(
    hours: ServiceHours, clock: Clock, start: datetime, due_at: datetime, pause: Span
) -> datetime:
    """`due_at` of what began at `start`, later by as much of its own clock as was paused.

    The same as `due` with this pause among the others, for who only has the due time.
    """
    begin, found = instant_of(start), instant_of(due_at)
    breaks = [each for each in _breaks([pause], begin) if each[0] < found]
    latest = max([found, *(ends for _, ends in breaks)])

    def walk(openings: Openings) -> int | None:
        counter = _counter(clock, 1, openings)
        origin = counter.begin(begin)
        paused = sum(_counted(counter, *each, origin) for each in breaks)
        later = counter.instant(counter.position(found) + paused) if paused else found
        return None if later is None else max(later, found)

    return _look_ahead(hours, (begin, latest), walk)


def _look_ahead(
    hours: ServiceHours, between: tuple[int, int], find: Callable[[Openings], int | None]
) -> datetime:
    """What `find` finds in the years from the first instant to some after the last."""
    first, last = map(year_of, between)
    for years in HORIZONS:
        found = find(hours.openings(first, last + years))
        if found is not None:
            return moment_of(found)
    raise NeverDue("the station does not open long enough in the years ahead")


def local_day(moment: datetime) -> date:
    """The day that people in Diqing read off the calendar."""
    return day_of(instant_of(moment))


def next_opening(hours: ServiceHours, at: datetime) -> datetime:
    """`at` (in UTC) while the station is open, else when it opens next; NeverDue if never."""
    moment = instant_of(at)
    return _look_ahead(hours, (moment, moment), lambda openings: openings.open_from(moment))


def measure(hours: ServiceHours, start: datetime, end: datetime) -> Elapsed:
    """Minutes of service time and of wall time between two moments; 0 when reversed."""
    begin = instant_of(start)
    finish = max(begin, instant_of(end))
    openings = hours.openings(year_of(begin), year_of(finish))
    opened = openings.opened_by(finish) - openings.opened_by(begin)
    return Elapsed(opened // MINUTE, (finish - begin) // MINUTE)
