"""One pass over everything that is due now, whenever it was done last."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from service_desk.foundation.logging import get_logger
from workers.schedule import SCHEDULE, Periodic

FAILED = -1


def sweep(at: datetime, jobs: Sequence[Periodic] = SCHEDULE) -> dict[str, int]:
    """How much each job did; -1 for one that failed, which keeps nothing of itself."""
    return {job.name: _one(job, at) for job in jobs}


def _one(job: Periodic, at: datetime) -> int:
    try:
        with job.transaction():
            return job.work(at)
    except Exception as error:  # noqa: BLE001 - the others are due all the same
        get_logger().error("sweep_failed", job=job.name, kind=type(error).__name__)
        return FAILED
