"""`/station-day/compliance` and what goes with it: figures, decisions, tables, weekends."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from service_desk.accounts.page import LARGEST_ID, done, today
from service_desk.directory.areas import PREFECTURE, AreaLevel, is_code, parent_of
from service_desk.directory.queries import area_exists, area_named, places
from service_desk.foundation.access import Permission, requires
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.faults import Forbidden, NotFound
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.uploads import content_of
from service_desk.stations import export, page, proposals, queries, table_file
from service_desk.stations.forms import DecideForm, TableForm, WeekendForm, asked_month
from service_desk.stations.models import StationProposal
from service_desk.stations.queries import Compliance
from service_desk.stations.rules import Source, Weekends
from service_desk.stations.service import By, known_at
from service_desk.stations.table_file import BadRow
from service_desk.stations.wording import problem_text

blueprint = Blueprint("station_figures", __name__, url_prefix="/station-day")
LARGEST = 480 * 1024
SORTS = ("name", "scheduled", "excused", "recorded", "compliant", "short", "unknown", "rate")


def _asked() -> Compliance:
    """The month's days that are over, in the area asked for or the reader's widest."""
    first, last = asked_month(request.args.get("month", ""), today())
    return queries.compliance(_area(), first, min(last, today() - timedelta(days=1)))


def _area() -> str:
    reach = current_user.reach
    widest = min(reach.reports, default=(PREFECTURE, ""))[0]
    code = request.args.get("area", widest)
    if not (is_code(code) and area_exists(code) and reach.reads_figures_of(code)):
        raise NotFound
    return code


@blueprint.get("/compliance")
@requires(Permission.SEE_REPORTS)
def compliance() -> str:
    return _figures(_asked())


def _figures(found: Compliance, weekend_form: WeekendForm | None = None) -> str:
    sort, area, reach = request.args.get("sort", "rate"), found.area_code, current_user.reach
    sort = sort if sort.removeprefix("-") in SORTS else "rate"
    above = parent_of(area) or ""
    return render_template(
        "stations/compliance.html",
        area=area,
        area_name=area_named(area),
        above=above if reach.reads_figures_of(above) else "",
        month=f"{found.first:%Y-%m}",
        previous=f"{found.first - timedelta(days=1):%Y-%m}",
        following=f"{found.first + timedelta(days=31):%Y-%m}",
        last=found.last.isoformat() if found.last >= found.first else "",
        total=page.figures(found.total),
        places=page.below(found),
        stations=page.station_lines(found, sort),
        sort=sort,
        decides=reach.may(Permission.APPROVE),
        imports=reach.may(Permission.SUPERVISE),
        weekends=queries.weekends_of(area) if _is_county(area) else None,
        weekend_form=weekend_form or _weekend_form(area),
    )


def _is_county(area_code: str) -> bool:
    return area_code in places() and places()[area_code].level is AreaLevel.COUNTY


def _weekend_form(area_code: str) -> WeekendForm | None:
    """For whoever decides in a whole county."""
    if not (_is_county(area_code) and current_user.reach.may_decide_in(area_code)):
        return None
    known = queries.weekends_of(area_code)
    return WeekendForm(formdata=None, data={"saturday": known.saturday, "sunday": known.sunday})


@blueprint.get("/compliance.csv")
@requires(Permission.SEE_REPORTS)
def as_csv() -> Response:
    found = _asked()
    name = f"station-days-{found.first:%Y-%m}-{found.area_code}.csv"
    headers = {"Content-Disposition": f"attachment; filename={name}"}
    return Response(export.table(found), content_type="text/csv; charset=utf-8", headers=headers)


@blueprint.post("/weekends/<area_code>")
@requires(Permission.APPROVE)
def weekends(area_code: str) -> ResponseReturnValue:
    if not (_is_county(area_code) and current_user.reach.may_decide_in(area_code)):
        raise NotFound
    form, user_id = WeekendForm(), current_user.id
    wanted = Weekends(bool(form.saturday.data), bool(form.sunday.data))
    if form.validate_on_submit():
        done(form, lambda: proposals.set_weekends(area_code, wanted, user_id, now()))
        flash(_("Kept."), "good")
    return redirect(url_for("station_figures.compliance", area=area_code), 303)


@blueprint.get("/proposals")
@requires(Permission.APPROVE)
def waiting() -> str:
    return _waiting(DecideForm(formdata=None))


def _waiting(form: DecideForm) -> str:
    ranges, user_id = current_user.reach.decides, current_user.id
    return render_template(
        "stations/proposals.html",
        waiting=page.proposals(queries.waiting(ranges), user_id),
        decided=page.proposals(queries.decided(ranges), user_id),
        form=form,
    )


@blueprint.post(f"/proposals/<int(max={LARGEST_ID}):proposal_id>")
@requires(Permission.APPROVE)
def decide(proposal_id: int) -> ResponseReturnValue:
    row = session.get(StationProposal, proposal_id)
    if row is None or not current_user.reach.may_decide_in(row.area_code):
        raise NotFound
    if row.proposed_by == current_user.id:
        raise Forbidden
    form, user_id = DecideForm(), current_user.id
    approve = form.approve.data == "y"
    if form.validate_on_submit() and done(
        form, lambda: proposals.decide(proposal_id, approve, user_id, now())
    ):
        flash(_("Confirmed.") if approve else _("Refused."), "good")
        return redirect(url_for("station_figures.waiting"), 303)
    return _waiting(form), 422


@blueprint.route("/import", methods=["GET", "POST"])
@requires(Permission.SUPERVISE)
def take_table() -> ResponseReturnValue:
    """A table is taken whole, or its first wrong line is named and nothing is kept."""
    form = TableForm()
    if form.validate_on_submit():
        try:
            if done(form, lambda: _take(form)):
                return redirect(url_for("station_figures.compliance"), 303)
        except BadRow as bad:
            where = _("Line %(number)s:", number=bad.line)
            form.file.errors = [f"{where} {problem_text(bad.problem)}"]
    shown = render_template("stations/import.html", form=form)
    return shown, 422 if request.method == "POST" else 200


def _take(form: TableForm) -> None:
    at = now()
    ranges = [(each.lo, each.hi) for each in current_user.reach.areas]
    known = known_at(queries.station_names(ranges), at)
    rows = table_file.parse(table_file.decode(content_of(form.file.data, LARGEST)), known)
    by = By(Source.IMPORT, current_user.id, at)
    taken = proposals.take_table(rows, form.proof.data, by)
    if taken.proposals:
        flash(_("Proposed. It counts once somebody confirms it."), "good")
    else:
        flash(_("Taken in: %(count)s station days.", count=taken.recorded), "good")
