"""What the pages of station days say: ready words for templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from babel.dates import format_date

from service_desk.accounts.queries import names
from service_desk.directory.areas import AreaLevel, parent_of
from service_desk.directory.hours import DAY, day_text, minute_of
from service_desk.directory.queries import area_named, children, full_name, places
from service_desk.foundation.clock import local
from service_desk.foundation.localisation import current
from service_desk.foundation.localisation import gettext as _
from service_desk.service_clock.calendar_queries import opening_on
from service_desk.stations.models import StationDay, StationProposal
from service_desk.stations.queries import Compliance, days_of, words
from service_desk.stations.rules import Kind, Tally, may_alone, may_go_on, so_far
from service_desk.stations.wording import length_text, said_text, source_text

Line = dict[str, Any]
HISTORY_DAYS = 14
WIDE = (AreaLevel.PREFECTURE, AreaLevel.COUNTY)


def day_name(day: date) -> str:
    """`2026-11-24 Tue`, in the reader's language where Babel knows it."""
    language = current() if current() != "bo" else "zh_Hans_CN"
    return f"{day.isoformat()} {format_date(day, 'EEE', locale=language)}"


def today_and_yesterday(area_code: str, user_id: int, at: datetime) -> list[Line]:
    """The two days of which a clerk may tell alone, and whether this one still may."""
    today = local(at).date()
    known = {each.day: each for each in words(area_code, today - timedelta(days=1), today)}
    return [
        _near(known.get(day), (area_code, day), user_id, at)
        for day in (today, today - timedelta(days=1))
    ]


def _near(word: StationDay | None, of: tuple[str, date], user_id: int, at: datetime) -> Line:
    (area_code, day), today, passed = of, local(at).date(), minute_of(local(at).time())
    planned = opening_on(area_code, day)
    begun = so_far(planned, passed + (today - day).days * DAY)
    alone = may_alone(day, today, word.teller if word else None, user_id)
    said = word.said if word else None
    return {
        "day": day,
        "name": day_name(day),
        "today": day == today,
        "planned": day_text(planned),
        "said": said_text(said),
        "length": length_text(said),
        "recorded": word is not None,
        "open": said is not None and said.open_since is not None,
        "alone": alone,
        "goes_on": may_go_on(word.teller if word else None),
        "offered": alone and bool(begun.hours or begun.open_since is not None),
        "as_planned": said == begun,
        "so_far": said_text(begun),
    }


def history(area_code: str, today: date) -> list[Line]:
    """What was told of the last days, the newest day and word first."""
    found = words(area_code, today - timedelta(days=HISTORY_DAYS - 1), today)
    who = names({each.recorded_by for each in found if each.recorded_by})
    newest = {each.day: each.number for each in found}
    return [
        {
            "day": day_name(each.day),
            "said": said_text(each.said),
            "length": length_text(each.said),
            "source": source_text(each.source),
            "who": who.get(each.recorded_by or 0, _("The operator")),
            "at": f"{local(each.recorded_at):%m-%d %H:%M}",
            "replaced": each.number < newest[each.day],
        }
        for each in sorted(found, key=lambda each: (each.day, each.number), reverse=True)
    ]


def proposals(rows: Sequence[StationProposal], user_id: int) -> list[Line]:
    """What waits or was decided, with who may decide it."""
    people = {each.proposed_by for each in rows} | {each.decided_by for each in rows}
    who = names({each for each in people if each})
    return [_proposal(each, who) | {"own": each.proposed_by == user_id} for each in rows]


def _proposal(row: StationProposal, who: Mapping[int, str]) -> Line:
    days = list(days_of(row))
    return {
        "id": row.id,
        "kind": _("Force majeure") if row.kind is Kind.EXCUSED else _("Opening hours"),
        "place": full_name(row.area_code),
        "days": _span([day for _area, day, _hours in days]),
        "hours": _hours(row, days),
        "reason": row.reason,
        "who": who.get(row.proposed_by or 0, _("The operator")),
        "at": f"{local(row.proposed_at):%Y-%m-%d %H:%M}",
        "approved": row.approved,
        "decider": who.get(row.decided_by or 0, ""),
    }


def _span(days: Sequence[date]) -> str:
    first, last = min(days).isoformat(), max(days).isoformat()
    return first if first == last else f"{first} – {last}"


def _hours(row: StationProposal, days: Sequence[Any]) -> str:
    if row.kind is Kind.EXCUSED:
        return _("%(count)s days", count=len(days))
    if len(days) == 1:
        return day_text(days[0][2]) or _("Did not open")
    stations = len({area_code for area_code, _day, _hours in days})
    return _("%(count)s days of %(stations)s stations", count=len(days), stations=stations)


def figures(days: Tally) -> Line:
    """A tally as numbers and a percentage, which is null where nothing was scheduled."""
    return {
        "scheduled": days.scheduled,
        "excused": days.excused,
        "recorded": days.recorded,
        "compliant": days.compliant,
        "short": days.short,
        "unknown": days.unknown,
        "n": days.n,
        "d": days.d,
        "rate": days.n / days.d if days.d else -1.0,
        "percent": percent(days),
    }


def percent(days: Tally) -> str:
    """`87.5 %`; a dash where nothing was scheduled."""
    return f"{100 * days.n / days.d:.1f} %" if days.d else "—"


def below(found: Compliance) -> list[Line]:
    """The sums of the counties or townships right below; none for a township."""
    place = places().get(found.area_code)
    if place is None or place.level not in WIDE:
        return []
    return [
        {"code": each.code, "name": each.name, **figures(found.within(each.code))}
        for each in children(found.area_code)
    ]


def station_lines(found: Compliance, sort: str) -> list[Line]:
    """One line a station, sorted by a column; a leading minus turns the order."""
    rows = [
        {
            "code": each.area_code,
            "name": each.name,
            "place": area_named(parent_of(each.area_code) or ""),
            **figures(each.tally),
        }
        for each in found.stations
    ]
    return sorted(rows, key=_by(sort.removeprefix("-")), reverse=sort.startswith("-"))


def _by(column: str) -> Callable[[Line], Any]:
    return lambda row: row[column]
