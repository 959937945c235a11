"""A year of duty turns for the demo: in every township two people a week, the prefecture's one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from service_desk.accounts.models import DutyTurn
from service_desk.directory.areas import PREFECTURE
from service_desk.directory.roles import Role
from service_desk.foundation.clock import SHANGHAI, local
from service_desk.foundation.database import session

WEEKS = 53
HANDOVER = time(8, 30, tzinfo=SHANGHAI)
TAKE_TURNS = (Role.POLICE_STATION, Role.DISPATCHER, Role.CIVIL_OFFICER, Role.SERVICE_CENTRE)
TOGETHER = 2
Place = tuple[Role, str]


def load_duty(users: Mapping[Place, int], at: datetime) -> None:
    """Turns from Monday of this week on, handed over at 08:30 local time."""
    session.execute(sa.insert(DutyTurn), list(_turns(users, at)))


def _turns(users: Mapping[Place, int], at: datetime) -> Iterator[dict[str, Any]]:
    today = local(at).date()
    monday = datetime.combine(today - timedelta(days=today.weekday()), HANDOVER)
    first = monday if monday <= at else monday - timedelta(weeks=1)
    teams = dict(_teams(users))
    for week in range(WEEKS + 1):
        starts_at = first + timedelta(weeks=week)
        for area_code, team in teams.items():
            for rank in range(min(TOGETHER, len(team))):
                yield {
                    "area_code": area_code,
                    "user_id": team[(week + rank) % len(team)],
                    "starts_at": starts_at,
                    "ends_at": starts_at + timedelta(weeks=1),
                    "rank": rank,
                }


def _teams(users: Mapping[Place, int]) -> Iterator[tuple[str, list[int]]]:
    """Who takes turns in each township, and at the prefecture."""
    for role, area_code in users:
        if role is Role.POLICE_STATION:
            places = ((each, area_code) for each in TAKE_TURNS)
            yield area_code, [users[place] for place in places if place in users]
    yield PREFECTURE, [users[Role.DISPATCHER, PREFECTURE]]
