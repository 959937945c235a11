"""The requests that the board lists: with whom they lie, why, and who was told of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from service_desk.accounts import queries as staff
from service_desk.casework import wording
from service_desk.casework.filters import Filters, Scope
from service_desk.casework.lines import first_words
from service_desk.directory.queries import full_name
from service_desk.foundation.localisation import gettext as _
from service_desk.service_requests.models import TimelineEntry
from service_desk.service_requests.reference import show_reference
from service_desk.supervision import queries
from service_desk.triage.wording import category_label

Values = dict[str, Any]
AREA = Filters(scope=Scope.AREA)


@dataclass(frozen=True, slots=True)
class Known:
    """Names by id, and the last time somebody was told of a request, by its id."""

    people: Mapping[int, str]
    posts: Mapping[int, str]
    told: Mapping[int, TimelineEntry]


def rows(found: Mapping[str, Sequence[sa.Row[Any]]], at: datetime) -> dict[str, list[Values]]:
    """Several lists at once, so that the names in all of them are read once."""
    known = _known([row for each in found.values() for row in each])
    return {name: [_row(row, known, at) for row in each] for name, each in found.items()}


def _known(found: Iterable[sa.Row[Any]]) -> Known:
    listed = list(found)
    told = queries.escalations({row.id for row in listed})
    people = {row.owner_user_id for row in listed} - {None}
    people |= {user for line in told.values() for user in line.data["users"]}
    posts = {row.owner_post_id for row in listed} - {None}
    return Known(staff.names(people), staff.posts(posts), told)


def _row(row: sa.Row[Any], known: Known, at: datetime) -> Values:
    due_state, due_text = wording.due(row.due_at, row.state, at)
    return {
        "reference": row.reference,
        "shown": show_reference(row.reference),
        "href": AREA.address(f"/queue/{row.reference}"),
        "urgency": row.urgency.value,
        "due_iso": wording.iso(row.due_at),
        "due_state": due_state,
        "due_text": due_text,
        "words": _("Restricted matter") if row.restricted else first_words(row.description),
        "category": category_label(row.category),
        "place": full_name(row.area_code),
        "who": known.people.get(row.owner_user_id) or _("Nobody by name"),
        "post": known.posts.get(row.owner_post_id, ""),
        "why": _why(row),
        "told": _told(known.told.get(row.id), known, at),
        "since": wording.span((at - row.created_at).total_seconds()),
        "untouched": _untouched(row, at),
    }


def _why(row: sa.Row[Any]) -> str:
    """What has not been done, in the words of the step it is in."""
    missing = _("not resolved") if row.responded else _("no first response")
    state = str(wording.STATES[row.state])
    parts = [missing, state, _("the post is empty") if row.vacancy else ""]
    return " · ".join(part for part in parts if part)


def _told(line: TimelineEntry | None, known: Known, at: datetime) -> str:
    """Who was called or reminded last, and when; empty while nobody was."""
    if line is None:
        return ""
    people = _("; ").join(known.people.get(user, "—") for user in line.data["users"])
    when = wording.day_and_time(line.at, at)
    return _(
        "%(what)s %(when)s: %(people)s", what=wording.ENTRIES[line.kind], when=when, people=people
    )


def _untouched(row: sa.Row[Any], at: datetime) -> str:
    """Since when nobody wrote a line, where that was asked."""
    touched = getattr(row, "touched", None)
    if touched is None:
        return ""
    length = wording.span((at - touched).total_seconds())
    when = wording.day_and_time(touched, at)
    return _("nobody has touched it since %(when)s (%(length)s)", when=when, length=length)
