"""The real processes: a text that is written down leaves by itself; told to stop, they do."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from redis import Redis

from service_desk.foundation.clock import now
from service_desk.messaging.models import MessageStatus
from tests.messaging.fakes import row, write
from tests.support import desk
from tests.support.waiting import eventually

ROOT = Path(__file__).parents[2]
SOON_S = 15.0


def test_a_text_leaves_by_itself(app, live_server):
    with app.app_context():
        message = write(at=now())
        eventually(lambda: row(message).status is MessageStatus.DELIVERED, seconds=30)


def has_started(module, database_url, queue_url):
    """The worker has signed on to its queue; the schedule has done its first round."""
    if module == "workers.consumer":
        with Redis.from_url(queue_url) as connection:
            return connection.scard("rq:workers")
    with closing(sqlite3.connect(database_url.removeprefix("sqlite:///"))) as connection:
        return connection.execute("SELECT count(*) FROM periodic_runs").fetchone()[0]


@pytest.mark.parametrize("module", ["workers", "workers.consumer"])
def test_told_to_stop_a_process_ends_soon_and_well(module, database_url, real_queue, tmp_path):
    told = desk.environment(database_url, tmp_path / "data", REDIS_URL=real_queue)
    with subprocess.Popen(
        [sys.executable, "-m", module], cwd=ROOT, env={**os.environ, **told},
    ) as process:  # fmt: skip
        eventually(lambda: has_started(module, database_url, real_queue), seconds=30)
        process.send_signal(signal.SIGTERM)
        asked_at = time.monotonic()
        assert process.wait(timeout=20) == 0
        assert time.monotonic() - asked_at < SOON_S
