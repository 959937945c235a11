"""The limits of one step as a place has them, row by row (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from service_desk.directory.areas import PREFECTURE
from service_desk.service_clock.policies import Policy, PolicyKind
from service_desk.service_clock.policy_changes import Slot, by_slot


class Row(NamedTuple):
    """One limit of a step as a place has it: its `own` comes before the prefecture's."""

    slot: Slot
    common: Policy | None
    own: Policy | None
    policy: Policy


def rows_of(policies: Iterable[Policy], kind: PolicyKind, area_code: str) -> list[Row]:
    """The limits of a step that hold in a place: danger first, what is special last."""
    of_step = [each for each in policies if each.kind is kind]
    common = by_slot(of_step, PREFECTURE)
    own = {} if area_code == PREFECTURE else by_slot(of_step, area_code)
    slots = sorted({*common, *own}, key=_order)
    in_force = common | own
    return [Row(slot, common.get(slot), own.get(slot), in_force[slot]) for slot in slots]


def _order(slot: Slot) -> tuple[str, str, str, bool]:
    always = slot.around_the_clock is not None
    return slot.category or "", slot.urgency or "P9", slot.nature or "", always
