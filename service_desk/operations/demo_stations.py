"""A month of station days for the demo: most as planned, some short, some untold, some snow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any

import sqlalchemy as sa

from service_desk.accounts.models import Grant
from service_desk.directory.areas import PREFECTURE, contains
from service_desk.directory.queries import villages
from service_desk.directory.roles import Role
from service_desk.foundation.clock import SHANGHAI, local
from service_desk.foundation.database import session
from service_desk.operations.demo_people import BEIMEN
from service_desk.service_clock.calendar_queries import hours_of
from service_desk.service_clock.schedule import ServiceHours
from service_desk.stations import proposals
from service_desk.stations.models import StationDay
from service_desk.stations.rules import Kind, Pairs, Source
from service_desk.stations.service import By
from service_desk.stations.table_file import DayRow

DAYS, SEED = 30, 14
CLOSING = time(18, 5, tzinfo=SHANGHAI)
AS_PLANNED, SHORT = 0.86, 0.95
"""Of all days so many are as planned, so many more shorter; of the rest nobody tells."""
SNOWED_IN = "533401205000"
SNOW = "大雪封路，车辆无法通行"
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Plot:
    """Days of which no clerk told: two for who tries the demo, one forgotten, two of snow."""

    fresh: tuple[date, date]
    forgotten: date
    snow: tuple[date, date]

    def untold(self, code: str) -> set[date]:
        """The days left out in a village."""
        snow = set(self.snow) if code == BEIMEN or contains(SNOWED_IN, code) else set()
        own = {*self.fresh, self.forgotten} if code == BEIMEN else set()
        return snow | own


def load_station_days(at: datetime) -> None:
    """The last 30 days of every station; snow that was excused, and what waits for the lead."""
    codes, clerks = [place.code for place in villages(PREFECTURE)], _holders(Role.GRID_WORKER)
    hours = hours_of(codes)
    plot = _plot(hours[BEIMEN], local(at).date())
    rows = list(_rows(hours, plot, clerks, local(at).date()))
    if rows:
        session.execute(sa.insert(StationDay), rows)
    _excuse(plot, clerks, at)
    _wait_for_the_lead(plot, hours[BEIMEN], By(Source.CLERK, clerks[BEIMEN], at))


def _holders(role: Role) -> dict[str, int]:
    """Place to somebody who holds this role in it."""
    query = sa.select(Grant.area_code, Grant.user_id).where(Grant.role == role)
    return {row.area_code: row.user_id for row in session.execute(query)}


def _plot(hours: ServiceHours, today: date) -> Plot:
    back = (today - ago * ONE_DAY for ago in range(6, 60))
    forgotten = next(day for day in back if hours.intervals_on(day))
    monday = today - (21 + today.weekday()) * ONE_DAY
    return Plot((today - ONE_DAY, today - 2 * ONE_DAY), forgotten, (monday, monday + ONE_DAY))


def _rows(
    hours: Mapping[str, ServiceHours], plot: Plot, clerks: Mapping[str, int], today: date
) -> Iterator[dict[str, Any]]:
    dice = Random(SEED)
    for code, open_hours in hours.items():
        untold = plot.untold(code)
        for day in (today - ago * ONE_DAY for ago in range(DAYS, 0, -1)):
            told = _told(dice, open_hours.intervals_on(day))
            if told is not None and day not in untold:
                yield _row(code, day, told, clerks.get(code))


def _told(dice: Random, planned: Pairs) -> Pairs | None:
    """None where nobody tells of the day."""
    chance = dice.random()
    if not planned or chance > SHORT:
        return None
    if chance < AS_PLANNED:
        return planned
    opens, closes = planned[-1]
    return (*planned[:-1], (opens + dice.choice((15, 30, 60)), closes))


def _row(code: str, day: date, told: Pairs, clerk: int | None) -> dict[str, Any]:
    return {
        "area_code": code,
        "day": day,
        "number": 1,
        "kind": Kind.OPENED,
        "hours": [list(pair) for pair in told],
        "source": Source.CLERK,
        "recorded_by": clerk,
        "recorded_at": datetime.combine(day, CLOSING),
    }


def _excuse(plot: Plot, clerks: Mapping[str, int], at: datetime) -> None:
    """One township was snowed in, and its lead agreed."""
    lead = _holders(Role.TOWNSHIP_LEAD)[SNOWED_IN]
    for place in villages(SNOWED_IN):
        by = By(Source.CLERK, clerks[place.code], at)
        row = proposals.excuse(place.code, *plot.snow, SNOW, by)
        proposals.decide(row.id, True, lead, at)


def _wait_for_the_lead(plot: Plot, hours: ServiceHours, by: By) -> None:
    """A forgotten day with its proof, and two days of snow."""
    row = DayRow(0, BEIMEN, plot.forgotten, hours.intervals_on(plot.forgotten))
    proposals.propose(BEIMEN, Kind.OPENED, [row], "值班簿第12页有签到", by)
    proposals.excuse(BEIMEN, *plot.snow, SNOW, by)
