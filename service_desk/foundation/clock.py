"""The wall clock. Only edges (views, webhooks, jobs, commands) call it."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def local(moment: datetime) -> datetime:
    """The same moment as people in Diqing read it."""
    return moment.astimezone(SHANGHAI)
