"""`/station-day`: the village's clerk tells when the station was open, in two taps."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from service_desk.accounts.page import done, today
from service_desk.audit.service import record
from service_desk.directory.areas import is_code, parent_of
from service_desk.directory.queries import area_named, station_of
from service_desk.foundation.access import Permission, requires
from service_desk.foundation.clock import now
from service_desk.foundation.faults import NotFound
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.transaction import unit_of_work
from service_desk.stations import page, proposals, queries, service
from service_desk.stations.forms import ButtonForm, ExcuseForm, HoursForm
from service_desk.stations.rules import Source
from service_desk.stations.service import By
from service_desk.stations.table_file import DayRow

blueprint = Blueprint("stations", __name__, url_prefix="/station-day")
VILLAGE = "/<area_code>"


@blueprint.get("")
@requires(Permission.ENTER_REQUESTS)
def day() -> str:
    """Of the reader's village; of the one asked for, where they hold posts in several."""
    own = sorted(current_user.reach.villages)
    if not own:
        raise NotFound
    return _page(theirs(request.args.get("area", own[0])))


def theirs(area_code: str) -> str:
    """A village with a station in which the reader holds a post. Raises NotFound."""
    found = station_of(area_code) if is_code(area_code) else None
    if found is None:
        raise NotFound
    if area_code not in current_user.reach.villages:
        with unit_of_work():
            record("out_of_scope", current_user.id, f"station:{area_code}", {}, now())
        raise NotFound
    return area_code


def _page(
    area_code: str, hours_form: HoursForm | None = None, excuse_form: ExcuseForm | None = None
) -> str:
    at, villages = now(), sorted(current_user.reach.villages - {area_code})
    village = (area_code, area_code)
    return render_template(
        "stations/day.html",
        area=area_code,
        place=area_named(area_code),
        township=area_named(parent_of(area_code) or ""),
        others=[(each, area_named(each)) for each in villages],
        near=page.today_and_yesterday(area_code, current_user.id, at),
        history=page.history(area_code, today()),
        waiting=page.proposals(queries.waiting([village]), current_user.id),
        decided=page.proposals(queries.decided([village]), current_user.id),
        hours_form=hours_form or HoursForm(formdata=None),
        excuse_form=excuse_form or ExcuseForm(formdata=None),
    )


def _asked_day(text: str | None) -> date:
    """Today or yesterday; the clerk's buttons know no other day. Raises NotFound."""
    for each in (today(), today() - timedelta(days=1)):
        if text == each.isoformat():
            return each
    raise NotFound


@blueprint.get(f"{VILLAGE}/planned")
@requires(Permission.ENTER_REQUESTS)
def confirm(area_code: str) -> str:
    """The first tap shows what would be on record; the second one keeps it."""
    return _confirm_page(theirs(area_code), _asked_day(request.args.get("day")), ButtonForm())


def _confirm_page(area_code: str, asked: date, form: ButtonForm) -> str:
    near = page.today_and_yesterday(area_code, current_user.id, now())
    return render_template(
        "stations/confirm.html",
        area=area_code,
        place=area_named(area_code),
        each=next(each for each in near if each["day"] == asked),
        form=form,
    )


@blueprint.post(f"{VILLAGE}/planned")
@requires(Permission.ENTER_REQUESTS)
def planned(area_code: str) -> ResponseReturnValue:
    village, asked, form = theirs(area_code), _asked_day(request.form.get("day")), ButtonForm()
    user_id = current_user.id
    if done(form, lambda: service.opened_as_planned(village, asked, user_id, now())):
        return _kept(village)
    return _confirm_page(village, asked, form), 422


@blueprint.post(f"{VILLAGE}/open")
@requires(Permission.ENTER_REQUESTS)
def open_now(area_code: str) -> ResponseReturnValue:
    return _tapped(area_code, service.open_now)


@blueprint.post(f"{VILLAGE}/close")
@requires(Permission.ENTER_REQUESTS)
def close_now(area_code: str) -> ResponseReturnValue:
    return _tapped(area_code, service.close_now)


def _tapped(area_code: str, act: Callable[[str, int, datetime], object]) -> ResponseReturnValue:
    village, form, user_id = theirs(area_code), HoursForm(formdata=None), current_user.id
    if done(form, lambda: act(village, user_id, now())):
        return _kept(village)
    return _page(village, hours_form=form), 422


@blueprint.post(f"{VILLAGE}/hours")
@requires(Permission.ENTER_REQUESTS)
def hours(area_code: str) -> ResponseReturnValue:
    """Other hours as typed: at once for today and yesterday, else after a second person."""
    village, form = theirs(area_code), HoursForm()
    if form.validate_on_submit() and done(form, lambda: _tell(village, form)):
        return redirect(_back(village), 303)
    return _page(village, hours_form=form), 422


def _tell(village: str, form: HoursForm) -> None:
    row = DayRow(0, village, form.day.data, form.pairs())
    by = By(Source.CLERK, current_user.id, now())
    at_once = proposals.tell_or_propose(row, form.proof.data, by)
    flash(
        _("Recorded.") if at_once else _("Proposed. It counts once somebody confirms it."), "good"
    )


@blueprint.post(f"{VILLAGE}/excuse")
@requires(Permission.ENTER_REQUESTS)
def excuse(area_code: str) -> ResponseReturnValue:
    """Snow or the road: the days count for nothing once somebody else agrees."""
    village, form = theirs(area_code), ExcuseForm()
    if form.validate_on_submit() and done(form, lambda: _excuse(village, form)):
        flash(_("Proposed. It counts once somebody confirms it."), "good")
        return redirect(_back(village), 303)
    return _page(village, excuse_form=form), 422


def _excuse(village: str, form: ExcuseForm) -> None:
    by = By(Source.CLERK, current_user.id, now())
    first, last = form.first_day.data, form.last_day.data
    proposals.excuse(village, first, last, form.reason.data, by)


def _kept(village: str) -> ResponseReturnValue:
    flash(_("Recorded."), "good")
    return redirect(_back(village), 303)


def _back(village: str) -> str:
    return url_for("stations.day", area=village)
