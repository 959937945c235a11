"""Errors: a page for people, JSON for machines, and never a word of what was typed."""

from __future__ import annotations

from flask import Flask, Response, jsonify, make_response, render_template, request
from flask_limiter.errors import RateLimitExceeded
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from service_desk.accounts.rules import home
from service_desk.foundation.database import session
from service_desk.foundation.faults import Fault, Refused, TooMany
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.logging import get_logger

RETRY_S, UNAVAILABLE = 60, 503


def sentences(status: int) -> tuple[str, str]:
    """Title and advice for a status, in the reader's language."""
    known = {
        400: (_("This could not be understood"), _("Please go back and try again.")),
        403: (
            _("You may not do this"),
            _("Your post does not include this. Ask your township lead if it should."),
        ),
        404: (
            _("There is no such page"),
            _("Check the address, or start again from the first page."),
        ),
        405: (_("This could not be understood"), _("Please go back and try again.")),
        409: (
            _("Somebody else was quicker"),
            _("This request has changed since you opened it. Open it again to see how it stands."),
        ),
        413: (_("The photos are too large"), _("Send at most three photos of 10 MB each.")),
        429: (_("Too many tries"), _("Please wait a little and try again, or call us.")),
        503: (
            _("The desk is starting again"),
            _("Please try again in a minute. In danger call 110, 119 or 120 at once."),
        ),
    }
    default = (_("Something went wrong"), _("Please try again. In danger call 110, 119 or 120."))
    return known.get(status, default)


def wants_json() -> bool:
    return request.path.startswith(("/open311", "/simulator/inbound", "/sms/")) or (
        request.accept_mimetypes.best == "application/json"
    )


def answer(status: int, message: str | None = None) -> Response:
    title, advice = sentences(status)
    if wants_json():
        response = jsonify({"error": message or title, "status": status})
    else:
        response = make_response(_page(status, title, message or advice))
    response.status_code = status
    return response


def _page(status: int, title: str, advice: str) -> str:
    """Staff stay among their own pages; without a database nobody knows who is staff."""
    if status == UNAVAILABLE or not current_user.is_authenticated:
        return render_template("errors/error.html", title=title, advice=advice)
    own = home(current_user.reach.permissions)
    return render_template("errors/staff.html", title=title, advice=advice, home=own)


def too_many(retry_after: int) -> Response:
    response = answer(429)
    response.headers["Retry-After"] = str(retry_after)
    return response


def on_fault(fault: Fault) -> Response:
    if isinstance(fault, TooMany):
        return too_many(fault.retry_after)
    return answer(fault.status, fault.message if isinstance(fault, Refused) else None)


def on_http(error: HTTPException) -> Response:
    if isinstance(error, RateLimitExceeded):
        return too_many(RETRY_S)
    if error.code is None or error.code < 400:
        return make_response(error.get_response())
    return answer(error.code)


def on_csrf(_error: CSRFError) -> Response:
    advice = _("This page was open for too long. Go back, open it again and send it again.")
    return answer(400, advice)


def on_database(error: OperationalError) -> Response:
    session.rollback()
    get_logger().error("database_unavailable", kind=type(error.orig).__name__)
    return answer(UNAVAILABLE)


def on_anything(error: Exception) -> Response:
    session.rollback()
    get_logger().error("unexpected", kind=type(error).__name__, endpoint=request.endpoint)
    return answer(500)


def set_up(app: Flask) -> None:
    app.register_error_handler(Fault, on_fault)
    app.register_error_handler(CSRFError, on_csrf)
    app.register_error_handler(HTTPException, on_http)
    app.register_error_handler(OperationalError, on_database)
    if not app.testing and not app.debug:
        app.register_error_handler(Exception, on_anything)
