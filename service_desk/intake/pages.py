"""The pages of the form (pure): which question stands where, and which one comes next.

Danger comes first; whoever says yes goes straight to the last page of a shorter way.
"""

from __future__ import annotations

from collections.abc import Iterable

FIRST, PLACES, LAST, SHORT = "danger", "where", "check", "help"
WAY = (FIRST, "what", PLACES, "words", "contact", LAST)
FIELDS = {
    FIRST: ("danger",),
    "what": ("category",),
    PLACES: ("area",),
    "words": ("description", "nature", "address", "latitude", "longitude"),
    "contact": ("phone", "name", "contact_preference", "preferred_language", "anonymous"),
    LAST: ("photos", "notice_seen"),
    SHORT: ("area", "phone", "description"),
}
PAGES = frozenset(FIELDS)
ASKING = frozenset(WAY) - {LAST}
"""Pages whose button leads to another page; the others send the request."""
CARRIED = tuple(name for page in WAY for name in FIELDS[page] if page != LAST)
"""What every page carries on; photos cannot be carried, and the last word is said at the end."""


def next_page(page: str, in_danger: bool) -> str:
    """The page after one that is answered; the last one is followed by itself."""
    if in_danger:
        return SHORT
    return WAY[min(WAY.index(page) + 1, len(WAY) - 1)]


def page_before(page: str) -> str | None:
    """Where `back` leads; None on the first page."""
    if page == SHORT:
        return FIRST
    at = WAY.index(page)
    return WAY[at - 1] if at else None


def page_of(wrong: Iterable[str], in_danger: bool) -> str:
    """The page of the first wrong field; the last one when the form itself is at fault."""
    names = set(wrong)
    ways = (SHORT, *WAY) if in_danger else WAY
    last = SHORT if in_danger else LAST
    return next((page for page in ways if names & set(FIELDS[page])), last)


def carried_past(page: str) -> tuple[str, ...]:
    """The fields that a page does not ask and therefore hides."""
    return tuple(name for name in CARRIED if name not in FIELDS[page])


def asked_elsewhere(page: str) -> set[str]:
    """The fields of the other pages, on which what is wrong with them is said."""
    return {name for each in FIELDS.values() for name in each} - set(FIELDS[page])
