"""The categories and subcategories of domain.md §4, read once from data/categories.json.

They are code, not rows: routing, clocks and reports promise a resident something by them, so
they change by release and review, never by a click.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from service_desk.directory.labels import Labels, labels_of
from service_desk.directory.roles import Role


class Nature(StrEnum):
    """What somebody wants from us; independent of the category (domain.md §4)."""

    INQUIRY = "inquiry"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    INVALID = "invalid"


class OwnerLevel(StrEnum):
    """Who may lead: a department, the village as a helper, or the village itself."""

    DEPT = "dept"
    ASSIST = "assist"
    SELF = "self"


@dataclass(frozen=True, slots=True)
class Category:
    """A group (`ELDER`) or one of its subcategories (`ELDER-03`).

    `group` of a group is its own code; `example` and `icon` belong to the group.
    `around_the_clock` items run on the wall clock, `restricted` ones are need-to-know.
    """

    code: str
    group: str
    labels: Labels
    example: Labels
    icon: str
    lead_role: Role
    co_roles: tuple[Role, ...]
    level: OwnerLevel
    nature: Nature
    around_the_clock: bool
    restricted: bool

    @property
    def is_group(self) -> bool:
        return self.code == self.group


def _category(row: Mapping[str, Any], group: Mapping[str, Any]) -> Category:
    return Category(
        code=row["code"],
        group=group["code"],
        labels=labels_of(row),
        example=labels_of(group["example"]),
        icon=group["icon"],
        lead_role=Role(row["lead"]),
        co_roles=tuple(Role(role) for role in row["co"]),
        level=OwnerLevel(row["level"]),
        nature=Nature(row.get("nature", Nature.HELP)),
        around_the_clock=bool(row.get("around_the_clock", False)),
        restricted=bool(row.get("restricted", False)),
    )


def _rows() -> Iterable[Category]:
    path = Path(__file__).parent / "data" / "categories.json"
    for group in json.loads(path.read_text("utf-8")):
        yield _category(group, group)
        for row in group["subs"]:
            yield _category(row, group)


_BY_CODE = {category.code: category for category in _rows()}
_GROUPS = tuple(category for category in _BY_CODE.values() if category.is_group)
_SUBS = {
    group.code: tuple(
        each for each in _BY_CODE.values() if each.group == group.code and not each.is_group
    )
    for group in _GROUPS
}

CODES = frozenset(_BY_CODE)
GROUP_CODES = frozenset(_SUBS)
RESTRICTED_CODES = frozenset(code for code, each in _BY_CODE.items() if each.restricted)


def category(code: str) -> Category:
    """The group or subcategory of this code; KeyError when there is none."""
    return _BY_CODE[code]


def group_of(code: str) -> str:
    """`ELDER-03` to `ELDER`; a group is its own; KeyError for an unknown code."""
    return _BY_CODE[code].group


def groups() -> tuple[Category, ...]:
    """The groups in the order in which they are offered."""
    return _GROUPS


def subcategories(group: str) -> tuple[Category, ...]:
    """The subcategories of a group code, in order; empty where it has none."""
    return _SUBS[group]


def all_categories() -> tuple[Category, ...]:
    """Every group followed by its subcategories."""
    return tuple(_BY_CODE.values())


def label(code: str, language: str) -> str:
    """The name of a group or subcategory in `language` (`zh_Hans_CN`, `bo`, `en`)."""
    return _BY_CODE[code].labels.in_language(language)
