"""`/admin/calendar`: the days that are not what their weekday says, by year, and who said so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm

from service_desk.foundation.access import Permission, requires
from service_desk.foundation.clock import now
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.transaction import unit_of_work
from service_desk.foundation.uploads import content_of
from service_desk.service_clock import (
    calendar_file,
    calendar_proposals,
    calendar_queries,
    page,
    proposal_page,
)
from service_desk.service_clock.calendar_file import BadRow, CalendarRow, RowProblem
from service_desk.service_clock.calendar_proposals import Sender, sender
from service_desk.service_clock.forms import ClosureForm, DayForm, TableForm, problem_text
from service_desk.service_clock.national import FIRST_YEAR
from service_desk.service_clock.publishing import Submitted
from service_desk.service_clock.service import YEARS_AHEAD, Allowed
from service_desk.service_clock.walk import local_day

blueprint = Blueprint("service_clock", __name__)
PATH = "/admin/calendar"
LARGEST = 256 * 1024
FIELDS = {
    RowProblem.AREA: "area_code",
    RowProblem.REACH: "area_code",
    RowProblem.DAY: "day",
    RowProblem.NAME: "name",
}
CLOSURE_FIELDS = {
    RowProblem.AREA: "place",
    RowProblem.REACH: "place",
    RowProblem.WHOLE: "place",
    RowProblem.DAY: "first_day",
    RowProblem.TAKEN: "first_day",
    RowProblem.NAME: "reason",
}


@blueprint.get(PATH)
@requires(Permission.CLOSE_STATIONS)
def calendar() -> ResponseReturnValue:
    return _page()


@blueprint.post(PATH)
@requires(Permission.CLOSE_STATIONS)
def take_table() -> ResponseReturnValue:
    """A table is taken whole, or its first wrong line is named and nothing is kept."""
    form = TableForm()
    try:
        if form.validate_on_submit():
            text = calendar_file.decode(content_of(form.file.data, LARGEST))
            return _sent(calendar_file.parse(text), table=form)
    except Refused as refused:
        form.file.errors = [refused.message]
    except BadRow as bad:
        where = _("Line %(number)s:", number=bad.line)
        form.file.errors = [f"{where} {problem_text(bad.problem)}"]
    return _page(table=form), 422


@blueprint.post(f"{PATH}/day")
@requires(Permission.EDIT_CALENDAR)
def take_day() -> ResponseReturnValue:
    form = DayForm(_sender().allowed.days)
    try:
        if form.validate_on_submit():
            return _sent([calendar_file.row(1, form.cells())], day=form)
    except BadRow as bad:
        form[FIELDS.get(bad.problem, "hours")].errors = [problem_text(bad.problem)]
    return _page(day=form), 422


@blueprint.post(f"{PATH}/closure")
@requires(Permission.CLOSE_STATIONS)
def take_closure() -> ResponseReturnValue:
    """All days of it become one version."""
    form = ClosureForm(_sender().allowed.anywhere)
    try:
        if form.validate_on_submit():
            days = enumerate(form.days(), start=1)
            rows = [calendar_file.row(number, form.cells(day)) for number, day in days]
            return _sent(rows, closure=form)
    except BadRow as bad:
        told = f"{form.days()[bad.line - 1].isoformat()}: {problem_text(bad.problem)}"
        form[CLOSURE_FIELDS.get(bad.problem, "open_hours")].errors = [told]
    return _page(closure=form), 422


def _sender() -> Sender:
    return sender(current_user.reach)


def _sent(rows: Sequence[CalendarRow], **sent: FlaskForm) -> ResponseReturnValue:
    """In force, or waiting for a second person; the form again where it is refused."""
    try:
        with unit_of_work():
            done = calendar_proposals.submit(rows, _sender(), now())
    except Refused as refused:
        (form,) = sent.values()
        form.form_errors = [refused.message]
        return _page(**sent), 422
    flash(_told(done, len(rows)), "good")
    return redirect(f"{PATH}?year={rows[0].day.year}", 303)


def _told(done: Submitted, count: int) -> str:
    if done.proposal is None:
        return _(
            "Taken in: %(count)s days. Open requests may gain time, they never lose any.",
            count=count,
        )
    return _(
        "Proposed. It comes in force when a second person has agreed: a supervisor of the county "
        "other than you, or an administrator."
    )


def _page(**sent: FlaskForm) -> str:
    """The page with the form that was sent and is wrong, the others empty."""
    at, by = now(), _sender()
    year, years = _years(local_day(at).year)
    return render_template(
        "service_clock/calendar.html",
        forms=_forms(by.allowed) | sent,
        year=year,
        years=years,
        unpublished=calendar_queries.unpublished_years(at),
        alone=by.alone,
        proposals=proposal_page.to_see(by, at),
        days=page.days(year),
        history=page.history(calendar_queries.versions()),
    )


def _forms(allowed: Allowed) -> dict[str, Any]:
    """Only those that the reader may send."""
    forms: dict[str, Any] = {
        "table": TableForm(formdata=None),
        "closure": ClosureForm(allowed.anywhere, formdata=None),
    }
    return forms | ({"day": DayForm(allowed.days, formdata=None)} if allowed.days else {})


def _years(this_year: int) -> tuple[int, range]:
    """The year that is asked for, and those that can be."""
    years = range(FIRST_YEAR, this_year + YEARS_AHEAD + 1)
    year = request.args.get("year", this_year, type=int)
    return min(max(year, years[0]), years[-1]), years
