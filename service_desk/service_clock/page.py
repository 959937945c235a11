"""What the calendar page says: ready words for the template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from babel.dates import format_date

from service_desk.accounts.queries import names
from service_desk.directory.queries import full_name
from service_desk.directory.wording import moved_text
from service_desk.foundation.clock import local
from service_desk.foundation.localisation import current
from service_desk.foundation.localisation import gettext as _
from service_desk.service_clock import queries
from service_desk.service_clock.models import CalendarDay, CalendarVersion, DaySource
from service_desk.service_clock.schedule import DayKind
from service_desk.service_clock.service import FROM_LIBRARY, FROM_TABLE

Line = dict[str, Any]
ONE_DAY = timedelta(days=1)


def days(year: int) -> list[Line]:
    """The days of a year in order; a closure of days that follow one another is one line."""
    found = queries.calendar_days(date(year, 1, 1), date(year, 12, 31))
    lines = [_line([each]) for each in found if each.kind is not DayKind.CLOSURE]
    lines += map(_line, _runs(each for each in found if each.kind is DayKind.CLOSURE))
    return sorted(lines, key=lambda line: line["day"])


def _runs(closures: Iterable[CalendarDay]) -> Iterator[list[CalendarDay]]:
    """Days in a row that say the same."""

    def same(each: CalendarDay) -> tuple[str, str, str]:
        return each.area_code, each.name, each.hours

    for _key, group in groupby(sorted(closures, key=lambda each: (*same(each), each.day)), same):
        run: list[CalendarDay] = []
        for each in group:
            if run and each.day - run[-1].day > ONE_DAY:
                yield run
                run = []
            run.append(each)
        yield run


def _line(run: Sequence[CalendarDay]) -> Line:
    first, last = run[0], run[-1]
    told = [_day(each.day) for each in ((first, last) if len(run) > 1 else (first,))]
    return {
        "day": first.day.isoformat(),
        "kind": first.kind,
        "when": " – ".join(told),
        "place": full_name(first.area_code),
        "what": _kind(first.kind),
        "hours": first.hours,
        "name": first.name,
        "source": _("Entered here") if first.source is DaySource.TABLE else _("National days"),
    }


def _day(day: date) -> str:
    return f"{day.isoformat()} {format_date(day, 'EEE', locale=current())}"


def _kind(kind: DayKind) -> str:
    return {
        DayKind.HOLIDAY: _("Closed"),
        DayKind.WORKING: _("Working day"),
        DayKind.CLOSURE: _("Station closed"),
    }[kind]


def history(versions: Sequence[CalendarVersion]) -> list[Line]:
    """Who changed the calendar when and why, and what it did to open requests."""
    known = names({each.created_by for each in versions if each.created_by is not None})
    return [
        {
            "number": each.id,
            "when": local(each.created_at).strftime("%Y-%m-%d %H:%M"),
            "who": known.get(each.created_by or 0) or _("the desk itself"),
            "what": _note(each.note),
            "more": _("%(count)s days changed", count=each.changed),
            "moved": moved_text(each.moved, each.reached),
        }
        for each in versions
    ]


def _note(note: str) -> str:
    return {FROM_LIBRARY: _("National days"), FROM_TABLE: _("Calendar table")}.get(note, note)
