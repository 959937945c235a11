"""What a first visitor finds: three months of work, and a handful of requests of today.

Today's are taken in by the intake like any other, so that texts, clocks and pages are real:
one danger that nobody has acknowledged, one due soon, one overdue, one at an empty post.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from service_desk.accounts.models import Absence, Grant, Post
from service_desk.casework.service import claim
from service_desk.directory.roles import Role
from service_desk.foundation.actor import Actor
from service_desk.foundation.clock import local
from service_desk.foundation.database import session
from service_desk.intake.service import Submission, submit
from service_desk.operations.demo_load import Wanted, full_hour, has_requests, load_requests
from service_desk.operations.demo_people import BEIMEN
from service_desk.operations.demo_stations import load_station_days
from service_desk.operations.demo_words import CHINESE, FIRST_RESIDENT, invented_words
from service_desk.service_requests.lifecycle import Channel
from service_desk.service_requests.models import ContactPreference
from service_desk.service_requests.service import for_change

SAMPLE, MONTHS, SEED = 300, 3, 533400
AWAY_DAYS = 14
UNHURRIED = timedelta(minutes=40)


def load_sample(at: datetime) -> bool:
    """Only into a desk without requests; whether anything was written."""
    if has_requests():
        return False
    for _ in load_requests(Wanted(SAMPLE, MONTHS, SEED, full_hour(at))):
        pass
    _send_away(Role.VILLAGE_DOCTOR, BEIMEN, at)
    load_station_days(at)
    for number, row in enumerate(invented_words()["today"], start=1):
        _take_in(number, row, at)
    return True


def _send_away(role: Role, area_code: str, at: datetime) -> None:
    """The holder of a post is on leave and nobody stands in: a vacancy."""
    today = local(at).date()
    holders = sa.select(Grant.user_id).join(Post, Post.id == Grant.post_id)
    for user_id in session.scalars(holders.where(Post.role == role, Post.area_code == area_code)):
        leave = {"first_day": today - timedelta(days=1), "substitute_id": None}
        last_day = today + timedelta(days=AWAY_DAYS)
        session.execute(sa.insert(Absence).values(user_id=user_id, last_day=last_day, **leave))


def _take_in(number: int, row: dict[str, Any], at: datetime) -> None:
    came = at - timedelta(minutes=row["minutes"])
    opened = submit(
        Submission(
            channel=Channel.WEB,
            external_id=f"demo-today:{number}",
            area_code=row["area"],
            description=row["words"],
            language=CHINESE,
            contact_preference=ContactPreference.PHONE,
            phone=f"+86{FIRST_RESIDENT - number}",
            category=row["category"],
            danger=row.get("danger", False),
            address=row["address"],
            silent=True,
        ),
        came,
    )
    if row.get("claimed"):
        request = for_change(opened.request_id)
        claim(request, Actor.staff(request.owner_user_id or 0), came + UNHURRIED)
