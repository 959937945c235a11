"""When a station is open and which days are worked (pure; domain.md §5).

`ServiceHours` is an immutable view of one station under one calendar version. It keeps an
index of absolute opening times, so that a walk over months is two binary searches.
Instants are integers: microseconds since 1970-01-01 UTC. Nothing here asks the process for
its time zone: Asia/Shanghai has been UTC+8 without summer time since 1992.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from itertools import accumulate, chain
from types import MappingProxyType

from service_desk.directory import hours
from service_desk.foundation.faults import Fault

Interval = tuple[int, int]
"""Opens and closes, in minutes from local midnight; past midnight closes after 1440."""
Intervals = tuple[Interval, ...]
"""Those of one day, in order."""
Week = tuple[Intervals, ...]
"""The intervals of Monday to Sunday."""

MICROSECOND = timedelta(microseconds=1)
MINUTE = 60_000_000
DAY_MINUTES = 1440
DAY = DAY_MINUTES * MINUTE
UTC_OFFSET = 8 * 60 * MINUTE
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
EPOCH_DAY = date(1970, 1, 1).toordinal()
FIRST_YEAR, LAST_YEAR = 1992, 2199
SATURDAY = 5

DEFAULT_WEEK: Week = tuple(hours.DEFAULT_WEEK.get(day, ()) for day in range(7))
"""08:30-12:00 and 13:30-18:00, Monday to Friday: the 8.0 hours of domain.md §5."""


class NeverDue(Fault):
    """The station does not open long enough within the years that are looked at."""

    status = 500


class DayKind(StrEnum):
    """What a calendar says of a day: closed for all, worked although a weekend, or that a station
    cannot open on it, be it a working day or not (snow, the road)."""

    HOLIDAY = "holiday"
    WORKING = "working"
    CLOSURE = "closure"


def instant_of(moment: datetime) -> int:
    """Microseconds since the epoch of an aware datetime; TypeError for a naive one."""
    return (moment - EPOCH) // MICROSECOND


def moment_of(instant: int) -> datetime:
    """The aware datetime, in UTC, of an instant."""
    return EPOCH + timedelta(microseconds=instant)


def day_of(instant: int) -> date:
    """The local day."""
    return date.fromordinal(EPOCH_DAY + (instant + UTC_OFFSET) // DAY)


def year_of(instant: int) -> int:
    """The local year. Raises NeverDue outside 1992 to 2199, where no calendar reaches."""
    year = day_of(instant).year
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise NeverDue(f"the service clock knows the years {FIRST_YEAR} to {LAST_YEAR}")
    return year


def _midnight(day: date) -> int:
    return (day.toordinal() - EPOCH_DAY) * DAY - UTC_OFFSET


@dataclass(frozen=True, slots=True)
class Openings:
    """Openings and working days of some years, in order.

    `opened[i]` is the time open before `starts[i]`; `days[i]` is the local midnight of a
    working day and `closings[i]` the closing time of that day.
    """

    first_year: int
    last_year: int
    starts: list[int]
    ends: list[int]
    opened: list[int]
    days: list[int]
    closings: list[int]

    def opened_by(self, instant: int) -> int:
        """Microseconds of service time from the beginning of the index to `instant`."""
        at = bisect_right(self.starts, instant) - 1
        if at < 0:
            return 0
        return self.opened[at] + min(instant, self.ends[at]) - self.starts[at]

    def when_opened(self, amount: int) -> int | None:
        """The first instant by which `amount` (> 0) was open; None when past the index."""
        at = bisect_left(self.opened, amount) - 1
        if at < 0:
            return None
        instant = self.starts[at] + amount - self.opened[at]
        return instant if instant <= self.ends[at] else None

    def open_from(self, instant: int) -> int | None:
        """`instant` if it is open then, else the next opening; None when past the index."""
        at = bisect_right(self.ends, instant)
        return max(instant, self.starts[at]) if at < len(self.ends) else None


NO_DAYS: Mapping[date, Intervals] = MappingProxyType({})


class ServiceHours:
    """One station's weekly hours and the calendar's days over them; never changes.

    Two layers, so that snow on a working day stops the service clock and not the working days:
    `days` says which days are worked or off (HOLIDAY and WORKING alone), `own` which hours a
    day that is worked has instead of its weekday's, none where the station cannot open.
    `closures` are the days on which it cannot open, or only for the hours in `own`.
    """

    __slots__ = ("_openings", "_ordinary", "closures", "days", "own", "week")

    def __init__(
        self,
        week: Week,
        days: Mapping[date, DayKind],
        own: Mapping[date, Intervals] = NO_DAYS,
        closures: Collection[date] = frozenset(),
    ) -> None:
        """ValueError unless there are seven weekdays with 0 <= opens < closes <= 48 h."""
        told = chain(*week, *own.values())
        if len(week) != 7 or not all(map(_is_sound, told)):
            raise ValueError("opening hours need seven days of intervals in order")
        self.week = week
        self.days = days
        self.own = own
        self.closures = closures
        self._ordinary = next((intervals for intervals in week if intervals), ())
        self._openings: Openings | None = None

    def intervals_on(self, day: date) -> Intervals:
        """The intervals that begin on this local day; its own hours open no day that is off."""
        usual = self.usually_on(day)
        return self.own.get(day, usual) if usual or self.is_working_day(day) else ()

    def usually_on(self, day: date) -> Intervals:
        """The same but for the hours of that very day.

        A make-up working day has the hours of its weekday, else those of the first weekday
        that has any (Monday).
        """
        kind = self.days.get(day)
        if kind is DayKind.HOLIDAY:
            return ()
        weekly = self.week[day.weekday()]
        return weekly or (self._ordinary if kind is DayKind.WORKING else ())

    def is_working_day(self, day: date) -> bool:
        """Monday to Friday but for holidays, and make-up days; whether open or not."""
        kind = self.days.get(day)
        return kind is DayKind.WORKING or (kind is None and day.weekday() < SATURDAY)

    def closing_on(self, day: date) -> int:
        """Minutes from midnight at which the day is over; also where it stays closed."""
        intervals = self.intervals_on(day) or self._ordinary or DEFAULT_WEEK[0]
        return max(closes for _, closes in intervals)

    def openings(self, first_year: int, last_year: int) -> Openings:
        """The index of these years and maybe more; built once, then shared by threads."""
        known = self._openings
        if known and known.first_year <= first_year and last_year <= known.last_year:
            return known
        if known:
            first_year = min(first_year, known.first_year)
            last_year = max(last_year, known.last_year)
        self._openings = built = _index(self, first_year, last_year)
        return built


def _is_sound(interval: Interval) -> bool:
    opens, closes = interval
    return 0 <= opens < DAY_MINUTES and opens < closes <= 2 * DAY_MINUTES


def _index(station: ServiceHours, first_year: int, last_year: int) -> Openings:
    days = list(_days(first_year, last_year))
    spans = merged(_spans(station, days))
    lengths = [end - start for start, end in spans]
    worked = [day for day in days if station.is_working_day(day)]
    closings = (_midnight(day) + station.closing_on(day) * MINUTE for day in worked)
    return Openings(
        first_year=first_year,
        last_year=last_year,
        starts=[start for start, _ in spans],
        ends=[end for _, end in spans],
        opened=list(accumulate(lengths, initial=0))[: len(spans)],
        days=[_midnight(day) for day in worked],
        closings=list(accumulate(closings, max)),
    )


def _days(first_year: int, last_year: int) -> Iterator[date]:
    """Two days early, for what is still open after midnight on 1 January."""
    first = date(first_year, 1, 1).toordinal() - 2
    return map(date.fromordinal, range(first, date(last_year, 12, 31).toordinal() + 1))


def _spans(station: ServiceHours, days: Iterable[date]) -> Iterator[tuple[int, int]]:
    for day in days:
        midnight = _midnight(day)
        for opens, closes in station.intervals_on(day):
            yield midnight + opens * MINUTE, midnight + closes * MINUTE


def merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Sorted spans with overlapping or touching ones as one, so that nothing counts twice."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
