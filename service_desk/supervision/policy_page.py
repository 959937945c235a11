"""The limits of a place as their pages show them: ready values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from service_desk.accounts import queries as staff
from service_desk.accounts.reach import Reach
from service_desk.casework.wording import day_and_time
from service_desk.directory.areas import PREFECTURE, AreaLevel
from service_desk.directory.queries import area_named, places
from service_desk.foundation.access import Permission
from service_desk.foundation.localisation import gettext as _
from service_desk.service_clock.in_force import in_force
from service_desk.service_clock.models import PolicyProposal
from service_desk.service_clock.policies import Policy, PolicyKind
from service_desk.service_clock.policy_changes import (
    Difference,
    Effect,
    by_slot,
    needs_second,
    slot_of,
)
from service_desk.service_clock.policy_history import Published, published, waiting
from service_desk.service_clock.policy_rows import Row, rows_of
from service_desk.service_clock.publishing import Plan
from service_desk.service_clock.service import FROM_HANDBOOK
from service_desk.supervision import policy_figures
from service_desk.supervision.policy_figures import MOST, Count
from service_desk.supervision.policy_words import HINTS, STEPS, amount_text, joined, slot_text

Values = dict[str, Any]


def decides_limits(reach: Reach, area_code: str) -> bool:
    """Whether this person may agree to longer limits of a place: who may change them, or who
    dispatches for the whole prefecture. Never the proposer; the service sees to that."""
    everywhere = any(area.lo == PREFECTURE for area in reach.areas)
    by_role = area_code in reach.limits or PREFECTURE in reach.limits
    return by_role or (everywhere and reach.may(Permission.DISPATCH))


def values(area_code: str, reach: Reach, at: datetime) -> Values:
    """Everything on the page of a place's limits."""
    policies = in_force(area_code).policies
    return {
        "area": area_code,
        "place": area_named(area_code),
        "county": area_code != PREFECTURE,
        "others": [(code, area_named(code)) for code in reach.limits if code != area_code],
        "steps": [_step(kind, policies, area_code) for kind in STEPS],
        "waiting": _proposals(_to_see(reach), at),
        "history": _history(published(area_code), at),
    }


def _step(kind: PolicyKind, policies: Sequence[Policy], area_code: str) -> Values:
    rows = rows_of(policies, kind, area_code)
    return {
        "kind": kind.value,
        "title": STEPS[kind],
        "hint": HINTS[kind],
        "rows": [_row(row, policies, area_code) for row in rows],
    }


def _row(row: Row, policies: Sequence[Policy], area_code: str) -> Values:
    counties = _counties(row, policies) if area_code == PREFECTURE else ""
    return {
        "for": slot_text(row.slot),
        "limit": amount_text(row.policy),
        "own": row.own is not None,
        "common": amount_text(row.common),
        "counties": counties,
    }


def _counties(row: Row, policies: Sequence[Policy]) -> str:
    """Which counties have a limit of their own instead, and what it is."""
    codes = [code for code, each in places().items() if each.level is AreaLevel.COUNTY]
    found = ((code, by_slot(policies, code).get(row.slot)) for code in codes)
    told = (f"{area_named(code)}: {amount_text(own)}" for code, own in found if own)
    return _("; ").join(told)


def _to_see(reach: Reach) -> list[PolicyProposal]:
    return [each for each in waiting() if decides_limits(reach, each.area_code)]


def to_decide(reach: Reach, at: datetime) -> list[Values]:
    """Proposals that wait for this person's word: not those they made themselves."""
    found = [each for each in _to_see(reach) if each.proposed_by != reach.user_id]
    return _proposals(found, at)


def _proposals(found: Sequence[PolicyProposal], at: datetime) -> list[Values]:
    people = _people(each.proposed_by for each in found)
    return [_proposal(each, people, at) for each in found]


def _people(user_ids: Iterable[int | None]) -> Mapping[int, str]:
    """All their names with one question."""
    return staff.names({each for each in user_ids if each})


def _proposal(proposal: PolicyProposal, people: Mapping[int, str], at: datetime) -> Values:
    return {
        "href": f"/admin/policies/proposals/{proposal.id}",
        "place": area_named(proposal.area_code),
        "note": proposal.note,
        "who": _name(proposal.proposed_by, people),
        "when": day_and_time(proposal.proposed_at, at),
    }


def proposal_values(proposal: PolicyProposal, at: datetime) -> Values:
    """One proposal: who wants it, why, and what became of it."""
    decided, people = proposal.decided_at, _people((proposal.proposed_by, proposal.decided_by))
    return _proposal(proposal, people, at) | {
        "decided": decided is not None,
        "state": _("Approved") if proposal.approved else _("Refused"),
        "reason": proposal.reason,
        "decider": _name(proposal.decided_by, people),
        "decided_when": day_and_time(decided, at) if decided else "",
    }


def _name(user_id: int | None, people: Mapping[int, str]) -> str:
    return people.get(user_id, "") if user_id else _("The desk itself")


def _history(found: Sequence[Published], at: datetime) -> list[Values]:
    people = _people(each.version.created_by for each in found)
    return [_version(each, people, at) for each in found]


def _version(each: Published, people: Mapping[int, str], at: datetime) -> Values:
    version = each.version
    return {
        "id": version.id,
        "when": day_and_time(version.created_at, at),
        "who": _name(version.created_by, people),
        "note": _("The handbook's limits") if version.note == FROM_HANDBOOK else version.note,
        "changes": [change_text(change) for change in each.changes],
    }


def change_text(change: Difference) -> str:
    """`Resolution · Ordinary · Question: 3 working days → 2 working days (香格里拉市)`."""
    place = area_named(change.area_code or PREFECTURE)
    what = joined([str(STEPS[change.slot.kind]), slot_text(change.slot)])
    before, after = _side(change, change.before), _side(change, change.after)
    return f"{what}: {before} → {after} ({place})"


def _side(change: Difference, policy: Policy | None) -> str:
    if policy is None and change.area_code is not None:
        return _("the prefecture's value")
    return amount_text(policy)


def preview(plan: Plan, area_code: str, at: datetime) -> Values:
    """What a plan would change: for whom, from what to what, and what it would have meant."""
    found = policy_figures.tally(plan, area_code, at)
    return {
        "lines": [_effect(each, found.counts.get(each)) for each in plan.effects],
        "second": plan.second,
        "counted": bool(found.counts),
        "capped": MOST if found.capped else 0,
    }


def _effect(effect: Effect, count: Count | None) -> Values:
    before, after = effect
    kind = PolicyKind(policy_figures.kind_of(effect))
    return {
        "step": STEPS[kind],
        "for": _for(effect),
        "before": amount_text(before),
        "after": amount_text(after),
        "longer": needs_second(effect),
        "count": count,
    }


def _for(effect: Effect) -> str:
    """For whom; where another limit steps in, which one it was until now."""
    before, after = (slot_text(slot_of(each)) if each else "" for each in effect)
    if not after or before in ("", after):
        return after or before
    return _("%(new)s (until now: %(old)s)", new=after, old=before)
