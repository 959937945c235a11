"""The simulator: a phone on the screen, for the console provider only (never in production)."""

from __future__ import annotations

import re
from typing import Any
from uuid import uuid4

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service_desk.foundation import moved_time
from service_desk.foundation.access import public, signed_webhook
from service_desk.foundation.clock import now
from service_desk.foundation.faults import NotFound, Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.phone import to_e164
from service_desk.foundation.settings import settings
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging.gateway import Arrived
from service_desk.messaging.queries import conversation, last_phones, waking
from service_desk.switchboard.demo_time import move
from service_desk.switchboard.forms import LONGEST, PhoneForm
from service_desk.switchboard.moves import Move
from service_desk.switchboard.page import (
    FIRST,
    bubbles,
    people,
    say_moment,
    say_time,
    show_phone,
    time_card,
)
from service_desk.switchboard.service import receive

blueprint = Blueprint("simulator", __name__)
CONSOLE = "console"
LONGEST_ID = 64
_HALVES = re.compile("[\ud800-\udfff]")
"""Halves of characters, which JSON can hold and no text can."""


@blueprint.before_request
def only_with_console() -> None:
    """There is no such page where texts really go out."""
    if settings().sms_provider != CONSOLE:
        raise NotFound


@blueprint.get("/simulator")
@public
def phone() -> ResponseReturnValue:
    """The phone; with `fragment` only what is on its screen."""
    number = to_e164(request.args.get("phone", "")) or FIRST
    if "fragment" in request.args:
        return render_template("switchboard/screen.html", **_screen(number))
    form = PhoneForm(formdata=None, data={"phone": number})
    return _page(form, number)


@blueprint.post("/simulator")
@public
def write() -> ResponseReturnValue:
    """Somebody texts the desk from this phone."""
    form = PhoneForm()
    number = to_e164(form.phone.data or "")
    if not form.validate_on_submit() or number is None:
        return _page(form, number or FIRST), 422
    with unit_of_work():
        receive(Arrived(CONSOLE, uuid4().hex, number, form.text.data), now())
    return redirect(url_for("simulator.phone", phone=number), 303)


@blueprint.post("/simulator/time")
@public
def move_time() -> ResponseReturnValue:
    """The demo's time goes forward; there is no such address where it cannot be moved."""
    if moved_time.switch() is None:
        raise NotFound
    asked = request.form.get("move", "")
    if asked not in set(Move):
        raise Refused(_("Choose how far the time goes forward."), "move")
    with unit_of_work():
        move(Move(asked), now())
    flash(_("In the demo it is now %(time)s.", time=say_moment(now())), "good")
    number = to_e164(request.form.get("phone", "")) or FIRST
    return redirect(url_for("simulator.phone", phone=number), 303)


@blueprint.post("/simulator/inbound")
@signed_webhook
def inbound() -> ResponseReturnValue:
    """The same by a program: JSON `id`, `from`, `body`; the same id again does nothing."""
    text = _arrived(_told())
    with unit_of_work():
        taken_for = receive(text, now())
    return jsonify({"id": text.external_id, "new": taken_for is not None, "taken_for": taken_for})


def _told() -> Any:
    """The JSON that was sent; brackets in brackets without end are refused like any other words."""
    try:
        return request.get_json()
    except RecursionError as error:
        raise Refused("JSON: nested too deeply") from error


def _arrived(told: Any) -> Arrived:
    fields = told if isinstance(told, dict) else {}
    text_id, sender, body = (fields.get(name) for name in ("id", "from", "body"))
    number = to_e164(sender) if isinstance(sender, str) else None
    if not isinstance(text_id, str | int) or not _is_id(str(text_id)):
        raise Refused("id: 1 to 64 characters")
    if number is None:
        raise Refused("from: a telephone number")
    if not isinstance(body, str) or len(body) > LONGEST or _HALVES.search(body):
        raise Refused("body: at most 1600 characters")
    return Arrived(CONSOLE, str(text_id), number, body)


def _is_id(text: str) -> bool:
    return 0 < len(text) <= LONGEST_ID and text.isprintable()


def _page(form: PhoneForm, number: str) -> str:
    known = people()
    numbers = {person.number for person in known}
    return render_template(
        "switchboard/simulator.html",
        form=form,
        people=known,
        time=time_card(now()),
        recent=[(each, show_phone(each)) for each in last_phones() if each not in numbers],
        **_screen(number),
    )


def _screen(number: str) -> dict[str, Any]:
    waits_until = waking(number, now())
    return {
        "number": number,
        "shown_number": show_phone(number),
        "bubbles": bubbles(conversation(number)),
        "waits_until": say_time(waits_until) if waits_until else "",
    }
