"""What reached the provider while we were down is taken in afterwards, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.messaging.gateway import Arrived, ProviderError
from service_desk.messaging.models import InboundMessage, Message
from tests.messaging.fakes import PHONE, MemoryProvider
from workers import context
from workers.missed import fetch_missed
from workers.schedule import Periodic, Timetable
from workers.sweep import sweep

MINUTE = timedelta(minutes=1)


@pytest.fixture
def provider(db_app):
    provider = MemoryProvider()
    db_app.extensions[context.PROVIDER] = provider
    with db_app.app_context():
        yield provider


def text(number, at):
    return at, Arrived("memory", f"id-{number}", PHONE, f"北门社区第{number}盏路灯坏了")


def bodies():
    session.rollback()
    return [each.body[4:6] for each in session.scalars(sa.select(InboundMessage))]


def test_missed_texts_are_taken_in_and_answered_once(provider):
    at = now()
    provider.inbox = [text(number, at) for number in (1, 2, 3)]
    assert fetch_missed(at) == 3
    assert bodies() == ["第1", "第2", "第3"]
    assert session.scalar(sa.select(sa.func.count()).where(Message.purpose.startswith("ack"))) == 3
    assert fetch_missed(at) == 0


def test_only_the_last_day_is_asked_for(provider):
    at = now()
    provider.inbox = [text(1, at - timedelta(days=2)), text(2, at)]
    assert fetch_missed(at) == 1


def test_a_provider_that_is_away_is_asked_again_later(provider):
    def away(_since):
        raise ProviderError("away")

    provider.arrived = away
    assert fetch_missed(now()) == 0


def test_no_transaction_is_open_while_the_provider_is_asked(provider, db_app):
    seen = []

    def arrived(_since):
        seen.append(db_app.extensions["sqlalchemy"].engine.pool.checkedout())
        return []

    provider.arrived = arrived
    jobs = [Periodic("fetch", MINUTE, fetch_missed, own_transactions=True)]
    timetable = Timetable(jobs)
    timetable.tick(now())
    timetable.tick(now())
    sweep(now(), jobs)
    assert seen == [0, 0]
