"""`/admin/policies`: how long the steps may take; changed with a preview, longer by two people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from service_desk.accounts.page import LARGEST_ID
from service_desk.directory.queries import area_named
from service_desk.foundation.access import Permission, requires, signed_in
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.faults import Forbidden, NotFound, Refused, StaleEdit
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock import publishing
from service_desk.service_clock.in_force import in_force
from service_desk.service_clock.models import PolicyProposal
from service_desk.service_clock.policies import PolicyKind
from service_desk.service_clock.policy_rows import rows_of
from service_desk.service_clock.publishing import Draft, Submitted, Verdict
from service_desk.supervision import policy_page as page
from service_desk.supervision.policy_forms import StepForm, VerdictForm, step_form, titles
from service_desk.supervision.policy_words import HINTS, STEPS

blueprint = Blueprint("policies", __name__)
PATH = "/admin/policies"
ONE = f"{PATH}/proposals/<int(max={LARGEST_ID}):proposal_id>"


@blueprint.get(PATH)
@requires(Permission.EDIT_POLICIES)
def limits() -> str:
    shown = page.values(_area(), current_user.reach, now())
    return render_template("supervision/policies.html", p=shown)


@blueprint.get(f"{PATH}/<step>")
@requires(Permission.EDIT_POLICIES)
def change(step: str) -> str:
    area_code, kind = _area(), _step(step)
    form = _form(area_code, kind, formdata=None)
    form.version.data = str(in_force(area_code).policy_version)
    return _edit_page(form)


@blueprint.post(f"{PATH}/<step>")
@requires(Permission.EDIT_POLICIES)
def preview(step: str) -> ResponseReturnValue:
    """What the draft would change. Nothing is kept: the draft travels in the page."""
    form = _form(_area(), _step(step))
    if "again" in request.form:
        return _edit_page(form)
    try:
        if form.validate_on_submit():
            return _preview_page(form, publishing.plan(_draft(form)))
    except (Refused, StaleEdit) as fault:
        return _taken_back(form, fault)
    return _edit_page(form), 422


@blueprint.post(f"{PATH}/<step>/publish")
@requires(Permission.EDIT_POLICIES)
def publish(step: str) -> ResponseReturnValue:
    form = _form(_area(), _step(step))
    if not form.validate_on_submit():
        return _edit_page(form), 422
    try:
        with unit_of_work():
            done = publishing.submit(_draft(form), current_user.id, now())
    except (Refused, StaleEdit) as fault:
        return _taken_back(form, fault)
    flash(_told(done), "good")
    return redirect(f"{PATH}?area={form.area_code}", 303)


def _told(done: Submitted) -> str:
    if done.proposal is not None:
        return _("Proposed. It comes in force when a second person has agreed.")
    return _("In force from now on. Open requests keep what they were promised.")


def _area() -> str:
    """The place whose limits are meant; NotFound for one that is not the reader's to change."""
    limits = current_user.reach.limits
    asked = request.args.get("area", limits[0])
    if asked not in limits:
        raise NotFound
    return str(asked)


def _step(text: str) -> PolicyKind:
    if text not in set(PolicyKind):
        raise NotFound
    return PolicyKind(text)


def _form(area_code: str, kind: PolicyKind, **more: Any) -> StepForm:
    rows = rows_of(in_force(area_code).policies, kind, area_code)
    return step_form(kind, area_code, rows)(**more)


def _draft(form: StepForm) -> Draft:
    text = form.version.data or ""
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    return Draft(form.area_code, version, tuple(form.edits), form.reason.data)


def _taken_back(form: StepForm, fault: Refused | StaleEdit) -> ResponseReturnValue:
    """The form with what was typed, and why it was not taken."""
    if isinstance(fault, Refused):
        form.form_errors = [fault.message]
        return _edit_page(form), 422
    form.version.data = str(in_force(form.area_code).policy_version)
    return _edit_page(form, stale=True), 409


def _edit_page(form: StepForm, stale: bool = False) -> str:
    return render_template("supervision/policy.html", stale=stale, **_frame(form))


def _preview_page(form: StepForm, plan: publishing.Plan) -> str:
    shown = page.preview(plan, form.area_code, now())
    return render_template("supervision/policy_preview.html", p=shown, **_frame(form))


def _frame(form: StepForm) -> dict[str, Any]:
    return {
        "form": form,
        "title": STEPS[form.kind],
        "hint": HINTS[form.kind],
        "place": area_named(form.area_code),
        "rows": titles(form.rows),
        "back": f"{PATH}?area={form.area_code}#{form.kind}",
        "action": f"{PATH}/{form.kind}?area={form.area_code}",
        "publish": f"{PATH}/{form.kind}/publish?area={form.area_code}",
    }


@blueprint.get(ONE)
@signed_in
def proposal(proposal_id: int) -> str:
    found = _found(proposal_id)
    form = VerdictForm(formdata=None)
    form.version.data = str(in_force(found.area_code).policy_version)
    return _proposal_page(found, form)


@blueprint.post(ONE)
@signed_in
def decide(proposal_id: int) -> ResponseReturnValue:
    found, form = _found(proposal_id), VerdictForm()
    if found.proposed_by == current_user.id:
        raise Forbidden
    if not form.validate_on_submit():
        return _proposal_page(found, form), 422
    try:
        with unit_of_work():
            publishing.decide(proposal_id, _verdict(form), current_user.id, now())
    except Refused as refused:
        form.form_errors = [refused.message]
        return _proposal_page(_found(proposal_id), form), 422
    except StaleEdit:
        return _too_late(_found(proposal_id), form), 409
    flash(_("Decided. Whoever proposed it sees your reason."), "good")
    return redirect(f"{PATH}/proposals/{proposal_id}", 303)


def _found(proposal_id: int) -> PolicyProposal:
    found = session.get(PolicyProposal, proposal_id)
    if found is None or not page.decides_limits(current_user.reach, found.area_code):
        raise NotFound
    return found


def _too_late(found: PolicyProposal, form: VerdictForm) -> str:
    """Somebody else was quicker: with their decision, or with other limits."""
    decided = found.decided_at is not None
    changed = _("Somebody has changed the limits meanwhile")
    form.form_errors = [_("This was decided already.") if decided else changed]
    form.version.data = str(in_force(found.area_code).policy_version)
    return _proposal_page(found, form)


def _verdict(form: VerdictForm) -> Verdict:
    text = form.version.data or ""
    version = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
    return Verdict(form.approve.data == "y", form.reason.data, version)


def _proposal_page(found: PolicyProposal, form: VerdictForm) -> str:
    at = now()
    plan, refused = _planned(found)
    return render_template(
        "supervision/policy_proposal.html",
        proposal=page.proposal_values(found, at),
        p=page.preview(plan, found.area_code, at) if plan else None,
        refused=refused,
        own=found.proposed_by == current_user.id,
        form=form,
    )


def _planned(found: PolicyProposal) -> tuple[publishing.Plan | None, str]:
    """What it would change today; where it can no longer be, the sentence that says why."""
    if found.decided_at is not None:
        return None, ""
    version = in_force(found.area_code).policy_version
    try:
        return publishing.plan(publishing.draft_of(found, version)), ""
    except Refused as refused:
        return None, refused.message
