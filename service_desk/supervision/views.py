"""`/board`: what is due, overdue and with whom; danger taken on; proposals decided."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from service_desk.accounts.page import LARGEST_ID
from service_desk.casework import page, service
from service_desk.casework.fields import DecideForm
from service_desk.casework.record import decides
from service_desk.casework.views import blame
from service_desk.foundation.access import Permission, requires, signed_in
from service_desk.foundation.actor import Actor
from service_desk.foundation.clock import now
from service_desk.foundation.database import plan_by_values, session
from service_desk.foundation.faults import Forbidden, NotFound, Refused, StaleEdit
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.models import Approval, ServiceRequest
from service_desk.service_requests.reference import show_reference
from service_desk.service_requests.scope import found_for
from service_desk.service_requests.service import for_change
from service_desk.supervision import board as boards
from service_desk.supervision.handed import handed
from service_desk.supervision.queries import ALL
from service_desk.supervision.rules import decided_by
from service_desk.supervision.waiting import proposals
from service_desk.triage.service import acknowledge as take_on

blueprint = Blueprint("supervision", __name__, url_prefix="/board")
blueprint.before_request(plan_by_values)


@blueprint.get("")
@requires(Permission.SUPERVISE)
def board() -> str:
    sort, reach, at = request.args.get("sort", "-overdue"), current_user.reach, now()
    shown = boards.values(reach, at, sort)
    if request.args.get("fragment") == "board":
        return render_template("supervision/panels.html", b=shown, sort=sort)
    return render_template(
        "supervision/board.html", b=shown, sort=sort, around=boards.around(reach, at)
    )


@blueprint.get("/waiting")
@requires(Permission.SUPERVISE)
def waiting() -> str:
    """Every proposal that waits for this person's decision, the oldest first."""
    reach, at = current_user.reach, now()
    rows = proposals(reach, decided_by(reach), ALL, at)
    return render_template("supervision/waiting.html", rows=rows)


@blueprint.get("/hands")
@requires(Permission.SUPERVISE)
def hands() -> str:
    """Hand-offs and time in hands; with `?fragment=hands` what the board loads afterwards."""
    part = request.args.get("fragment") == "hands"
    page_name = "supervision/hands.html" if part else "supervision/hands_page.html"
    return render_template(page_name, h=handed(current_user.reach, now()))


@blueprint.post("/acknowledge/<reference>")
@signed_in
def acknowledge(reference: str) -> ResponseReturnValue:
    """For whoever sees it as owner or supervisor, or was called."""
    found = found_for(reference, current_user.reach, now())
    who = page.stand(found)
    if not (who.owns or who.called or who.supervises):
        raise Forbidden
    with unit_of_work():
        take_on(for_change(found.id), Actor.staff(current_user.id), now())
    flash(_("%(reference)s: you act on it.", reference=show_reference(found.reference)), "good")
    return redirect(f"/queue/{found.reference}", 303)


@blueprint.post(f"/approvals/<int(max={LARGEST_ID}):approval_id>")
@signed_in
def decide(approval_id: int) -> ResponseReturnValue:
    approval = session.get(Approval, approval_id)
    if approval is None:
        raise NotFound
    found = _request_of(approval)
    if not decides(approval, page.stand(found), current_user.id):
        raise Forbidden
    form = page.decide_form(approval.kind)()
    if not form.validate_on_submit():
        return page.record_page(found, form), 422
    try:
        _decided(approval_id, form)
    except Refused as refused:
        blame(form, refused)
        return page.record_page(_request_of(approval), form), 422
    except StaleEdit:
        return page.record_page(_request_of(approval), stale=True), 409
    flash(_("Decided. Whoever proposed it sees your reason."), "good")
    return redirect("/board", 303)


def _request_of(approval: Approval) -> ServiceRequest:
    reference = session.get_one(ServiceRequest, approval.request_id).reference
    return found_for(reference, current_user.reach, now())


def _decided(approval_id: int, form: DecideForm) -> None:
    owner = form.owner.data if "owner" in form else ""
    decision = service.Decision(form.approve.data == "y", form.reason.data, owner or "")
    with unit_of_work():
        approval = session.get_one(Approval, approval_id)
        service.decide(approval, decision, Actor.staff(current_user.id), now())
