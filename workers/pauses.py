"""Ends pauses and calls again in danger, a few requests a transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from service_desk.foundation.transaction import unit_of_work
from service_desk.supervision import service

BATCH = 25
"""So few that nobody waits long for a row, or on SQLite for the database."""


def end_waiting(at: datetime) -> int:
    """Returns how many requests went back to work."""
    return _in_parts(service.waited_enough, service.end_waiting, at)


def end_deferrals(at: datetime) -> int:
    """Returns how many requests went back to work."""
    return _in_parts(service.rested_enough, service.end_deferrals, at)


def call_again(at: datetime) -> int:
    """Returns how many requests somebody was called for."""
    return _in_parts(service.in_danger, service.call_again, at)


def _in_parts(
    find: Callable[[datetime], Sequence[int]],
    work: Callable[[Sequence[int], datetime], int],
    at: datetime,
) -> int:
    """Locks in the order of ids, as whatever else locks several does: none waits for another."""
    with unit_of_work():
        ids = sorted(find(at))
    total = 0
    for start in range(0, len(ids), BATCH):
        with unit_of_work():
            total += work(ids[start : start + BATCH], at)
    return total
