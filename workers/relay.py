"""The relay: texts whose time has come are leased and the workers' doorbell is rung.

What it forgets, or Redis loses, runs out of its lease and is taken again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from threading import Event

from redis import RedisError

from service_desk.foundation.clock import now
from service_desk.foundation.database import session
from service_desk.foundation.settings import settings
from service_desk.foundation.transaction import unit_of_work
from service_desk.messaging import delivery
from service_desk.messaging.queries import any_due
from workers.context import inside
from workers.doorbell import Doorbell
from workers.loop import repeat

PAUSE_S = 0.25


def relay_once(doorbell: Doorbell, clock: Callable[[], datetime]) -> int:
    """Leases what is due and rings; returns how many texts. Raises RedisError, lease given back."""
    waiting = any_due(clock())
    session.rollback()
    room = doorbell.room() if waiting else 0
    if not room:
        return 0
    with unit_of_work():
        ids = delivery.take(clock(), room)
    try:
        doorbell.ring(ids)
    except RedisError:
        with unit_of_work():
            delivery.release(ids)
        raise
    return len(ids)


def run(stop: Event) -> None:
    """Until `stop` is set. Many relays may run: a text is leased by one of them."""
    with inside():
        doorbell = Doorbell(settings().redis_url)
    try:
        repeat("relay", lambda: relay_once(doorbell, now), PAUSE_S, stop)
    finally:
        doorbell.close()
