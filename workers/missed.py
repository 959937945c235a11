"""Texts that reached the provider while we were down are asked for afterwards."""

from __future__ import annotations

from datetime import datetime, timedelta

from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging import inbound
from service_desk.messaging.gateway import ProviderError
from service_desk.switchboard.service import receive
from workers.context import provider

LOOK_BACK = timedelta(days=1)


def fetch_missed(at: datetime) -> int:
    """Takes in what no webhook brought; returns how many. Opens its own transactions: no
    transaction waits for the provider.
    """
    try:
        arrived = provider().arrived(at - LOOK_BACK)
    except ProviderError:
        return 0
    missed = inbound.not_kept(arrived)
    session.rollback()
    for text in missed:
        with unit_of_work():
            receive(text, now())
    return len(missed)
