"""`python -m benchmarks.sweep`: one sweep over 500 due steps among 10,000 open requests, and one
over all of them after a day off was put into the calendar.

On SQLite and on PostgreSQL: how long it takes, and how long its longest transaction holds what
it has locked (on SQLite that is the whole database, for whoever wants to write).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import NamedTuple

import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from benchmarks import asking, desk, postgres
from service_desk.directory.areas import PREFECTURE
from service_desk.directory.queries import villages
from service_desk.foundation.clock import SHANGHAI
from service_desk.foundation.database import db, session
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging.models import Message
from service_desk.operations.load import load
from service_desk.routing.queries import place
from service_desk.service_clock.calendar_file import CalendarRow
from service_desk.service_clock.models import CalendarVersion
from service_desk.service_clock.schedule import DayKind
from service_desk.service_clock.service import import_calendar
from service_desk.service_requests.draft import Draft
from service_desk.service_requests.lifecycle import Channel, Nature, Urgency
from service_desk.service_requests.opening import open_request
from service_desk.supervision.models import Reminder
from workers.calendar import regain_all
from workers.reminders import remind_all

OPEN, DUE = 10_000, 500
AT = datetime(2026, 11, 26, 9, 0, tzinfo=SHANGHAI)
"""A Thursday morning, no holiday for weeks."""
CAME = (
    datetime(2026, 11, 25, 13, 30, tzinfo=SHANGHAI),
    datetime(2026, 11, 25, 10, 20, tzinfo=SHANGHAI),
    datetime(2026, 11, 25, 8, 40, tzinfo=SHANGHAI),
    datetime(2026, 11, 23, 8, 40, tzinfo=SHANGHAI),
)
"""From when half of eight service hours are over at AT, most of them, all, and a day more."""
CHUNK = 500
HEADER = (
    f"{'one sweep':<33}{'looked':>7}{'steps':>7}{'texts':>7}{'seconds':>9}{'ours':>6}{'lock ms':>9}"
)


def _draft(number: int, area_code: str) -> Draft:
    return Draft(
        channel=Channel.WEB,
        external_id=f"sweep:{number}",
        area_code=area_code,
        description=asking.WORDS,
        nature=Nature.HELP,
        urgency=Urgency.P2,
        category="ELDER-05",
    )


def _came(number: int) -> datetime:
    """Every twentieth has a step at AT, a quarter of them each step."""
    every = OPEN // DUE
    if number % every:
        return AT - timedelta(minutes=number % 20)
    return CAME[number // every % len(CAME)]


def _open_all() -> None:
    """As a channel would take them in, in every village."""
    codes = [each.code for each in villages(PREFECTURE)]
    for first in range(0, OPEN, CHUNK):
        with unit_of_work():
            for number in range(first, first + CHUNK):
                _open(number, codes[number % len(codes)])


def _open(number: int, area_code: str) -> None:
    draft, at = _draft(number, area_code), _came(number)
    placement = place(draft.category, draft.area_code, draft.urgency, draft.restricted, at)
    open_request(draft, placement, at)


class Swept(NamedTuple):
    """What a sweep gave back, its seconds in all and at work, and its longest transaction."""

    count: int
    seconds: float
    ours: float
    longest: float


def _sweep(work: Callable[[datetime], int], at: datetime) -> Swept:
    lengths: list[float] = []
    before, worked = perf_counter(), process_time()
    with _timed(lengths):
        count = work(at)
    return Swept(count, perf_counter() - before, process_time() - worked, max(lengths))


def _day_off() -> int:
    """Everything open is due on it or later; gives the number of the version."""
    tomorrow = (AT + timedelta(days=1)).date()
    row = CalendarRow(1, PREFECTURE, tomorrow, DayKind.HOLIDAY, "节日")
    with unit_of_work():
        return import_calendar([row], None, AT)


def _moved(version: int) -> int:
    return session.get_one(CalendarVersion, version).moved


@contextmanager
def _timed(lengths: list[float]) -> Iterator[None]:
    """Notes the seconds of every transaction: no lock lives longer."""
    begun = [0.0]

    def begin(_connection: sa.Connection) -> None:
        begun[0] = perf_counter()

    def end(_connection: sa.Connection) -> None:
        lengths.append(perf_counter() - begun[0])

    sa.event.listen(db.engine, "begin", begin)
    sa.event.listen(db.engine, "commit", end)
    try:
        yield
    finally:
        sa.event.remove(db.engine, "begin", begin)
        sa.event.remove(db.engine, "commit", end)


def _count(table: type[Reminder | Message]) -> int:
    return session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def measured(app: Flask, name: str) -> Iterator[str]:
    """Two lines of the table."""
    with app.app_context():
        upgrade()
        with unit_of_work():
            load(True, desk.PASSWORD, CAME[-1])
        _open_all()
        _renew_statistics()
        swept = _sweep(remind_all, AT)
        yield _line(f"{name}, {OPEN:,} open, {DUE} due", swept, _count(Reminder), _count(Message))
        version = _day_off()
        swept = _sweep(regain_all, AT + timedelta(minutes=5))
        yield _line(f"{name}, a day off for {OPEN:,}", swept, _moved(version), 0)
        session.remove()
        db.engine.dispose()


def _line(name: str, swept: Swept, steps: int, texts: int) -> str:
    counts = f"{name:<33}{swept.count:>7}{steps:>7}{texts:>7}"
    return f"{counts}{swept.seconds:>9.2f}{swept.ours:>6.2f}{swept.longest * 1000:>9.0f}"


def _renew_statistics() -> None:
    session.rollback()
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))


def lines(socket: str, folder: Path) -> Iterator[str]:
    """The table, one line a database."""
    yield HEADER
    urls = {
        "SQLite": f"sqlite:///{folder}/sweep.db",
        "PostgreSQL": postgres.create(socket, "desk_sweep"),
    }
    for name, url in urls.items():
        app = desk.make(url, folder / name)
        yield from measured(app, name)


def main() -> None:
    with postgres.server() as socket, TemporaryDirectory() as folder:
        for line in lines(socket, Path(folder)):
            print(line, flush=True)


if __name__ == "__main__":
    main()
