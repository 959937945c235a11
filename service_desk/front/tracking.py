"""`/track`: a resident opens their own request, sees how it stands, adds, rates, withdraws."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm

from service_desk.accounts.attempts import succeeded
from service_desk.foundation.access import public
from service_desk.foundation.clock import now
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.transaction import unit_of_work
from service_desk.front import page, service, tracked
from service_desk.front.forms import MoreForm, RatingForm, TrackForm
from service_desk.messaging.wording import HOTLINE
from service_desk.service_requests.models import ServiceRequest

blueprint = Blueprint("track", __name__, url_prefix="/track")


@blueprint.get("")
@public
def show() -> str:
    found = tracked.current(now())
    if found is None:
        return render_template("front/track.html", form=TrackForm(), hotline=HOTLINE)
    return _page(found)


@blueprint.post("")
@public
def open_one() -> ResponseReturnValue:
    """Opens a request in this browser. What is wrong is never told apart."""
    form, at = TrackForm(), now()
    if not form.validate_on_submit():
        return _again(form)
    claim = service.Claim(
        reference=form.reference.data,
        pin=form.pin.data,
        phone_last4=form.phone_last4.data,
        address=request.remote_addr or "",
    )
    with unit_of_work():
        tries = service.begin(claim, at)
    opened = service.prove(claim)
    if opened is None:
        form.refuse()
        return _again(form)
    with unit_of_work():
        succeeded(tries)
    tracked.keep(opened.reference, opened.proof, at)
    return redirect("/track", 303)


def _again(form: TrackForm) -> ResponseReturnValue:
    return render_template("front/track.html", form=form, hotline=HOTLINE), 422


@blueprint.post("/leave")
@public
def leave() -> ResponseReturnValue:
    """Somebody else uses this device next."""
    tracked.leave()
    return redirect("/track", 303)


@blueprint.post("/rating")
@public
def rating() -> ResponseReturnValue:
    form = RatingForm()

    def change(request_id: int) -> str:
        level = int(form.level.data)
        service.rate(request_id, level, form.comment.data, now())
        return _thanks(level)

    return _act(form, change)


def _thanks(level: int) -> str:
    if level > 2:
        return _("Thank you for your rating.")
    return _("We are sorry. Your rating is kept, and we will contact you to put it right.")


@blueprint.post("/follow-up")
@public
def follow_up() -> ResponseReturnValue:
    form = MoreForm()

    def change(request_id: int) -> str:
        service.add(request_id, form.text.data, now())
        return _("What you added is kept. Those in charge can read it.")

    return _act(form, change)


@blueprint.post("/withdraw")
@public
def withdraw() -> ResponseReturnValue:
    def change(request_id: int) -> str:
        service.withdraw(request_id, now())
        return _("Your request is withdrawn.")

    return _act(FlaskForm(), change)


def _act(form: FlaskForm, change: Callable[[int], str]) -> ResponseReturnValue:
    """One act on the tracked request: 303 and a sentence, else the same page with what is wrong."""
    found = tracked.current(now())
    if found is None:
        flash(_("Please open your request again: it was closed after half an hour."), "warn")
        return redirect("/track", 303)
    if not form.validate_on_submit():
        return _page(found, form), 422
    try:
        with unit_of_work():
            told = change(found.id)
    except Refused as refused:
        return _page(found, _refused(form, refused)), 422
    flash(told, "good")
    return redirect("/track", 303)


def _refused(form: FlaskForm, refused: Refused) -> FlaskForm:
    if refused.field in form:
        form[refused.field].errors = [refused.message]
    else:
        form.form_errors = [refused.message]
    return form


def _page(found: ServiceRequest, form: FlaskForm | None = None) -> str:
    at = now()
    tracked.keep(found.reference, tracked.proof(at), at)
    told = page.shown(found, service.standing(found), at)
    return render_template("front/tracked.html", sent=form, **told, **_forms(form, told["reopens"]))


def _forms(sent: FlaskForm | None, reopens: bool) -> dict[str, Any]:
    """The forms of the page; the one that was sent keeps what was typed."""
    rating_form = sent if isinstance(sent, RatingForm) else RatingForm(formdata=None)
    more_form = sent if isinstance(sent, MoreForm) else MoreForm(formdata=None)
    more_form.ask(reopens)
    return {"rating_form": rating_form, "more_form": more_form}
