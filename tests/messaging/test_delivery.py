"""Texts are sent once, whoever dies at whichever line, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging import delivery, service
from service_desk.messaging.gateway import ProviderError
from service_desk.messaging.models import Message, MessageStatus
from service_desk.messaging.queries import any_due
from tests.messaging.fakes import DROPPED, PHONE, MemoryProvider, row, write

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def provider():
    return MemoryProvider()


def take(clock, limit=100):
    with unit_of_work():
        return delivery.take(clock(), limit)


def send_what_is_due(provider, clock):
    return delivery.deliver(take(clock), provider, clock)


def test_a_text_is_sent_and_recorded(provider, clock):
    message = write()
    assert send_what_is_due(provider, clock) == 1
    sent = row(message)
    assert (sent.status, sent.provider, sent.provider_id) == (MessageStatus.SENT, "memory", "m1")
    assert (sent.sent_at, sent.lease_until, sent.unsure) == (clock.at, None, False)
    assert [(each.phone, each.body, each.id) for each in provider.taken] == [
        (PHONE, "您好", message)
    ]


def test_no_connection_is_held_while_the_provider_is_busy(provider, clock):
    write()
    send_what_is_due(provider, clock)
    assert provider.connections == [0]


def test_the_same_job_twice_sends_once(provider, clock):
    ids = [write("a"), write("b")]
    leased = take(clock)
    assert leased == ids
    assert delivery.deliver(leased, provider, clock) == 2
    assert delivery.deliver(leased, provider, clock) == 0
    assert len(provider.taken) == 2


def test_a_lease_keeps_others_away_until_it_runs_out(clock):
    message = write()
    assert take(clock) == [message]
    assert take(clock) == []
    assert not any_due(clock())
    clock.pass_by(seconds=45)
    assert any_due(clock())
    assert take(clock) == [message]


def test_a_lease_that_is_given_back_is_free_at_once(clock):
    message = write()
    with unit_of_work():
        delivery.release(delivery.take(clock(), 5))
    assert take(clock) == [message]


def test_what_is_not_yet_due_waits(clock):
    evening = clock.pass_by(hours=9)
    write(answer=False, at=evening)
    assert take(clock) == []
    clock.pass_by(hours=11, minutes=29)
    assert take(clock) == []
    clock.pass_by(minutes=1)
    assert len(take(clock)) == 1


def claim_and_die(clock):
    ids = take(clock)
    with unit_of_work():
        assert [each.id for each in delivery.claim(ids, clock())] == ids
    return ids


def test_killed_before_the_call_the_text_is_still_sent(provider, clock):
    (message,) = [write()]
    claim_and_die(clock)
    assert take(clock) == []
    clock.pass_by(seconds=25)
    assert send_what_is_due(provider, clock) == 1
    assert (provider.asked, len(provider.taken)) == (1, 1)
    assert row(message).status is MessageStatus.SENT


def test_killed_after_the_call_the_provider_is_asked_and_nothing_is_sent_again(provider, clock):
    message = write()
    (each,) = _claims(clock)
    provider.send(delivery.Letter(each.id, PHONE, "您好", clock()))
    clock.pass_by(seconds=25)
    assert send_what_is_due(provider, clock) == 1
    assert (provider.asked, len(provider.taken)) == (1, 1)
    assert (row(message).status, row(message).provider_id) == (MessageStatus.SENT, "m1")


def _claims(clock):
    ids = take(clock)
    with unit_of_work():
        return delivery.claim(ids, clock())


def test_a_provider_that_takes_it_and_drops_the_line_gets_it_once(provider, clock):
    message = write()
    provider.after = [DROPPED]
    assert send_what_is_due(provider, clock) == 0
    waiting = row(message)
    assert (waiting.status, waiting.unsure) == (MessageStatus.QUEUED, True)
    assert waiting.error_code == "line"
    clock.pass_by(seconds=20)
    assert send_what_is_due(provider, clock) == 1
    assert (provider.asked, len(provider.taken)) == (1, 1)
    assert row(message).provider_id == "m1"


def test_another_text_of_the_same_words_is_not_taken_for_this_one(provider, clock):
    write("same", key="first")
    send_what_is_due(provider, clock)
    second = write("same", key="second")
    provider.before = [DROPPED]
    send_what_is_due(provider, clock)
    clock.pass_by(seconds=20)
    send_what_is_due(provider, clock)
    assert len(provider.taken) == 2
    assert row(second).provider_id == "m2"


def test_a_look_up_that_fails_sends_nothing(provider, clock):
    message = write()
    provider.after = [DROPPED]
    send_what_is_due(provider, clock)
    provider.find = lambda _letter: (_ for _ in ()).throw(DROPPED)
    clock.pass_by(seconds=20)
    assert send_what_is_due(provider, clock) == 0
    assert len(provider.taken) == 1
    assert row(message).unsure


def test_tries_grow_rarer_and_end(provider, clock):
    message = write()
    pauses = []
    while row(message).status is MessageStatus.QUEUED:
        provider.before = [ProviderError("busy")]
        clock.at = max(clock.at, row(message).not_before)
        tried_at = clock.at
        send_what_is_due(provider, clock)
        pauses.append((row(message).not_before - tried_at).total_seconds())
    assert pauses[:-1] == [20, 40, 120, 600, 1800, 7200, 21600]
    given_up = row(message)
    assert (given_up.status, given_up.error_code) == (MessageStatus.FAILED, "busy")
    assert (given_up.attempts, given_up.final_at) == (8, clock.at)
    assert (provider.taken, provider.asked) == ([], 0)


def test_what_will_never_go_is_tried_once(provider, clock):
    message = write()
    provider.before = [ProviderError("no such number", permanent=True)]
    send_what_is_due(provider, clock)
    assert row(message).status is MessageStatus.FAILED
    clock.pass_by(days=1)
    assert take(clock) == []


def test_one_poisonous_text_among_a_hundred(provider, clock):
    ids = [write(f"text {number}") for number in range(100)]
    provider.before = [None] * 40 + [RuntimeError("bad byte")]
    assert send_what_is_due(provider, clock) == 99
    poisoned = [row(each) for each in ids if row(each).status is MessageStatus.QUEUED]
    assert [(each.error_code, each.unsure) for each in poisoned] == [("RuntimeError", True)]


def test_a_text_that_no_key_opens_fails_alone(provider, clock):
    locked, good = write("a"), write("b")
    with unit_of_work():
        table = Message.__table__
        session.execute(
            sa.update(table)
            .where(table.c.id == locked)
            .values(body=sa.literal(b"????no key", sa.LargeBinary))
        )
    assert send_what_is_due(provider, clock) == 1
    session.rollback()
    states = dict(session.execute(sa.select(Message.id, Message.status)).all())
    assert states == {locked: MessageStatus.FAILED, good: MessageStatus.SENT}


def test_a_slow_provider_never_outlives_the_lease(provider, clock):
    ids = [write(f"text {number}") for number in range(5)]
    quick = provider.send

    def slow(letter):
        clock.pass_by(seconds=8)
        return quick(letter)

    provider.send = slow
    assert send_what_is_due(provider, clock) == 3
    rest = [row(each) for each in ids[3:]]
    assert [(each.status, each.unsure, each.attempts) for each in rest] == [
        (MessageStatus.QUEUED, False, 0)
    ] * 2
    assert [each.id for each in rest] == take(clock)


def test_a_slow_look_up_leaves_the_sending_to_the_next_try(provider, clock):
    message = write()
    claim_and_die(clock)
    clock.pass_by(seconds=25)

    def slow(_letter):
        clock.pass_by(seconds=20)
        return []

    provider.find = slow
    assert send_what_is_due(provider, clock) == 0
    assert provider.taken == []
    assert row(message).unsure


def test_a_later_claim_wins_over_a_worker_that_slept(provider, clock):
    message = write()
    (sleeper,) = _claims(clock)
    clock.pass_by(seconds=25)
    send_what_is_due(provider, clock)
    delivery._record(sleeper, {"status": MessageStatus.FAILED, "error_code": "late"})
    assert row(message).status is MessageStatus.SENT


def test_two_rows_cannot_be_the_same_text_of_the_provider(provider, clock):
    first, second = write("a"), write("b")
    send_what_is_due(provider, clock)
    with unit_of_work():
        session.execute(
            sa.update(Message)
            .where(Message.id == second)
            .values(status=MessageStatus.SENDING, provider_id=None)
        )
    claim = delivery.Claim(second, b"", b"", clock(), row(second).attempts, False, clock())
    values = {"status": MessageStatus.SENT, "provider": "memory", "provider_id": "m1"}
    delivery._record(claim, values)
    assert (row(first).provider_id, row(second).status) == ("m1", MessageStatus.SENDING)


def test_stop_reaches_what_is_written_but_not_sent(provider, clock):
    message = write()
    leased = take(clock)
    with unit_of_work():
        service.stop(PHONE, clock())
    assert delivery.deliver(leased, provider, clock) == 0
    assert (provider.taken, row(message).status) == ([], MessageStatus.CANCELLED)


def test_stop_reaches_a_text_that_was_queued_at_the_same_moment(provider, clock):
    with unit_of_work():
        service.stop(PHONE, clock())
        service.start(PHONE)
    message = write()
    with unit_of_work():
        session.execute(
            sa.insert(service.OptOut).values(phone_hash=row(message).phone_hash, at=clock())
        )
    send_what_is_due(provider, clock)
    assert row(message).status is MessageStatus.CANCELLED


def test_many_relays_never_lease_the_same_text(db_app, clock):
    ids = {write(f"text {number}") for number in range(60)}

    def relay(_number):
        with db_app.app_context():
            return take(clock, 10)

    with ThreadPoolExecutor(6) as pool:
        batches = list(pool.map(relay, range(12)))
    leased = [each for batch in batches for each in batch]
    assert sorted(leased) == sorted(ids)


def test_many_workers_never_send_the_same_text(db_app, provider, clock):
    ids = [write(f"text {number}") for number in range(20)]
    take(clock)

    def work(_number):
        with db_app.app_context():
            return delivery.deliver(ids, provider, clock)

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(work, range(6))) == 20
    assert len(provider.taken) == 20
