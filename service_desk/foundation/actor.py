"""Who does something: a resident, a member of staff, or the desk itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """Whose act a timeline entry is."""

    RESIDENT = "resident"
    STAFF = "staff"
    SYSTEM = "system"


@dataclass(frozen=True)
class Actor:
    """`user_id` is set for staff only."""

    kind: ActorKind
    user_id: int | None = None

    @classmethod
    def staff(cls, user_id: int) -> Actor:
        return cls(ActorKind.STAFF, user_id)


RESIDENT = Actor(ActorKind.RESIDENT)
SYSTEM = Actor(ActorKind.SYSTEM)
