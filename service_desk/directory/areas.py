"""Codes of places (pure; domain.md §1): 12 digits whose prefixes are the parents.

4 digits name the prefecture, 6 a county, 9 a township or zone, 12 a village or community;
the rest is filled with zeros. Codes are text, so a place and all below it are one range of
an index.
"""

from __future__ import annotations

import re
from enum import StrEnum

LENGTH = 12
PREFECTURE = "533400000000"
_COUNTY, _TOWNSHIP = 6, 9
_PREFIXES = (4, _COUNTY, _TOWNSHIP, LENGTH)
_CODE = re.compile(r"5334[0-9]{8}")
_FIRST_COMMITTEE = 200


class AreaLevel(StrEnum):
    """A zone lies where a township lies but counts as none."""

    PREFECTURE = "prefecture"
    COUNTY = "county"
    TOWNSHIP = "township"
    ZONE = "zone"
    VILLAGE = "village"
    GRID = "grid"


def is_code(text: str) -> bool:
    """Whether the text looks like a code of this prefecture; the place need not exist."""
    return _CODE.fullmatch(text) is not None


def prefix(code: str) -> str:
    """The digits that matter: `533401101000` to `533401101`."""
    length = next(n for n in _PREFIXES if code[n:] == "0" * (LENGTH - n))
    return code[:length]


def area_range(code: str) -> tuple[str, str]:
    """First and last code, both included, of the place and everything below it."""
    digits = prefix(code)
    return digits.ljust(LENGTH, "0"), digits.ljust(LENGTH, "9")


def contains(scope: str, code: str) -> bool:
    """Whether `code` is `scope` or lies in it."""
    low, high = area_range(scope)
    return low <= code <= high


def county_of(code: str) -> str | None:
    """The county of a place; None for the prefecture."""
    return _cut(code, _COUNTY)


def township_of(code: str) -> str | None:
    """The township or zone of a place; None for counties and the prefecture."""
    return _cut(code, _TOWNSHIP)


def _cut(code: str, length: int) -> str | None:
    return code[:length].ljust(LENGTH, "0") if len(prefix(code)) >= length else None


def ancestors(code: str) -> tuple[str, ...]:
    """The places above, nearest first; empty for the prefecture."""
    above = (n for n in reversed(_PREFIXES) if n < len(prefix(code)))
    return tuple(code[:n].ljust(LENGTH, "0") for n in above)


def parent_of(code: str) -> str | None:
    """The place right above; None for the prefecture."""
    return next(iter(ancestors(code)), None)


def is_village(code: str) -> bool:
    """Whether all twelve digits matter: a village or a community."""
    return len(prefix(code)) == LENGTH


def is_community(code: str) -> bool:
    """Whether a village code names a residents' committee (000-199), not a village's (200+)."""
    return is_village(code) and int(code[_TOWNSHIP:]) < _FIRST_COMMITTEE
