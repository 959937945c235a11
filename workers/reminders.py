"""Reminds of every promise whose next step has come, a few requests a transaction."""

from __future__ import annotations

from datetime import datetime

from service_desk.foundation.transaction import unit_of_work
from service_desk.supervision.reminding import BATCH, remind_due


def remind_all(at: datetime) -> int:
    """Returns how many requests were looked at. Opens its own transactions: each is short.

    The first one alone: what a process does once (statements, calendars) is then done before
    many rows are locked.
    """
    total, done, most = 0, 1, 1
    while done:
        with unit_of_work():
            done = remind_due(at, most)
        total, most = total + done, BATCH
    return total
