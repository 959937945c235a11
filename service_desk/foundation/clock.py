"""The wall clock. Only edges (views, webhooks, jobs, commands) call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

Ahead = Callable[[], timedelta]
"""How far this clock goes ahead of the real one."""


@dataclass
class _Hand:
    ahead: Ahead | None = None


_hand = _Hand()


def now() -> datetime:
    """This moment, aware, in UTC; in a demo whose time was moved, the moved one."""
    real = datetime.now(UTC)
    return real + _hand.ahead() if _hand.ahead else real


def follow(ahead: Ahead) -> None:
    """From now on `now` goes ahead as this says. Only a development desk calls it."""
    _hand.ahead = ahead


def local(moment: datetime) -> datetime:
    """The same moment as people in Diqing read it."""
    return moment.astimezone(SHANGHAI)
