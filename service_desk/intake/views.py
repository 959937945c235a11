"""`/requests/new`, its receipt, and `/desk/new`.

The pages of the form keep nothing on the server: what was answered travels in hidden fields, so
that no row is written for a visitor and no cookie holds anything personal.
"""

from __future__ import annotations

import flask
from flask import Blueprint, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from service_desk.directory.areas import PREFECTURE
from service_desk.foundation.access import Permission, public, requires
from service_desk.foundation.clock import now
from service_desk.foundation.limits import limiter
from service_desk.foundation.localisation import current
from service_desk.foundation.settings import settings
from service_desk.intake import pages, wording
from service_desk.intake.forms import CounterForm, RequestForm, category_choices, category_examples
from service_desk.intake.picker import picker, village_groups
from service_desk.intake.queries import Slip, slip_of
from service_desk.intake.sending import give_token, send
from service_desk.service_requests.lifecycle import Channel, Nature
from service_desk.service_requests.models import ContactPreference
from service_desk.service_requests.reference import show_reference

blueprint = Blueprint("intake", __name__)
VILLAGE_COOKIE = "village"
RECEIPT, DESK_RECEIPT = "receipt", "desk_receipt"
YEAR_S = 31_536_000
PRESELECTED = {"nature": Nature.HELP.value, "contact_preference": ContactPreference.PHONE.value}


def _limit() -> str:
    return settings().intake_limit


def _asks_for_a_page() -> bool:
    """Turning a page is not sending: it changes nothing and is not counted.

    The page is named in the address, so that who copies every field of a page and fills in the
    rest at once sends the request; `notice_seen`, which no page carries, is the last word.
    """
    told = request.form
    if "to" in told or "under" in told:
        return True
    return request.args.get("page") in pages.ASKING and "notice_seen" not in told


@blueprint.route("/requests/new", methods=["GET", "POST"])
@limiter.limit(_limit, methods=["POST"], exempt_when=_asks_for_a_page)
@public
def new() -> ResponseReturnValue:
    if request.method != "POST":
        return _page(pages.FIRST, RequestForm(formdata=None, data=PRESELECTED))
    form = RequestForm()
    return _turned(form) if _asks_for_a_page() else _sent(form)


def _turned(form: RequestForm) -> ResponseReturnValue:
    """The page that was asked for, or the one after the answered one if the answer will do."""
    told = request.form
    wanted = pages.PLACES if "under" in told else told.get("to", "")
    page = request.args.get("page", "")
    if wanted or page not in pages.ASKING:
        return _page(wanted if wanted in pages.PAGES else pages.FIRST, form)
    form.validate()
    if any(form[name].errors for name in pages.FIELDS[page]):
        return _page(page, form), 422
    for field in form:
        field.errors = ()  # what is not asked yet is not missing yet
    return _page(pages.next_page(page, form.in_danger), form)


def _sent(form: RequestForm) -> ResponseReturnValue:
    opened = send(form, Channel.WEB, now()) if form.validate() else None
    if opened is None:
        return _page(pages.page_of(form.errors, form.in_danger), form), 422
    flask.session[RECEIPT] = form.form_token.data
    response = redirect("/requests/receipt", 303)
    _remember_village(response, form)
    return response


def _remember_village(response: flask.typing.ResponseValue, form: RequestForm) -> None:
    """Not for whoever must not leave a trace, and not a place that is not known."""
    code = form.area.data
    if not code or code == PREFECTURE or form.contact_preference.data == ContactPreference.SAFE:
        return
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(  # type: ignore[union-attr]
        VILLAGE_COOKIE, code, max_age=YEAR_S, httponly=True, samesite="Lax", secure=secure
    )


def _page(page: str, form: RequestForm) -> str:
    """One page of the form; what is wrong on other pages is said there."""
    give_token(form)
    form.preferred_language.data = form.preferred_language.data or current()
    hidden = pages.carried_past(page)
    for name in pages.asked_elsewhere(page):
        form[name].errors = ()
    return render_template(
        f"intake/{page}.html",
        form=form,
        page=page,
        hidden=[form[name] for name in hidden],
        back=pages.page_before(page),
        steps=wording.before_sending(),
        number=pages.WAY.index(page) + 1 if page in pages.WAY else 0,
        total=len(pages.WAY),
        **_values(page, form),
    )


def _values(page: str, form: RequestForm) -> dict[str, object]:
    """What one page needs besides its fields."""
    if page == "what":
        form.category.choices = category_choices()
        return {"examples": category_examples()}
    if page == pages.PLACES:
        last = form.area.data or request.cookies.get(VILLAGE_COOKIE, "")
        under = request.form.get("under", "")
        return {"picker": picker(request.form.get("q", ""), under, last), "unknown": PREFECTURE}
    if page == pages.SHORT:
        return {"groups": village_groups(), "unknown": PREFECTURE}
    return {"answers": wording.answers(form.data)} if page == pages.LAST else {}


@blueprint.get("/requests/receipt")
@public
def receipt() -> str:
    """Once: who opens this address later on the same device sees no number and no PIN."""
    token = _taken(RECEIPT)
    slip = slip_of(Channel.WEB, str(token)) if token else None
    return render_template("intake/receipt.html", **_told(slip))


def _taken(name: str) -> object:
    """What the cookie carries; a HEAD request, which shows nothing, leaves it there."""
    return flask.session.pop(name, None) if request.method == "GET" else None


def _told(slip: Slip | None) -> dict[str, object]:
    if slip is None:
        return {"slip": None}
    return {
        "slip": slip,
        "shown": show_reference(slip.reference),
        "promise": wording.promise(slip),
        "steps": wording.after_sending(slip),
        "safe": slip.preference is ContactPreference.SAFE,
    }


@blueprint.route("/desk/new", methods=["GET", "POST"])
@requires(Permission.ENTER_REQUESTS)
def desk_new() -> ResponseReturnValue:
    if request.method != "POST":
        return _desk_page(CounterForm(formdata=None, data=PRESELECTED))
    form = CounterForm()
    if not form.validate():
        return _desk_page(form), 422
    channel = Channel(form.channel.data)
    if send(form, channel, now(), entered_by=current_user.id) is None:
        return _desk_page(form), 422
    flask.session[DESK_RECEIPT] = [channel.value, form.form_token.data]
    return redirect("/desk/new/receipt", 303)


def _desk_page(form: CounterForm) -> str:
    give_token(form)
    form.category.choices = category_choices()
    form.preferred_language.data = form.preferred_language.data or current()
    return render_template(
        "intake/desk_new.html", form=form, groups=village_groups(), unknown=PREFECTURE
    )


@blueprint.get("/desk/new/receipt")
@requires(Permission.ENTER_REQUESTS)
def desk_receipt() -> str:
    """The reference and the PIN to tell the resident, once."""
    taken = _taken(DESK_RECEIPT)
    slip = slip_of(Channel(taken[0]), taken[1]) if isinstance(taken, list) else None
    works = current_user.reach.may(Permission.WORK_CASES)
    return render_template("intake/desk_receipt.html", works=works, **_told(slip))
