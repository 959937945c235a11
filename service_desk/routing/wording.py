"""Tells in the reader's language why a request went where it went."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import sqlalchemy as sa

from service_desk.accounts import queries as staff
from service_desk.directory.categories import label
from service_desk.directory.models import Area
from service_desk.directory.queries import places
from service_desk.directory.roles import Role, role_label
from service_desk.foundation import localisation
from service_desk.foundation.database import session
from service_desk.foundation.localisation import gettext as _
from service_desk.routing.rules import Reason

Words = dict[str, Any]


def explain(reason: Reason) -> str:
    """One sentence for one reason of a placement; empty for a code nobody knows any more."""
    tell = _SENTENCES.get(reason["code"])
    return tell(_words(reason)) if tell else ""


def _words(reason: Reason) -> Words:
    """Names instead of codes and ids, where the reason has them."""
    language = localisation.current()
    words: Words = {"count": reason.get("open", 0)}
    if "category" in reason:
        words["category"] = label(reason["category"], language)
    if "role" in reason:
        words["role"] = role_label(Role(reason["role"]), language)
    if "area" in reason:
        words["place"] = area_name(reason["area"])
    if "user" in reason:
        words["person"] = staff.names([reason["user"]]).get(reason["user"], "—")
    return words


def area_name(code: str) -> str:
    """The official name of a place; its code when the list does not have it."""
    place = places().get(code)
    return place.name if place else _former_name(code)


def _former_name(code: str) -> str:
    """Of a place that is no longer in force."""
    return session.scalar(sa.select(Area.name).where(Area.code == code)) or code


_SENTENCES: dict[str, Callable[[Words], str]] = {
    "danger": lambda _w: _("Danger to life: whoever is on call is paged at once."),
    "no_category": lambda _w: _("The category is not known yet."),
    "category": lambda w: _("%(category)s: %(role)s is in charge.", **w),
    "restricted": lambda _w: _(
        "A restricted matter: only a dispatcher who is cleared for it may pass it on."
    ),
    "area_unknown": lambda _w: _("The place is not known."),
    "about_the_village": lambda _w: _(
        "A complaint about a village's own people never goes to that village."
    ),
    "department_matter": lambda _w: _("A department's duty: the village may not lead it."),
    "nobody_there": lambda w: _("%(place)s: nobody is there today as %(role)s.", **w),
    "no_post": lambda w: _("%(place)s has no post of %(role)s.", **w),
    "not_cleared": lambda w: _("%(place)s: %(role)s is not cleared for restricted matters.", **w),
    "assigned": lambda w: _("Goes to %(place)s, %(role)s.", **w),
    "dispatcher": lambda w: _("Goes to %(place)s, %(role)s, who decides who takes it.", **w),
    "stand_in": lambda w: _("%(person)s stands in for a colleague who is away.", **w),
    "least_loaded": lambda w: _("%(person)s has the fewest open requests there (%(count)s).", **w),
}
