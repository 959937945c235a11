"""`/admin/posts`: every post, who holds it, and which are empty."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from service_desk.accounts import grants, page, posts, vacancies
from service_desk.accounts.forms import HolderForm, PostForm, TitleForm, role_choices
from service_desk.accounts.models import Post
from service_desk.accounts.queries import post_title, user_id_of
from service_desk.accounts.rules import may_hold_post
from service_desk.accounts.vacancies import PAGE, Row, Search
from service_desk.directory.areas import PREFECTURE
from service_desk.directory.queries import area_exists, area_named
from service_desk.directory.roles import Role
from service_desk.foundation.access import Permission, requires
from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.faults import NotFound, Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.transaction import unit_of_work
from service_desk.foundation.typed import typed

blueprint = Blueprint("posts", __name__)
PATH = "/admin/posts"
ONE = f"{PATH}/<int(max={page.LARGEST_ID}):post_id>"


@blueprint.get(PATH)
@requires(Permission.MANAGE_PEOPLE)
def every() -> str:
    asked = {
        name: typed(request.args.get(name, "")) for name in ("area", "role", "vacant", "after")
    }
    rows = vacancies.posts(_search(asked), page.today())
    shown = rows[:PAGE]
    following = vacancies.cursor(shown[-1]) if len(rows) > PAGE else ""
    return render_template(
        "accounts/posts.html",
        rows=_lines(shown),
        asked=asked,
        areas=page.area_options(),
        roles=_roles(),
        next_url=page.address("posts.every", asked, following) if following else "",
        first_url=page.address("posts.every", asked, "") if asked["after"] else "",
    )


def _roles() -> list[tuple[str, str]]:
    """(value, name) of the roles a post may have."""
    choices = role_choices(each for each in Role if may_hold_post(each))
    return [(each.value, each.label) for each in choices]


def _search(asked: dict[str, str]) -> Search:
    """What an address asks for; what it cannot mean is left out."""
    area, role = asked["area"], asked["role"]
    return Search(
        area_code=area if area_exists(area) else PREFECTURE,
        role=Role(role) if role in set(Role) else None,
        vacant=asked["vacant"] == "y",
        after=asked["after"],
    )


def _lines(rows: Sequence[Row]) -> list[dict[str, Any]]:
    on = page.today()
    held: dict[int, list[str]] = {row.id: [] for row in rows}
    for each in vacancies.holders(list(held), on):
        if each.active and each.starts_on <= on:
            held[each.post_id].append(each.display_name)
    return [
        {
            "href": f"{PATH}/{row.id}",
            "name": post_title(area_named(row.area_code), row.role, row.title),
            "holders": page.shortened(held[row.id]),
            "vacant": row.vacant and row.active,
            "off": not row.active,
        }
        for row in rows
    ]


@blueprint.route(f"{PATH}/new", methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def new() -> ResponseReturnValue:
    form, made = PostForm(), []
    if form.validate_on_submit() and page.done(form, lambda: made.append(_create(form))):
        return _kept(f"{PATH}/{made[0].id}")
    status = 422 if request.method == "POST" else 200
    return render_template("accounts/post_new.html", form=form), status


def _create(form: PostForm) -> Post:
    role, area = Role(form.role.data), form.area_code.data
    return posts.create(role, area, form.title.data, current_user.id, now())


@blueprint.route(ONE, methods=["GET", "POST"])
@requires(Permission.MANAGE_PEOPLE)
def post(post_id: int) -> ResponseReturnValue:
    found = _found(post_id)
    if request.method == "GET":
        return _page(found)
    form = TitleForm()
    if not form.validate_on_submit() or not page.done(form, lambda: _rename(post_id, form)):
        return _page(_found(post_id), form=form), 422
    return _kept(f"{PATH}/{post_id}")


def _rename(post_id: int, form: TitleForm) -> None:
    posts.rename(_found(post_id), form.title.data, current_user.id, now())


@blueprint.post(f"{ONE}/holders")
@requires(Permission.MANAGE_PEOPLE)
def fill(post_id: int) -> ResponseReturnValue:
    """Grants somebody this post: its role, in its place."""
    _found(post_id)
    form = HolderForm()
    if not form.validate_on_submit() or not page.done(form, lambda: _fill(post_id, form)):
        return _page(_found(post_id), holder_form=form), 422
    return _kept(f"{PATH}/{post_id}")


def _fill(post_id: int, form: HolderForm) -> None:
    grants.one_at_a_time()
    found = _found(post_id)
    user_id = _known(form.username.data)
    dates = form.starts_on.data, form.ends_on.data
    terms = grants.Terms(found.role, found.area_code, *dates, title=found.title)
    try:
        grants.give(user_id, terms, current_user.id, now())
    except Refused as refused:
        shown = refused.field if refused.field in form else "username"
        raise Refused(refused.message, shown) from refused


def _known(username: str) -> int:
    user_id = user_id_of(username)
    if user_id is None:
        raise Refused(_("There is no such person."), "username")
    return user_id


@blueprint.post(f"{ONE}/active")
@requires(Permission.MANAGE_PEOPLE)
def switch(post_id: int) -> ResponseReturnValue:
    active = request.form.get("active") == "y"
    with unit_of_work():
        posts.switch(_found(post_id), active, current_user.id, now())
    return _kept(f"{PATH}/{post_id}")


def _found(post_id: int) -> Post:
    found = session.get(Post, post_id)
    if found is None:
        raise NotFound
    return found


def _page(found: Post, **forms: Any) -> str:
    on = page.today()
    shown = {
        "form": TitleForm(formdata=None, data={"title": found.title}),
        "holder_form": HolderForm(formdata=None, data={"starts_on": on}),
        **forms,
    }
    holders = [
        {
            "id": row.id,
            "name": row.display_name,
            "username": row.username,
            "active": row.active,
            "away": row.away,
            "dates": page.dates(row.starts_on, row.ends_on),
        }
        for row in vacancies.holders([found.id], on)
    ]
    return render_template(
        "accounts/post.html",
        post=found,
        name=post_title(area_named(found.area_code), found.role, found.title),
        path=f"{PATH}/{found.id}",
        holders=holders,
        vacant=found.active and vacancies.is_vacant(found.id, on),
        **shown,
    )


def _kept(path: str) -> ResponseReturnValue:
    flash(_("Kept."), "good")
    return redirect(path, 303)
