"""What is wrong with hours that were told, and what is on record, in a sentence."""

from __future__ import annotations

from service_desk.directory.hours import clock_text, day_text
from service_desk.foundation.localisation import gettext as _
from service_desk.stations.rules import BACK_DAYS, Kind, Said, Source, minutes_on
from service_desk.stations.table_file import MOST_ROWS, RowProblem


def problem_text(problem: RowProblem) -> str:
    """What is wrong with a line or with what was typed."""
    return {
        RowProblem.COLUMNS: _("The columns are area_code, day and hours, one line a day."),
        RowProblem.STATION: _("There is no station with this code in your area."),
        RowProblem.DAY: _("Write the day as in 2026-10-01."),
        RowProblem.FUTURE: _("These hours are not over yet. Tell only what has been."),
        RowProblem.LONG_AGO: _("This is longer ago than %(days)s days.", days=BACK_DAYS),
        RowProblem.HOURS: _("Write hours as in 08:30-12:00 13:30-18:00, or nothing."),
        RowProblem.ORDER: _("Closing time must be after opening time."),
        RowProblem.OVERLAP: _("These hours overlap."),
        RowProblem.TWICE: _("This station and day stand there twice."),
        RowProblem.TOO_MANY: _("At most %(most)s lines at once.", most=MOST_ROWS),
    }[problem]


def said_text(said: Said | None) -> str:
    """What is on record of a day."""
    if said is None:
        return _("Nothing is recorded")
    if said.kind is Kind.EXCUSED:
        return _("Excused: force majeure")
    if said.open_since is not None:
        since = _("open since %(time)s", time=clock_text(said.open_since))
        return f"{day_text(said.hours)} {since}".strip()
    return day_text(said.hours) or _("Did not open")


def length_text(said: Said | None) -> str:
    """`8 h 0 min`, of what began that day; empty when nothing counts."""
    pairs = said.hours if said else ()
    minutes = minutes_on((), pairs) + minutes_on(pairs, ())
    if not minutes:
        return ""
    hours, rest = divmod(minutes, 60)
    return _("%(hours)s h %(minutes)s min", hours=hours, minutes=rest)


def source_text(source: Source) -> str:
    """How it came on record."""
    return {
        Source.CLERK: _("entered at the station"),
        Source.IMPORT: _("imported"),
        Source.CONFIRMED: _("confirmed by a second person"),
    }[source]
