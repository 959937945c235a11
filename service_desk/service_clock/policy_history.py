"""Reads what the limits were and what waits to be decided."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.service_clock.in_force import Known, policies_of
from service_desk.service_clock.models import PolicyProposal, PolicyVersion
from service_desk.service_clock.policy_changes import Difference, differences, own_area

VERSIONS_SHOWN = 20


class Published(NamedTuple):
    """A version of the limits, and what it said otherwise than the one before."""

    version: PolicyVersion
    changes: Sequence[Difference]


def published(area_code: str) -> list[Published]:
    """The versions that changed what holds in a place, newest first, and the very first one;
    looks through the newest VERSIONS_SHOWN."""
    query = sa.select(PolicyVersion).order_by(PolicyVersion.id.desc()).limit(VERSIONS_SHOWN + 1)
    versions = list(session.scalars(query))
    found = [Published(new, _changes(old, new, area_code)) for new, old in pairwise(versions)]
    first = [Published(versions[-1], ())] if 0 < len(versions) <= VERSIONS_SHOWN else []
    return [*(each for each in found if each.changes), *first]


def _changes(old: PolicyVersion, new: PolicyVersion, area_code: str) -> list[Difference]:
    ours = (None, own_area(area_code))
    before, after = (policies_of(Known(each.id, each.stamp)) for each in (old, new))
    return [each for each in differences(before, after) if each.area_code in ours]


def waiting() -> Sequence[PolicyProposal]:
    """Proposals that nobody has decided, oldest first."""
    query = sa.select(PolicyProposal).where(PolicyProposal.decided_at.is_(None))
    return session.scalars(query.order_by(PolicyProposal.id)).all()
