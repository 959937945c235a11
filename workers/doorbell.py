"""How a worker is woken: a short list of jobs in Redis that hold nothing but ids."""

from __future__ import annotations

from collections.abc import Iterable

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue

from service_desk.foundation.jobs import Job

QUEUE = "texts"
BATCH = 20
MOST_WAITING = 8
JOB_TIMEOUT_S = 120
FAILED_KEPT_S = 7 * 86_400
CONNECT_S, ANSWER_S = 1, 5


class Doorbell:
    """One queue; every call raises redis.RedisError at once when Redis is away."""

    def __init__(self, redis_url: str) -> None:
        connection = Redis.from_url(
            redis_url,
            socket_connect_timeout=CONNECT_S,
            socket_timeout=ANSWER_S,
            retry=Retry(NoBackoff(), 0),
        )
        self.queue = Queue(QUEUE, connection=connection)

    def room(self) -> int:
        """How many more texts the queue should take now."""
        return max(0, MOST_WAITING - self.queue.count) * BATCH

    def ring(self, ids: list[int]) -> None:
        """Asks for these texts to be sent, in batches."""
        for batch in _batches(ids):
            self.queue.enqueue_call(
                Job.DELIVER.value,
                args=(batch,),
                timeout=JOB_TIMEOUT_S,
                result_ttl=0,
                failure_ttl=FAILED_KEPT_S,
            )

    def close(self) -> None:
        self.queue.connection.close()


def _batches(ids: list[int]) -> Iterable[list[int]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))
