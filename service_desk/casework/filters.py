"""What a reader of the queue asks for (pure): read from the address, written back into links."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import StrEnum

from service_desk.directory import areas, categories
from service_desk.service_requests.lifecycle import OPEN, State, Urgency


class Scope(StrEnum):
    """Mine and my posts', or everything open that I may see."""

    MINE = "mine"
    AREA = "area"


class Due(StrEnum):
    """How close the soonest promise is."""

    OVERDUE = "overdue"
    HOUR = "hour"
    DAY = "day"


SPANS = {Due.HOUR: timedelta(hours=1), Due.DAY: timedelta(hours=24)}
UNCLAIMED = "unclaimed"
UNCLAIMED_STATES = (State.RECEIVED, State.ASSIGNED)
STATES = (UNCLAIMED, State.ACCEPTED, State.REWORK, State.WAITING, State.DEFERRED)


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty means no wish. `area` is a 12-digit code that stands for all below it."""

    scope: str = Scope.MINE
    state: str = ""
    urgency: str = ""
    category: str = ""
    area: str = ""
    due: str = ""
    owner: str = ""
    post: str = ""
    vacancy: str = ""
    silent: str = ""

    def with_(self, **wishes: str) -> Filters:
        return replace(self, **wishes)

    def wishes(self) -> dict[str, str]:
        """What is asked for beyond the whole list of mine."""
        told = ((name, getattr(self, name)) for name in _NAMES)
        return {name: value for name, value in told if value and (name, value) != _DEFAULT}

    def narrowed(self) -> bool:
        """Whether anything but the scope is asked for."""
        return bool(self.wishes().keys() - {"scope"})

    def address(self, path: str = "/queue", **more: object) -> str:
        """A link with these wishes; they are codes and digits, so nothing needs quoting."""
        query = "&".join(f"{name}={value}" for name, value in (self.wishes() | more).items())
        return f"{path}?{query}" if query else path


_NAMES = tuple(Filters.__dataclass_fields__)
_DEFAULT = ("scope", Scope.MINE)
_ALLOWED: dict[str, frozenset[str]] = {
    "scope": frozenset(Scope),
    "state": frozenset({UNCLAIMED, *OPEN}),
    "urgency": frozenset(Urgency),
    "category": categories.GROUP_CODES,
    "due": frozenset(Due),
    "vacancy": frozenset("y"),
    "silent": frozenset("y"),
}


def read(arguments: Mapping[str, str]) -> Filters:
    """The wishes of a query string; a value that does not exist is no wish."""
    kept = {
        name: arguments[name]
        for name in _NAMES
        if name in arguments and _sensible(name, arguments[name])
    }
    return Filters(**kept)


def _sensible(name: str, value: str) -> bool:
    if name == "area":
        return areas.is_code(value)
    if name in ("owner", "post"):
        return value.isascii() and value.isdigit() and len(value) <= 9
    return value in _ALLOWED[name]
