"""`/admin/calendar`: the days that are not what their weekday says, by year."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from typing import Any

from babel.dates import format_date
from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from werkzeug.datastructures import FileStorage

from service_desk.directory.queries import area_named
from service_desk.foundation.access import Permission, requires
from service_desk.foundation.clock import now
from service_desk.foundation.localisation import current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock import calendar_file, queries, service
from service_desk.service_clock.calendar_file import BadRow, CalendarRow, RowProblem
from service_desk.service_clock.forms import DayForm, TableForm, problem_text
from service_desk.service_clock.models import CalendarDay
from service_desk.service_clock.national import FIRST_YEAR
from service_desk.service_clock.service import YEARS_AHEAD
from service_desk.service_clock.walk import local_day

blueprint = Blueprint("service_clock", __name__)
PATH = "/admin/calendar"
LARGEST = 256 * 1024
FIELDS = {RowProblem.DAY: "day", RowProblem.NAME: "name", RowProblem.AREA: "area_code"}


@blueprint.get(PATH)
@requires(Permission.ADMINISTER)
def calendar() -> ResponseReturnValue:
    return _page(TableForm(), DayForm())


@blueprint.post(PATH)
@requires(Permission.ADMINISTER)
def take_table() -> ResponseReturnValue:
    """A table is taken whole, or its first wrong line is named and nothing is kept."""
    form = TableForm()
    try:
        if form.validate_on_submit():
            content = _content(form.file.data)
            if len(content) <= LARGEST:
                return _taken(lambda: calendar_file.parse(calendar_file.decode(content)))
            form.file.errors = [_("This file is too large.")]
    except BadRow as bad:
        where = _("Line %(number)s:", number=bad.line)
        form.file.errors = [f"{where} {problem_text(bad.problem)}"]
    return _page(form, DayForm(formdata=None)), 422


def _content(upload: FileStorage) -> bytes:
    """As much as may be sent, and one byte more where it is more."""
    with closing(upload):
        content: bytes = upload.read(LARGEST + 1)
        return content


@blueprint.post(f"{PATH}/day")
@requires(Permission.ADMINISTER)
def take_day() -> ResponseReturnValue:
    form = DayForm()
    try:
        if form.validate_on_submit():
            return _taken(lambda: [calendar_file.row(1, form.cells())])
    except BadRow as bad:
        form[FIELDS[bad.problem]].errors = [problem_text(bad.problem)]
    return _page(TableForm(formdata=None), form), 422


def _taken(read: Callable[[], Sequence[CalendarRow]]) -> ResponseReturnValue:
    rows = read()
    with unit_of_work():
        service.import_calendar(rows, current_user.id, now())
    flash(_("Taken in: %(count)s days. Open requests keep their due times.", count=len(rows)))
    return redirect(f"{PATH}?year={rows[0].day.year}", 303)


def _page(table_form: TableForm, day_form: DayForm) -> str:
    at = now()
    this_year = local_day(at).year
    year = request.args.get("year", this_year, type=int)
    years = range(FIRST_YEAR, this_year + YEARS_AHEAD + 1)
    year = min(max(year, years[0]), years[-1])
    return render_template(
        "service_clock/calendar.html",
        table_form=table_form,
        day_form=day_form,
        year=year,
        years=years,
        unpublished=queries.unpublished_years(at),
        days=[_line(each) for each in _days(year)],
    )


def _days(year: int) -> Sequence[CalendarDay]:
    return queries.calendar_days(date(year, 1, 1), date(year, 12, 31))


def _line(each: CalendarDay) -> dict[str, Any]:
    return {
        "day": each.day.isoformat(),
        "weekday": format_date(each.day, "EEE", locale=current()),
        "place": area_named(each.area_code),
        "kind": each.kind,
        "name": each.name,
        "source": each.source,
    }
