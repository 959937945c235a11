"""Tells of station days. Rows are only added; what one person may not say alone, see proposals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, TypeGuard

import sqlalchemy as sa

from service_desk.audit.service import record
from service_desk.directory.areas import PREFECTURE
from service_desk.directory.hours import DAY, minute_of
from service_desk.directory.models import Station
from service_desk.foundation.clock import local
from service_desk.foundation.database import insert_rows, session
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.service_clock.calendar_queries import opening_on
from service_desk.stations.models import StationDay
from service_desk.stations.queries import Days, Of, days_told
from service_desk.stations.rules import (
    LONGEST_OPEN,
    Kind,
    Pairs,
    Said,
    Source,
    may_alone,
    may_go_on,
    so_far,
)
from service_desk.stations.table_file import Known, fault
from service_desk.stations.wording import problem_text

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class By:
    """Who tells, how and when; `user_id` is null for the operator."""

    source: Source
    user_id: int | None
    at: datetime
    proposal_id: int | None = None


def known_at(stations: Iterable[str], at: datetime) -> Known:
    """What hours told at this moment are held against."""
    moment = local(at)
    return Known(frozenset(stations), moment.date(), minute_of(moment.time()))


def lock(*area_codes: str) -> None:
    """One word at a time on the days of these stations.

    Always in one order and before anything is written, so that two tables never wait for each
    other in a circle.
    """
    query = sa.select(Station.id).where(Station.area_code.in_(area_codes))
    session.execute(query.order_by(Station.area_code).with_for_update()).all()


def last_word(area_code: str, day: date) -> StationDay | None:
    return days_told(area_code, day, day).get((area_code, day))


def opened_as_planned(area_code: str, day: date, user_id: int, at: datetime) -> StationDay:
    """The planned hours of today or yesterday, as far as they are over.

    Raises Refused on a day without planned hours or before the first of them.
    """
    moment = local(at)
    passed = minute_of(moment.time()) + (moment.date() - day).days * DAY
    said = so_far(opening_on(area_code, day), passed)
    if not said.hours and said.open_since is None:
        raise Refused(_("By plan the station was not open yet."))
    return tell_alone(area_code, day, said, By(Source.CLERK, user_id, at))


def open_now(area_code: str, user_id: int, at: datetime) -> StationDay:
    """The doors open. Told twice it changes nothing."""
    today = local(at).date()
    lock(area_code)
    word = last_word(area_code, today)
    if word is not None and word.open_since is not None:
        return word
    hours = word.said.hours if word else ()
    said = Said(Kind.OPENED, hours, minute_of(local(at).time()))
    return _go_on(word, (area_code, today), said, By(Source.CLERK, user_id, at))


def close_now(area_code: str, user_id: int, at: datetime) -> StationDay:
    """The doors close: what was opened today, or yesterday evening, is complete.

    Raises Refused when nothing is open, or was opened so long ago that it was forgotten.
    """
    today, passed = local(at).date(), minute_of(local(at).time())
    lock(area_code)
    for day, now_passed in ((today, passed), (today - ONE_DAY, passed + DAY)):
        word = last_word(area_code, day)
        if word is not None and word.open_since is not None:
            said = _closed(word.said, word.open_since, now_passed)
            return _go_on(word, (area_code, day), said, By(Source.CLERK, user_id, at))
    raise Refused(_("The station is not open by the record."))


def _go_on(word: StationDay | None, of: Of, said: Said, by: By) -> StationDay:
    """Adds to a colleague's word without correcting it: who comes after lunch opens again, and who
    goes last closes."""
    if word is not None and not may_go_on(word.teller):
        raise Refused(_("This day needs a proof and a second person."), "proof")
    return put_after(word, of, said, by)


def _closed(said: Said, since: int, passed: int) -> Said:
    """What opened and closed within the same minute is nothing."""
    if passed - since > LONGEST_OPEN:
        raise Refused(_("It was opened long ago. Type the hours instead."))
    last = ((since, passed),) if passed > since else ()
    return Said(Kind.OPENED, tuple(sorted((*said.hours, *last))))


def check(day: date, hours: Pairs, at: datetime, field: str = "hours") -> None:
    """Raises Refused, naming the field, when such hours cannot have been."""
    wrong = fault(day, hours, known_at((), at))
    if wrong is not None:
        raise Refused(problem_text(wrong), field)


def needs_second(area_code: str, day: date, by: By) -> bool:
    """Whether one person may not tell of this day alone (domain.md §5)."""
    return not _alone(last_word(area_code, day), day, by)


def _alone(word: StationDay | None, day: date, by: By) -> bool:
    return may_alone(day, local(by.at).date(), word.teller if word else None, by.user_id)


def tell_alone(area_code: str, day: date, said: Said, by: By) -> StationDay:
    """Puts it on record at once. Raises Refused where a second person is needed."""
    lock(area_code)
    word = last_word(area_code, day)
    if not _alone(word, day, by):
        raise Refused(_("This day needs a proof and a second person."), "proof")
    return put_after(word, (area_code, day), said, by)


def tell_all_alone(told: Mapping[Of, Said], by: By) -> bool:
    """Puts a whole table on record at once.

    False, and nothing is written, where one of its days needs a second person.
    """
    today, days = local(by.at).date(), [day for _area_code, day in told]
    if not all(may_alone(day, today, None, by.user_id) for day in days):
        return False
    lock(*{area_code for area_code, _day in told})
    words = days_told(PREFECTURE, min(days), max(days))
    if not all(_alone(words.get(of), of[1], by) for of in told):
        return False
    put_all(words, told, by)
    return True


def put_after(word: StationDay | None, of: Of, said: Said, by: By) -> StationDay:
    """A new row on a day after the last one; the same word again changes nothing."""
    if _says(word, said, by):
        return word
    row = StationDay(**_columns(word, of, said, by))
    session.add(row)
    session.flush()
    _tell_of_correction(word, of, by)
    return row


def put_all(words: Days, told: Mapping[Of, Said], by: By) -> None:
    """As `put_after` for many days with their last `words`; the rows are one statement."""
    fresh = {of: said for of, said in told.items() if not _says(words.get(of), said, by)}
    if fresh:
        columns = [_columns(words.get(of), of, said, by) for of, said in fresh.items()]
        insert_rows(StationDay, columns)
    for of in fresh:
        _tell_of_correction(words.get(of), of, by)


def _says(word: StationDay | None, said: Said, by: By) -> TypeGuard[StationDay]:
    return word is not None and word.said == said and word.source is by.source


def _columns(word: StationDay | None, of: Of, said: Said, by: By) -> dict[str, Any]:
    area_code, day = of
    return {
        "area_code": area_code,
        "day": day,
        "number": word.number + 1 if word else 1,
        "kind": said.kind,
        "hours": [list(pair) for pair in said.hours],
        "open_since": said.open_since,
        "source": by.source,
        "recorded_by": by.user_id,
        "recorded_at": by.at,
        "proposal_id": by.proposal_id,
    }


def _tell_of_correction(word: StationDay | None, of: Of, by: By) -> None:
    if word is not None:
        area_code, day = of
        number = word.number + 1
        details = {"day": day.isoformat(), "number": number, "source": by.source.value}
        record("station_day_corrected", by.user_id, f"station:{area_code}", details, by.at)
