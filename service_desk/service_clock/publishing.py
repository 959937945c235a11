"""Publishes limits: what gets shorter at once, what may lengthen a deadline by two people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import sqlalchemy as sa

from service_desk.audit.service import record
from service_desk.directory.areas import PREFECTURE, AreaLevel
from service_desk.directory.queries import places
from service_desk.foundation.database import session
from service_desk.foundation.faults import Forbidden, NotFound, Refused, StaleEdit
from service_desk.foundation.localisation import gettext as _
from service_desk.service_clock.in_force import in_force
from service_desk.service_clock.models import PolicyProposal, PolicyVersion
from service_desk.service_clock.policies import Policy, PolicyKind
from service_desk.service_clock.policy_changes import (
    Edit,
    Effect,
    Slot,
    applied,
    differences,
    effects,
    missing,
    needs_second,
    wrong_with,
)
from service_desk.service_clock.service import add_policies
from service_desk.service_clock.walk import Clock


@dataclass(frozen=True, slots=True)
class Draft:
    """Limits of one place as somebody wants them, made looking at `version`."""

    area_code: str
    version: int
    edits: tuple[Edit, ...]
    note: str


class Plan(NamedTuple):
    """What a draft would do."""

    before: Sequence[Policy]
    after: Sequence[Policy]
    effects: Sequence[Effect]

    @property
    def second(self) -> bool:
        """Whether another person has to agree."""
        return any(needs_second(each) for each in self.effects)


class Submitted(NamedTuple):
    """What became of a draft: a version in force, or a proposal that waits."""

    version: int | None
    proposal: int | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A second person's yes or no, given looking at `version`."""

    approved: bool
    reason: str
    version: int


def plan(draft: Draft) -> Plan:
    """What the draft would do now; writes nothing.

    Raises StaleEdit when another version is in force than it was made on, Refused when it
    changes nothing, or is wrong in itself or as a whole.
    """
    rules = in_force(draft.area_code)
    if rules.policy_version != draft.version:
        raise StaleEdit
    after = applied(rules.policies, draft.area_code, draft.edits)
    areas = _areas(draft.area_code)
    if not differences(rules.policies, after):
        raise Refused(_("Nothing is changed."))
    _refuse_wrong(after, areas)
    return Plan(rules.policies, after, effects(rules.policies, after, areas))


def _areas(area_code: str) -> tuple[str, ...]:
    """Where it matters what a place's limits say: a county's only there."""
    if area_code != PREFECTURE:
        return (area_code,)
    counties = (each.code for each in places().values() if each.level is AreaLevel.COUNTY)
    return (PREFECTURE, *counties)


def _refuse_wrong(policies: Sequence[Policy], areas: Sequence[str]) -> None:
    if any(wrong_with(each) for each in policies if not each.id):
        raise Refused(_("A limit is not possible like this. Nothing was changed."))
    if next(missing(policies, areas), None) is not None:
        raise Refused(_("Some requests would be left without a limit. Nothing was changed."))


def submit(draft: Draft, actor_id: int, at: datetime) -> Submitted:
    """In force at once, or waiting for a second person where a deadline may get longer."""
    _queue_up()
    found = plan(draft)
    if found.second:
        return Submitted(None, _propose(draft, actor_id, at))
    return Submitted(_publish(found, draft, actor_id, at), None)


def _queue_up() -> None:
    """The first version's row is what writers queue for."""
    session.execute(
        sa.select(PolicyVersion.id).order_by(PolicyVersion.id).limit(1).with_for_update()
    )


def _publish(found: Plan, draft: Draft, actor_id: int, at: datetime) -> int:
    new_id = add_policies(found.after, draft.note, actor_id, at)
    _record("policies_changed", f"policies:{new_id}", actor_id, draft, at)
    return new_id


def _propose(draft: Draft, actor_id: int, at: datetime) -> int:
    proposal = PolicyProposal(
        area_code=draft.area_code,
        version_id=draft.version,
        edits=written(draft.edits),
        note=draft.note,
        proposed_by=actor_id,
        proposed_at=at,
    )
    session.add(proposal)
    session.flush()
    _record("policies_proposed", f"policy-proposal:{proposal.id}", actor_id, draft, at)
    return proposal.id


def _record(action: str, subject: str, actor_id: int | None, draft: Draft, at: datetime) -> None:
    details = {
        "area": draft.area_code,
        "previous": draft.version,
        "changes": written(draft.edits),
    }
    record(action, actor_id, subject, details, at)


def draft_of(proposal: PolicyProposal, version: int) -> Draft:
    """A proposal as a draft on the version that is in force meanwhile."""
    return Draft(proposal.area_code, version, read(proposal.edits), proposal.note)


def decide(proposal_id: int, verdict: Verdict, actor_id: int, at: datetime) -> PolicyProposal:
    """Raises Forbidden for the proposer, StaleEdit when it is decided already or other limits
    came in force since the decider looked, Refused when it can no longer be done."""
    _queue_up()
    proposal = session.get(PolicyProposal, proposal_id, with_for_update=True)
    if proposal is None:
        raise NotFound
    if actor_id == proposal.proposed_by:
        raise Forbidden
    if proposal.decided_at is not None:
        raise StaleEdit
    proposal.decided_by, proposal.decided_at = actor_id, at
    proposal.approved, proposal.reason = verdict.approved, verdict.reason
    session.flush()
    _carry_out(proposal, verdict, actor_id, at)
    return proposal


def _carry_out(proposal: PolicyProposal, verdict: Verdict, actor_id: int, at: datetime) -> None:
    draft = draft_of(proposal, verdict.version)
    subject = f"policy-proposal:{proposal.id}"
    if not verdict.approved:
        _record("policies_refused", subject, actor_id, draft, at)
        return
    new_id = add_policies(plan(draft).after, draft.note, proposal.proposed_by, at)
    _record("policies_approved", subject, actor_id, draft, at)
    _record("policies_changed", f"policies:{new_id}", actor_id, draft, at)


def written(edits: Sequence[Edit]) -> list[list[Any]]:
    """Edits as JSON: the slot's five values, the clock and the amount."""
    return [[*edit.slot, edit.clock, edit.amount] for edit in edits]


def read(rows: Sequence[Sequence[Any]]) -> tuple[Edit, ...]:
    """The reverse of `written`."""
    return tuple(_edit(*row) for row in rows)


def _edit(kind: str, *rest: Any) -> Edit:
    *place, clock, amount = rest
    return Edit(Slot(PolicyKind(kind), *place), Clock(clock) if clock else None, amount)
