"""How long each step may take, and which rule fits a request (pure; domain.md §6).

`DEFAULTS` is what a new desk starts with; the rows in the database are what counts. All
numbers are proposals of the handbook, none is law.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from service_desk.directory.areas import PREFECTURE, county_of
from service_desk.directory.categories import CODES, Nature, category
from service_desk.service_clock.walk import Clock


class PolicyKind(StrEnum):
    """The steps that have a limit; `make_safe` is what P0 owes before everything else.

    After `silent` without a touch a supervisor is told; `review` is how often what is deferred is
    looked at again.
    """

    FIRST_RESPONSE = "first_response"
    RESOLUTION = "resolution"
    MAKE_SAFE = "make_safe"
    DANGER_LOOK = "danger_look"
    CATEGORY_CHECK = "category_check"
    DISPATCH = "dispatch"
    SIGN = "sign"
    RETURN = "return"
    EXTENSION = "extension"
    WAITING = "waiting"
    FOLLOW_UP = "follow_up"
    REWORK = "rework"
    REOPEN = "reopen"
    RATING_WINDOW = "rating_window"
    SILENT = "silent"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Matter:
    """What decides a limit: the step (a PolicyKind's value) and what is known of a request.

    `category` is a group or sub code, or None while nobody has chosen one. Without an
    `area_code` only what holds for the whole prefecture fits.
    """

    kind: str
    urgency: str
    nature: str
    category: str | None
    area_code: str | None = None

    @property
    def around_the_clock(self) -> bool:
        """Whether it is a 24-hour item, which never waits for opening time."""
        return self.category in CODES and category(str(self.category)).around_the_clock


@dataclass(frozen=True, slots=True)
class Policy:
    """One limit: minutes, or working days. What is None fits every request."""

    kind: PolicyKind
    urgency: str | None
    clock: Clock
    amount: int
    nature: str | None = None
    category: str | None = None
    around_the_clock: bool | None = None
    area_code: str | None = None
    id: int = 0
    version: int = 0


NOT_IN_DANGER = frozenset({PolicyKind.RETURN, PolicyKind.EXTENSION})
"""What is never done while somebody is in danger: act first, argue afterwards (domain.md §6)."""


def fits(policy: Policy, matter: Matter) -> bool:
    """Whether the policy's conditions all hold; a group code fits its subcategories."""
    return (
        policy.kind == matter.kind
        and policy.urgency in (None, matter.urgency)
        and policy.nature in (None, matter.nature)
        and policy.category in (None, matter.category, (matter.category or "").split("-")[0])
        and policy.around_the_clock in (None, matter.around_the_clock)
        and policy.area_code in (None, county_of(matter.area_code or PREFECTURE))
    )


def _closeness(policy: Policy, matter: Matter) -> tuple[int, bool, bool, bool, bool, int]:
    """Category before 24-hour mark before nature before urgency; then the county's own row, so
    that a county's rule for all never covers a special one; then the newer row."""
    exact = 0 if policy.category is None else 1 + (policy.category == matter.category)
    return (
        exact,
        policy.around_the_clock is not None,
        policy.nature is not None,
        policy.urgency is not None,
        policy.area_code is not None,
        policy.id,
    )


def pick(policies: Iterable[Policy], matter: Matter) -> Policy | None:
    """The policy that fits most closely; None where a step has no limit or is not allowed."""
    if matter.urgency == "P0" and matter.kind in NOT_IN_DANGER:
        return None
    fitting = [each for each in policies if fits(each, matter)]
    return max(fitting, key=lambda each: _closeness(each, matter), default=None)


# What a new desk starts with, as the table of the handbook has it.
_K, _WALL, _HOURS, _DAYS = PolicyKind, Clock.WALL, Clock.SERVICE_HOUR, Clock.WORKING_DAY

_TABLE = (
    Policy(_K.FIRST_RESPONSE, "P2", _HOURS, 8 * 60),
    Policy(_K.FIRST_RESPONSE, "P2", _WALL, 8 * 60, around_the_clock=True),
    Policy(_K.FIRST_RESPONSE, "P1", _WALL, 2 * 60),
    Policy(_K.FIRST_RESPONSE, "P0", _WALL, 15),
    Policy(_K.RESOLUTION, "P2", _DAYS, 7),
    Policy(_K.RESOLUTION, "P2", _DAYS, 3, nature=Nature.INQUIRY),
    Policy(_K.RESOLUTION, "P2", _DAYS, 7, nature=Nature.HELP),
    Policy(_K.RESOLUTION, "P2", _DAYS, 7, nature=Nature.SUGGESTION),
    Policy(_K.RESOLUTION, "P2", _DAYS, 15, nature=Nature.COMPLAINT),
    Policy(_K.RESOLUTION, "P2", _DAYS, 15, nature=Nature.REPORT),
    Policy(_K.RESOLUTION, "P1", _WALL, 24 * 60),
    Policy(_K.RESOLUTION, "P0", _WALL, 24 * 60),
    Policy(_K.MAKE_SAFE, "P0", _WALL, 2 * 60),
    Policy(_K.DANGER_LOOK, "P2", _WALL, 30),
    Policy(_K.DANGER_LOOK, "P1", _WALL, 15),
    Policy(_K.DANGER_LOOK, "P0", _WALL, 5),
    Policy(_K.CATEGORY_CHECK, "P2", _HOURS, 2 * 60),
    Policy(_K.CATEGORY_CHECK, "P1", _WALL, 15),
    Policy(_K.CATEGORY_CHECK, "P0", _WALL, 5),
    Policy(_K.DISPATCH, "P2", _HOURS, 2 * 60),
    Policy(_K.DISPATCH, "P1", _WALL, 30),
    Policy(_K.DISPATCH, "P0", _WALL, 5),
    Policy(_K.SIGN, "P2", _HOURS, 4 * 60),
    Policy(_K.SIGN, "P1", _WALL, 30),
    Policy(_K.SIGN, "P0", _WALL, 10),
    # No row for P0: act, then argue.
    Policy(_K.RETURN, "P2", _HOURS, 4 * 60),
    Policy(_K.RETURN, "P1", _WALL, 30),
    # At most; none for P0.
    Policy(_K.EXTENSION, "P2", _DAYS, 10),
    Policy(_K.EXTENSION, "P1", _WALL, 24 * 60),
    Policy(_K.WAITING, None, _DAYS, 5),
    Policy(_K.FOLLOW_UP, "P2", _DAYS, 3),
    Policy(_K.FOLLOW_UP, "P1", _DAYS, 1),
    Policy(_K.FOLLOW_UP, "P0", _DAYS, 0),
    Policy(_K.REWORK, "P2", _DAYS, 5),
    Policy(_K.REWORK, "P1", _WALL, 24 * 60),
    Policy(_K.REOPEN, None, _WALL, 15 * 24 * 60),
    Policy(_K.RATING_WINDOW, None, _DAYS, 5),
    Policy(_K.SILENT, None, _DAYS, 3),
    Policy(_K.REVIEW, None, _WALL, 30 * 24 * 60),
)

DEFAULTS: tuple[Policy, ...] = tuple(
    replace(policy, id=number) for number, policy in enumerate(_TABLE, start=1)
)
