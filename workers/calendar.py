"""Gives open requests the time that a changed calendar gives them, a few a transaction."""

from __future__ import annotations

from datetime import datetime

from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.regain import BATCH, Key, pending, regain


def regain_all(at: datetime) -> int:
    """Returns how many transactions it took. Opens its own: each is short."""
    with unit_of_work():
        keys = pending()
    return sum(_through(key, at) for key in keys)


def _through(key: Key, at: datetime) -> int:
    """The first one alone: what a process does once is then done before many rows are locked."""
    total, more, most = 0, True, 1
    while more:
        with unit_of_work():
            more = regain(key, at, most)
        total, most = total + 1, BATCH
    return total
