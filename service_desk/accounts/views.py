"""`/login`, `/logout` and `/account`."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import flask
from flask import Blueprint, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user, login_user, logout_user

from service_desk.accounts import login as staff
from service_desk.accounts import queries, service, tokens
from service_desk.accounts.rules import first_admin_page, home
from service_desk.accounts.sign_in_forms import PasswordForm, SignInForm
from service_desk.foundation import localisation
from service_desk.foundation.access import public, signed_in
from service_desk.foundation.clock import now
from service_desk.foundation.faults import NotFound, Refused
from service_desk.foundation.limits import limiter
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.secrets import secret
from service_desk.foundation.transaction import unit_of_work

blueprint = Blueprint("accounts", __name__)
DEVICE_COOKIE = "device"
YEAR_S = 31_536_000
_SAFE_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20]*")


def same_site(target: str) -> str | None:
    """The target if it is a path of this site: no other host, no scheme, no tricks."""
    if not _SAFE_PATH.fullmatch(target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


@blueprint.route("/login", methods=["GET", "POST"])
@limiter.limit("60 per minute", methods=["POST"])
@public
def login() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(_onward())
    form = SignInForm()
    if not form.validate_on_submit():
        return _sign_in_page(form)
    username = form.username.data.strip().casefold()
    token = _token_for(username, form.password.data)
    if token is None:
        form.username.errors = [_("The user name or the password is wrong.")]
        return _sign_in_page(form)
    return _signed_in(username, token)


def _sign_in_page(form: SignInForm) -> ResponseReturnValue:
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/login.html", form=form), status


def _token_for(username: str, password: str) -> str | None:
    """The try is on record before the password is looked at, and no transaction is open then."""
    mark = request.cookies.get(DEVICE_COOKIE, "")
    device = tokens.known_device(secret(), mark, username)
    caller = service.Caller(username, request.remote_addr or "", device)
    at = now()
    with unit_of_work():
        attempt_ids = service.begin_sign_in(caller, at, service.LIMITS)
    user_id = service.who_is(username, password)
    if user_id is None:
        return None
    with unit_of_work():
        return service.complete_sign_in(user_id, attempt_ids, at)


def _signed_in(username: str, token: str) -> ResponseReturnValue:
    """A new cookie with nothing of the old one in it, and a mark that we know this browser."""
    _carry(token)
    response = redirect(_onward())
    cookies = {DEVICE_COOKIE: tokens.device_mark(secret(), username)}
    if localisation.COOKIE not in request.cookies:
        cookies[localisation.COOKIE] = current_user.language
    for name, value in cookies.items():
        _set_cookie(response, name, value)
    return response


def _set_cookie(response: flask.typing.ResponseValue, name: str, value: str) -> None:
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    response.set_cookie(  # type: ignore[union-attr]
        name, value, max_age=YEAR_S, httponly=True, samesite="Lax", secure=secure
    )


def _carry(token: str) -> None:
    """Puts a token into a cookie that holds nothing else."""
    flask.session.clear()
    login_user(staff.load(token))


def _onward() -> str:
    return same_site(request.args.get("next", "")) or home(current_user.reach.permissions)


@blueprint.post("/logout")
@signed_in
def logout() -> ResponseReturnValue:
    with unit_of_work():
        service.sign_out(current_user.token, current_user.id, now())
    logout_user()
    flask.session.clear()
    return redirect("/login", 303)


@blueprint.route("/account", methods=["GET", "POST"])
@signed_in
def account() -> ResponseReturnValue:
    form = PasswordForm()
    if form.validate_on_submit() and _changed(form):
        flash(_("Your password is changed. Other browsers are signed out."), "good")
        return redirect("/account", 303)
    page = render_template("accounts/account.html", form=form, **_facts())
    return page, 422 if request.method == "POST" else 200


def _changed(form: PasswordForm) -> bool:
    try:
        with unit_of_work():
            token = service.change_password(
                current_user.id, form.current.data, form.new.data, now()
            )
    except Refused as refusal:
        form[refusal.field or "new"].errors = [refusal.message]
        return False
    _carry(token)
    return True


def _facts() -> dict[str, object]:
    """What the page says of the person: posts, and the language texts come in."""
    posts = queries.posts(current_user.reach.post_ids)
    return {
        "posts": sorted(posts.values()),
        "own_language": localisation.LANGUAGES.get(current_user.language, ""),
    }


@blueprint.post("/account/language")
@signed_in
def language() -> ResponseReturnValue:
    """The language of pages in this browser and of texts to this person's phone."""
    asked = request.form.get("language", "")
    if asked not in localisation.LANGUAGES:
        raise Refused(_("This language is not offered."), "language")
    with unit_of_work():
        service.choose_language(current_user.id, asked)
    response = redirect("/account", 303)
    _set_cookie(response, localisation.COOKIE, asked)
    return response


@blueprint.get("/admin")
@signed_in
def admin() -> ResponseReturnValue:
    """To the first page below it that this person may open."""
    path = first_admin_page(current_user.reach.permissions)
    if path is None:
        raise NotFound
    return redirect(path)
