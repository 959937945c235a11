"""Small random months, stored as rows and counted again slowly, straight from domain.md §9."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from service_desk.directory.areas import area_range, is_village
from service_desk.feedback.models import Rating, RatingInvitation, RatingSource
from service_desk.foundation.database import session
from service_desk.service_requests.lifecycle import Channel, CloseReason, Nature, State, Urgency
from service_desk.service_requests.models import (
    ClockKind,
    ClockOutcome,
    ContactPreference,
    RequestClock,
    ServiceRequest,
)
from service_desk.service_requests.reference import new_reference

PREFECTURE, COUNTY, TOWNSHIP = "533400000000", "533401000000", "533401101000"
BEIMEN, BENZILAN = "533401101003", "533422102000"
BENZILAN_VILLAGE = "533422102001"
START, END = datetime(2026, 10, 31, 16, tzinfo=UTC), datetime(2026, 11, 30, 16, tzinfo=UTC)
"""November 2026 in Diqing; the end is not part of it."""
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LEVELS = (5, 4, 3, 2, 1)
_keys = count(1)


@dataclass
class Rated:
    cycle: int
    level: int
    at: datetime
    source: RatingSource = RatingSource.WEB


@dataclass
class Invited:
    cycle: int
    at: datetime
    asked: bool = True


@dataclass(kw_only=True)
class Fact:
    """One request as a person would note it down. `due` None: it has no clock."""

    created: datetime = START + DAY
    place: str = BEIMEN
    owner: str = BEIMEN
    lead: str = BEIMEN
    category: str | None = "ELDER-05"
    nature: Nature = Nature.HELP
    urgency: Urgency = Urgency.P2
    restricted: bool = False
    due: datetime | None = START + 2 * DAY
    met: datetime | None = None
    cancelled: bool = False
    minutes: tuple[int, int] | None = None
    resolved: datetime | None = None
    closed: tuple[datetime, CloseReason] | None = None
    ratings: list[Rated] = field(default_factory=list)
    invitations: list[Invited] = field(default_factory=list)


MET = START + 2 * DAY


def done_in_time(minutes: tuple[int, int], level: int) -> Fact:
    """Answered when it was due, resolved, asked about and rated, all at that moment."""
    return Fact(
        due=MET,
        met=MET,
        minutes=minutes,
        resolved=MET,
        ratings=[Rated(1, level, MET)],
        invitations=[Invited(1, MET)],
    )


def store(facts: list[Fact]) -> list[int]:
    """Writes them as rows; gives their ids."""
    requests = [_request(fact) for fact in facts]
    session.add_all(requests)
    session.flush()
    for request, fact in zip(requests, facts, strict=True):
        session.add_all(_around(request.id, fact))
    session.commit()
    return [request.id for request in requests]


def _request(fact: Fact) -> ServiceRequest:
    closed_at, reason = fact.closed or (None, None)
    resolved = State.RESOLVED if fact.resolved else State.ASSIGNED
    return ServiceRequest(
        reference=new_reference(),
        pin_hash="x" * 43,
        channel=Channel.WEB,
        external_id=f"world-{next(_keys)}",
        created_at=fact.created,
        state=State.CLOSED if fact.closed else resolved,
        nature=fact.nature,
        category=fact.category,
        urgency=fact.urgency,
        restricted=fact.restricted,
        area_code=fact.place,
        description="路灯坏了",
        language="zh_Hans_CN",
        contact_preference=ContactPreference.SMS,
        unit_code=fact.owner,
        first_unit_code=fact.owner,
        resolved_at=fact.resolved,
        closed_at=closed_at,
        close_reason=reason,
    )


def _around(request_id: int, fact: Fact) -> list[Any]:
    rows: list[Any] = [
        Rating(request_id=request_id, cycle=r.cycle, level=r.level, source=r.source, at=r.at)
        for r in fact.ratings
    ]
    rows += [
        RatingInvitation(request_id=request_id, cycle=i.cycle, asked=i.asked, invited_at=i.at)
        for i in fact.invitations
    ]
    return [*rows, _clock(request_id, fact)] if fact.due else rows


def _clock(request_id: int, fact: Fact) -> RequestClock:
    assert fact.due is not None
    outcome = ClockOutcome.CANCELLED if fact.cancelled else ClockOutcome.OPEN
    if fact.met:
        outcome = ClockOutcome.ON_TIME if fact.met <= fact.due else ClockOutcome.LATE
    service, wall = fact.minutes or (None, None)
    return RequestClock(
        request_id=request_id,
        kind=ClockKind.FIRST_RESPONSE,
        policy_id=1,
        policy_version=1,
        calendar_version=1,
        started_at=fact.created,
        first_due_at=fact.due,
        due_at=fact.due,
        pauses=[],
        met_at=fact.met,
        outcome=outcome,
        unit_code=fact.lead,
        service_minutes=service,
        wall_minutes=wall,
    )


def slow(facts: list[Fact], area: str, group: str | None, at: datetime) -> dict[str, Any]:
    """The figures of one row, counted one by one."""
    mine = [each for each in facts if _counts_for(each, area) and _about(each, group)]
    due = [each for each in mine if _was_due(each, at)]
    levels = [rated.level for each in mine for rated in _heard(each)]
    asked = [each for each in mine if any(_sent(each))]
    answered = [each for each in asked if any(_answered(each, i) for i in _sent(each))]
    service = sorted(each.minutes[0] for each in due if each.minutes)
    wall = sorted(each.minutes[1] for each in due if each.minutes)
    return {
        "volume": sum(_in(each.created) for each in mine),
        "first_response": {"n": sum(_on_time(each) for each in due), "d": len(due)},
        "median_service_min": statistics.median(service) if service else None,
        "p90_service_min": ninetieth(service),
        "median_wall_min": statistics.median(wall) if wall else None,
        "p90_wall_min": ninetieth(wall),
        "resolved": sum(_in(each.resolved) for each in mine),
        "invited": len(asked),
        "rated": len(levels),
        "ratings": {str(level): levels.count(level) for level in LEVELS},
        "satisfaction": {"n": sum(level >= 3 for level in levels), "d": len(levels)},
        "praise": {"n": sum(level >= 4 for level in levels), "d": len(levels)},
        "rated_of_invited": {"n": len(answered), "d": len(asked)},
    }


def ninetieth(values: list[int]) -> float | None:
    if len(values) < 2:
        return values[0] if values else None
    return statistics.quantiles(values, n=10, method="inclusive")[-1]


def _in(moment: datetime | None) -> bool:
    return moment is not None and START <= moment < END


def _counts_for(fact: Fact, area: str) -> bool:
    """A village: it happened there. Everything above: who led when the answer was due."""
    if is_village(area):
        return fact.place == area
    if area == PREFECTURE:
        return True
    low, high = area_range(area)
    return low <= (fact.lead if fact.due else fact.owner) <= high


def _about(fact: Fact, group: str | None) -> bool:
    return group is None or (fact.category or "OTHER").split("-")[0] == group


def _was_due(fact: Fact, at: datetime) -> bool:
    if not _in(fact.due) or fact.cancelled or fact.nature is Nature.INVALID:
        return False
    if fact.closed and fact.closed[1] is CloseReason.WITHDRAWN and fact.closed[0] <= fact.due:
        return False
    return fact.due <= at or fact.met is not None


def _on_time(fact: Fact) -> bool:
    return fact.met is not None and fact.due is not None and fact.met <= fact.due


def _heard(fact: Fact) -> list[Rated]:
    """The first real rating of a request, if it came this month and nobody was in danger."""
    real = [each for each in fact.ratings if each.source is not RatingSource.DEFAULT]
    first = sorted(real, key=lambda each: each.cycle)[:1]
    if fact.urgency is Urgency.P0 or fact.nature is Nature.INVALID:
        return []
    return [each for each in first if _in(each.at)]


def _sent(fact: Fact) -> list[Invited]:
    return [each for each in fact.invitations if each.asked and _in(each.at)]


def _answered(fact: Fact, invited: Invited) -> bool:
    return any(
        each.cycle == invited.cycle and each.source is not RatingSource.DEFAULT
        for each in fact.ratings
    )


def invent(rng: Random, at: datetime) -> Fact:
    """Any request that could be: around the month's ends, of anybody, anywhere."""
    created = rng.choice(
        [START - MINUTE, START, END - MINUTE, END, START + rng.randrange(43_200) * MINUTE]
    )
    fact = Fact(
        created=created,
        place=rng.choice([BEIMEN, "533401101001", BENZILAN_VILLAGE, TOWNSHIP, PREFECTURE]),
        owner=rng.choice([BEIMEN, TOWNSHIP, BENZILAN, COUNTY, PREFECTURE]),
        lead=rng.choice([BEIMEN, TOWNSHIP, BENZILAN, COUNTY, PREFECTURE]),
        category=rng.choice([None, "ELDER-05", "ELDER", "LEGAL-03", "SAFE-01", "OTHER"]),
        nature=rng.choice([Nature.HELP, Nature.HELP, Nature.COMPLAINT, Nature.INVALID]),
        urgency=rng.choice([Urgency.P2, Urgency.P2, Urgency.P1, Urgency.P0]),
        due=None,
    )
    if rng.random() < 0.85:
        _time(fact, rng)
    if rng.random() < 0.6:
        _finish(fact, rng)
    return fact


