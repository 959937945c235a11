"""What every page may use: languages, elder view, navigation, addresses of static files."""

from __future__ import annotations

from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request
from flask_login import current_user

from service_desk.foundation import headers, localisation, moved_time, widgets
from service_desk.foundation.access import Permission
from service_desk.foundation.clock import local, now
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.settings import settings

ELDER_COOKIE = "elder"
YEAR_S = 31_536_000


@cache
def _fingerprint(folder: str, name: str) -> str:
    return sha256(Path(folder, name).read_bytes()).hexdigest()[:12]


def static_url(name: str) -> str:
    """A static file under an address that changes with its content."""
    version = _fingerprint(str(current_app.static_folder), name)
    return f"{request.script_root}{current_app.static_url_path}/{name}?v={version}"


def navigation() -> list[tuple[str, str, bool]]:
    """(address, label, current) of the staff pages this person may open."""
    if not current_user.is_authenticated:
        return []
    may = current_user.reach.permissions
    entries = (
        (Permission.WORK_CASES, "/queue", _("Queue")),
        (Permission.TRIAGE, "/triage", _("Triage")),
        (Permission.SUPERVISE, "/board", _("Board")),
        (Permission.ENTER_REQUESTS, "/desk/new", _("Enter a request")),
        (Permission.SEE_REPORTS, "/reports", _("Reports")),
        *_station_hours(),
        (Permission.SUPERVISE, "/admin/absences", _("Absences")),
        (Permission.MANAGE_PEOPLE, "/admin/people", _("People")),
        (Permission.MANAGE_PEOPLE, "/admin/posts", _("Posts")),
        (Permission.ADMINISTER, "/admin/stations", _("Stations")),
        (Permission.CLOSE_STATIONS, "/admin/calendar", _("Calendar")),
        (Permission.EDIT_POLICIES, "/admin/policies", _("Time limits")),
        (Permission.READ_AUDIT, "/admin/audit", _("Audit")),
    )
    return [
        (path, label, request.path.startswith(path))
        for permission, path, label in entries
        if permission in may
    ]


def _station_hours() -> list[tuple[Permission, str, str]]:
    """The day to fill in for whoever holds a post in a village, the figures for others."""
    if current_user.reach.villages:
        return [(Permission.ENTER_REQUESTS, "/station-day", _("Station hours"))]
    return [(Permission.SEE_REPORTS, "/station-day/compliance", _("Station hours"))]


def context() -> dict[str, Any]:
    return {
        "current_language": localisation.current(),
        "languages": list(localisation.LANGUAGES.items()),
        "demo": settings().demo,
        "demo_time": demo_time(),
        "elder_view": elder_view(),
        "csp_nonce": headers.nonce(),
        "nav_items": navigation(),
        "static_url": static_url,
    }


def demo_time() -> str:
    """`2026-11-30 09:00` in a demo whose time was moved, else nothing."""
    return f"{local(now()):%Y-%m-%d %H:%M}" if moved_time.ahead() else ""


def elder_view() -> bool:
    """Large text: by `?elder=1` (kept in a cookie, which the page's own switch may change)."""
    return request.args.get("elder", request.cookies.get(ELDER_COOKIE)) == "1"


def remember_elder_view(response: Response) -> Response:
    asked = request.args.get("elder")
    if asked in ("0", "1"):
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        response.set_cookie(ELDER_COOKIE, asked, max_age=YEAR_S, samesite="Lax", secure=secure)
    return response


def remember_language(response: Response) -> Response:
    asked = request.args.get("lang")
    if asked in localisation.LANGUAGES:
        response.set_cookie(
            localisation.COOKIE,
            asked,
            max_age=YEAR_S,
            samesite="Lax",
            httponly=True,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )
    return response


def set_up(app: Flask) -> None:
    app.context_processor(context)
    app.after_request(remember_language)
    app.after_request(remember_elder_view)
    widgets.set_up(app)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
