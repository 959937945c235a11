"""What is done periodically, as one declared list; any number of schedules do it once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Event

from service_desk.accounts import service as accounts
from service_desk.feedback.service import invite_due, lapse_due
from service_desk.foundation.clock import now
from service_desk.foundation.logging import get_logger
from service_desk.foundation.periodic import first_time
from service_desk.foundation.periodic import forget_before as forget_runs
from service_desk.foundation.transaction import unit_of_work
from service_desk.reporting.service import close_month
from service_desk.service_clock.service import fill_calendar
from service_desk.switchboard.service import settle_questions
from workers.calendar import regain_all
from workers.loop import repeat
from workers.missed import fetch_missed
from workers.pauses import call_again, end_deferrals, end_waiting
from workers.reminders import remind_all

TICK_S = 5.0
MINUTE, FIVE_MINUTES = timedelta(minutes=1), timedelta(minutes=5)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

Work = Callable[[datetime], int]
"""Does what is due at a moment, within the caller's transaction; returns how much."""


def forget_signings(at: datetime) -> int:
    """Sessions that are over and failed tries that no limit looks at any more."""
    accounts.sweep(at)
    return 0


@dataclass(frozen=True)
class Periodic:
    """`work`, once in every period of this length.

    One that calls somebody outside, or has much to do, opens `own_transactions`, so that none
    waits for an answer and nobody waits long for a row.
    """

    name: str
    every: timedelta
    work: Work
    own_transactions: bool = False

    def period(self, at: datetime) -> str:
        """The period a moment lies in, by the time it began (UTC)."""
        length = int(self.every.total_seconds())
        begun = int(at.timestamp()) // length * length
        return datetime.fromtimestamp(begun, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def transaction(self) -> AbstractContextManager[None]:
        """What the work runs in."""
        return nullcontext() if self.own_transactions else unit_of_work()


SCHEDULE: Sequence[Periodic] = (
    Periodic("invite_to_rate", MINUTE, invite_due),
    Periodic("let_ratings_lapse", HOUR, lapse_due),
    Periodic("settle_questions", MINUTE, settle_questions),
    Periodic("fetch_missed_texts", FIVE_MINUTES, fetch_missed, own_transactions=True),
    Periodic("end_waiting", MINUTE, end_waiting, own_transactions=True),
    Periodic("end_deferrals", MINUTE, end_deferrals, own_transactions=True),
    Periodic("call_again", MINUTE, call_again, own_transactions=True),
    Periodic("regain_time", MINUTE, regain_all, own_transactions=True),
    Periodic("remind_due", MINUTE, remind_all, own_transactions=True),
    Periodic("close_month", HOUR, close_month),
    Periodic("fill_calendar", DAY, fill_calendar),
    Periodic("forget_signings", DAY, forget_signings),
    Periodic("forget_runs", DAY, forget_runs),
)


@dataclass
class Timetable:
    """Runs what has not been done in its period; remembers what it need not ask again."""

    jobs: Sequence[Periodic] = SCHEDULE
    seen: dict[str, str] = field(default_factory=dict)

    def tick(self, at: datetime) -> None:
        """A job that fails is logged and tried again at the next tick; the others go on."""
        for job in self.jobs:
            period = job.period(at)
            if self.seen.get(job.name) != period and _run(job, period, at):
                self.seen[job.name] = period


def _run(job: Periodic, period: str, at: datetime) -> bool:
    try:
        _do_once(job, period, at)
    except Exception as error:  # noqa: BLE001 - one job's fault must not stop the others
        get_logger().error("periodic_failed", job=job.name, kind=type(error).__name__)
        return False
    return True


def _do_once(job: Periodic, period: str, at: datetime) -> None:
    """In one transaction with the note that it was done, unless it has its own."""
    with unit_of_work():
        first = first_time(job.name, period, at)
        if first and not job.own_transactions:
            job.work(at)
    if first and job.own_transactions:
        job.work(at)


def run(stop: Event) -> None:
    """Until `stop` is set."""
    timetable = Timetable()
    repeat("schedule", lambda: timetable.tick(now()), TICK_S, stop)
