"""What the pages of administration say: ready words for templates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from flask import url_for
from flask_wtf import FlaskForm

from service_desk.accounts import roster
from service_desk.accounts.queries import post_title
from service_desk.accounts.roster import Row
from service_desk.directory.areas import AreaLevel
from service_desk.directory.categories import label
from service_desk.directory.queries import area_named, places
from service_desk.foundation.clock import local, now
from service_desk.foundation.faults import Refused
from service_desk.foundation.localisation import current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.transaction import unit_of_work

LARGEST_ID = 2_147_483_647
MOST_SHOWN = 3
WIDE = (AreaLevel.PREFECTURE, AreaLevel.COUNTY, AreaLevel.TOWNSHIP, AreaLevel.ZONE)


def today() -> date:
    """This local day."""
    return local(now()).date()


def done(form: FlaskForm, act: Callable[[], object]) -> bool:
    """Does it in one unit of work; when it is refused, the form says why."""
    try:
        with unit_of_work():
            act()
    except Refused as refused:
        _say(form, refused)
        return False
    return True


def _say(form: FlaskForm, refused: Refused) -> None:
    if refused.field in form:
        form[refused.field].errors = [refused.message]
    else:
        form.form_errors.append(refused.message)


def dates(first: date, last: date | None) -> str:
    """`2026-10-01 – 2026-10-07`; without an end, `since 2026-10-01`."""
    if last is None:
        return _("since %(day)s", day=first.isoformat())
    return first.isoformat() if first == last else f"{first.isoformat()} – {last.isoformat()}"


def area_options() -> list[tuple[str, str]]:
    """The places a list can be narrowed to: code and name, townships set in below counties."""
    return [
        (place.code, ("　" if place.level in WIDE[2:] else "") + place.name)
        for place in places().values()
        if place.level in WIDE
    ]


def grant_line(row: Row, on: date) -> dict[str, Any]:
    """One grant of a person's page."""
    language = current()
    limits = [label(code, language) for code in row.categories or ()]
    return {
        "id": row.id,
        "what": post_title(area_named(row.area_code), row.role, row.title or ""),
        "post_id": row.post_id,
        "limits": limits,
        "restricted": row.restricted,
        "dates": dates(row.starts_on, row.ends_on),
        "coming": row.starts_on > on,
    }


def absence_line(row: Row, on: date) -> dict[str, Any]:
    """One absence, with who stands in."""
    return {
        "id": row.id,
        "user_id": row.user_id,
        "name": row.display_name,
        "dates": dates(row.first_day, row.last_day),
        "substitute": row.substitute,
        "now": row.first_day <= on,
    }


def people_lines(rows: Sequence[Row], on: date) -> list[dict[str, Any]]:
    """People with what they do; a person with many posts shows the first few."""
    does: dict[int, list[str]] = {row.id: [] for row in rows}
    for grant in roster.grants_of(list(does), on):
        does[grant.user_id].append(
            post_title(area_named(grant.area_code), grant.role, grant.title or "")
        )
    return [
        {
            "id": row.id,
            "name": row.display_name,
            "username": row.username,
            "active": row.active,
            "signs_in": row.signs_in,
            "away": row.away,
            "does": shortened(does[row.id]),
        }
        for row in rows
    ]


def address(endpoint: str, asked: Mapping[str, str], after: str) -> str:
    """The same list from another place on."""
    values: dict[str, Any] = {**asked, "after": after}
    return url_for(endpoint, **values)


def shortened(words: Iterable[str]) -> list[str]:
    """The first few, and how many more."""
    listed = list(words)
    more = len(listed) - MOST_SHOWN
    return [*listed[:MOST_SHOWN], _("%(count)s more", count=more)] if more > 0 else listed
