"""`/admin/posts/duty`: who is on call in a place, set by who supervises it or manages people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from service_desk.accounts import page, posts, roster, vacancies
from service_desk.accounts.duty import may_set_duty
from service_desk.accounts.forms import DutyForm
from service_desk.accounts.models import DutyTurn
from service_desk.accounts.posts import Turn
from service_desk.accounts.queries import user_id_of
from service_desk.accounts.vacancies import Row
from service_desk.directory.areas import PREFECTURE
from service_desk.directory.queries import area_exists, area_named
from service_desk.foundation.access import Permission, requires
from service_desk.foundation.clock import SHANGHAI, local, now
from service_desk.foundation.database import session
from service_desk.foundation.faults import NotFound, Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.transaction import unit_of_work

blueprint = Blueprint("duty", __name__)
PATH = "/admin/posts/duty"


@blueprint.route(PATH, methods=["GET", "POST"])
@requires(Permission.SET_DUTY)
def duty() -> ResponseReturnValue:
    """The turns of one place; `?area=` says which."""
    area = request.args.get("area", _own_area())
    if not area_exists(area) or not may_set_duty(current_user.reach, area):
        raise NotFound
    form = DutyForm()
    if form.validate_on_submit() and page.done(form, lambda: _add_turn(area, form)):
        return _kept(area)
    shown = render_template(
        "accounts/duty.html",
        form=form,
        area=area,
        area_name=area_named(area),
        areas=_areas(area),
        path=PATH,
        back=_back(),
        turns=[_turn_line(row) for row in vacancies.turns(area, now())],
    )
    return shown, 422 if request.method == "POST" else 200


def _manages() -> bool:
    return bool(current_user.reach.may(Permission.MANAGE_PEOPLE))


def _own_area() -> str:
    """Where somebody starts: the prefecture, or the first of their areas."""
    areas = current_user.reach.areas
    return PREFECTURE if _manages() or not areas else str(areas[0].lo)


def _areas(area: str) -> list[tuple[str, str]]:
    """The places that may be chosen, with the one that is shown."""
    wide, reach = page.area_options(), current_user.reach
    chosen = [each for each in wide if may_set_duty(reach, each[0])]
    known = {code for code, _name in chosen}
    return chosen if area in known else [*chosen, (area, area_named(area))]


def _back() -> tuple[str, str]:
    return ("/admin/posts", _("Posts")) if _manages() else ("/board", _("Board"))


def _add_turn(area: str, form: DutyForm) -> None:
    user_id = _allowed(user_id_of(form.username.data))
    starts_at = form.starts_at.data.replace(tzinfo=SHANGHAI)
    ends_at = form.ends_at.data.replace(tzinfo=SHANGHAI)
    turn = Turn(area, user_id, starts_at, ends_at, form.rank.data)
    posts.add_turn(turn, current_user.id, now())


def _allowed(user_id: int | None) -> int:
    """Who is on call sees every danger: a supervisor calls only people with a post in the area."""
    if _manages():
        if user_id is None:
            raise Refused(_("There is no such person."), "username")
        return user_id
    if user_id is None or not roster.oversees(current_user.reach, user_id, page.today()):
        raise Refused(_("There is nobody of this name with a post in your area."), "username")
    return user_id


@blueprint.post(f"{PATH}/<int(max={page.LARGEST_ID}):turn_id>/remove")
@requires(Permission.SET_DUTY)
def remove_turn(turn_id: int) -> ResponseReturnValue:
    with unit_of_work():
        row = session.get(DutyTurn, turn_id)
        if row is None or not may_set_duty(current_user.reach, row.area_code):
            raise NotFound
        area = row.area_code
        posts.remove_turn(row, current_user.id, now())
    return _kept(area)


def _turn_line(row: Row) -> dict[str, Any]:
    shape = "%Y-%m-%d %H:%M"
    return {
        "id": row.id,
        "name": row.display_name,
        "rank": row.rank,
        "from": local(row.starts_at).strftime(shape),
        "until": local(row.ends_at).strftime(shape),
        "now": row.starts_at <= now(),
    }


def _kept(area: str) -> ResponseReturnValue:
    flash(_("Kept."), "good")
    return redirect(f"{PATH}?area={area}", 303)
