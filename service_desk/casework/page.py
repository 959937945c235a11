"""Renders the queue and one request; supervision shows the same page when a decision fails."""

from __future__ import annotations

import flask
from flask import render_template, request
from flask_login import current_user

from service_desk.casework import cursor, filters, lines, queue, record, rules
from service_desk.casework.fields import ActionForm, DecideForm, NamedForm
from service_desk.casework.forms import FORMS, DecideReturnForm, ExtendForm
from service_desk.casework.ledger_forms import DecideLongerForm
from service_desk.casework.queries import calls, candidates, on_ledger
from service_desk.casework.rules import Act
from service_desk.casework.wording import days_more
from service_desk.foundation.clock import local, now
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.service_requests.approvals import LENGTHENS
from service_desk.service_requests.lifecycle import State
from service_desk.service_requests.models import ApprovalKind, ServiceRequest
from service_desk.service_requests.queries import was_called
from service_desk.service_requests.reference import show_reference
from service_desk.service_requests.steps import longest_extension

REVEALED, REVEALED_S = "revealed", 60
CHOOSING = frozenset({Act.RETURN, Act.TRANSFER, DecideForm.act})
"""Forms in which a post is chosen."""
TITLES = {
    Act.CLAIM: _l("Sign for it"),
    Act.RESPOND: _l("First response and contacts"),
    Act.NOTE: _l("Add a note"),
    Act.WAIT: _l("Wait for the resident"),
    Act.RESUME: _l("Go on working"),
    Act.RETURN: _l("Return to the dispatcher"),
    Act.EXTEND: _l("Ask for more time"),
    Act.DEFER: _l("Put it on the ledger"),
    Act.RESOLVE: _l("Resolve"),
    Act.TRANSFER: _l("Give to another post"),
    Act.CLOSE: _l("Close without an answer"),
    Act.REVEAL: _l("Show contact details"),
}
BUTTONS = {
    Act.CLAIM: _l("Sign for it"),
    Act.RESPOND: _l("Contact"),
    Act.NOTE: _l("Note"),
    Act.WAIT: _l("Wait"),
    Act.RESUME: _l("Go on"),
    Act.RETURN: _l("Return"),
    Act.EXTEND: _l("More time"),
    Act.DEFER: _l("Ledger"),
    Act.RESOLVE: _l("Resolve"),
    Act.TRANSFER: _l("Transfer"),
    Act.CLOSE: _l("Close"),
}
ICONS = {
    Act.CLAIM: "check",
    Act.RESPOND: "phone",
    Act.NOTE: "message",
    Act.WAIT: "pause",
    Act.RESUME: "arrow-right",
    Act.RETURN: "arrow-left",
    Act.EXTEND: "calendar",
    Act.DEFER: "hourglass",
    Act.RESOLVE: "check",
    Act.TRANSFER: "users",
    Act.CLOSE: "x",
}


def list_page() -> str:
    """The queue; with `?fragment=list` only its rows, with `?fragment=rail` its filters."""
    at, reach = now(), current_user.reach
    wishes = filters.read(request.args)
    if not reach.areas:
        wishes = wishes.with_(scope=filters.Scope.MINE)
    if request.args.get("fragment") == "rail":
        return render_template("casework/rail.html", rail=_rail(wishes))
    place = cursor.read(request.args.get("after"))
    found = queue.page(reach, wishes, place, at)
    shown = {
        "rows": lines.lines(found.rows, wishes, at),
        "current": request.args.get("current", ""),
        "wishes": wishes,
        "first_url": wishes.address() if place != cursor.START else "",
        "next_url": wishes.address(after=found.next.text()) if found.next else "",
        "fragment_url": wishes.address(fragment="list") if place == cursor.START else "",
    }
    if request.args.get("fragment") == "list":
        return render_template("casework/rows.html", **shown)
    return render_template(
        "casework/queue.html",
        calls=[(each, show_reference(each)) for each in calls(reach.user_id)],
        rail=_rail(wishes),
        ledger=_ledger(wishes),
        **shown,
    )


def _ledger(wishes: filters.Filters) -> int | None:
    """How many rest on the ledger, on the page that lists them."""
    if wishes.state != State.DEFERRED:
        return None
    return on_ledger(current_user.reach, wishes.scope == filters.Scope.AREA)


