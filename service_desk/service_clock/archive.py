"""Limits and hours as they were: by the versions and weeks that records name."""

from __future__ import annotations

from functools import cache

import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.service_clock.in_force import SHIPPED, Known, hours_under, policies_of
from service_desk.service_clock.models import CalendarVersion, PolicyVersion
from service_desk.service_clock.policies import Policy
from service_desk.service_clock.schedule import ServiceHours
from service_desk.service_clock.week_text import week_of


class Archive:
    """Reads each version once, for as long as it lives; versions never change."""

    def __init__(self) -> None:
        self._known = cache(_known)
        self._hours = cache(self._read_hours)

    def policies(self, version: int) -> tuple[Policy, ...]:
        """The limits of a version."""
        return policies_of(self._known(PolicyVersion, version))

    def hours(self, area_code: str, calendar: int, week: str) -> ServiceHours:
        """The hours of a place that was open so (see `week_text`), under a calendar version."""
        return self._hours(area_code, calendar, week)

    def _read_hours(self, area_code: str, calendar: int, week: str) -> ServiceHours:
        return hours_under(area_code, week_of(week), self._known(CalendarVersion, calendar))


def _known(table: type[PolicyVersion | CalendarVersion], version: int) -> Known:
    stamp = session.scalar(sa.select(table.stamp).where(table.id == version))
    return SHIPPED if stamp is None else Known(version, stamp)
