"""The one job on the queue: send these texts. Safe to run twice; the rows say what is left."""

from __future__ import annotations

from service_desk.foundation.clock import now
from service_desk.messaging import delivery
from workers.context import inside, provider


def deliver(ids: list[int]) -> int:
    """Returns how many were handed over; a text that fails is noted in its row."""
    with inside():
        return delivery.deliver(ids, provider(), now)
