"""Relay, a real queue and a real RQ worker: nothing lost, nothing twice, whatever Redis forgets."""

from __future__ import annotations

import importlib
from datetime import timedelta
from threading import Event

import pytest
import sqlalchemy as sa
from redis import RedisError

from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.jobs import Job
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging import delivery
from service_desk.messaging.models import Message, MessageStatus
from tests.messaging.fakes import DROPPED, PHONE, MemoryProvider, row, write
from workers import consumer, context, loop, relay
from workers.doorbell import BATCH, MOST_WAITING, QUEUE, Doorbell
from workers.relay import relay_once


class Rounds(Event):
    """Says "stop" after some rounds, without waiting for any of them."""

    def __init__(self, rounds: int) -> None:
        super().__init__()
        self.rounds = rounds
        self.pauses: list[float | None] = []

    def wait(self, timeout: float | None = None) -> bool:
        self.pauses.append(timeout)
        self.rounds -= 1
        return self.rounds < 0


@pytest.fixture
def provider():
    return MemoryProvider()


@pytest.fixture
def desk(make_app, real_queue, provider):
    app = make_app(REDIS_URL=real_queue)
    app.extensions[context.PROVIDER] = provider
    with app.app_context():
        yield app


@pytest.fixture
def bell(desk, real_queue):
    bell = Doorbell(real_queue)
    yield bell
    bell.close()


@pytest.fixture
def work(desk, real_queue):
    """Runs an RQ worker until its queue is empty."""

    def until_empty():
        worker = consumer.worker_on(real_queue)
        worker.work(burst=True, logging_level="ERROR")
        worker.connection.close()

    return until_empty


def write_many(count):
    return [write(f"text {number}", at=now()) for number in range(count)]


def later(seconds):
    return lambda: now() + timedelta(seconds=seconds)


def states():
    session.rollback()
    return set(session.scalars(sa.select(Message.status)))


def test_every_job_has_its_function():
    for job in Job:
        module, name = job.value.rsplit(".", 1)
        assert callable(getattr(importlib.import_module(module), name))


@pytest.mark.both_databases
def test_from_the_outbox_to_the_provider(bell, work, provider):
    write_many(45)
    assert relay_once(bell, now) == 45
    assert bell.queue.count == 3
    work()
    assert len(provider.taken) == 45
    assert states() == {MessageStatus.SENT}
    assert relay_once(bell, now) == 0


def test_at_most_eight_batches_wait(bell):
    write_many(MOST_WAITING * BATCH + 5)
    assert relay_once(bell, now) == MOST_WAITING * BATCH
    assert relay_once(bell, now) == 0
    assert bell.queue.count == MOST_WAITING


@pytest.mark.both_databases
def test_a_flushed_queue_loses_nothing(bell, work, provider):
    write_many(30)
    relay_once(bell, now)
    bell.queue.connection.flushall()
    work()
    assert provider.taken == []
    assert relay_once(bell, now) == 0
    assert relay_once(bell, later(46)) == 30
    work()
    assert len(provider.taken) == 30


def test_a_job_that_is_rung_twice_sends_once(bell, work, provider):
    write_many(5)
    relay_once(bell, now)
    relay_once(bell, later(46))
    assert bell.queue.count == 2
    work()
    assert len(provider.taken) == 5


def test_without_redis_nothing_is_leased(desk):
    message = write(at=now())
    dead = Doorbell("unix:///nowhere/valkey.sock")
    with pytest.raises(RedisError):
        relay_once(dead, now)
    assert row(message).lease_until is None


def test_redis_lost_while_ringing_gives_the_lease_back(bell, work, provider):
    write_many(30)
    rung = bell.queue.enqueue_call

    def lost(*_arguments, **_more):
        bell.queue.enqueue_call = rung
        raise RedisError

    bell.queue.enqueue_call = lost
    with pytest.raises(RedisError):
        relay_once(bell, now)
    assert relay_once(bell, now) == 30
    work()
    assert len(provider.taken) == 30


def test_a_worker_that_died_with_the_text_is_made_good(bell, work, provider):
    ids = write_many(3)
    with unit_of_work():
        taken = delivery.take(now(), 10)
    with unit_of_work():
        claims = delivery.claim(taken, now())
    provider.send(delivery.Letter(claims[0].id, PHONE, "text 0", now()))
    assert relay_once(bell, later(26)) == 3
    work()
    assert sorted(each.body for each in provider.taken) == ["text 0", "text 1", "text 2"]
    assert [row(each).status for each in ids] == [MessageStatus.SENT] * 3


def test_one_poisonous_job_does_not_stop_the_others(bell, work, provider):
    bell.queue.enqueue_call("workers.messages.no_such_job", args=([1],))
    provider.before = [None] * 10 + [RuntimeError("bad byte")]
    write_many(100)
    relay_once(bell, now)
    work()
    assert len(provider.taken) == 99
    assert bell.queue.failed_job_registry.count == 1
    session.rollback()
    visible = session.scalars(sa.select(Message.error_code).where(Message.error_code.is_not(None)))
    assert visible.all() == ["RuntimeError"]


def test_nothing_personal_is_in_redis(bell):
    write("很私人的话", at=now())
    relay_once(bell, now)
    connection = bell.queue.connection
    (job_id,) = bell.queue.job_ids
    stored = repr(connection.hgetall(f"rq:job:{job_id}")) + repr(connection.keys("*"))
    assert "deliver" in stored
    for secret in ("138", "私人", "0000"):
        assert secret not in repr(bell.queue.fetch_job(job_id).args)
    assert bell.queue.fetch_job(job_id).args == ([1],)


def test_a_provider_that_fails_leaves_no_job_behind(bell, work, provider):
    provider.before = [DROPPED]
    (message,) = write_many(1)
    relay_once(bell, now)
    work()
    assert bell.queue.failed_job_registry.count == 0
    assert row(message).unsure


def test_the_relay_goes_on_until_it_is_told_to_stop(desk, work, provider):
    write_many(25)
    stop = Rounds(3)
    relay.run(stop)
    work()
    assert len(provider.taken) == 25
    assert stop.pauses == [0.0] + [relay.PAUSE_S] * 3


def test_what_is_away_is_logged_once_and_waited_for(desk, capsys):
    troubles = [RedisError, RedisError, None, RedisError]

    def step():
        trouble = troubles.pop(0)
        if trouble:
            raise trouble

    stop = Rounds(4)
    loop.repeat("relay", step, 0.25, stop)
    assert stop.pauses == [0.0, 1.0, 1.0, 0.25, 1.0]


def test_an_unknown_fault_is_not_hidden(desk):
    def step():
        raise KeyError

    with pytest.raises(KeyError):
        loop.repeat("relay", step, 0.25, Rounds(1))


@pytest.fixture
def own_process(monkeypatch, committed_db, tmp_path):
    """What a worker's process of its own would be told."""
    monkeypatch.setenv("DATABASE_URL", committed_db)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    context._app.cache_clear()
    yield monkeypatch
    with context.app().app_context():
        session.remove()
        context.app().extensions["sqlalchemy"].engine.dispose()
    context._app.cache_clear()


def test_a_worker_without_its_queue_ends_with_a_sentence(own_process, capsys):
    own_process.setenv("REDIS_URL", "unix:///nowhere/valkey.sock")
    assert consumer.main() == 1
    assert capsys.readouterr().err.startswith("The queue is away")


def test_a_process_makes_its_desk_once(own_process):
    assert context.app() is context.app()
    with context.inside():
        assert context.provider() is context.provider()
        assert context.provider().name == "console"


def test_the_queue_has_one_name(bell):
    assert bell.queue.name == QUEUE
