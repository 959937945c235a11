"""Quiet hours (pure; domain.md §18): a text that we start waits until the morning."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from service_desk.foundation.clock import local

EVENING, MORNING = time(20, 0), time(8, 30)


def wake(moment: datetime) -> datetime:
    """The same moment, or 08:30 of the morning after when it falls into 20:00 to 08:30."""
    here = local(moment)
    if MORNING <= here.time() < EVENING:
        return moment
    day = here.date() + timedelta(days=1 if here.time() >= EVENING else 0)
    return datetime.combine(day, MORNING, here.tzinfo).astimezone(UTC)
