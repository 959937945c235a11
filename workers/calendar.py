"""Gives open requests the time that a changed calendar gives them, a few a transaction."""

from __future__ import annotations

from datetime import datetime

from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.regain import Key, pending, regain


def regain_all(at: datetime) -> int:
    """Returns how many transactions it took. Opens its own: each is short."""
    with unit_of_work():
        keys = pending()
    return sum(_through(key, at) for key in keys)


def _through(key: Key, at: datetime) -> int:
    total, more = 0, True
    while more:
        with unit_of_work():
            more = regain(key, at)
        total += 1
    return total
