"""Stations as residents look for them: open now or when, grouped by county and township."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any
from unicodedata import normalize

from service_desk.directory import queries
from service_desk.directory.areas import county_of, township_of
from service_desk.directory.categories import all_categories, label
from service_desk.directory.forms import WEEKDAYS
from service_desk.directory.hours import DAY, clock_text, minute_of
from service_desk.directory.models import Station
from service_desk.foundation.clock import SHANGHAI, local
from service_desk.foundation.localisation import current
from service_desk.foundation.localisation import gettext as _
from service_desk.messaging.wording import day
from service_desk.service_clock import walk
from service_desk.service_clock.calendar_queries import hours_of
from service_desk.service_clock.schedule import DayKind, ServiceHours

Line = dict[str, Any]
DAYS_SHOWN = 7
NOON = time(12)


def found(area_code: str, words: str) -> list[Station]:
    """The stations in an area whose name or place holds every word, as typed on any keypad."""
    wanted = normalize("NFKC", words).casefold().split()
    return [each for each in queries.stations(area_code) if _fits(each, wanted)]


def _fits(station: Station, wanted: Sequence[str]) -> bool:
    if not wanted:
        return True
    spoken = f"{station.name} {queries.full_name(station.area_code)}".casefold()
    return all(word in spoken for word in wanted)


def grouped(stations: Sequence[Station], at: datetime) -> list[Line]:
    """County by county, each township with its stations as ready cards."""
    cards = _cards(stations, at)
    return [
        {"code": code, "name": queries.area_named(code or ""), "townships": _townships(rows, cards)}
        for code, rows in groupby(stations, key=lambda each: county_of(each.area_code))
    ]


def _townships(stations: Iterable[Station], cards: Mapping[int, Line]) -> list[Line]:
    return [
        {"name": queries.area_named(code or ""), "cards": [cards[each.id] for each in rows]}
        for code, rows in groupby(stations, key=lambda each: township_of(each.area_code))
    ]


def _cards(stations: Sequence[Station], at: datetime) -> dict[int, Line]:
    """Places with the same hours share one object: each is worked out once."""
    hours = hours_of([each.area_code for each in stations])
    weeks = queries.weeks_of(stations)
    known = {id(each): opening(each, at) for each in hours.values()}
    return {
        each.id: {
            "name": each.name,
            "href": f"/stations/{each.area_code}",
            "phone": each.phone,
            "address": each.address,
            **(known[id(hours[each.area_code])] if weeks[each.id] else closed()),
        }
        for each in stations
    }


def closed() -> Line:
    """A station without hours."""
    return {"open": False, "text": _("Closed until further notice")}


def opening(hours: ServiceHours, at: datetime) -> Line:
    """Whether it is open, and until when or from when: `open` and `text`."""
    opens = walk.next_opening(hours, at)
    if opens <= at:
        return {"open": True, "text": _("Open until %(time)s", time=_closing(hours, at))}
    here, then = local(at).date(), local(opens)
    return {"open": False, "text": _opens(opens, then.date() - here)}


def _opens(opens: datetime, ahead: timedelta) -> str:
    then = local(opens)
    clock = f"{then:%H:%M}"
    if not ahead:
        return _("Closed, opens today at %(time)s", time=clock)
    if ahead == timedelta(days=1):
        return _("Closed, opens tomorrow at %(time)s", time=clock)
    when = f"{WEEKDAYS[then.weekday()]} {day(opens, current())}"
    return _("Closed, opens %(day)s at %(time)s", day=when, time=clock)


def _closing(hours: ServiceHours, at: datetime) -> str:
    moment = local(at)
    passed = minute_of(moment.time())
    ends = [*hours.intervals_on(moment.date()), *_past_midnight(hours, moment.date())]
    last = max((closes for opens, closes in ends if opens <= passed < closes), default=DAY)
    return clock_text(last % DAY or DAY)


def _past_midnight(hours: ServiceHours, today: date) -> list[tuple[int, int]]:
    """What began yesterday and is still open."""
    pairs = hours.intervals_on(today - timedelta(days=1))
    return [(0, closes - DAY) for _opens, closes in pairs if closes > DAY]


def shut_today(hours: ServiceHours, today: date) -> str:
    """Why a station that opens on this weekday does not today; empty when it opens."""
    if hours.intervals_on(today) or not hours.week[today.weekday()]:
        return ""
    if hours.days.get(today) is DayKind.HOLIDAY:
        return _("Closed today: public holiday")
    return _("Closed today: the station cannot open")


def week_from(hours: ServiceHours, first: date) -> list[Line]:
    """Seven days with their hours, holidays and make-up days counted and named."""
    return [_day(hours, first + timedelta(days=ahead), first) for ahead in range(DAYS_SHOWN)]


def _day(hours: ServiceHours, when: date, today: date) -> Line:
    noon, pairs = datetime.combine(when, NOON, SHANGHAI), hours.intervals_on(when)
    return {
        "day": WEEKDAYS[when.weekday()],
        "date": day(noon, current()),
        "times": [_from_to(*pair) for pair in pairs],
        "text": _mark(hours, when),
        "today": when == today,
    }


def _from_to(opens: int, closes: int) -> str:
    """`08:30-12:00`; past midnight it says that it is the next day."""
    if closes <= DAY:
        return f"{clock_text(opens)}-{clock_text(closes)}"
    times = {"opens": clock_text(opens), "closes": clock_text(closes - DAY)}
    return _("%(opens)s-%(closes)s next day", **times)


def _mark(hours: ServiceHours, when: date) -> str:
    """What is unusual about a day."""
    kind, opens = hours.days.get(when), bool(hours.intervals_on(when))
    if kind is DayKind.HOLIDAY:
        return _("Closed (public holiday)")
    if when in hours.own and (opens or hours.usually_on(when)):
        return _("(this day only)") if opens else _("Closed on this day")
    if not opens:
        return _("Closed")
    return _("(make-up working day)") if kind else ""


def around_the_clock() -> list[Line]:
    """What is taken up at any hour, by group: `name` and `items`."""
    language = current()
    items = [each for each in all_categories() if each.around_the_clock and not each.is_group]
    return [
        {
            "code": group,
            "name": label(group, language),
            "names": [each.labels.in_language(language) for each in rows],
        }
        for group, rows in groupby(items, key=lambda each: each.group)
    ]
