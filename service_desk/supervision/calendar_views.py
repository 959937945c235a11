"""`/admin/calendar/proposals/<id>`: days that may give time, decided by a second person."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from service_desk.accounts.page import LARGEST_ID
from service_desk.directory.queries import full_name
from service_desk.foundation.access import Permission, requires
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.faults import Forbidden, NotFound, Refused, StaleEdit
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_clock import calendar_proposals, proposal_page
from service_desk.service_clock.calendar_file import BadRow
from service_desk.service_clock.calendar_proposals import Decision, Sender, sender
from service_desk.service_clock.forms import problem_text
from service_desk.service_clock.models import CalendarProposal
from service_desk.supervision.policy_forms import SecondForm

blueprint = Blueprint("calendar_proposals", __name__)
ONE = f"{proposal_page.PATH}/<int(max={LARGEST_ID}):proposal_id>"


@blueprint.get(ONE)
@requires(Permission.CLOSE_STATIONS)
def proposal(proposal_id: int) -> str:
    return _page(_found(proposal_id), SecondForm(formdata=None))


@blueprint.post(ONE)
@requires(Permission.CLOSE_STATIONS)
def decide(proposal_id: int) -> ResponseReturnValue:
    found, form = _found(proposal_id), SecondForm()
    if found.proposed_by == current_user.id:
        raise Forbidden
    if not form.validate_on_submit():
        return _page(found, form), 422
    decision = Decision(form.approve.data == "y", form.reason.data)
    try:
        with unit_of_work():
            calendar_proposals.decide(proposal_id, decision, _sender(), now())
    except (BadRow, Refused, StaleEdit) as fault:
        return _not_taken(_found(proposal_id), form, fault)
    flash(_("Decided. Whoever proposed it sees your reason."), "good")
    return redirect(f"{proposal_page.PATH}/{proposal_id}", 303)


def _sender() -> Sender:
    return sender(current_user.reach)


def _found(proposal_id: int) -> CalendarProposal:
    """NotFound unless the reader proposed it or may decide it."""
    found, by = session.get(CalendarProposal, proposal_id), _sender()
    if found is None:
        raise NotFound
    if found.proposed_by != by.user_id and not calendar_proposals.may_decide(found, by):
        raise NotFound
    return found


def _not_taken(
    found: CalendarProposal, form: SecondForm, fault: BadRow | Refused | StaleEdit
) -> ResponseReturnValue:
    form.form_errors = [_sentence(found, fault)]
    return _page(found, form), 409 if isinstance(fault, StaleEdit) else 422


def _sentence(found: CalendarProposal, fault: BadRow | Refused | StaleEdit) -> str:
    if isinstance(fault, StaleEdit):
        return _("This was decided already.")
    if isinstance(fault, Refused):
        return fault.message
    row = calendar_proposals.read(found.rows)[fault.line - 1]
    where = f"{full_name(row.area_code)}, {row.day.isoformat()}"
    return f"{where}: {problem_text(fault.problem)}"


def _page(found: CalendarProposal, form: SecondForm) -> str:
    own = found.proposed_by == current_user.id
    return render_template(
        "supervision/calendar_proposal.html",
        p=proposal_page.values(found),
        refused=_refused(found) if not own and found.decided_at is None else "",
        own=own,
        form=form,
    )


def _refused(found: CalendarProposal) -> str:
    """Where it can no longer be approved, the sentence that says why."""
    try:
        calendar_proposals.check(found, _sender(), now())
    except (BadRow, Refused) as fault:
        return _sentence(found, fault)
    return ""
