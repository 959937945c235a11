"""Receipts come in any order and any number of times, and end in the same state."""

from __future__ import annotations

from itertools import permutations

import pytest
import sqlalchemy as sa

from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging import delivery
from service_desk.messaging.models import Message, MessageStatus
from service_desk.messaging.receipts import DeliveryReceipt, apply
from tests.messaging.fakes import DROPPED, MemoryProvider, row, write

pytestmark = pytest.mark.usefixtures("inside")

SENT, DELIVERED, FAILED = MessageStatus.SENT, MessageStatus.DELIVERED, MessageStatus.FAILED


@pytest.fixture
def sent(clock):
    message = write()
    deliver(MemoryProvider(), clock)
    return message


def deliver(provider, clock):
    with unit_of_work():
        ids = delivery.take(clock(), 10)
    delivery.deliver(ids, provider, clock)


def hear(status, clock, provider_id="m1", our_id=None):
    with unit_of_work():
        return apply(DeliveryReceipt("memory", provider_id, status, our_id), clock())


@pytest.mark.parametrize("heard", [(SENT, DELIVERED), (SENT, FAILED), (SENT, FAILED, DELIVERED)])
def test_any_order_ends_in_the_same_state(heard, clock):
    ends = set()
    for number, order in enumerate(permutations(heard)):
        message = write(f"text {number}")
        provider = MemoryProvider(taken=[None] * number)
        deliver(provider, clock)
        for status in (*order, *order):
            hear(status, clock, f"m{number + 1}")
        ends.add(row(message).status)
    assert ends == {DELIVERED if DELIVERED in heard else FAILED}


def test_a_receipt_for_an_unknown_text_changes_nothing(sent, clock):
    before = session.execute(sa.select(Message.__table__)).all()
    assert not hear(DELIVERED, clock, "somebody else's")
    assert not hear(DELIVERED, clock, "somebody else's", our_id=10**15)
    assert not hear(DELIVERED, clock, "somebody else's", our_id=sent)
    assert session.execute(sa.select(Message.__table__)).all() == before


def test_a_receipt_may_come_before_the_answer_was_written_down(clock):
    message = write()
    with unit_of_work():
        (claim,) = delivery.claim(delivery.take(clock(), 1), clock())
    assert hear(DELIVERED, clock, "m1", our_id=message)
    delivery._record(claim, {"status": SENT, "provider_id": "m1", "final_at": None})
    assert (row(message).status, row(message).provider_id) == (DELIVERED, "m1")


def test_a_receipt_answers_what_we_were_unsure_of(clock):
    message = write()
    provider = MemoryProvider(after=[DROPPED])
    deliver(provider, clock)
    assert row(message).unsure
    assert hear(SENT, clock, "m1", our_id=message)
    assert (row(message).status, row(message).unsure) == (SENT, False)
    clock.pass_by(days=1)
    deliver(provider, clock)
    assert len(provider.taken) == 1


def test_times_are_kept(sent, clock):
    sent_at = clock.at
    clock.pass_by(minutes=3)
    hear(DELIVERED, clock)
    assert (row(sent).sent_at, row(sent).final_at) == (sent_at, clock.at)
