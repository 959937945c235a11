"""Whether another calendar can give time to anybody (pure): then a second person has to agree.

Rows that say a day is off or a station closed always may, be it only when a farther place says
otherwise later. The others are looked at where they count, in every place and on every day.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from service_desk.directory.areas import ancestors, contains
from service_desk.service_clock.calendar_file import CalendarRow
from service_desk.service_clock.layers import Told, layered
from service_desk.service_clock.schedule import (
    DayKind,
    Intervals,
    ServiceHours,
    Week,
    merged,
)

Days = Mapping[tuple[str, date], Told]
"""What a calendar says of a day in one place."""
TAKES_TIME = (None, DayKind.WORKING)
"""What a row must say to be taken without a second person, `None` being to take one out."""


def gives_time(
    rows: Sequence[CalendarRow], before: Days, after: Days, weeks: Mapping[str, Week]
) -> bool:
    """Whether some deadline could come later; `weeks` are those of every place, by its code."""
    if any(row.kind not in TAKES_TIME for row in rows):
        return True
    looks = ((code, row.day) for row in rows for code in weeks if contains(row.area_code, code))
    return any(
        _longer(day, *(_hours(code, day, each, weeks[code]) for each in (before, after)))
        for code, day in looks
    )


def _hours(code: str, day: date, days: Days, week: Week) -> ServiceHours:
    """A place's hours as far as this one day goes."""
    told = (days.get((place, day)) for place in (code, *ancestors(code)))
    return layered(week, [{day: each} for each in told if each is not None])


def _longer(day: date, before: ServiceHours, after: ServiceHours) -> bool:
    """No longer worked, not open at some minute of before, or closing later."""
    off = before.is_working_day(day) and not after.is_working_day(day)
    later = after.closing_on(day) > before.closing_on(day)
    return off or later or not _covers(after.intervals_on(day), before.intervals_on(day))


def _covers(wide: Iterable[tuple[int, int]], narrow: Intervals) -> bool:
    joined = merged(wide)
    return all(
        any(opens <= first and last <= closes for opens, closes in joined)
        for first, last in merged(narrow)
    )
