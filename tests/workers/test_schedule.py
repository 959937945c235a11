"""Periodic work is done once a period, by however many schedules; a sweep does all that is due."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.foundation.periodic import PeriodicRun
from service_desk.foundation.transaction import unit_of_work
from service_desk.service_requests.lifecycle import State
from service_desk.service_requests.models import ServiceRequest
from service_desk.switchboard.decide import Kind
from service_desk.switchboard.service import ASK_AGAIN
from tests.switchboard.residents import Resident, requests, taken_for
from tests.workers.test_relay import Rounds
from workers import schedule
from workers.commands import COMMANDS
from workers.schedule import SCHEDULE, Periodic, Timetable
from workers.sweep import sweep

AT = datetime(2026, 11, 24, 4, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def inside(db_app):
    with db_app.app_context():
        yield


class Counter:
    def __init__(self, *troubles):
        self.moments = []
        self.troubles = list(troubles)

    def __call__(self, at):
        if self.troubles and self.troubles.pop(0):
            raise ValueError
        self.moments.append(at)
        return len(self.moments)


def test_once_a_period():
    work = Counter()
    timetable = Timetable([Periodic("job", MINUTE, work)])
    for seconds in (0, 5, 29, 30, 31, 89, 90):
        timetable.tick(AT + timedelta(seconds=seconds))
    assert [(each - AT).seconds for each in work.moments] == [0, 30, 90]


def test_many_schedules_do_it_once(db_app):
    work = Counter()

    def tick(_number):
        with db_app.app_context():
            Timetable([Periodic("job", MINUTE, work)]).tick(AT)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(tick, range(8)))
    assert len(work.moments) == 1


def test_a_restart_does_not_do_it_again():
    work = Counter()
    for _ in range(3):
        Timetable([Periodic("job", MINUTE, work)]).tick(AT)
    assert len(work.moments) == 1


def test_a_job_that_fails_is_tried_again_and_the_others_go_on():
    failing, other = Counter(True), Counter()
    timetable = Timetable([Periodic("failing", MINUTE, failing), Periodic("other", MINUTE, other)])
    timetable.tick(AT)
    assert (failing.moments, other.moments) == ([], [AT])
    assert session.scalars(sa.select(PeriodicRun.job)).all() == ["other"]
    session.rollback()
    timetable.tick(AT + timedelta(seconds=5))
    assert failing.moments == [AT + timedelta(seconds=5)]
    assert len(other.moments) == 1


@pytest.mark.parametrize(
    ("every", "expected"),
    [
        (timedelta(minutes=1), "2026-11-24T04:00:00Z"),
        (timedelta(hours=1), "2026-11-24T04:00:00Z"),
        (timedelta(days=1), "2026-11-24T00:00:00Z"),
    ],
)
def test_a_period_is_named_by_its_beginning(every, expected):
    assert Periodic("job", every, Counter()).period(AT) == expected


def test_every_scheduled_job_has_a_name_of_its_own():
    names = [job.name for job in SCHEDULE]
    assert len(set(names)) == len(names)
    assert all(len(name) <= 60 for name in names)


def test_a_sweep_does_everything_at_any_time():
    work = Counter()
    jobs = [
        Periodic("a", MINUTE, work),
        Periodic("b", MINUTE, Counter(True)),
        Periodic("c", MINUTE, work),
    ]
    assert sweep(AT, jobs) == {"a": 1, "b": -1, "c": 2}
    assert sweep(AT, jobs)["a"] == 3


def test_the_operator_can_sweep(db_app):
    session.rollback()
    done = db_app.test_cli_runner().invoke(COMMANDS[0], [])
    assert (done.exit_code, done.exception) == (0, None)
    assert [line.split(":")[0] for line in done.output.splitlines()] == [
        job.name for job in SCHEDULE
    ]
    assert "failed" not in done.output


def test_a_sweep_that_failed_is_told(db_app, monkeypatch):
    monkeypatch.setattr("workers.commands.sweep", lambda _at: {"a": 1, "b": -1})
    done = db_app.test_cli_runner().invoke(COMMANDS[0], [])
    assert (done.exit_code, done.output) == (1, "a: 1\nb: failed\n")


def test_the_schedule_goes_on_until_it_is_told_to_stop():
    schedule.run(Rounds(2))
    done = set(session.scalars(sa.select(PeriodicRun.job)))
    assert done == {job.name for job in SCHEDULE}


def test_a_question_nobody_answers_becomes_a_request():
    resident = Resident(at=AT)
    resident.text("北门社区的路灯坏了三天,晚上看不见路")
    with unit_of_work():
        session.execute(sa.update(ServiceRequest).values(state=State.WAITING, category="INFRA-03"))
    resident.text("工地老板拖欠工资四个月,想请律师讨工钱")
    assert taken_for()[-1] == Kind.ASK
    later = AT + ASK_AGAIN + MINUTE
    assert sweep(later)["settle_questions"] == 1
    assert len(requests()) == 2
    assert requests()[-1].created_at == AT