def _rail(wishes: filters.Filters) -> list[lines.Item]:
    reach = current_user.reach
    counted = queue.tallies(reach, now()) if wishes.scope == filters.Scope.MINE else []
    return lines.rail(counted, wishes, area_wide=bool(reach.areas))


def record_page(found: ServiceRequest, form: NamedForm | None = None, stale: bool = False) -> str:
    """One request; `form` is one that was sent and not taken, with what was typed in it."""
    reader = _reader(found)
    shown = record.values(found, reader)
    wishes = filters.read(request.args)
    form = form or _form_asked_for(found, shown)
    _prepare(form, found)
    return render_template(
        "casework/fragment.html" if _only_form() else "casework/record.html",
        r=shown,
        act=form.act if form else "",
        fragment=_only_form(),
        form=form,
        deciding=deciding(shown["pending"]),
        stale=stale,
        titles=TITLES,
        buttons=BUTTONS,
        icons=ICONS,
        query=wishes.address(""),
        back_url=wishes.address(),
        rail_url=wishes.address(fragment="rail"),
        list_url=wishes.address(fragment="list", current=found.reference),
    )


def _prepare(form: NamedForm | None, found: ServiceRequest) -> None:
    if isinstance(form, ActionForm):
        form.version.data = str(found.version)
    if isinstance(form, ExtendForm):
        longest = days_more({"days": longest_extension(found)}, found.urgency)
        form.days.description = _("Possible at most: %(more)s. Once, in time.", more=longest)
    if form is not None and form.act in CHOOSING:
        form.offer(candidates(found, local(now()).date()))


def deciding(pending: list[record.Values]) -> record.Values | None:
    """The proposal that the reader decides on: the one asked for, else the first."""
    own = [each for each in pending if each["decides"]]
    asked = (request.view_args or {}).get("approval_id") or request.args.get("approval", "")
    return next((each for each in own if str(each["id"]) == str(asked)), own[0] if own else None)


def _only_form() -> bool:
    return request.method == "GET" and request.args.get("fragment") == "form"


def stand(found: ServiceRequest) -> rules.Standing:
    """How the caller stands to it."""
    return rules.standing(current_user.reach, found, was_called(found, current_user.id))


def _reader(found: ServiceRequest) -> record.Reader:
    return record.Reader(current_user.id, stand(found), now(), _revealed(found))


def _revealed(found: ServiceRequest) -> bool:
    """Whether this reader has just said why they need the contact details: shown once."""
    shown = flask.session.get(REVEALED)
    if shown is None or request.method != "GET" or _only_form():
        return False
    del flask.session[REVEALED]
    return bool(shown[0] == found.reference and now().timestamp() - shown[1] < REVEALED_S)


def remember_reveal(found: ServiceRequest) -> None:
    flask.session[REVEALED] = [found.reference, int(now().timestamp())]


def _form_asked_for(found: ServiceRequest, shown: record.Values) -> NamedForm | None:
    """The form of `?do=`, else the one that is most likely needed next."""
    asked = request.args.get("do", "")
    proposal = deciding(shown["pending"]) if asked == DecideForm.act else None
    if proposal is not None:
        return decide_form(proposal["kind"])(formdata=None)
    act = next((each for each in shown["offered"] if each == asked), shown["next_act"])
    return FORMS[act](formdata=None, version=str(found.version)) if act else None


def decide_form(kind: str) -> type[DecideForm]:
    if kind == ApprovalKind.RETURN:
        return DecideReturnForm
    return DecideLongerForm if kind in LENGTHENS else DecideForm


def told(act: Act) -> str:
    """What is said after it was done."""
    sentences = {
        Act.CLAIM: _("Signed for. It is yours now."),
        Act.RESPOND: _("The contact is on record."),
        Act.NOTE: _("The note is on record."),
        Act.WAIT: _("Waiting for the resident; the clock for the resolution rests."),
        Act.RESUME: _("Work goes on; the clock runs again."),
        Act.RETURN: _("The dispatcher decides. Until then it stays with you and the clock runs."),
        Act.EXTEND: _("The lead decides. Until then the time stays as it is."),
        Act.DEFER: _("The county decides. Until then the clock runs."),
        Act.RESOLVE: _("Resolved. The resident can rate it."),
        Act.TRANSFER: _("Handed over; the new owner is told by text."),
        Act.CLOSE: _("Closed."),
        Act.REVEAL: _("Shown once, and on record."),
    }
    return sentences[act]
