"""What leaves requests without anybody: empty posts and rosters, a calendar that is not there yet.

Each line leads to the page where it is mended, or says who mends it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from service_desk.accounts.on_call import Row, empty_posts, presences, uncovered
from service_desk.accounts.queries import post_title
from service_desk.accounts.reach import Reach
from service_desk.accounts.roster import Range, ranges_of
from service_desk.casework import wording
from service_desk.directory.areas import AreaLevel
from service_desk.directory.queries import area_named, places
from service_desk.foundation.access import Permission
from service_desk.foundation.clock import local
from service_desk.foundation.localisation import gettext as _
from service_desk.service_clock.calendar_queries import unpublished_years

Values = dict[str, Any]
AHEAD = timedelta(days=7)
LISTED = 8
ROSTERED = (AreaLevel.TOWNSHIP, AreaLevel.ZONE)
ABSENCES, POSTS, DUTY, CALENDAR = (
    "/admin/absences",
    "/admin/posts",
    "/admin/posts/duty",
    "/admin/calendar",
)


def alerts(reach: Reach, at: datetime) -> Values:
    """`rows` of {text, href, action}, with an empty href where others must mend it."""
    posts = empty_posts(ranges_of(reach), local(at).date(), LISTED)
    rows = [*_rosters(reach, at), *(_post(row, reach) for row in posts), *_years(reach, at)]
    more = posts[0].total - len(posts) if posts else 0
    return {"rows": rows, "more": _("%(count)s more posts are empty.", count=more) if more else ""}


def _townships(reach: Reach) -> list[str]:
    """Those a reader oversees, a zone like a township; each has a roster of its own."""
    ranges = ranges_of(reach)
    return [
        place.code
        for place in places().values()
        if place.level in ROSTERED and _inside(place.code, ranges)
    ]


def _inside(code: str, ranges: tuple[Range, ...]) -> bool:
    return any(low <= code <= high for low, high in ranges)


def _rosters(reach: Reach, at: datetime) -> Iterator[Values]:
    """Where nobody is on call now or within a week."""
    end = at + AHEAD
    found = presences(ranges_of(reach), at, end)
    for code, (start, until) in uncovered(found, _townships(reach), at, end):
        span = {"place": area_named(code), "until": wording.day_and_time(until, at)}
        text = (
            _("%(place)s: nobody is on call now, until %(until)s at least.", **span)
            if start <= at
            else _(
                "%(place)s: nobody is on call from %(start)s until %(until)s.",
                start=wording.day_and_time(start, at),
                **span,
            )
        )
        yield _alert(text, f"{DUTY}?area={code}", _("Turns of duty"))


def _post(row: Row, reach: Reach) -> Values:
    name = post_title(area_named(row.area_code), row.role, row.title)
    if row.held:
        text = _("%(post)s: whoever holds it is away and nobody stands in.", post=name)
        return _alert(text, ABSENCES, _("Absences"))
    text = _("%(post)s: nobody holds this post.", post=name)
    may = reach.may(Permission.MANAGE_PEOPLE)
    return _alert(text, f"{POSTS}/{row.id}" if may else "", _("Fill the post"))


def _years(reach: Reach, at: datetime) -> Iterator[Values]:
    may = reach.may(Permission.ADMINISTER)
    for year in unpublished_years(at):
        text = _("The make-up working days of %(year)s are not known to the clock yet.", year=year)
        yield _alert(text, CALENDAR if may else "", _("Calendar"))


def _alert(text: str, href: str, action: str) -> Values:
    mended = action if href else _("An administrator can mend this.")
    return {"text": text, "href": href, "action": mended}


def on_call(reach: Reach, at: datetime) -> list[Values]:
    """Township by township, who is on call now, first called first; names only."""
    found = presences(ranges_of(reach), at, at + timedelta(minutes=1))
    return [
        {
            "place": area_named(code),
            "names": [each.name for each in found if each.area_code == code and each.covers(at)],
            "href": f"{DUTY}?area={code}",
        }
        for code in _townships(reach)
    ]
