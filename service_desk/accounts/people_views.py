"""`/admin/people`: who there is, what they may do, and one-time passwords."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from service_desk.accounts import absences, grants, page, people, roster
from service_desk.accounts.absence_views import days_of
from service_desk.accounts.models import Absence, Grant, User
from service_desk.accounts.people import KEEP, REMOVE, About
from service_desk.accounts.people_forms import AboutForm, AbsenceForm, GrantForm, NewPersonForm
from service_desk.accounts.roster import PAGE, Search, State
from service_desk.directory.queries import area_exists
from service_desk.directory.roles import Role
from service_desk.foundation.access import Permission, requires
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.faults import NotFound
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.phone import to_e164
from service_desk.foundation.redaction import mask_phone
from service_desk.foundation.transaction import unit_of_work
from service_desk.foundation.typed import typed

blueprint = Blueprint("people", __name__)
PATH = "/admin/people"
ONE = f"{PATH}/<int(max={page.LARGEST_ID}):user_id>"


@blueprint.get(PATH)
@requires(Permission.MANAGE_PEOPLE)
def everybody() -> str:
    asked = {name: typed(request.args.get(name, "")) for name in ("q", "area", "state", "after")}
    on, search = page.today(), _search(asked)
    rows = roster.people(search, on)
    shown = rows[:PAGE]
    following = shown[-1].username if len(rows) > PAGE else ""
    return render_template(
        "accounts/people.html",
        rows=page.people_lines(shown, on),
        asked=asked,
        areas=page.area_options(),
        next_url=page.address("people.everybody", asked, following) if following else "",
        first_url=page.address("people.everybody", asked, "") if asked["after"] else "",
    )


def _search(asked: dict[str, str]) -> Search:
    """What an address asks for; what it cannot mean is left out."""
    area, state = asked["area"], asked["state"]
    return Search(
        words=asked["q"],
        area_code=area if area_exists(area) else "",
        state=State(state) if state in set(State) else None,
        after=asked["after"],
    )


@blueprint.route(f"{PATH}/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def new() -> ResponseReturnValue:
    form, made = NewPersonForm(), []
    if form.validate_on_submit() and page.done(form, lambda: made.append(_create(form))):
        return _said_once(*made[0])
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/person_new.html", form=form), status


def _create(form: NewPersonForm) -> tuple[User, str]:
    username = form.username.data.casefold()
    return people.create(username, _about(form), current_user.id, now())


def _said_once(user: User, password: str) -> str:
    return render_template(
        "accounts/one_time.html", user=user, password=password, back=f"{PATH}/{user.id}"
    )


@blueprint.get(ONE)
@requires(Permission.MANAGE_PEOPLE)
def person(user_id: int) -> str:
    return _page(_found(user_id))


@blueprint.post(ONE)
@requires(Permission.MANAGE_PEOPLE)
def describe(user_id: int) -> ResponseReturnValue:
    _found(user_id)
    form = AboutForm()
    about = _about(form) if form.validate_on_submit() else None
    if about is None or not page.done(
        form, lambda: people.describe(_changing(user_id), about, current_user.id, now())
    ):
        return _page(_found(user_id), about_form=form), 422
    return _kept(user_id)


def _about(form: AboutForm) -> About:
    typed = to_e164(form.phone.data) if form.phone.data else KEEP
    phone = REMOVE if form.no_phone.data else typed
    return About(form.display_name.data, form.language.data, phone)


@blueprint.post(f"{ONE}/active")
@requires(Permission.MANAGE_PEOPLE)
def switch(user_id: int) -> ResponseReturnValue:
    active = request.form.get("active") == "y"
    with unit_of_work():
        people.switch(_changing(user_id), active, current_user.id, now())
    return _kept(user_id)


@blueprint.post(f"{ONE}/password")
@requires(Permission.MANAGE_PEOPLE)
def reset_password(user_id: int) -> ResponseReturnValue:
    with unit_of_work():
        user = _changing(user_id)
        password = people.reset_password(user, current_user.id, now())
    return _said_once(user, password)


@blueprint.post(f"{ONE}/grants")
@requires(Permission.MANAGE_PEOPLE)
def give(user_id: int) -> ResponseReturnValue:
    _found(user_id)
    form = GrantForm()
    if not form.validate_on_submit() or not page.done(form, lambda: _give(user_id, form)):
        return _page(_found(user_id), grant_form=form), 422
    return _kept(user_id)


def _give(user_id: int, form: GrantForm) -> None:
    terms = grants.Terms(
        role=Role(form.role.data),
        area_code=form.area_code.data,
        starts_on=form.starts_on.data,
        ends_on=form.ends_on.data,
        title=form.title.data,
        categories=tuple(form.categories.data) or None,
        restricted=form.restricted.data,
    )
    grants.give(_changing(user_id).id, terms, current_user.id, now())


@blueprint.post(f"{ONE}/grants/<int(max={page.LARGEST_ID}):grant_id>/end")
@requires(Permission.MANAGE_PEOPLE)
def end_grant(user_id: int, grant_id: int) -> ResponseReturnValue:
    with unit_of_work():
        _changing(user_id)
        grant = session.get(Grant, grant_id)
        if grant is None or grant.user_id != user_id:
            raise NotFound
        grants.end(grant, current_user.id, now())
    return _kept(user_id)


@blueprint.post(f"{ONE}/absences")
@requires(Permission.MANAGE_PEOPLE)
def enter_absence(user_id: int) -> ResponseReturnValue:
    form = _absence_form(_found(user_id), page.today(), posted=True)
    if not form.validate_on_submit() or not page.done(
        form,
        lambda: absences.enter(_changing(user_id).id, days_of(form), current_user.id, now()),
    ):
        return _page(_found(user_id), absence_form=form), 422
    return _kept(user_id)


@blueprint.post(f"{ONE}/absences/<int(max={page.LARGEST_ID}):absence_id>/end")
@requires(Permission.MANAGE_PEOPLE)
def end_absence(user_id: int, absence_id: int) -> ResponseReturnValue:
    with unit_of_work():
        _changing(user_id)
        absence = session.get(Absence, absence_id)
        if absence is None or absence.user_id != user_id:
            raise NotFound
        absences.end(absence, current_user.id, now())
    return _kept(user_id)


def _found(user_id: int) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound
    return user


def _changing(user_id: int) -> User:
    """The person, ours until commit: changes of people wait for each other."""
    grants.one_at_a_time()
    return _found(user_id)


def _kept(user_id: int) -> ResponseReturnValue:
    flash(_("Kept."), "good")
    return redirect(f"{PATH}/{user_id}", 303)


def _absence_form(user: User, on: date, posted: bool = False) -> AbsenceForm:
    form = AbsenceForm() if posted else AbsenceForm(formdata=None)
    form.offer(roster.stand_ins(user.id, on))
    return form


def _page(user: User, **forms: Any) -> str:
    """The person with every form; the one that was sent keeps what was typed."""
    on = page.today()
    about = {"display_name": user.display_name, "language": user.language}
    shown = {
        "about_form": AboutForm(formdata=None, data=about),
        "grant_form": GrantForm(formdata=None, data={"starts_on": on}),
        "absence_form": _absence_form(user, on),
        **forms,
    }
    return render_template(
        "accounts/person.html",
        user=user,
        path=f"{PATH}/{user.id}",
        phone=mask_phone(user.phone) or "—",
        own=user.id == current_user.id,
        grants=[page.grant_line(row, on) for row in roster.grants_of([user.id], on)],
        absences=[page.absence_line(row, on) for row in roster.absences_of(user.id, on)],
        opened=next(iter(forms), ""),
        **shown,
    )
