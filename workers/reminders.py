"""Reminds of every promise whose next step has come, a few requests a transaction."""

from __future__ import annotations

from datetime import datetime

from service_desk.foundation.transaction import unit_of_work
from service_desk.supervision.reminding import remind_due


def remind_all(at: datetime) -> int:
    """Returns how many requests were looked at. Opens its own transactions: each is short."""
    total = 0
    while done := _some(at):
        total += done
    return total


def _some(at: datetime) -> int:
    with unit_of_work():
        return remind_due(at)
