"""What the village picker shows: a search, the last village, and the places level by level."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from service_desk.directory.areas import PREFECTURE, AreaLevel, ancestors, is_village, township_of
from service_desk.directory.queries import (
    Place,
    area_exists,
    area_named,
    children,
    full_name,
    places,
    search,
)

LONGEST_SEARCH, MOST_FOUND = 40, 20


@dataclass(frozen=True)
class Pick:
    """A village to pick, with the line of what it lies in."""

    code: str
    name: str
    line: str


@dataclass(frozen=True)
class Picker:
    """Ready values for the page. `found` is None when nothing was searched for.

    `trail` are the places above the shown one, outermost first; `below` those in it, which are
    villages to pick or places to look into.
    """

    words: str
    found: list[Pick] | None
    last: Pick | None
    under: str
    trail: list[Place]
    below: list[Place]
    villages: bool

    @property
    def found_words(self) -> str:
        """How many were found; a plus where there may be more than are shown."""
        count = len(self.found or ())
        return f"{count}+" if count == MOST_FOUND else str(count)


def picker(words: str, under: str, last: str) -> Picker:
    """The page after a search, after a look into `under`, or as it starts from `last`."""
    words = words.strip()[:LONGEST_SEARCH]
    shown = _shown(under, last)
    below = children(shown)
    return Picker(
        words=words,
        found=[pick(each.code) for each in search(words, MOST_FOUND)] if words else None,
        last=pick(last) if _is_village(last) else None,
        under=shown,
        trail=[places()[code] for code in (*reversed(ancestors(shown)), shown)],
        below=below,
        villages=bool(below) and below[0].level is AreaLevel.VILLAGE,
    )


def _shown(under: str, last: str) -> str:
    if area_exists(under) and not is_village(under):
        return under
    return township_of(last) or PREFECTURE if _is_village(last) else PREFECTURE


def _is_village(code: str) -> bool:
    return area_exists(code) and is_village(code)


def pick(code: str) -> Pick:
    above = township_of(code)
    return Pick(code, area_named(code), full_name(above) if above else "")


def village_groups() -> list[tuple[str, list[Place]]]:
    """Every village by township, for a list in one field."""
    return [
        (full_name(above), list(each))
        for above, each in groupby(_villages(), key=lambda place: township_of(place.code) or "")
    ]


def _villages() -> Iterable[Place]:
    return (place for place in places().values() if place.level is AreaLevel.VILLAGE)
