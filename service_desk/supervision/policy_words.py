"""What limits are called: steps, for whom, how long; in the words of domain.md §5-6."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from service_desk.directory.categories import label
from service_desk.foundation.localisation import current
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.localisation import lazy_gettext as _l
from service_desk.service_clock.policies import Policy, PolicyKind
from service_desk.service_clock.policy_changes import CLOCKS, Slot
from service_desk.service_clock.walk import Clock
from service_desk.triage.wording import NATURES, URGENCIES

HOUR, DAY = 60, 24 * 60
_NATURES = {nature.value: text for nature, text in NATURES.items()}
_URGENCIES = {urgency.value: text for urgency, text in URGENCIES.items()}


class Unit(NamedTuple):
    """What an amount is typed in: how many of its clock's minutes, or days, one is."""

    clock: Clock
    size: int


UNITS = {
    "service_hours": Unit(Clock.SERVICE_HOUR, HOUR),
    "service_minutes": Unit(Clock.SERVICE_HOUR, 1),
    "working_days": Unit(Clock.WORKING_DAY, 1),
    "minutes": Unit(Clock.WALL, 1),
    "hours": Unit(Clock.WALL, HOUR),
    "days": Unit(Clock.WALL, DAY),
}
UNIT_NAMES = {
    "service_hours": _l("service hours"),
    "service_minutes": _l("service minutes"),
    "working_days": _l("working days"),
    "minutes": _l("minutes, around the clock"),
    "hours": _l("hours, around the clock"),
    "days": _l("days, around the clock"),
}
AMOUNTS = {
    "service_hours": _l("%(n)s service hours"),
    "service_minutes": _l("%(n)s service minutes"),
    "working_days": _l("%(n)s working days"),
    "minutes": _l("%(n)s minutes, around the clock"),
    "hours": _l("%(n)s hours, around the clock"),
    "days": _l("%(n)s days, around the clock"),
}
ONE = {
    "service_hours": _l("1 service hour"),
    "service_minutes": _l("1 service minute"),
    "working_days": _l("1 working day"),
    "minutes": _l("1 minute, around the clock"),
    "hours": _l("1 hour, around the clock"),
    "days": _l("1 day, around the clock"),
}
STEPS = {
    PolicyKind.DANGER_LOOK: _l("Human look for danger"),
    PolicyKind.CATEGORY_CHECK: _l("Category check"),
    PolicyKind.DISPATCH: _l("Dispatch"),
    PolicyKind.SIGN: _l("Signing for it"),
    PolicyKind.FIRST_RESPONSE: _l("First response"),
    PolicyKind.MAKE_SAFE: _l("Making it safe"),
    PolicyKind.RETURN: _l("Return to the dispatcher"),
    PolicyKind.RESOLUTION: _l("Resolution"),
    PolicyKind.EXTENSION: _l("Extension, at most"),
    PolicyKind.WAITING: _l("Waiting for the resident, at most"),
    PolicyKind.FOLLOW_UP: _l("Follow-up"),
    PolicyKind.REWORK: _l("Rework"),
    PolicyKind.RATING_WINDOW: _l("Rating, open for"),
    PolicyKind.REOPEN: _l("Reopening, open for"),
    PolicyKind.SILENT: _l("Nobody touched it"),
    PolicyKind.REVIEW: _l("Review of what is deferred"),
}
"""In the order in which a request meets them."""
HINTS = {
    PolicyKind.DANGER_LOOK: _l("From its arrival until a person has read the words."),
    PolicyKind.CATEGORY_CHECK: _l("From its arrival until a person has checked the category."),
    PolicyKind.DISPATCH: _l("From its arrival until it lies with a post."),
    PolicyKind.SIGN: _l("From its assignment until the post signs for it."),
    PolicyKind.FIRST_RESPONSE: _l("From its arrival until a person has reached the resident."),
    PolicyKind.MAKE_SAFE: _l("From its arrival until nobody is in danger any more."),
    PolicyKind.RETURN: _l("From its assignment; later it cannot be returned. Never in danger."),
    PolicyKind.RESOLUTION: _l("From its arrival until it is done."),
    PolicyKind.EXTENSION: _l("Once, with the lead's approval. Never in danger."),
    PolicyKind.WAITING: _l("Then it goes back to work, with a task to ask again."),
    PolicyKind.FOLLOW_UP: _l("From its resolution until somebody else has asked the resident."),
    PolicyKind.REWORK: _l("From a bad rating or a reopening until it is done."),
    PolicyKind.RATING_WINDOW: _l("From its resolution; then it is closed without a rating."),
    PolicyKind.REOPEN: _l("From its closing; the resident may reopen it once."),
    PolicyKind.SILENT: _l("After so long without an entry the supervisor is told."),
    PolicyKind.REVIEW: _l("How often the supervisor looks again at what is deferred."),
}


def unit_of(policy: Policy) -> str:
    """The largest unit in which its amount is whole; a day of wall time only from two on."""
    fitting = [name for name, unit in UNITS.items() if unit.clock is policy.clock]
    if policy.clock is Clock.WALL and policy.amount < 2 * DAY:
        fitting.remove("days")
    whole = [name for name in fitting if policy.amount % UNITS[name].size == 0]
    return max(whole, key=lambda name: UNITS[name].size)


def amount_of(policy: Policy) -> int:
    """The amount in that unit."""
    return policy.amount // UNITS[unit_of(policy)].size


def amount_text(policy: Policy | None) -> str:
    """`8 service hours`, `15 minutes, around the clock`; also where there is no limit."""
    if policy is None:
        return _("no limit")
    if policy.clock is Clock.WORKING_DAY and policy.amount == 0:
        return _("the same day, until closing time")
    words = ONE if amount_of(policy) == 1 else AMOUNTS
    return str(words[unit_of(policy)]) % {"n": amount_of(policy)}


def units_for(kind: PolicyKind) -> list[str]:
    """The units that make sense for a step, the usual one first."""
    return [name for clock in CLOCKS[kind] for name, unit in UNITS.items() if unit.clock is clock]


def slot_text(slot: Slot) -> str:
    """For whom a limit is: `Ordinary · Complaint · ELDER-03 Meals`."""
    parts = [
        str(_URGENCIES[slot.urgency]) if slot.urgency else "",
        str(_NATURES[slot.nature]) if slot.nature else "",
        f"{slot.category} {label(slot.category, current())}" if slot.category else "",
        "" if slot.around_the_clock is None else _items(slot.around_the_clock),
    ]
    return joined(parts) or _("All requests")


def _items(around_the_clock: bool) -> str:
    return _("24-hour items") if around_the_clock else _("Other than 24-hour items")


def joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)
