"""Moves the demo's time; who is signed in stays so."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from service_desk.accounts import service as accounts
from service_desk.directory.areas import PREFECTURE
from service_desk.foundation import moved_time
from service_desk.service_clock.calendar_queries import opening_on
from service_desk.switchboard.moves import Move, way


def move(asked: Move, at: datetime) -> None:
    """One press of a button at `at`; the next opening is the prefecture's."""
    forward(way(asked, at, _openings))


def forward(by: timedelta) -> None:
    """What is due by then is done by the schedule at its next look, within seconds.

    Raises NotFound where time cannot be moved, Refused beyond a year.
    """
    accounts.carry_sessions(by)
    moved_time.forward(by)


def _openings(day: date) -> tuple[tuple[int, int], ...]:
    return opening_on(PREFECTURE, day)
