"""What the simulator shows, ready for its templates."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from service_desk.accounts.models import User
from service_desk.foundation import moved_time
from service_desk.foundation.clock import local
from service_desk.foundation.database import session
from service_desk.foundation.localisation import gettext as _
from service_desk.foundation.phone import national
from service_desk.foundation.settings import settings
from service_desk.messaging.queries import Bubble
from service_desk.switchboard.moves import Move

FIRST = "+8613887700001"
RESIDENTS = (FIRST, "+8613887700002", "+8613887700003", "+8613887700004")


@dataclass(frozen=True)
class Line:
    """One bubble: `out` was sent by whoever holds the phone."""

    out: bool
    body: str
    iso: str
    time: str
    segments: int


@dataclass(frozen=True)
class Person:
    """A phone to pick up: a resident's, or a colleague's who gets texts from the desk."""

    number: str
    shown_number: str
    name: str = ""
    username: str = ""


@dataclass(frozen=True)
class TimeCard:
    """The demo's time, and the buttons that move it: (value, label)."""

    now: str
    buttons: list[tuple[str, str]]


def bubbles(texts: Iterable[Bubble]) -> list[Line]:
    return [
        Line(not each.ours, each.body, each.at.isoformat(), say_time(each.at), each.segments)
        for each in texts
    ]


def say_time(moment: datetime) -> str:
    """`24 11 08:30` would be read wrongly somewhere; `11-24 08:30` is not."""
    return f"{local(moment):%m-%d %H:%M}"


def say_moment(moment: datetime) -> str:
    """`2026-11-30 09:00`, as people in Diqing read it."""
    return f"{local(moment):%Y-%m-%d %H:%M}"


def time_card(at: datetime) -> TimeCard | None:
    """None where time cannot be moved."""
    if moved_time.switch() is None:
        return None
    labels = {
        Move.QUARTER: _("15 minutes on"),
        Move.HOUR: _("1 hour on"),
        Move.OPENING: _("To the next opening"),
        Move.TOMORROW: _("To tomorrow 09:00"),
        Move.DAY: _("1 day on"),
        Move.WEEK: _("1 week on"),
    }
    return TimeCard(say_moment(at), [(each.value, labels[each]) for each in Move])


def show_phone(number: str) -> str:
    """`138 8770 0001`."""
    digits = national(number)
    return f"{digits[:3]} {digits[3:7]} {digits[7:]}" if len(digits) == 11 else digits


def people() -> list[Person]:
    """Residents' numbers, and in the demo those of the people one can sign in as."""
    residents = [Person(number, show_phone(number)) for number in RESIDENTS]
    return residents + (_staff() if settings().demo else [])


def _staff() -> list[Person]:
    rows = session.execute(
        sa.select(User.phone, User.display_name, User.username)
        .where(User.password_hash.is_not(None), User.phone.is_not(None), User.active)
        .order_by(User.id)
    )
    return [
        Person(row.phone, show_phone(row.phone), row.display_name, row.username) for row in rows
    ]
