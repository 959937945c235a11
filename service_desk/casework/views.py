"""`/queue`: the work list, one request, and what staff do to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from flask import Blueprint, Response, flash, redirect, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from service_desk.casework import closing, filters, lengthening, page, service
from service_desk.casework.fields import ActionForm
from service_desk.casework.forms import FORMS
from service_desk.casework.rules import Act, Cause, Method, Outcome, may
from service_desk.foundation.access import Permission, requires, signed_in
from service_desk.foundation.actor import Actor
from service_desk.foundation.clock import now
from service_desk.foundation.faults import Forbidden, NotFound, Refused, StaleEdit
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.lifecycle import CloseReason
from service_desk.service_requests.models import ServiceRequest
from service_desk.service_requests.photos import CONTENT_TYPE, open_photo
from service_desk.service_requests.queries import attachments, readable
from service_desk.service_requests.reference import parse_reference
from service_desk.service_requests.scope import found_for
from service_desk.service_requests.service import for_change

blueprint = Blueprint("casework", __name__, url_prefix="/queue")
ACTS = f"any({', '.join(Act)})"
Do = Callable[[ServiceRequest, Any, Actor, datetime], object]


@blueprint.get("")
@requires(Permission.WORK_CASES)
def queue() -> str:
    return page.list_page()


@blueprint.get("/<reference>")
@signed_in
def record(reference: str) -> str:
    return page.record_page(found_for(reference, current_user.reach, now()))


@blueprint.get("/<reference>/photos/<token>")
@signed_in
def photo(reference: str, token: str) -> Response:
    found = found_for(reference, current_user.reach, now())
    if token not in {each.token for each in attachments(found.id)}:
        raise NotFound
    return send_file(open_photo(token), CONTENT_TYPE)


@blueprint.post(f"/<reference>/<{ACTS}:name>")
@signed_in
def act(reference: str, name: str) -> ResponseReturnValue:
    """Seen but not theirs 403, not well formed 422, read at an old version 409."""
    found = found_for(reference, current_user.reach, now())
    todo = Act(name)
    if not may(todo, page.stand(found)):
        raise Forbidden
    form = FORMS[todo]()
    if not form.validate_on_submit():
        return page.record_page(found, form), 422
    try:
        _done(todo, found, form)
    except Refused as refused:
        blame(form, refused)
        return page.record_page(_again(reference), form), 422
    except StaleEdit:
        return page.record_page(_again(reference), form, stale=True), 409
    flash(page.told(todo), "good")
    return redirect(_next(found, todo), 303)


def _done(todo: Act, found: ServiceRequest, form: ActionForm) -> None:
    with unit_of_work():
        changing = for_change(found.id, int(form.version.data))
        if not may(todo, page.stand(changing)):
            raise Forbidden
        _DO[todo](changing, form, Actor.staff(current_user.id), now())


def blame(form: Any, refused: Refused) -> None:
    """Puts the sentence beside the field it is about, else on top."""
    if refused.field in form:
        form[refused.field].errors = [refused.message]
    else:
        form.form_errors = [refused.message]


def _again(reference: str) -> ServiceRequest:
    return found_for(reference, current_user.reach, now())


def _next(found: ServiceRequest, todo: Act) -> str:
    """Back to the page, unless it was given out of one's own sight."""
    wishes = filters.read(request.args)
    if todo is Act.REVEAL:
        page.remember_reveal(found)
    if readable(found.reference, current_user.reach) is None:
        return wishes.address()
    return wishes.address(f"/queue/{found.reference}")


def _claim(request: ServiceRequest, _form: Any, actor: Actor, at: datetime) -> None:
    service.claim(request, actor, at)


def _contact(form: Any) -> service.Contact:
    return service.Contact(Method(form.method.data), Outcome(form.outcome.data))


def _respond(request: ServiceRequest, form: Any, actor: Actor, at: datetime) -> None:
    service.respond(request, _contact(form), form.note.data, actor, at)


def _note(request: ServiceRequest, form: Any, actor: Actor, at: datetime) -> None:
    service.note(request, form.text.data, form.public.data, actor, at)


def _wait(request: ServiceRequest, form: Any, actor: Actor, at: datetime) -> None:
    service.wait(request, form.needed.data, _contact(form), actor, at)


def _resume(request: ServiceRequest, _form: Any, actor: Actor, at: datetime) -> None:
    service.resume(request, actor, at)


def _return(request: ServiceRequest, form: Any, actor: Actor, at: datetime) -> None:
    service.propose_return(request, form.reason.data, form.proposed_owner.data, actor, at)


def _extend(request: ServiceRequest, form: Any, actor: Actor, at: datetime) -> None:
    service.propose_extension(request, int(form.days.data), form.reason.data, actor, at)


def _defer(request: ServiceRequest, form: Any, actor: Actor, at: datetime) -> None:
    deferral = lengthening.Deferral(Cause(form.cause.data), form.until.data)
    lengthening.propose_deferral(request, deferral, form.reason.data, actor, at)


def _resolve(request: ServiceRequest, form: Any, actor: Actor, at: datetime) -> None:
    service.resolve(request, form.result.data, Method(form.method.data), actor, at)


def _transfer(request: ServiceRequest, form: Any, actor: Actor, at: datetime) -> None:
    service.transfer(request, form.owner.data, form.reason.data, actor, at)


def _close(request: ServiceRequest, form: Any, actor: Actor, at: datetime) -> None:
    reason = CloseReason(form.reason.data)
    other = parse_reference(form.duplicate_of.data) if reason is CloseReason.DUPLICATE else None
    original = readable(other, current_user.reach) if other else None
    closing.close(request, closing.Ending(reason, form.note.data, original), actor, at)


def _reveal(request: ServiceRequest, form: Any, actor: Actor, at: datetime) -> None:
    service.reveal(request, form.reason.data, actor, at)


_DO: Mapping[Act, Do] = {
    Act.CLAIM: _claim,
    Act.RESPOND: _respond,
    Act.NOTE: _note,
    Act.WAIT: _wait,
    Act.RESUME: _resume,
    Act.RETURN: _return,
    Act.EXTEND: _extend,
    Act.DEFER: _defer,
    Act.RESOLVE: _resolve,
    Act.TRANSFER: _transfer,
    Act.CLOSE: _close,
    Act.REVEAL: _reveal,
}
