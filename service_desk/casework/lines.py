"""Rows of the queue and its filters as the page shows them: ready values, formatted once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from service_desk.casework import wording
from service_desk.casework.filters import (
    STATES,
    UNCLAIMED,
    UNCLAIMED_STATES,
    Due,
    Filters,
    Scope,
)
from service_desk.casework.queries import resting
from service_desk.casework.queue import Tally
from service_desk.casework.rules import last_moment
from service_desk.directory.categories import CODES, group_of, groups, label
from service_desk.directory.queries import area_named
from service_desk.foundation.localisation import current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.redaction import mask_name, redact
from service_desk.messaging.wording import day
from service_desk.service_requests.lifecycle import State, Urgency
from service_desk.triage.wording import CHANNELS, URGENCIES, category_label

READ, SHOWN = 160, 60
"""Characters of the words that are looked through for numbers, and shown."""
Item = dict[str, Any]
_WITHIN = {Due.OVERDUE: (Due.OVERDUE,), Due.HOUR: (Due.HOUR, Due.DAY), Due.DAY: (Due.DAY,), "": ()}
"""What is due within the hour is due within the day too."""


def first_words(text: str) -> str:
    """The beginning, on one line, without anybody's numbers."""
    line = " ".join(redact(text[:READ]).split())
    return line if len(line) <= SHOWN else line[:SHOWN] + "…"


class _Names(dict[Any, str]):
    """Looked up once for each page, not once for each row."""

    def __init__(self, source: Callable[[Any], Any]) -> None:
        super().__init__()
        self.source = source

    def __missing__(self, key: Any) -> str:
        self[key] = str(self.source(key))
        return self[key]


class _Words:
    """What the rows of one page are said with."""

    def __init__(self, at: datetime) -> None:
        self.at = at
        self.until: dict[int, date] = {}
        self.lengths = wording.Lengths()
        self.states = _Names(wording.STATES.__getitem__)
        self.urgencies = _Names(URGENCIES.__getitem__)
        self.channels = _Names(CHANNELS.__getitem__)
        self.categories = _Names(category_label)
        self.places = _Names(area_named)
        self.tasks = {task: str(text) for task, text in wording.TASKS.items()}
        self.secret, self.nobody = _("Restricted matter"), _("No name given")


def lines(rows: Sequence[sa.Row[Any]], filters: Filters, at: datetime) -> list[Item]:
    """One dictionary a row, as `queue_list` of components/staff.html wants it."""
    query, words = filters.address(""), _Words(at)
    words.until = _until(rows)
    return [_line(row, words) | {"href": f"/queue/{row.reference}{query}"} for row in rows]


def _line(row: sa.Row[Any], words: _Words) -> Item:
    due_state, due_text = words.lengths.due(row.due_at, row.state, words.at)
    code = row.category
    return {
        "reference": row.reference,
        "urgency": row.urgency.value,
        "urgency_label": words.urgencies[row.urgency],
        "due_state": due_state,
        "due_text": due_text,
        "due_iso": wording.iso(row.due_at),
        "category": group_of(code) if code in CODES else "OTHER",
        "category_label": words.categories[code],
        "words": words.secret if row.restricted else first_words(row.description),
        "place": words.places[row.area_code],
        "who": mask_name(row.name) or words.nobody,
        "channel": words.channels[row.channel],
        "state": row.state.value,
        "state_label": words.states[row.state],
        "task": _task(row, words),
    }


def _until(rows: Sequence[sa.Row[Any]]) -> dict[int, date]:
    """The last days of those that rest on the ledger."""
    deferred = [row.id for row in rows if row.state is State.DEFERRED]
    return resting(deferred) if deferred else {}


def _task(row: sa.Row[Any], words: _Words) -> str:
    """What is to be done because a pause ended by itself, or until when it rests."""
    if row.id in words.until:
        return _("Until %(day)s", day=day(last_moment(words.until[row.id]), current()))
    task = (row.last or {}).get("task", "") if row.state is State.ACCEPTED else ""
    return words.tasks.get(task, "")


def rail(tallies: Iterable[Tally], filters: Filters, area_wide: bool) -> list[Item]:
    """Groups of filters with the counts of one's own list; empty ones are left out."""
    counts = _counts(tallies) if filters.scope == Scope.MINE else None
    made = [
        *([_whose(filters)] if area_wide else []),
        _group(_("Step"), "state", _states(), filters, counts),
        _group(_("Time left"), "due", _dues(), filters, counts),
        _group(_("Urgency"), "urgency", {u: str(URGENCIES[u]) for u in Urgency}, filters, counts),
        _group(_("Category"), "category", _groups(), filters, counts),
        _group(_("Place"), "area", _areas(counts, filters), filters, counts),
    ]
    return [group for group in made if len(group["items"]) > 1]


def _counts(tallies: Iterable[Tally]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for each in tallies:
        state = UNCLAIMED if each.state in UNCLAIMED_STATES else each.state
        group = group_of(each.category) if each.category in CODES else ""
        keys = [("state", state), ("urgency", each.urgency), ("area", each.area_code)]
        keys += [("category", group), *(("due", due) for due in _WITHIN[each.due])]
        for key in [*keys, ("", "")]:
            counts[key] += each.count
    return counts


def _whose(filters: Filters) -> Item:
    kept = filters.with_(owner="", post="")
    choices = {Scope.MINE: _("Mine and my posts'"), Scope.AREA: _("My whole area")}
    items = [
        {
            "href": kept.with_(scope=scope).address(),
            "label": text,
            "count": None,
            "current": filters.scope == scope,
        }
        for scope, text in choices.items()
    ]
    return {"title": _("Whose"), "items": items}


def _group(
    title: str,
    name: str,
    choices: dict[str, str],
    filters: Filters,
    counts: Counter[tuple[str, str]] | None,
) -> Item:
    """A group's items: all of them, then those that lead somewhere."""
    chosen, rest = getattr(filters, name), filters.with_(**{name: ""})
    first = {
        "href": rest.address(),
        "label": _("All"),
        "count": None if counts is None else counts["", ""],
        "current": not chosen,
    }
    items = [
        {
            "href": rest.address(**{name: value}),
            "label": text,
            "count": None if counts is None else counts[name, value],
            "current": chosen == value,
        }
        for value, text in choices.items()
        if counts is None or counts[name, value] or chosen == value
    ]
    return {"title": title, "items": [first, *items]}


def _states() -> dict[str, str]:
    known: dict[str, str] = {each: str(wording.STATES[each]) for each in wording.STATES}
    known[UNCLAIMED] = _("To be signed for")
    return {each: known[each] for each in STATES}


def _dues() -> dict[str, str]:
    return {
        Due.OVERDUE: _("Overdue"),
        Due.HOUR: _("Within an hour"),
        Due.DAY: _("Within a day"),
    }


def _groups() -> dict[str, str]:
    return {each.code: label(each.code, current()) for each in groups()}


def _areas(counts: Counter[tuple[str, str]] | None, filters: Filters) -> dict[str, str]:
    """The places of one's own requests; in a whole area only the one that is chosen."""
    codes = {value for name, value in counts or () if name == "area"}
    codes |= {filters.area} - {""}
    return {code: area_named(code) for code in sorted(codes)}
