"""`/triage`: danger that nobody has acknowledged, and every message nobody has looked at."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from service_desk.directory.queries import full_name
from service_desk.foundation.access import Permission, requires
from service_desk.foundation.actor import Actor
from service_desk.foundation.clock import local, now
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import DEFAULT
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.redaction import redact
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.clocks import machine_time
from service_desk.service_requests.models import ServiceRequest
from service_desk.service_requests.queries import timeline
from service_desk.service_requests.reference import show_reference
from service_desk.service_requests.scope import found_for
from service_desk.service_requests.service import for_change
from service_desk.triage import queries, service, wording
from service_desk.triage.forms import LookForm, cursor_text, read_cursor

blueprint = Blueprint("triage", __name__, url_prefix="/triage")


@blueprint.get("")
@requires(Permission.TRIAGE)
def room() -> str:
    at, reach = now(), current_user.reach
    page = queries.unlooked(reach, read_cursor(request.args.get("after")))
    danger, waiting = queries.counts(reach)
    template = "triage/list.html" if request.args.get("fragment") == "list" else "triage/room.html"
    return render_template(
        template,
        danger=wording.lines(queries.in_danger(reach), at),
        rows=wording.lines(page.rows, at),
        danger_count=danger,
        waiting_count=waiting,
        next_url=url_for("triage.room", after=cursor_text(page.next)) if page.next else None,
        first_page=request.args.get("after") is None,
    )


@blueprint.get("/<reference>")
@requires(Permission.TRIAGE)
def one(reference: str) -> str:
    found = found_for(reference, current_user.reach, now())
    return _page(found, LookForm(formdata=None, data=_present(found)))


@blueprint.post("/<reference>/look")
@requires(Permission.TRIAGE)
def look(reference: str) -> ResponseReturnValue:
    found = found_for(reference, current_user.reach, now())
    form = LookForm()
    if not form.validate_on_submit():
        return _page(found, form), 422
    try:
        _looked(found.id, form)
    except Refused as refused:
        form[refused.field or "reason"].errors = [refused.message]
        return _page(found, form), 422
    flash(_("%(reference)s: looked at.", reference=show_reference(found.reference)), "good")
    return redirect(url_for("triage.room"), 303)


def _looked(request_id: int, form: LookForm) -> None:
    with unit_of_work():
        changing = for_change(request_id, int(form.version.data))
        service.look(changing, form.look, Actor.staff(current_user.id), now())


@blueprint.post("/<reference>/acknowledge")
@requires(Permission.TRIAGE)
def acknowledge(reference: str) -> ResponseReturnValue:
    found = found_for(reference, current_user.reach, now())
    with unit_of_work():
        service.acknowledge(for_change(found.id), Actor.staff(current_user.id), now())
    flash(_("%(reference)s: you act on it.", reference=show_reference(found.reference)), "good")
    return redirect(url_for("triage.one", reference=found.reference), 303)


def _present(found: ServiceRequest) -> dict[str, Any]:
    return {
        "version": str(found.version),
        "urgency": found.urgency.value,
        "nature": found.nature.value,
        "category": found.category or "",
        "area": found.area_code,
        "restricted": found.restricted,
    }


def _page(found: ServiceRequest, form: LookForm) -> str:
    suggestion = queries.suggestion_of(found.id)
    later = queries.later_words([found.id]).get(found.id, queries.NOTHING_LATER)
    return render_template(
        "triage/one.html",
        found=found,
        form=form,
        shown=show_reference(found.reference),
        words=redact(found.description),
        added=wording.added(later),
        words_lang="zh-Hans" if found.language == DEFAULT else found.language,
        facts=[
            (_("Arrived"), local(found.created_at).strftime("%Y-%m-%d %H:%M")),
            (_("Channel"), wording.CHANNELS[found.channel]),
            (_("Place"), full_name(found.area_code)),
            (_("Danger question"), _("Yes") if found.danger else _("No")),
            (_("The words suggest"), _("; ").join(wording.suggested(suggestion)) or "—"),
        ],
        owner=queries.owner_name(found),
        urgency_label=wording.URGENCIES[found.urgency],
        due=machine_time(found.due_at),
        category_label=wording.category_label(found.category),
        looked=found.looked_at is not None,
        unacknowledged=found.urgency == "P0" and found.acknowledged_at is None,
        history=wording.told(timeline(found.id)),
    )
