"""`/admin/stations`: every station, and the hours of one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import groupby
from typing import Any, Protocol

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from service_desk.directory import queries, service
from service_desk.directory.areas import PREFECTURE, AreaLevel, is_code, parent_of
from service_desk.directory.forms import WEEKDAYS, StationForm, present
from service_desk.directory.hours import DAYS, Week, day_text, short_days
from service_desk.directory.models import Station
from service_desk.directory.wording import moved_text
from service_desk.foundation.access import Permission, requires
from service_desk.foundation.clock import local, now
from service_desk.foundation.faults import NotFound, Refused
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.transaction import unit_of_work

blueprint = Blueprint("directory", __name__)
PATH = "/admin/stations"
STAFF = "directory_staff"


class Staff(Protocol):
    """What this page must know of people, who live a floor above; the app hands it over."""

    def names(self, user_ids: Collection[int]) -> Mapping[int, str]: ...


def set_up(app: Flask, staff: Staff) -> None:
    """Tells the page whom a version's number means."""
    app.extensions[STAFF] = staff


def _staff() -> Staff:
    staff: Staff = current_app.extensions[STAFF]
    return staff


@blueprint.get(PATH)
@requires(Permission.ADMINISTER)
def stations() -> str:
    area = request.args.get("area", PREFECTURE)
    if not (is_code(area) and queries.area_exists(area)):
        raise NotFound
    found = queries.stations(area)
    weeks = queries.weeks_of(found)
    return render_template(
        "directory/stations.html",
        area=area,
        area_name=queries.area_named(area),
        above=parent_of(area),
        below=[each for each in queries.children(area) if each.level is not AreaLevel.VILLAGE],
        rows=[_line(each, weeks[each.id]) for each in found],
    )


def _line(station: Station, hours: Week) -> dict[str, Any]:
    return {
        "href": f"{PATH}/{station.area_code}",
        "name": station.name,
        "place": queries.full_name(station.area_code),
        "phone": station.phone,
        "hours": _summary(hours),
        "short": bool(short_days(hours)) or not hours,
    }


def _summary(hours: Week) -> str:
    """`Monday 08:30-12:00 13:30-18:00 (5)`: the first open day and how many days open."""
    if not hours:
        return _("Never open")
    first = min(hours)
    return f"{WEEKDAYS[first]} {day_text(hours[first])} ({len(hours)})"


@blueprint.route(f"{PATH}/<area_code>", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def station(area_code: str) -> ResponseReturnValue:
    found = queries.station_of(area_code)
    if found is None:
        raise NotFound
    if request.method == "GET":
        form = StationForm(formdata=None, data=present(found, queries.week_of(found)))
        return _page(found, form)
    form = StationForm()
    if not form.validate_on_submit() or not _saved(area_code, form):
        return _page(found, form), 422
    flash(_("Kept. Open requests may gain time, they never lose any."), "good")
    return redirect(f"{PATH}/{area_code}", 303)


def _saved(area_code: str, form: StationForm) -> bool:
    """Whether it was kept; else the field says why not."""
    try:
        with unit_of_work():
            _save(area_code, form)
    except Refused as refused:
        form[refused.field].errors = [refused.message]
        return False
    return True


def _save(area_code: str, form: StationForm) -> None:
    changing, at = queries.station_of(area_code), now()
    if changing is None:
        raise NotFound
    about = {"name": form.name.data, "phone": form.phone.data, "address": form.address.data}
    service.describe_station(changing, about, current_user.id, at)
    service.set_station_hours(changing, list(form.intervals()), current_user.id, at)


def _page(found: Station, form: StationForm) -> str:
    short = short_days(queries.week_of(found))
    return render_template(
        "directory/station.html",
        form=form,
        station=found,
        place=queries.full_name(found.area_code),
        back=f"{PATH}?area={parent_of(found.area_code)}",
        short=[str(WEEKDAYS[day]) for day in short],
        history=_history(found),
    )


def _history(found: Station) -> list[dict[str, Any]]:
    """Who changed the hours and when, and what that did to open requests."""
    versions, weeks = queries.week_versions(found), queries.all_weeks(found)
    names = _staff().names({each.created_by for each in versions if each.created_by is not None})
    return [
        {
            "number": each.version,
            "when": local(each.created_at).strftime("%Y-%m-%d %H:%M"),
            "who": names.get(each.created_by or 0) or _("the desk itself"),
            "what": _whole(weeks.get(each.version, {})),
            "more": "",
            "moved": moved_text(each.moved, each.reached),
        }
        for each in versions
    ]


def _whole(hours: Week) -> str:
    """`Monday–Thursday 08:30-12:00 13:30-18:00; Friday 08:30-12:00`: days alike stand together."""
    groups = groupby(range(DAYS), key=lambda day: hours.get(day, ()))
    told = [(day_text(pairs), list(days)) for pairs, days in groups if pairs]
    lines = [f"{_between(days)} {text}" for text, days in told]
    return _("; ").join(lines) or _("Never open")


def _between(days: Sequence[int]) -> str:
    first, last = str(WEEKDAYS[days[0]]), str(WEEKDAYS[days[-1]])
    return first if first == last else f"{first}–{last}"
