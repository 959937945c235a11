"""Who is told at which step of a promise, and who decides what (pure; domain.md §6).

Each step tells everybody whom the one before it told, and more: so whoever starts late tells
only of the newest, and nobody misses anything.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from service_desk.accounts.reach import Reach
from service_desk.casework.rules import ledgers
from service_desk.foundation.access import Permission
from service_desk.service_requests.lifecycle import Urgency
from service_desk.service_requests.models import ApprovalKind
from service_desk.service_requests.schedule import Step

Decides = Mapping[ApprovalKind, Sequence[str]]
"""The areas, all below them included, in which somebody decides proposals of a kind."""

WORKER, LEAD, COUNTY, PREFECTURE = 1, 2, 3, 4
"""How many rungs up: who does the work, the township's lead, the county's supervisor, the
prefecture's dispatcher."""

RUNGS: Mapping[Urgency, Mapping[Step, int]] = {
    Urgency.P2: {Step.HALF: WORKER, Step.MOST: LEAD, Step.DUE: LEAD, Step.AFTER: COUNTY},
    Urgency.P1: {Step.HALF: WORKER, Step.MOST: LEAD, Step.DUE: COUNTY, Step.AFTER: PREFECTURE},
    Urgency.P0: {Step.HALF: LEAD, Step.MOST: COUNTY, Step.DUE: PREFECTURE, Step.AFTER: PREFECTURE},
}


def rungs(urgency: Urgency, step: Step, called: bool) -> int:
    """How many rungs are told. None while everybody is `called` out to a danger anyhow."""
    return 0 if called else RUNGS[urgency][step]


def is_late(step: Step) -> bool:
    """Whether the due time has come."""
    return step in (Step.DUE, Step.AFTER)


def decided_by(reach: Reach) -> Decides:
    """Which proposals wait for this person, and where: a lead's are more than a dispatcher's, and
    what goes on the ledger is a county's to decide (as casework.rules.standing has it)."""
    found = {
        ApprovalKind.RETURN: reach.areas_of(Permission.DISPATCH),
        ApprovalKind.EXTENSION: reach.areas_of(Permission.APPROVE),
        ApprovalKind.DEFERRAL: ledgers(reach),
    }
    return {kind: areas for kind, areas in found.items() if areas}
