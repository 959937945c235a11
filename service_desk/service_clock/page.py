"""What the calendar page says: ready words for the template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
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
from service_desk.service_clock import calendar_queries
from service_desk.service_clock.calendar_proposals import behind
from service_desk.service_clock.models import (
    CalendarDay,
    CalendarProposal,
    CalendarVersion,
    DaySource,
)
from service_desk.service_clock.schedule import DayKind
from service_desk.service_clock.service import FROM_LIBRARY, FROM_TABLE

Line = dict[str, Any]
ONE_DAY = timedelta(days=1)


def days(year: int) -> list[Line]:
    """The days of a year in order; a closure of days that follow one another is one line."""
    found = calendar_queries.calendar_days(date(year, 1, 1), date(year, 12, 31))
    lines = [_line([each]) for each in found if each.kind is not DayKind.CLOSURE]
    lines += map(_line, runs(each for each in found if each.kind is DayKind.CLOSURE))
    return sorted(lines, key=lambda line: line["day"])


def runs(days: Iterable[Any]) -> Iterator[list[Any]]:
    """Days in a row that say the same: of a calendar, or of rows that are to change it."""

    def same(each: Any) -> tuple[Any, ...]:
        return each.area_code, each.kind or "", each.name, each.hours

    for _key, group in groupby(sorted(days, key=lambda each: (*same(each), each.day)), same):
        run: list[Any] = []
        for each in group:
            if run and each.day - run[-1].day > ONE_DAY:
                yield run
                run = []
            run.append(each)
        yield run


def _line(run: Sequence[CalendarDay]) -> Line:
    first = run[0]
    return {
        "day": first.day.isoformat(),
        "kind": first.kind,
        "when": days_text(run),
        "place": full_name(first.area_code),
        "what": kind_text(first.kind),
        "hours": first.hours,
        "name": first.name,
        "source": _("Entered here") if first.source is DaySource.TABLE else _("National days"),
    }


def days_text(run: Sequence[Any]) -> str:
    """`2026-12-01 Tue – 2026-12-03 Thu`, or the only day."""
    return " – ".join(_day(each.day) for each in ((run[0], run[-1]) if len(run) > 1 else run))


def _day(day: date) -> str:
    return f"{day.isoformat()} {format_date(day, 'EEE', locale=current())}"


def kind_text(kind: DayKind) -> str:
    """What a day is, in words."""
    return {
        DayKind.HOLIDAY: _("Closed"),
        DayKind.WORKING: _("Working day"),
        DayKind.CLOSURE: _("Station closed"),
    }[kind]


def history(versions: Sequence[CalendarVersion]) -> list[Line]:
    """Who changed the calendar, who agreed, when and why, and what it did to open requests."""
    proposals = behind(each.id for each in versions)
    people = {each.created_by for each in versions}
    people |= {each.decided_by for each in proposals.values()}
    known = names({each for each in people if each is not None})
    return [
        {
            "number": each.id,
            "when": local(each.created_at).strftime("%Y-%m-%d %H:%M"),
            "who": _who(each, proposals.get(each.id), known),
            "what": note_text(each.note),
            "more": _("%(count)s days changed", count=each.changed),
            "moved": moved_text(each.moved, each.reached),
        }
        for each in versions
    ]


def _who(
    version: CalendarVersion, proposal: CalendarProposal | None, known: Mapping[int, str]
) -> str:
    author = known.get(version.created_by or 0) or _("the desk itself")
    if proposal is None:
        return author
    return _(
        "proposed by %(author)s, approved by %(second)s: %(reason)s",
        author=author,
        second=known.get(proposal.decided_by or 0, ""),
        reason=proposal.reason,
    )


def note_text(note: str) -> str:
    """Why, as people wrote it or the desk itself."""
    return {FROM_LIBRARY: _("National days"), FROM_TABLE: _("Calendar table")}.get(note, note)
