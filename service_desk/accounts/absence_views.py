"""`/admin/absences`: who is away in one's area, entered by those who supervise it."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from service_desk.accounts import absences, grants, page, roster
from service_desk.accounts.models import Absence, User
from service_desk.accounts.people_forms import AbsenceForm
from service_desk.accounts.roster import PAGE, Search
from service_desk.accounts.rules import may_send_away
from service_desk.foundation.access import Permission, requires
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.faults import Forbidden, NotFound
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.transaction import unit_of_work
from service_desk.foundation.typed import typed

blueprint = Blueprint("absences", __name__)
PATH = "/admin/absences"
ONE = f"{PATH}/<int(max={page.LARGEST_ID}):user_id>"


def days_of(form: AbsenceForm) -> absences.Days:
    """What a valid form says."""
    chosen = form.substitute.data
    substitute_id = int(chosen) if chosen else None
    return absences.Days(form.first_day.data, form.last_day.data, substitute_id)


@blueprint.get(PATH)
@requires(Permission.SUPERVISE)
def away() -> str:
    """Absences of the area, and a search for the person to enter one for."""
    on, asked = page.today(), typed(request.args.get("q", ""))
    within = roster.ranges_of(current_user.reach)
    search = Search(words=asked, after=typed(request.args.get("after", "")), within=within)
    rows = roster.people(search, on) if asked else ()
    shown = rows[:PAGE]
    following = shown[-1].username if len(rows) > PAGE else ""
    return render_template(
        "accounts/absences.html",
        q=asked,
        rows=page.people_lines(shown, on),
        next_url=page.address("absences.away", {"q": asked}, following) if following else "",
        absences=[page.absence_line(row, on) for row in roster.absences(Search(within=within), on)],
    )


@blueprint.route(ONE, methods=["GET", "POST"])
@requires(Permission.SUPERVISE)
def absence(user_id: int) -> ResponseReturnValue:
    user, on = _overseen(user_id), page.today()
    form = AbsenceForm()
    form.offer(roster.stand_ins(user.id, on))
    if form.validate_on_submit() and page.done(form, lambda: _enter(user_id, form)):
        return _kept(user_id)
    shown = render_template(
        "accounts/absence.html",
        user=user,
        path=f"{PATH}/{user.id}",
        absence_form=form,
        absences=[page.absence_line(row, on) for row in roster.absences_of(user.id, on)],
    )
    return shown, 422 if request.method == "POST" else 200


def _enter(user_id: int, form: AbsenceForm) -> None:
    grants.one_at_a_time()
    absences.enter(user_id, days_of(form), current_user.id, now())


@blueprint.post(f"{ONE}/absences/<int(max={page.LARGEST_ID}):absence_id>/end")
@requires(Permission.SUPERVISE)
def end(user_id: int, absence_id: int) -> ResponseReturnValue:
    _overseen(user_id)
    with unit_of_work():
        found = session.get(Absence, absence_id)
        if found is None or found.user_id != user_id:
            raise NotFound
        absences.end(found, current_user.id, now())
    return _kept(user_id)


def _overseen(user_id: int) -> User:
    """Somebody of one's area who may do no more than oneself."""
    on, reach = page.today(), current_user.reach
    user = session.get(User, user_id)
    if user is None or not roster.oversees(reach, user_id, on):
        raise NotFound
    if not may_send_away(reach.permissions, roster.permissions_of(user_id, on)):
        raise Forbidden
    return user


def _kept(user_id: int) -> ResponseReturnValue:
    flash(_("Kept."), "good")
    return redirect(f"{PATH}/{user_id}", 303)
