"""Which place a text speaks of (pure): a village by its name with 村 or 社区, else a township by
its name with 乡 or 镇, if only one fits.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from service_desk.directory.areas import AreaLevel, township_of
from service_desk.directory.queries import Place

SUFFIXES = {"村民委员会": ("村民委员会", "村委会", "村"), "居民委员会": ("居民委员会", "居委会")}
ENDINGS = ("村", "社区", "委员会", "村委会", "居委会")
SHORTEST = 3
TOWNSHIP_ENDINGS = ("镇", "乡", "傈僳族乡", "纳西族乡")


@dataclass(frozen=True)
class Names:
    """Spoken names of villages, longest first, and of townships, with their codes."""

    villages: tuple[tuple[str, tuple[str, ...]], ...]
    townships: tuple[tuple[str, str], ...]


def names_of(places: Iterable[Place]) -> Names:
    """Every way to say a village, and the townships to tell namesakes apart."""
    spoken: dict[str, list[str]] = {}
    townships: list[tuple[str, str]] = []
    for place in places:
        if place.level is AreaLevel.VILLAGE:
            for name in _spoken(place.name):
                spoken.setdefault(name, []).append(place.code)
        elif place.counts_as_township:
            townships.append((_stem(place.name), place.code))
    longest_first = sorted(spoken, key=len, reverse=True)
    return Names(tuple((name, tuple(spoken[name])) for name in longest_first), tuple(townships))


def _spoken(name: str) -> list[str]:
    for official, said in SUFFIXES.items():
        if name.endswith(official):
            stem = name.removesuffix(official)
            ways = [stem, *(stem + each for each in said)]
            return [way for way in ways if len(way) >= SHORTEST and way.endswith(ENDINGS)]
    return [name]


def _stem(name: str) -> str:
    endings = sorted(TOWNSHIP_ENDINGS, key=len, reverse=True)
    return next((name.removesuffix(each) for each in endings if name.endswith(each)), name)


def find_village(text: str, names: Names) -> str | None:
    """The code of the one village that is named; None when none is, or several are."""
    found = _found(text, names.villages)
    if len(found) > 1:
        said = [code for name, code in names.townships if name in text]
        found = {code for code in found if township_of(code) in said}
    return next(iter(found)) if len(found) == 1 else None


def find_place(text: str, names: Names) -> str | None:
    """The village that is named, else the township; a dispatcher there knows the villages."""
    return find_village(text, names) or _find_township(text, names)


def _find_township(text: str, names: Names) -> str | None:
    ways = ((code, (stem + "镇", stem + "乡")) for stem, code in names.townships)
    found = [code for code, spoken in ways if any(way in text for way in spoken)]
    return found[0] if len(found) == 1 else None


def _found(text: str, villages: Iterable[tuple[str, tuple[str, ...]]]) -> set[str]:
    """A longer name hides the shorter ones inside it (下桥头村, 桥头村)."""
    found: set[str] = set()
    for name, codes in villages:
        if name in text:
            found.update(codes)
            text = text.replace(name, " ")
    return found


_kept: dict[int, Names] = {}


def names_in(places: Mapping[str, Place]) -> Names:
    """The names of these places, made once for as long as the directory keeps them."""
    key = id(places)
    if key not in _kept:
        _kept.clear()
        _kept[key] = names_of(places.values())
    return _kept[key]
