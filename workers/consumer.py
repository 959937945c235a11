"""`python -m workers.consumer`: one RQ worker on the one queue (bar: one queue a worker).

RQ only wakes us: no retries and no schedule of its own. A worker that loses Redis while busy
ends, and whoever started it starts it again.
"""

from __future__ import annotations

import sys

from redis import Redis, RedisError
from rq import SimpleWorker

from service_desk.foundation.settings import settings
from workers.context import app
from workers.doorbell import QUEUE

WORKER_TTL_S, MAINTENANCE_S = 30, 10


def worker_on(redis_url: str) -> SimpleWorker:
    """Short blocking reads and quick cleaning up after workers that died."""
    return SimpleWorker(
        [QUEUE],
        connection=Redis.from_url(redis_url),
        default_result_ttl=0,
        worker_ttl=WORKER_TTL_S,
        maintenance_interval=MAINTENANCE_S,
        log_job_description=False,
    )


def main() -> int:
    with app().app_context():
        redis_url = settings().redis_url
    try:
        worker_on(redis_url).work(logging_level="WARNING")
    except RedisError as error:
        print(f"The queue is away ({type(error).__name__}).", file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
