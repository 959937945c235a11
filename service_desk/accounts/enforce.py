"""Checks, before a view runs, that the caller may use it: the rule that the view declares."""

from __future__ import annotations

from datetime import datetime

from flask import Flask, Response, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from service_desk.accounts import service
from service_desk.foundation.access import Permission, Rule, rule_of
from service_desk.foundation.clock import now
from service_desk.foundation.faults import Forbidden
from service_desk.foundation.transaction import unit_of_work

OPEN = frozenset({Rule.PUBLIC, Rule.SIGNED_WEBHOOK, Rule.API})
WITH_ONE_TIME_PASSWORD = frozenset({"accounts.account", "accounts.logout"})


class Undeclared(Exception):
    """A view says nothing about who may use it."""


def refuse_undeclared(app: Flask) -> None:
    """Raises Undeclared, naming the views, when one declares no rule."""
    found = sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint != "static" and rule_of(view) is None
    )
    if found:
        raise Undeclared(", ".join(found))


def enforce() -> ResponseReturnValue | None:
    """Before every request: nothing for open views, a redirect for strangers, else Forbidden."""
    view = current_app.view_functions.get(request.endpoint or "")
    rule = rule_of(view) if view else None
    if rule is None or rule in OPEN:
        return None
    if not current_user.is_authenticated:
        return sign_in_first()
    _keep_alive(now())
    if current_user.must_change_password and request.endpoint not in WITH_ONE_TIME_PASSWORD:
        return redirect(url_for("accounts.account"))
    if isinstance(rule, Permission) and not current_user.reach.may(rule):
        raise Forbidden
    return None


def sign_in_first() -> ResponseReturnValue:
    """To the sign-in page and back; a part of a page asks the browser to load it all anew."""
    if "HX-Request" in request.headers:
        return Response(status=204, headers={"HX-Refresh": "true"})
    back = request.full_path.rstrip("?") if request.method in ("GET", "HEAD") else None
    return redirect(url_for("accounts.login", next=back))


def _keep_alive(at: datetime) -> None:
    if at - current_user.seen_at >= service.TOUCH_AFTER:
        with unit_of_work():
            service.touch(current_user.session_id, at)