def _time(fact: Fact, rng: Random) -> None:
    fact.due = rng.choice([fact.created + rng.randrange(3_000) * MINUTE, START, END, END - MINUTE])
    fate = rng.choice(["open", "met", "met", "withdrawn", "cancelled", "late"])
    if fate in ("met", "late"):
        late = rng.choice([MINUTE, HOUR]) if fate == "late" else -rng.randrange(60) * MINUTE
        fact.met = fact.due + late
        fact.minutes = (rng.randrange(2_000), rng.randrange(5_000))
    if fate == "cancelled":
        fact.cancelled = True
    if fate == "withdrawn":
        fact.closed = (fact.due + rng.choice([-HOUR, timedelta(), HOUR]), CloseReason.WITHDRAWN)
        fact.cancelled = fact.closed[0] <= fact.due and rng.random() < 0.5


def _finish(fact: Fact, rng: Random) -> None:
    fact.resolved = fact.created + rng.randrange(5_000) * MINUTE
    for cycle in range(1, rng.randrange(1, 4)):
        moment = fact.resolved + cycle * rng.randrange(8_000) * MINUTE
        if rng.random() < 0.7:
            fact.invitations.append(Invited(cycle, moment, asked=rng.random() < 0.8))
        if rng.random() < 0.7:
            source = rng.choice([RatingSource.SMS, RatingSource.WEB, RatingSource.DEFAULT])
            fact.ratings.append(Rated(cycle, rng.randrange(1, 6), moment + HOUR, source))
