"""Residents' pages that tell: the start, the stations, the notices."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from service_desk.directory import queries as directory
from service_desk.directory.areas import PREFECTURE, is_code, parent_of
from service_desk.foundation.access import public
from service_desk.foundation.clock import local, now
from service_desk.foundation.faults import NotFound
from service_desk.foundation.phone import national
from service_desk.foundation.settings import settings
from service_desk.front import stations
from service_desk.messaging.wording import HOTLINE
from service_desk.service_clock.calendar_queries import hours_of

blueprint = Blueprint("front", __name__)
CONSOLE = "console"


@blueprint.get("/")
@public
def start() -> str:
    return render_template("front/start.html", number=_text_number(), simulator=_simulated())


def _simulated() -> bool:
    """Where no text really goes out there is a phone on the screen."""
    return settings().sms_provider == CONSOLE


def _text_number() -> str:
    """The number to text, as it is dialled here."""
    return national(settings().twilio_from) or HOTLINE


@blueprint.get("/stations")
@public
def station_list() -> str:
    area, words = request.args.get("area", PREFECTURE), request.args.get("q", "").strip()[:60]
    if not (is_code(area) and directory.area_exists(area)):
        raise NotFound
    found = stations.found(area, words)
    return render_template(
        "front/stations.html",
        area=area,
        words=words,
        counties=directory.children(PREFECTURE),
        groups=stations.grouped(found, now()),
        count=len(found),
        unfolded=bool(words) or len(found) <= 12,
    )


@blueprint.get("/stations/<area_code>")
@public
def station(area_code: str) -> str:
    found, at = directory.station_of(area_code) if is_code(area_code) else None, now()
    if found is None:
        raise NotFound
    hours = hours_of([area_code])[area_code]
    has_hours = bool(directory.week_of(found))
    return render_template(
        "front/station.html",
        station=found,
        place=directory.full_name(area_code),
        above=parent_of(area_code),
        opening=stations.opening(hours, at) if has_hours else stations.closed(),
        week=stations.week_from(hours, local(at).date()) if has_hours else [],
        shut=stations.shut_today(hours, local(at).date()),
        items=stations.around_the_clock(),
        hotline=HOTLINE,
        number=_text_number(),
    )


@blueprint.get("/notice/privacy")
@public
def privacy() -> str:
    return render_template("front/privacy.html", hotline=HOTLINE)


@blueprint.get("/notice/accessibility")
@public
def accessibility() -> str:
    return render_template("front/accessibility.html", hotline=HOTLINE)
